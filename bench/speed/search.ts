import type { Tool } from '../../src/toolset/tool.ts';
import { createToolIndex } from '../../src/toolset/tool-index.ts';
import { type Finding, median, percentile, timed } from './report.ts';

const VERBS = ['list', 'get', 'create', 'update', 'delete', 'search', 'export', 'archive', 'restore', 'assign'];
const NOUNS =
	'invoice customer order shipment warehouse employee contract ticket project payment refund coupon product category review message channel webhook report dashboard device sensor meeting calendar lead campaign'.split(
		' ',
	);
const QUALIFIERS =
	'open overdue archived weekly monthly regional internal external draft approved rejected pending shared private public bulk recurring historical summary detailed'.split(
		' ',
	);

const QUERIES = [
	'list the overdue invoices of a customer',
	'refund a payment',
	'which shipments are pending',
	'archive a project',
	'export the monthly report',
	'employees of a warehouse',
];

/** Searching the tools of a large workspace: 5,000 operations with the vocabulary of business APIs. */
export async function measureSearch(): Promise<Finding[]> {
	const tools = syntheticTools(5000);
	const built = await timed(3, () => createToolIndex(tools), 1);
	const index = createToolIndex(tools);
	let next = 0;
	const searched = await timed(300, () => index.search(QUERIES[next++ % QUERIES.length] ?? '', 20), 20);
	return [
		{
			name: 'Search over 5,000 operations',
			rows: [
				{ label: 'one search, median', median: median(searched), unit: 'ms' },
				{ label: 'one search, 95th percentile', median: percentile(searched, 0.95), unit: 'ms' },
				{ label: 'building the index', median: median(built), unit: 'ms' },
			],
		},
	];
}

function syntheticTools(count: number): Tool[] {
	return Array.from({ length: count }, (_, at) => {
		const verb = VERBS[at % VERBS.length] ?? '';
		const noun = NOUNS[Math.floor(at / VERBS.length) % NOUNS.length] ?? '';
		const qualifier = QUALIFIERS[Math.floor(at / (VERBS.length * NOUNS.length)) % QUALIFIERS.length] ?? '';
		const name = `${verb}${capital(qualifier)}${capital(noun)}`;
		return {
			toolset: 'erp',
			name,
			summary: `${capital(verb)} the ${qualifier} ${noun}s of an organisation.`,
			description: `Needs the permission ${noun}.${verb}. Results are sorted by the time of the last change.`,
			effect: 'read',
			input: { type: 'object', properties: { organisation_id: { type: 'string' }, [`${noun}_id`]: { type: 'string' } } },
			schemaHash: String(at),
			origin: `GET /organisations/{organisation_id}/${noun}s/${qualifier}`,
		} satisfies Tool;
	});
}

function capital(word: string): string {
	return word.charAt(0).toUpperCase() + word.slice(1);
}
