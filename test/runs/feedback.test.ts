import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import type { Failure, Result } from '../../src/pipeline/progress.ts';
import { createFunctionStore, type FunctionStore } from '../../src/repository/function-store.ts';
import { createFeedback, type Feedback } from '../../src/runs/feedback.ts';
import type { Run } from '../../src/runs/run.ts';
import { createRunIds } from '../../src/runs/run-id.ts';
import { createRun } from '../../src/runs/run-request.ts';
import { openStorage } from '../../src/storage/open.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { recordOf } from '../repository/stored-functions.ts';
import { result, TOTALS } from './scripted-answer.ts';

const WORKSPACE = 'slack:T1';
const nextId = createRunIds();

let storage: Storage;
let functions: FunctionStore;
let feedback: Feedback;
let run: Run;
let ending: Result | Failure | undefined;
beforeEach(async () => {
	storage = await openStorage('sqlite://:memory:', { logger: pino({ level: 'silent' }) });
	functions = createFunctionStore(storage);
	for (const name of ['countFilms', 'findPerson', 'unused']) {
		await functions.put(recordOf(`/** ${name} */\nasync function ${name}(): Promise<void> {}`, { workspaceId: WORKSPACE }));
	}
	run = newRun();
	ending = { ...result('8'), totals: { ...TOTALS, reused: ['countFilms', 'findPerson', 'gone'] } };
	feedback = open();
});
afterEach(() => storage.close());

function open(): Feedback {
	return createFeedback({ storage, functions: createFunctionStore(storage), ending: async () => ending });
}

function newRun(): Run {
	return createRun(nextId(), { workspaceId: WORKSPACE, conversation: 'c', text: 'q', askedBy: { id: 'U1' }, allowWrites: false });
}

async function disliked(): Promise<number[]> {
	const names = ['countFilms', 'findPerson', 'unused'];
	return Promise.all(names.map(async (name) => (await functions.get(WORKSPACE, name))?.statistics.disliked ?? 0));
}

async function records() {
	return (await Array.fromAsync(storage.records<{ rating: string; reason?: string }>('feedback').entries())).map(([, record]) => record);
}

describe('feedback', () => {
	it('counts for nothing against functions when the answer was liked, or there was none', async () => {
		await feedback.give(run, { by: 'U1', rating: 'up' });
		ending = undefined;
		await feedback.give(newRun(), { by: 'U1', rating: 'down' });
		assert.deepEqual(await disliked(), [0, 0, 0]);
	});

	it('counts once against every function the answer used, however often it is given', async () => {
		for (const reason of [undefined, 'wrong year', undefined]) await feedback.give(run, { by: 'U1', rating: 'down', reason });
		assert.deepEqual(await disliked(), [1, 1, 0]);
		assert.partialDeepStrictEqual(await records(), [{ rating: 'down', reason: 'wrong year' }]);
	});

	it('counts once when it is given twice at the same time, in two processes', async () => {
		await Promise.all([feedback, open(), feedback, open()].map((each) => each.give(run, { by: 'U1', rating: 'down' })));
		assert.deepEqual(await disliked(), [1, 1, 0]);
	});

	it('counts for each person and each answer', async () => {
		await Promise.all(['U1', 'U2', 'U3'].map((by, n) => (n % 2 ? feedback : open()).give(run, { by, rating: 'down' })));
		await feedback.give(newRun(), { by: 'U1', rating: 'down' });
		assert.deepEqual(await disliked(), [4, 4, 0]);
	});

	it('is taken back by changing it, and the reason with it', async () => {
		await feedback.give(run, { by: 'U2', rating: 'down' });
		await feedback.give(run, { by: 'U1', rating: 'down', reason: 'wrong' });
		await feedback.give(run, { by: 'U1', rating: 'up' });
		await feedback.give(run, { by: 'U1', rating: 'up' });
		assert.deepEqual(await disliked(), [1, 1, 0]);
		assert.deepEqual(
			(await records()).map(({ rating, reason }) => [rating, reason]),
			[
				['up', undefined],
				['down', undefined],
			],
		);
		await feedback.give(run, { by: 'U1', rating: 'down' });
		assert.deepEqual(await disliked(), [2, 2, 0]);
	});

	it('is refused in words when an earlier rating holds it up, and not waited for without limit', async (context) => {
		const key = `feedback/${encodeURIComponent(WORKSPACE)}/${run.id}/U1`;
		assert.ok(await storage.claim(key, 'somebody', 3_600_000));
		context.mock.timers.enable({ apis: ['Date'], now: Date.now() });
		const refused = assert.rejects(feedback.give(run, { by: 'U1', rating: 'down' }), { name: 'UserError', code: 'storage' });
		await delay(50);
		context.mock.timers.setTime(Date.now() + 16_000);
		await Promise.race([refused, delay(2000).then(() => assert.fail('it still waits'))]);
		context.mock.timers.reset();
		await storage.release(key, 'somebody');
		await feedback.give(run, { by: 'U1', rating: 'down' });
		assert.deepEqual(await disliked(), [1, 1, 0]);
	});

	it('takes back what it counted, whatever the answer is said to have used later', async () => {
		await feedback.give(run, { by: 'U1', rating: 'down' });
		ending = { ...result('8'), totals: { ...TOTALS, reused: ['unused'] } };
		await feedback.give(run, { by: 'U1', rating: 'down' });
		assert.deepEqual(await disliked(), [1, 1, 0]);
		await feedback.give(run, { by: 'U1', rating: 'up' });
		assert.deepEqual(await disliked(), [0, 0, 0]);
	});
});
