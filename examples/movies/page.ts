const PAGE_SIZE = 10;

export interface Page<Item> {
	page: number;
	total_pages: number;
	total_results: number;
	results: Item[];
}

/** The page with this number, counted from 1; one after the last is empty. */
export function pageOf<Item>(items: readonly Item[], page: number): Page<Item> {
	const start = (page - 1) * PAGE_SIZE;
	return {
		page,
		total_pages: Math.ceil(items.length / PAGE_SIZE),
		total_results: items.length,
		results: items.slice(start, start + PAGE_SIZE),
	};
}
