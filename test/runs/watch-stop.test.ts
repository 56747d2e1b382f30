import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import type { JsonValue } from '../../src/json.ts';
import type { Answer } from '../../src/runs/perform-run.ts';
import type { Run } from '../../src/runs/run.ts';
import { createRunQueue, type RunQueue, type RunQueueOptions } from '../../src/runs/run-queue.ts';
import { openStorage } from '../../src/storage/open.ts';
import type { Records, Storage } from '../../src/storage/storage.ts';
import { recordingConversation, result, until } from './scripted-answer.ts';
import { startAnswering } from './start-answering.ts';
import { World } from './world.ts';

const logger = pino({ level: 'silent' });
const REQUEST = { workspaceId: 'console:local', conversation: 'c', text: 'q', askedBy: { id: 'dana' }, allowWrites: false };
const STOPPED = { type: 'failure', code: 'stopped', message: 'Stopped by Ada. Ask again to start over.' } as const;

/** Works until it is aborted or let go. */
function heldAnswer() {
	const gate = Promise.withResolvers<void>();
	const started: string[] = [];
	const answer: Answer = async function* (run, _journal, signal) {
		started.push(run.id);
		yield { type: 'status', text: 'working' };
		const aborted = new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
		await Promise.race([gate.promise, aborted]);
		yield result(run.question.text);
	};
	return { answer, started, release: () => gate.resolve() };
}

let folder: string;
let url: string;
let storage: Storage;
let place: ReturnType<typeof recordingConversation>;
let queues: RunQueue[];

beforeEach(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'toolcoder-'));
	url = `sqlite://${folder}/bot.sqlite`;
	storage = await openStorage(url, { logger });
	place = recordingConversation();
	queues = [];
});
afterEach(async () => {
	await Promise.all(queues.map((queue) => queue.close()));
	await storage.close();
	await rm(folder, { recursive: true });
});

function open(answer: Answer, options: Partial<RunQueueOptions> = {}): RunQueue {
	const queue = createRunQueue({ storage, answer, openConversation: () => place.conversation, concurrency: 4, logger, ...options });
	queues.push(queue);
	return queue;
}
const requests = async () => Array.fromAsync(storage.records('run-stops').entries());

/** The same storage; `read` is told of every look for a request to stop. */
function spied(read: () => unknown): Storage {
	return {
		...storage,
		records: <T extends JsonValue | object>(namespace: string): Records<T> => {
			const records = storage.records<T>(namespace);
			if (namespace !== 'run-stops') return records;
			return {
				...records,
				get: async (key) => {
					await read();
					return records.get(key);
				},
			};
		},
	};
}

