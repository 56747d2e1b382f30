import { createToolIndex } from '../../src/toolset/tool-index.ts';
import { largeWorkspace } from './large-workspace.ts';
import { type Finding, median, percentile, timed } from './report.ts';

const OPERATIONS = 5000;

/** Of one part and of several, short and told at length. */
const QUERIES = [
	'list the overdue invoices of a customer',
	'refund a payment',
	'which shipments are pending',
	'Archive the project of last year. Then export the monthly report, and send it to the channel of the sales team.',
	'employees of a warehouse',
	'I am preparing the yearly review of our suppliers and would like to know which contracts were approved in March. Also tell me which of them are still missing a draft, and list the meetings that were planned about them.',
];

/** Searching the tools of a large workspace: 5,000 operations with the vocabulary of business APIs. */
export async function measureSearch(): Promise<Finding[]> {
	const tools = largeWorkspace(OPERATIONS).flatMap((toolset) => [...toolset.tools.values()]);
	const built = await timed(3, () => createToolIndex(tools), 1);
	const index = createToolIndex(tools);
	let next = 0;
	const searched = await timed(300, () => index.search(QUERIES[next++ % QUERIES.length] ?? '', 20), 30);
	return [
		{
			name: `Search over ${tools.length.toLocaleString('en')} operations`,
			rows: [
				{ label: 'one search, median', median: median(searched), unit: 'ms' },
				{ label: 'one search, 95th percentile', median: percentile(searched, 0.95), unit: 'ms' },
				{ label: 'building the index', median: median(built), unit: 'ms' },
			],
			aim: 'under 5 ms at the median',
		},
	];
}
