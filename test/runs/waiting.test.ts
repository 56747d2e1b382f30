import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { pino } from 'pino';
import type { Answer } from '../../src/runs/perform-run.ts';
import { createRunQueue, type RunQueue } from '../../src/runs/run-queue.ts';
import { openStorage } from '../../src/storage/open.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { recordingConversation, result, until } from './scripted-answer.ts';

const logger = pino({ level: 'silent' });
const WAITING = { type: 'status', text: 'Waiting for its turn…' };

let storage: Storage;
let place: ReturnType<typeof recordingConversation>;
let gate: PromiseWithResolvers<void>;
let queue: RunQueue;

beforeEach(async () => {
	storage = await openStorage('sqlite://:memory:', { logger });
	place = recordingConversation();
	gate = Promise.withResolvers();
	queue = open(4);
});
afterEach(async () => {
	gate.resolve();
	await queue.close();
	await storage.close();
});

const held: Answer = async function* (run) {
	await gate.promise;
	yield result(run.question.text);
};
const open = (concurrency: number) =>
	createRunQueue({ storage, answer: held, openConversation: () => place.conversation, concurrency, logger, graceMs: 100 });
const ask = (text: string, conversation = 'c') =>
	queue.submit({ workspaceId: 'slack:T1', conversation, text, askedBy: { id: 'U1' }, allowWrites: false });
const shownOf = (text: string) => place.shown.filter(({ run }) => run.question.text === text).map(({ event, index }) => ({ event, index }));

describe('a question that does not start at once', () => {
	it('says nothing of waiting when it does start at once', async () => {
		const submitted = [await ask('a'), await ask('b', 'd')];
		gate.resolve();
		await Promise.all(submitted.map(({ finished }) => finished));
		assert.deepEqual(place.types(), ['result', 'result']);
		await (await ask('c')).finished;
		assert.deepEqual(place.types(), ['result', 'result', 'result']);
	});

	it('says that it waits for another one of its conversation, under a number of its own', async () => {
		const submitted = [await ask('a'), await ask('b')];
		await until(() => shownOf('b').length > 0);
		assert.deepEqual(shownOf('b'), [{ event: WAITING, index: -1 }]);
		assert.deepEqual(shownOf('a'), []);
		gate.resolve();
		await Promise.all(submitted.map(({ finished }) => finished));
		assert.deepEqual(shownOf('b'), [
			{ event: WAITING, index: -1 },
			{ event: result('b'), index: 0 },
		]);
	});

	it('says so, once, when as many as may are going on elsewhere', async () => {
		await queue.close();
		queue = open(1);
		const submitted = await Promise.all([ask('a'), ask('b', 'd'), ask('c', 'd')]);
		await until(() => place.shown.length === 2);
		gate.resolve();
		await Promise.all(submitted.map(({ finished }) => finished));
		assert.equal(place.shown.filter(({ event }) => event.type === 'status').length, 2);
		assert.equal(place.types().filter((type) => type === 'result').length, 3);
	});

	it('can be stopped, by any process', async () => {
		const first = await ask('a');
		const other = open(4);
		for (const [text, stopping] of [
			['b', queue],
			['c', other],
		] as const) {
			const { run, finished } = await ask(text);
			await until(() => shownOf(text).length > 0);
			assert.equal(await stopping.stop(run.id, 'dana'), true);
			assert.partialDeepStrictEqual(await finished, { code: 'stopped', message: 'Stopped by dana. Ask again to start over.' });
			assert.deepEqual(
				shownOf(text).map(({ event }) => event.type),
				['status', 'failure'],
			);
		}
		await other.close();
		gate.resolve();
		assert.deepEqual(await first.finished, result('a'));
	});

	it('starts when that cannot be shown', async () => {
		const { show } = place.conversation;
		place.conversation.show = (run, event, index) => (index < 0 ? Promise.reject(new Error('away')) : show(run, event, index));
		const submitted = [await ask('a'), await ask('b')];
		gate.resolve();
		await Promise.all(submitted.map(({ finished }) => finished));
		assert.deepEqual(place.types(), ['result', 'result']);
	});
});
