import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { createStanding } from '../../src/repository/standing/standing.ts';
import { createFunctionStore, type FunctionStore } from '../../src/repository/store/function-store.ts';
import { createFeedback, type Feedback } from '../../src/runs/feedback.ts';
import type { Run } from '../../src/runs/run.ts';
import { createRunIds } from '../../src/runs/run-id.ts';
import { createRun } from '../../src/runs/run-request.ts';
import { openStorage } from '../../src/storage/open.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { store } from '../repository/stored-functions.ts';

const WORKSPACE = 'slack:T1';
const NAMES = ['countFilms', 'findPerson', 'unused'];
const nextId = createRunIds();

let storage: Storage;
let functions: FunctionStore;
let feedback: Feedback;
let run: Run;
/** Names of the functions that stand for an answer; a run that is not here has none. */
let answered: Map<string, readonly string[]>;
beforeEach(async () => {
	storage = await openStorage('sqlite://:memory:', { logger: pino({ level: 'silent' }) });
	functions = createFunctionStore(storage);
	for (const name of NAMES)
		await store(functions, `/** ${name} */\nasync function ${name}(): Promise<void> {}`, { workspaceId: WORKSPACE });
	run = newRun();
	answered = new Map([[run.id, ['countFilms', 'findPerson', 'gone']]]);
	feedback = open();
});
afterEach(() => storage.close());

function open(): Feedback {
	const { recordFeedback } = createStanding(createFunctionStore(storage), storage);
	const answeredBy = async (id: string) => (answered.get(id) ?? []).map((name) => ({ name, version: 1 }));
	return createFeedback({ storage, standing: { answeredBy, recordFeedback } });
}

function newRun(): Run {
	return createRun(nextId(), { workspaceId: WORKSPACE, conversation: 'c', text: 'q', askedBy: { id: 'U1' }, allowWrites: false });
}

async function disliked(): Promise<number[]> {
	return Promise.all(NAMES.map(async (name) => (await functions.get(WORKSPACE, name))?.statistics.disliked ?? 0));
}

async function states(): Promise<(string | undefined)[]> {
	return Promise.all(NAMES.map(async (name) => (await functions.get(WORKSPACE, name))?.state));
}

async function records() {
	return (await Array.fromAsync(storage.records<{ rating: string; reason?: string }>('feedback').entries())).map(([, record]) => record);
}

describe('feedback', () => {
	it('counts for nothing against functions when the answer was liked, or there was none', async () => {
		await feedback.give(run, { by: 'U1', rating: 'up' });
		await feedback.give(newRun(), { by: 'U1', rating: 'down' });
		assert.deepEqual(await disliked(), [0, 0, 0]);
	});

	it('given before the functions of an answer were kept counts when they are, unless it was taken back', async () => {
		answered.clear();
		assert.deepEqual(await feedback.give(run, { by: 'U/1', rating: 'down', reason: 'wrong' }), []);
		await feedback.give(run, { by: 'U2', rating: 'down' });
		await feedback.give(run, { by: 'U2', rating: 'up' });
		answered.set(run.id, ['countFilms']);
		for (const _ of [1, 2]) await feedback.heed(run);
		assert.deepEqual(await disliked(), [1, 0, 0]);
		assert.deepEqual(await feedback.give(run, { by: 'U/1', rating: 'down' }), ['countFilms']);
		assert.deepEqual((await records()).map(({ reason }) => reason).filter(Boolean), ['wrong']);
	});

	it('counts once against every function that stands for the answer, however often it is given, and quarantines it', async () => {
		for (const reason of [undefined, 'wrong year', undefined]) await feedback.give(run, { by: 'U1', rating: 'down', reason });
		assert.deepEqual(
			[await disliked(), await states()],
			[
				[1, 1, 0],
				['quarantined', 'quarantined', 'candidate'],
			],
		);
		assert.partialDeepStrictEqual(await records(), [{ rating: 'down', reason: 'wrong year' }]);
	});

	it('counts against functions that were kept after it was given first, when the reason follows, and is taken back for all', async () => {
		answered.set(run.id, []);
		await feedback.give(run, { by: 'U1', rating: 'down' });
		assert.deepEqual(await disliked(), [0, 0, 0]);
		answered.set(run.id, ['countFilms']);
		for (const reason of ['wrong year', undefined]) await feedback.give(run, { by: 'U1', rating: 'down', reason });
		assert.deepEqual(await disliked(), [1, 0, 0]);
		answered.set(run.id, []);
		await feedback.give(run, { by: 'U1', rating: 'down' });
		await feedback.give(run, { by: 'U1', rating: 'up' });
		assert.deepEqual(await disliked(), [0, 0, 0]);
	});

	it('counts once when it is given twice at the same time, in two processes', async () => {
		await Promise.all([feedback, open(), feedback, open()].map((each) => each.give(run, { by: 'U1', rating: 'down' })));
		assert.deepEqual(await disliked(), [1, 1, 0]);
	});

	it('counts for each person and each answer', async () => {
		await Promise.all(['U1', 'U2', 'U3'].map((by, n) => (n % 2 ? feedback : open()).give(run, { by, rating: 'down' })));
		const other = newRun();
		answered.set(other.id, ['countFilms']);
		await feedback.give(other, { by: 'U1', rating: 'down' });
		assert.deepEqual(await disliked(), [4, 3, 0]);
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
		answered.set(run.id, ['unused']);
		await feedback.give(run, { by: 'U1', rating: 'down' });
		assert.deepEqual(await disliked(), [1, 1, 0]);
		await feedback.give(run, { by: 'U1', rating: 'up' });
		assert.deepEqual(await disliked(), [0, 0, 0]);
	});

	it('gives functions their standing back when the last one takes it back', async () => {
		for (const by of ['U1', 'U2']) await feedback.give(run, { by, rating: 'down' });
		await feedback.give(run, { by: 'U1', rating: 'up' });
		assert.equal((await states())[0], 'quarantined');
		await feedback.give(run, { by: 'U2', rating: 'up' });
		assert.deepEqual(await states(), ['candidate', 'candidate', 'candidate']);
	});

	it('that was given before functions had versions counts against the first ones, and is taken back from them', async () => {
		const key = `${encodeURIComponent(WORKSPACE)}/${run.id}/U1`;
		await storage.records('feedback').put(key, { rating: 'down', at: '2026-01-01T00:00:00.000Z', against: ['countFilms', 'gone'] });
		await createStanding(functions, storage).recordFeedback(WORKSPACE, { name: 'countFilms', version: 1 }, 1);
		await feedback.give(run, { by: 'U1', rating: 'down', reason: 'still wrong' });
		assert.deepEqual(await disliked(), [1, 0, 0]);
		await feedback.give(run, { by: 'U1', rating: 'up' });
		assert.deepEqual([await disliked(), (await states())[0]], [[0, 0, 0], 'candidate']);
	});
});
