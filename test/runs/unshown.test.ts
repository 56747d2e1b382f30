import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import type { Conversation } from '../../src/conversation.ts';
import type { Answer } from '../../src/runs/perform-run.ts';
import { createRunQueue, type RunQueue, type RunQueueOptions } from '../../src/runs/run-queue.ts';
import { createRunStore } from '../../src/runs/run-store.ts';
import { createTranscript, topicOf } from '../../src/runs/transcript.ts';
import { createUsage, dayOf } from '../../src/runs/usage.ts';
import { openStorage } from '../../src/storage/open.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { recordingConversation, result, until } from './scripted-answer.ts';

const logger = pino({ level: 'silent' });
const WORKSPACE = 'slack:T1';
const REQUEST = { workspaceId: WORKSPACE, conversation: 'c', text: 'q', askedBy: { id: 'U1' }, allowWrites: false, id: 'event' };
const QUICK = { ttlMs: 40, renewMs: 10 };
const PATIENT = { ttlMs: 200, renewMs: 20 };

const prompt: Answer = async function* (run) {
	yield { type: 'status', text: 'working' };
	yield result(`answer to ${run.question.text}`);
};

let folder: string;
let storage: Storage;
let queues: RunQueue[];

beforeEach(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'toolcoder-'));
	storage = await openStorage(`sqlite://${folder}/bot.sqlite`, { logger });
	queues = [];
});
afterEach(async () => {
	await Promise.all(queues.map((queue) => queue.close()));
	await storage.close();
	await rm(folder, { recursive: true });
});

function open(conversation: Conversation, options: Partial<RunQueueOptions> = {}): RunQueue {
	const queue = createRunQueue({
		storage,
		answer: prompt,
		openConversation: () => conversation,
		concurrency: 4,
		logger,
		lease: QUICK,
		...options,
	});
	queues.push(queue);
	return queue;
}

/** A chat whose endings are shown by `showEnding`, which is told how many tries came before. */
function chat(showEnding: (before: number) => Promise<void>) {
	const place = recordingConversation();
	const { show } = place.conversation;
	const tries: number[] = [];
	place.conversation.show = async (run, event, index) => {
		if (event.type === 'result' || event.type === 'failure') {
			tries.push(performance.now());
			await showEnding(tries.length - 1);
		}
		await show(run, event, index);
	};
	return { ...place, tries };
}
/** Is out for the first so many tries. */
const outFor = (tries: number) => chat(async (before) => (before < tries ? Promise.reject(new Error('away')) : undefined));

const unfinished = async () => (await createRunStore(storage).unfinished()).length;
const statusOf = async (id: string) => (await createRunStore(storage).get(WORKSPACE, id))?.status;
const runsCounted = async () => (await createUsage(storage).sum(WORKSPACE, dayOf(new Date()))).runs;

