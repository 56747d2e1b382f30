import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { pino } from 'pino';
import { evaluate } from '../../../../bench/eval/evaluate.ts';
import { loadMovieReplies } from '../../../../bench/eval/movies/replies.ts';
import { startMovieSuite } from '../../../../bench/eval/movies/server.ts';
import { openSuite } from '../../../../bench/eval/open-suite.ts';
import { createStrategy } from '../../../../bench/eval/strategies/index.ts';
import { createTypeChecker } from '../../../../src/code/check.ts';
import type { Model } from '../../../../src/model/model.ts';
import { createPreparedModel } from '../../../../src/model/prepared.ts';
import { createSandbox } from '../../../../src/sandbox/pool.ts';

const sandbox = createSandbox();
const checker = createTypeChecker();
after(() => Promise.all([sandbox.close(), checker.close()]));

async function rowsOf(context: TestContext, strategy: string, model: Model, only?: readonly string[]) {
	const out = await mkdtemp(path.join(tmpdir(), 'toolcoder-eval-'));
	const server = await startMovieSuite();
	context.after(async () => {
		await server.close();
		await rm(out, { recursive: true });
	});
	const { rows } = await evaluate(
		{
			suite: 'bench/eval/movies',
			base: server.url,
			strategies: [strategy],
			model: 'prepared',
			out,
			repeat: 1,
			concurrency: 2,
			...(only && { only }),
		},
		{
			suite: await openSuite(path.join(import.meta.dirname, '../../../../bench/eval/movies')),
			createStrategy,
			createModel: () => model,
			modelUrl: 'http://127.0.0.1:9/v1',
			sandbox,
			checker,
			progress: { write() {} },
			logger: pino({ level: 'silent' }),
			signal: new AbortController().signal,
		},
	);
	return rows.toSorted((a, b) => Number(a.task) - Number(b.task));
}

const prepared = createPreparedModel(await loadMovieReplies());
const PATH = { 'correct path': 1, 'gold tools': 1, 'extra calls': 0 };

test('ToolCoder answers the questions about movies with prepared replies, from the first prompt to the scores', async (context) => {
	const rows = await rowsOf(context, 'toolcoder', prepared);
	assert.deepEqual(
		rows.map(({ scores, failure, turns }) => ({ ...scores, repairs: turns[0]?.repairs, ...(failure && { failure }) })),
		[
			{ ...PATH, answer: 1, repairs: 0 },
			{ ...PATH, answer: 1, repairs: 0 },
			{ ...PATH, answer: 1, repairs: 1 },
			// Each of the twelve films is looked at.
			{ ...PATH, 'extra calls': 11, answer: 1, repairs: 1 },
			// The first search found nothing, and succeeded.
			{ ...PATH, 'extra calls': 1, answer: 1, repairs: 1 },
			{ ...PATH, repairs: 0 },
			{ ...PATH, 'extra calls': 1, answer: 1, repairs: 0 },
			{ 'correct path': 0, 'gold tools': 0, answer: 0, repairs: 0 },
		],
	);
	assert.deepEqual(rows[1]?.turns[0]?.reused, ['countDirectedMovies', 'findPersonId']);
	assert.deepEqual([rows[0]?.modelCalls, rows[1]?.modelCalls], [3, 1]);
});

test('without the repository every question is answered from the beginning', async (context) => {
	const rows = await rowsOf(context, 'toolcoder-without-repository', prepared, ['0', '1']);
	assert.deepEqual([rows[1]?.modelCalls, rows[1]?.functions, rows[1]?.scores.answer], [3, 0, 1]);
});

const COUNT = `const people = await movies.searchPerson({ query: 'Sofia Coppola' });
const credits = await movies.getPersonCredits({ person_id: people.results[0].id });
const count = credits.crew.filter((credit) => credit.job === 'Director').length;
`;
const block = (program: string) => `\`\`\`js\n${program}\n\`\`\``;

/** The replies to questions 0 and 7, in their order; the last one is said again as often as it is asked for. */
const SCRIPTS: Readonly<Record<string, readonly [answers: readonly string[], fails: readonly string[], failure: string]>> = {
	react: [
		[
			'Action 1: movies.searchPerson({"query": "Sofia Coppola"})',
			'Action 2: movies.getPersonCredits({"person_id": ID})',
			'Action 3: finish[Sofia Coppola directed 8.]',
		],
		['Action 1: movies.listBestMovies({})'],
		'unknown-tool',
	],
	codeact: [[block(`${COUNT}console.log(count);`), 'Sofia Coppola directed 8.'], [block("throw new Error('again');")], 'exception'],
	atc: [
		[block(`${COUNT}return answer('Sofia Coppola directed them.', count);`)],
		[block('return await movies.listBestMovies({});')],
		'unknown-tool',
	],
};

for (const [strategy, [answers, fails, failure]] of Object.entries(SCRIPTS)) {
	test(`${strategy} answers a question about movies, and fails at another one as its paper has it`, async (context) => {
		const asked = new Map<string, number>();
		const model: Model = {
			name: 'scripted',
			async complete({ question, messages }) {
				const nth = asked.get(question) ?? 0;
				asked.set(question, nth + 1);
				const script = question.includes('Sofia Coppola') ? answers : fails;
				const id = /"results":\[\{"id":(\d+)/.exec(messages.map(({ content }) => content).join('\n'))?.[1] ?? 'ID';
				const text = (script[nth] ?? script.at(-1) ?? '').replace('ID', id);
				return { text, usage: { promptTokens: 1, completionTokens: 1, estimated: false }, ms: 0 };
			},
		};
		const [answered, failed] = await rowsOf(context, strategy, model, ['0', '7']);
		assert.deepEqual(answered?.scores, { ...PATH, answer: 1 });
		assert.equal(answered?.failure, undefined);
		assert.equal(answered?.modelCalls, answers.length);
		assert.deepEqual(failed?.scores, { 'correct path': 0, 'gold tools': 0, answer: 0 });
		assert.equal(failed?.failure, failure);
	});
}
