/**
 * How well the search that answers questions finds the tools they need, beside plain BM25 in the same run:
 *
 *     node scripts/run.mjs bench/retrieval/main.ts <tools.jsonl> <queries.jsonl>
 *
 * A tool is a line `{"id", "name", "text"}`, a query `{"id", "query", "gold": [tool ids]}`.
 */
import { parseArgs } from 'node:util';
import { createToolIndex } from '../../src/toolset/tool-index.ts';
import { readQueries, readTools, toTool } from './data.ts';
import { measureRetrieval, type Retrieval } from './measure.ts';
import { createPlainBm25 } from './plain-bm25.ts';

const { positionals } = parseArgs({ allowPositionals: true });
const [toolsFile, queriesFile] = positionals;
if (toolsFile === undefined || queriesFile === undefined) {
	process.stderr.write('Name two files: <tools.jsonl> <queries.jsonl>\n');
	process.exit(2);
}
const listed = readTools(toolsFile);
const queries = readQueries(queriesFile);
const known = new Set(listed.map(({ id }) => id));
const missing = queries.flatMap(({ gold }) => gold.filter((id) => !known.has(id))).length;

const startedAt = performance.now();
const tools = listed.map(toTool);
const index = createToolIndex(tools);
const builtMs = performance.now() - startedAt;
const idOf = new Map(tools.map((tool, at) => [tool, listed[at]?.id ?? '']));
const plain = createPlainBm25(listed.map(({ name, text }) => `${name} ${text}`));

const ours = measureRetrieval(queries, (query, limit) => index.search(query, limit).map((tool) => idOf.get(tool) ?? ''));
const reference = measureRetrieval(queries, (query, limit) => plain(query, limit).map((at) => listed[at]?.id ?? ''));

const rows: readonly (readonly [label: string, of: (retrieval: Retrieval) => number, unit: string, digits: number])[] = [
	['recall@5', ({ recall }) => recall[5], '%', 1],
	['recall@10', ({ recall }) => recall[10], '%', 1],
	['recall@20', ({ recall }) => recall[20], '%', 1],
	['all needed tools within 20', ({ allWithin20 }) => allWithin20, '%', 1],
	['time a query, median', ({ medianMs }) => medianMs, 'ms', 2],
	['time a query, 95th percentile', ({ p95Ms }) => p95Ms, 'ms', 2],
];
const lines = rows.map(([label, of, unit, digits]) => {
	const cell = (retrieval: Retrieval) => `${of(retrieval).toFixed(digits).padStart(8)} ${unit.padEnd(2)}`;
	return `  ${label.padEnd(32)}${cell(ours)}   ${cell(reference)}   ${(of(ours) / of(reference)).toFixed(3)}x`;
});
process.stdout.write(
	[
		`${queries.length} queries over ${tools.length.toLocaleString('en')} tools; the index was built in ${Math.round(builtMs)} ms.`,
		...(missing > 0 ? [`${missing} needed tools are not listed: they count as not found.`] : []),
		`  ${''.padEnd(32)}${'search'.padStart(8)}      ${'plain BM25'.padStart(11)}   ratio`,
		...lines,
		'',
	].join('\n'),
);
