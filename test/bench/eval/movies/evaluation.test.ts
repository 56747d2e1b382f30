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
import { createPreparedModel } from '../../../../src/model/prepared.ts';
import { createSandbox } from '../../../../src/sandbox/pool.ts';

const sandbox = createSandbox();
const checker = createTypeChecker();
after(() => Promise.all([sandbox.close(), checker.close()]));

async function rowsOf(context: TestContext, strategy: string) {
	const out = await mkdtemp(path.join(tmpdir(), 'toolcoder-eval-'));
	const server = await startMovieSuite();
	context.after(async () => {
		await server.close();
		await rm(out, { recursive: true });
	});
	const replies = await loadMovieReplies();
	const { rows } = await evaluate(
		{ suite: 'bench/eval/movies', base: server.url, strategies: [strategy], model: 'prepared', out, repeat: 1, concurrency: 2 },
		{
			suite: await openSuite(path.join(import.meta.dirname, '../../../../bench/eval/movies')),
			createStrategy,
			createModel: () => createPreparedModel(replies),
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

const PATH = { 'correct path': 1, 'gold tools': 1, 'extra calls': 0 };

test('ToolCoder answers the questions about movies with prepared replies, from the first prompt to the scores', async (context) => {
	const rows = await rowsOf(context, 'toolcoder');
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
	const rows = await rowsOf(context, 'toolcoder-without-repository');
	assert.deepEqual([rows[1]?.modelCalls, rows[1]?.functions, rows[1]?.scores.answer], [3, 0, 1]);
});
