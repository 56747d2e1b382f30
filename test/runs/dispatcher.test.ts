import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { pino } from 'pino';
import { createLines } from '../../src/runs/line.ts';
import type { Answer } from '../../src/runs/perform-run.ts';
import { createProcessIdentity } from '../../src/runs/process-identity.ts';
import { createRunQueue, type RunQueue, type RunQueueOptions } from '../../src/runs/run-queue.ts';
import { createRunStore } from '../../src/runs/run-store.ts';
import { openStorage } from '../../src/storage/open.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { recordingConversation, result, until } from './scripted-answer.ts';

const logger = pino({ level: 'silent' });

let storage: Storage;
let queues: RunQueue[];
let place: ReturnType<typeof recordingConversation>;
beforeEach(async () => {
	storage = await openStorage('sqlite://:memory:', { logger });
	queues = [];
	place = recordingConversation();
});
afterEach(async () => {
	await Promise.all(queues.map((queue) => queue.close()));
	await storage.close();
});

function open(answer: Answer, options: Partial<RunQueueOptions> = {}): RunQueue {
	const queue = createRunQueue({
		storage,
		answer,
		openConversation: () => place.conversation,
		concurrency: 4,
		logger,
		graceMs: 20,
		...options,
	});
	queues.push(queue);
	return queue;
}
let asked = 0;
const ask = (queue: RunQueue, workspaceId: string, text = 'q') =>
	queue.submit({ workspaceId, conversation: `${workspaceId}/${asked++}`, text, askedBy: { id: 'U1' }, allowWrites: false });
const unfinished = async () => (await createRunStore(storage).unfinished()).length;

/** Answers that end one by one, when the test says so. */
function steps() {
	const started: string[] = [];
	const gates: PromiseWithResolvers<void>[] = [];
	const answer: Answer = async function* (run) {
		started.push(run.workspaceId);
		const gate = Promise.withResolvers<void>();
		gates.push(gate);
		await gate.promise;
		yield result(run.question.text);
	};
	return { answer, started, endOne: () => gates.shift()?.resolve(), waiting: () => gates.length };
}

describe('workspaces that share the bot', () => {
	it('take turns: who asks one question does not wait for the fifty of another', async () => {
		const { answer, started, endOne, waiting } = steps();
		const queue = open(answer, { concurrency: 2 });
		for (let n = 0; n < 50; n++) await ask(queue, 'slack:busy');
		await until(() => started.length === 2);
		await ask(queue, 'slack:small');
		for (let ended = 0; !started.includes('slack:small'); ended++) {
			assert.ok(ended < 10, `${ended} questions of the busy one went first`);
			const before = started.length;
			endOne();
			await until(() => started.length > before);
		}
		while ((await unfinished()) > 0) {
			endOne();
			await until(async () => waiting() > 0 || (await unfinished()) === 0);
		}
		assert.equal(started.length, 51);
	});

	it('have no more questions answered at once than each may, whatever else is free', async () => {
		const { answer, started, endOne } = steps();
		const queue = open(answer, { concurrency: 8, workspaceConcurrency: 3 });
		for (let n = 0; n < 6; n++) await ask(queue, 'slack:a');
		for (let n = 0; n < 2; n++) await ask(queue, 'slack:b');
		await until(() => started.length === 5);
		assert.deepEqual(started.toSorted(), ['slack:a', 'slack:a', 'slack:a', 'slack:b', 'slack:b']);
		for (let n = 0; n < 8; n++) {
			endOne();
			await until(async () => (await unfinished()) === 7 - n);
		}
		assert.equal(started.length, 8);
	});
});

describe('a run that takes its processes down', () => {
	it('is given up after five of them, with a word to whoever asked', async () => {
		const { answer } = steps();
		const queue = open(answer, { concurrency: 1 });
		await ask(queue, 'slack:a', 'holds the only place');
		const { run, finished } = await ask(queue, 'slack:a', 'deadly');
		const lines = createLines(storage);
		for (let n = 0; n < 5; n++) await lines.begin(run);
		const next = open(answer);
		await next.resume();
		assert.partialDeepStrictEqual(await finished, {
			code: 'internal',
			message:
				"The bot's process ended 5 times while it worked on this question, so it is given up. The operator finds the cause in the log. Ask something narrower, or ask again later.",
			reference: run.id,
		});
		assert.equal(place.shown.filter((shown) => shown.run.id === run.id && shown.event.type === 'failure').length, 1);
	});
});

describe('a run that a living process keeps for itself', () => {
	it('is left to it, and taken when it is gone', async () => {
		const { answer } = steps();
		const owner = open(answer, { concurrency: 1, lease: { ttlMs: 200, renewMs: 50 } });
		await ask(owner, 'slack:a', 'first');
		await ask(owner, 'slack:a', 'second');
		const answered: string[] = [];
		const other = open(
			async function* (run) {
				answered.push(run.question.text);
				yield result(run.question.text);
			},
			{ lease: { ttlMs: 200, renewMs: 50 } },
		);
		assert.deepEqual(await other.resume(), []);
		await ask(other, 'slack:a', 'third');
		await until(() => answered.length === 1);
		assert.deepEqual(answered, ['third']);
		await owner.close();
		await until(async () => (await unfinished()) === 0);
		assert.deepEqual(answered.toSorted(), ['first', 'second', 'third']);
	});

	it('is one of nobody when its keeper is unknown', async () => {
		const run = (
			await open(steps().answer).submit({
				workspaceId: 'slack:a',
				conversation: 'c',
				text: 'q',
				askedBy: { id: 'U1' },
				allowWrites: false,
			})
		).run;
		await until(async () => (await createRunStore(storage).get('slack:a', run.id))?.status === 'running');
		const stranger = { ...run, id: `${run.id.slice(0, -1)}0`, conversation: 'd' };
		await createRunStore(storage).accept(stranger, undefined, createProcessIdentity());
		const taken = await open(async function* () {
			yield result('taken');
		}).resume();
		assert.deepEqual(
			taken.map((each) => each.run.id),
			[stranger.id],
		);
	});
});