describe('stopping a run that another process has', () => {
	it('is refused for a run that is unknown or has ended, and leaves nothing behind', async () => {
		const queue = open(heldAnswer().answer);
		assert.equal(await queue.stop('unknown', 'Ada'), false);
		const held = heldAnswer();
		held.release();
		const { run, finished } = await open(held.answer).submit(REQUEST);
		await finished;
		assert.equal(await queue.stop(run.id, 'Ada'), false);
		assert.deepEqual(await requests(), []);
	});

	it('ends it, saying who did it', async () => {
		const held = heldAnswer();
		const { run, finished } = await open(held.answer).submit(REQUEST);
		await until(() => held.started.length === 1);
		assert.equal(await open(held.answer).stop(run.id, 'Ada'), true);
		assert.partialDeepStrictEqual(await finished, STOPPED);
		assert.deepEqual(place.types(), ['status', 'failure']);
		assert.deepEqual(await requests(), []);
	});

	it('ends one that waits for its turn, without starting it', async () => {
		const held = heldAnswer();
		const queue = open(held.answer);
		const first = await queue.submit(REQUEST);
		const second = await queue.submit(REQUEST);
		assert.equal(await open(held.answer).stop(second.run.id, 'Ada'), true);
		assert.partialDeepStrictEqual(await second.finished, STOPPED);
		held.release();
		assert.deepEqual(await first.finished, result('q'));
		assert.deepEqual(held.started, [first.run.id]);
	});

	it('leaves nothing behind of one that this process has itself', async () => {
		const held = heldAnswer();
		const queue = open(held.answer);
		const { run, finished } = await queue.submit(REQUEST);
		await until(() => held.started.length === 1);
		assert.equal(await queue.stop(run.id, 'Ada'), true);
		assert.partialDeepStrictEqual(await finished, STOPPED);
		assert.deepEqual(await requests(), []);
	});

	it('ends one that nobody has at once: it is not started again', async () => {
		const dying = open(heldAnswer().answer);
		const { run } = await dying.submit(REQUEST);
		await dying.close();
		const next = heldAnswer();
		// However slow the storage is.
		const queue = open(next.answer, { storage: spied(() => delay(100)) });
		assert.equal(await queue.stop(run.id, 'Ada'), true);
		await until(() => place.types().at(-1) === 'failure');
		assert.partialDeepStrictEqual(place.shown.at(-1)?.event, STOPPED);
		assert.deepEqual(await queue.resume(), []);
		assert.deepEqual(next.started, []);
		assert.deepEqual(await requests(), []);
	});

	it('looks twice a second for each unfinished run, and never when there is none', async () => {
		let reads = 0;
		const held = heldAnswer();
		const queue = open(held.answer, { storage: spied(() => reads++) });
		await queue.resume();
		await delay(20);
		assert.equal(reads, 0);
		const startedAt = performance.now();
		const submitted = await Promise.all(['a', 'b'].map((conversation) => queue.submit({ ...REQUEST, conversation })));
		await until(() => reads >= 4);
		const most = 2 * (1 + (performance.now() - startedAt + 10) / 500);
		assert.ok(reads <= most, `${reads} looks`);
		held.release();
		await Promise.all(submitted.map(({ finished }) => finished));
		const after = reads;
		await delay(600);
		assert.equal(reads, after);
	});

	it('goes on looking when the storage fails', async () => {
		let reads = 0;
		const held = heldAnswer();
		const failing = spied(() => {
			if (++reads <= 1) throw new Error('away');
		});
		const { run, finished } = await open(held.answer, { storage: failing }).submit(REQUEST);
		await open(held.answer).stop(run.id, 'Ada');
		assert.partialDeepStrictEqual(await finished, STOPPED);
	});
});

describe('stopping a run of a real process', () => {
	it('ends it there', async () => {
		const world = new World('step-scaffold');
		const child = startAnswering(url, await world.open(), 'q');
		await world.held.promise;
		const queue = open(heldAnswer().answer);
		const [run] = await queue.unfinishedIn('q');
		assert.equal(await queue.stop(run?.id ?? '', 'Ada'), true);
		await until(() => child.shown.length > 0);
		assert.partialDeepStrictEqual(
			child.shown.map(({ event }) => event),
			[STOPPED],
		);
		await until(async () => (await queue.unfinishedIn('q')).length === 0);
		await child.kill();
		world.close();
	});

	it('ends it here when that process was killed', async () => {
		const world = new World('step-scaffold');
		const child = startAnswering(url, await world.open(), 'q');
		await world.held.promise;
		const queue = open(heldAnswer().answer);
		const [run]: Run[] = await queue.unfinishedIn('q');
		await child.kill();
		assert.equal(await queue.stop(run?.id ?? '', 'Ada'), true);
		await until(() => place.types().at(-1) === 'failure');
		assert.partialDeepStrictEqual(place.shown.at(-1)?.event, STOPPED);
		const next = startAnswering(url, 'http://127.0.0.1:1', 'resume');
		await next.finished();
		world.close();
		assert.deepEqual(next.shown, []);
	});

	it('holds when no process could end it: the next one does', async () => {
		const world = new World('step-scaffold');
		const child = startAnswering(url, await world.open(), 'q');
		await world.held.promise;
		const elsewhere = open(heldAnswer().answer, { openConversation: () => undefined });
		const [run]: Run[] = await elsewhere.unfinishedIn('q');
		await child.kill();
		assert.equal(await elsewhere.stop(run?.id ?? '', 'Ada'), true);
		const next = startAnswering(url, 'http://127.0.0.1:1', 'resume');
		await next.finished();
		world.close();
		assert.partialDeepStrictEqual(
			next.shown.map(({ event }) => event),
			[STOPPED],
		);
	});
});