describe('an ending that could not be shown', () => {
	it('is shown by the same process once the chat is back, with its number and nothing else again', async () => {
		const place = outFor(2);
		// A run whose lease lapses on a busy machine is begun anew, and what leads to its ending is shown again.
		const queue = open(place.conversation, { lease: PATIENT });
		await queue.resume();
		const { finished } = await queue.submit(REQUEST);
		assert.deepEqual(await finished, result('answer to q'));
		await until(async () => (await unfinished()) === 0, 'the ending to be shown');
		assert.deepEqual(
			place.shown.map(({ event, index }) => [event.type, index]),
			[
				['status', 0],
				['result', 1],
			],
		);
		assert.equal(place.tries.length, 3);
		await delay(5 * PATIENT.ttlMs);
		assert.equal(place.tries.length, 3);
	});

	it('is tried with pauses that grow', async () => {
		const place = outFor(4);
		const lease = { ttlMs: 120, renewMs: 15 };
		const queue = open(place.conversation, { lease });
		await queue.resume();
		await queue.submit(REQUEST);
		await until(async () => (await unfinished()) === 0);
		for (const [n, at] of place.tries.slice(1).entries()) {
			const pause = at - (place.tries[n] ?? 0);
			assert.ok(pause >= 2 ** n * lease.ttlMs - 2, `pause ${n} of ${pause} ms`);
		}
	});

	it('counts, and is known, before it can be shown', async () => {
		const queue = open(outFor(Number.POSITIVE_INFINITY).conversation);
		const { run, finished } = await queue.submit(REQUEST);
		await finished;
		assert.equal(await statusOf(run.id), 'answered');
		assert.equal(await runsCounted(), 1);
		assert.deepEqual(await queue.ending(run.id), result('answer to q'));
		assert.deepEqual(await createTranscript(storage).turns(topicOf(run)), [{ question: 'q', answer: 'answer to q' }]);
		assert.equal(await unfinished(), 1, 'it is still to be shown');
	});

	it('is heard of by another process that was given the same question', async () => {
		const place = outFor(3);
		const [queue, other] = [open(place.conversation), open(place.conversation)];
		await queue.resume();
		await (await queue.submit(REQUEST)).finished;
		assert.deepEqual(await (await other.submit(REQUEST)).finished, result('answer to q'));
		await until(async () => (await unfinished()) === 0);
		assert.deepEqual(await (await other.submit(REQUEST)).finished, result('answer to q'));
		assert.equal(place.types().filter((type) => type === 'result').length, 1);
		assert.equal(await runsCounted(), 1);
	});

	it('is left to a process that shows it, and not shown here then', async () => {
		const [out, working] = [outFor(Number.POSITIVE_INFINITY), outFor(0)];
		const queue = open(out.conversation);
		await (await queue.submit(REQUEST)).finished;
		const other = open(working.conversation);
		await other.resume();
		await until(async () => (await unfinished()) === 0);
		await queue.resume();
		await delay(3 * QUICK.ttlMs);
		assert.equal(out.tries.length, 1);
		assert.equal(working.tries.length, 1);
	});

	it('does not keep a process from closing, nor the next one from showing it', async () => {
		const queue = open(outFor(Number.POSITIVE_INFINITY).conversation);
		await queue.resume();
		await (await queue.submit(REQUEST)).finished;
		await queue.close();
		const place = outFor(0);
		await open(place.conversation).resume();
		await until(async () => (await unfinished()) === 0);
		assert.equal(place.tries.length, 1);
	});
});

describe('an ending that takes too long to show', () => {
	it('and appears late is settled then, once, and not shown again', async () => {
		const late = Promise.withResolvers<void>();
		const place = chat(() => late.promise);
		const queue = open(place.conversation, { showLimitMs: 20 });
		await queue.resume();
		const { run, finished } = await queue.submit(REQUEST);
		await finished;
		assert.equal(await unfinished(), 1);
		await delay(3 * QUICK.ttlMs);
		late.resolve();
		await until(async () => (await unfinished()) === 0);
		assert.equal(place.tries.length, 1);
		assert.equal(await statusOf(run.id), 'answered');
		assert.equal(await runsCounted(), 1);
		assert.equal((await createRunStore(storage).ending(run.id))?.shown, true);
		assert.equal((await createTranscript(storage).turns(topicOf(run))).length, 1);
	});

	it('is closed as soon as it appears, not at the next look', async () => {
		const late = Promise.withResolvers<void>();
		const queue = open(chat(() => late.promise).conversation, { showLimitMs: 20, lease: { ttlMs: 60_000, renewMs: 20_000 } });
		await (await queue.submit(REQUEST)).finished;
		late.resolve();
		await until(async () => (await unfinished()) === 0);
	});

	it('and fails in the end is shown again', async () => {
		const late = Promise.withResolvers<void>();
		const place = chat(async (before) => (before === 0 ? late.promise : undefined));
		const queue = open(place.conversation, { showLimitMs: 20 });
		await queue.resume();
		await (await queue.submit(REQUEST)).finished;
		late.reject(new Error('away'));
		await until(async () => (await unfinished()) === 0);
		assert.equal(place.tries.length, 2);
		assert.deepEqual(place.types(), ['status', 'result']);
	});
});
