/** `npm run bench`: what costs how much, as medians and ratios within one run. `-- --only tokens,sandbox` picks; `-- --tmdb <folder>` names the suite. */
import { parseArgs } from 'node:util';
import { measureEventLoop } from './event-loop.ts';
import { measureFunctionStore } from './function-store.ts';
import { measurePromptTokens } from './prompt-tokens.ts';
import { measureQuestionOverhead } from './question-overhead.ts';
import { type Finding, printFinding } from './report.ts';
import { measureParallelCalls, measureWarmRun } from './sandbox.ts';
import { measureSearch } from './search.ts';
import { measureTypeCheck } from './type-check.ts';

const { values } = parseArgs({
	options: {
		only: { type: 'string' },
		tmdb: { type: 'string', default: '../shared/eval/tmdb' },
	},
});

type Findings = Finding | readonly Finding[];

const benchmarks: Record<string, () => Promise<Findings> | Findings> = {
	sandbox: measureWarmRun,
	parallel: measureParallelCalls,
	'type-check': measureTypeCheck,
	tokens: () => measurePromptTokens(values.tmdb),
	search: measureSearch,
	functions: measureFunctionStore,
	'event-loop': measureEventLoop,
	overhead: measureQuestionOverhead,
};

const chosen = values.only?.split(',') ?? Object.keys(benchmarks);
const unknown = chosen.filter((name) => !(name in benchmarks));
if (unknown.length > 0) {
	process.stderr.write(`There is no benchmark ${unknown.join(', ')}. There are ${Object.keys(benchmarks).join(', ')}.\n`);
	process.exit(2);
}
for (const name of chosen) {
	for (const finding of [(await benchmarks[name]?.()) ?? []].flat()) printFinding(finding);
}
