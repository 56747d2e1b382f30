import { counted } from './footer.ts';

/** `99 of 5,000 rows`, or `50 rows` when that is all. */
export function partOf(shown: number, count: number, noun: string, plural?: string): string {
	return shown < count ? `${shown} of ${counted(count, noun, plural)}` : counted(count, noun, plural);
}

/** `… and 401 more rows and 10 more columns`; empty when nothing is left of a table. */
export function restOfTable(rows: number, columns: number): string {
	const left = [rows > 0 ? counted(rows, 'more row') : '', columns > 0 ? counted(columns, 'more column') : ''];
	const rest = left.filter((part) => part !== '').join(' and ');
	return rest === '' ? '' : `… and ${rest}`;
}
