import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { implementPrompt } from '../../src/pipeline/implement.ts';
import { planPrompt } from '../../src/pipeline/plan-prompt.ts';
import { questionText } from '../../src/pipeline/question-text.ts';
import { readScaffold, scaffoldPrompt } from '../../src/pipeline/scaffold.ts';
import { createToolbox, type Toolbox } from '../../src/pipeline/toolbox.ts';
import { loadOpenApi } from '../../src/toolset/openapi/load.ts';
import type { Tool, Toolset } from '../../src/toolset/tool.ts';
import { largeWorkspace } from './large-workspace.ts';
import { promptSizes, tokensOf } from './prompt-sizes.ts';
import { type Finding, median, percentile } from './report.ts';

/** A scaffold and a plan of ordinary size; what differs between questions is the question, the tool index and the chosen declarations. */
const SCAFFOLD = `/** Counts the movies a person directed. @param directorName full name of the person @returns number of movies with the job Director */
async function countDirectedMovies(directorName: string): Promise<number> {}

const count = await countDirectedMovies('Sofia Coppola');
return answer(\`Sofia Coppola directed \${count} movies.\`, count);`;

const PLAN = `async function countDirectedMovies(directorName: string): Promise<number> {
  // 1. Find the person's id by name.
  const people = await tmdb.searchPerson({ query: directorName });
  // 2. Fetch the movie credits of the best match.
  const credits = await tmdb.personMovieCredits({ person_id: people.results[0].id });
  // 3. Keep the crew entries whose job is Director, each movie once.
  // 4. Return how many there are.
}`;

/** The reference implementation, counted the same way over the same questions, in four calls. */
const REFERENCE_TOKENS = 13_800;

interface SuiteQuestion {
	readonly query: string;
	readonly solution: readonly string[];
}

/** A document as a toolset that is never called. */
export function loadForBenchmark(name: string, text: string, sourceUrl = 'http://127.0.0.1/openapi.json'): Toolset {
	return loadOpenApi({
		name,
		text,
		sourceUrl,
		send: async () => ({ ok: false, kind: 'refused', message: 'benchmarks call nothing' }),
		previewOperation: ({ method, baseUrl, path: template }) => ({ method, url: `${baseUrl}${template}` }),
	});
}

/** Prompt tokens of every stage, summed over a question's model calls, for the questions of RestBench-TMDB with their gold tools as the chosen ones. */
export async function measurePromptTokens(suite: string): Promise<Finding[]> {
	return [...(await measureSuite(suite)), await measureLargeWorkspace()];
}

const LARGE_QUESTION =
	'How many invoices of Ada Byron are overdue? Also refund her newest payment, export the monthly report of the warehouse and send a message about it to the sales channel.';

async function measureLargeWorkspace(): Promise<Finding> {
	const toolbox = await createToolbox(largeWorkspace(5000));
	const sizes = Object.entries(await promptSizes(toolbox, LARGE_QUESTION));
	return {
		name: `Prompt tokens with ${toolbox.tools.size.toLocaleString('en')} operations enabled (o200k, the largest prompts of a question)`,
		rows: sizes.map(([label, tokens]) => ({ label, median: tokens, unit: 'tokens' })),
		aim: 'under 6,000 a call',
	};
}

async function measureSuite(suite: string): Promise<Finding[]> {
	const questionsFile = path.join(suite, 'data', 'questions.json');
	if (!existsSync(questionsFile))
		return [{ name: 'Prompt tokens of a TMDB question', rows: [], note: `skipped: no suite in ${suite} (--tmdb <folder>)` }];
	const questions: SuiteQuestion[] = JSON.parse(readFileSync(questionsFile, 'utf8'));
	const toolset = loadForBenchmark('tmdb', readFileSync(path.join(suite, 'data', 'tmdb_oas.json'), 'utf8'));
	const toolbox = await createToolbox([toolset]);
	const counts = await Promise.all(questions.map((question) => countStages(question, toolbox)));
	const rowOf = (label: string, values: number[]) => ({ label, median: median(values), unit: 'tokens' });
	const totals = counts.map(({ scaffold, plan, implement }) => scaffold + plan + implement);
	const declarations = [...toolset.tools.values()].map((tool) => countTokens(toolbox.declare([tool])));
	return [
		{
			name: `Prompt tokens of a TMDB question (${questions.length} questions, o200k)`,
			rows: [
				rowOf(
					'scaffold',
					counts.map((count) => count.scaffold),
				),
				rowOf(
					'plan',
					counts.map((count) => count.plan),
				),
				rowOf(
					'implement',
					counts.map((count) => count.implement),
				),
				rowOf('all three calls', totals),
				{ label: 'all three calls, 95th percentile', median: percentile(totals, 0.95), unit: 'tokens' },
				{ label: 'reference implementation, four calls', median: REFERENCE_TOKENS, unit: 'tokens' },
			],
			ratio: `${(REFERENCE_TOKENS / median(totals)).toFixed(1)}x fewer`,
			aim: 'at most 4,600',
		},
		{
			name: `Tokens of a declaration (${toolset.tools.size} tools of TMDB, o200k)`,
			rows: [rowOf('median', declarations), { label: '95th percentile', median: percentile(declarations, 0.95), unit: 'tokens' }],
		},
	];
}

async function countStages(question: SuiteQuestion, toolbox: Toolbox) {
	const asked = { text: question.query, askedBy: { id: 'bench' }, earlier: [] };
	const drawn = readScaffold(SCAFFOLD, []);
	if (drawn?.kind !== 'scaffold') throw new Error('the fixed scaffold must be one');
	const task = `${questionText(asked)}\n\n${drawn.code}`;
	const chosen = question.solution.map((step) => goldTool(step, toolbox));
	return {
		scaffold: tokensOf(scaffoldPrompt(asked, [], Date.UTC(2026, 0, 1))),
		plan: tokensOf(planPrompt({ task, offered: await toolbox.offer(task, new AbortController().signal), known: [] })),
		implement: tokensOf(
			implementPrompt({
				plan: PLAN,
				main: drawn.main,
				question: questionText(asked),
				declarations: toolbox.declare(new Set(chosen)),
				known: [],
			}),
		),
	};
}

/** Parameters are compared by place: the gold paths name some of them differently. */
function goldTool(step: string, toolbox: Toolbox): Tool {
	const shape = (origin: string) =>
		origin
			.trim()
			.replaceAll(/\{[^}]*\}/g, '{}')
			.replace('/3/', '/');
	const tool = [...toolbox.tools.values()].find((candidate) => shape(candidate.origin) === shape(step));
	if (!tool) throw new Error(`no tool for the gold step ${step}`);
	return tool;
}
