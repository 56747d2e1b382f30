import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { pino } from 'pino';
import { createBullEngine } from '../../src/runs/engine/bull.ts';
import type { Answer } from '../../src/runs/perform-run.ts';
import type { Run } from '../../src/runs/run.ts';
import { createRunQueue, type RunQueue, type RunQueueOptions } from '../../src/runs/run-queue.ts';
import { createRunStore } from '../../src/runs/run-store.ts';
import { openStorage } from '../../src/storage/open.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { type RedisServer, startRedisServer } from '../storage/redis-server.ts';
import { recordingConversation, result, until } from './scripted-answer.ts';

const logger = pino({ level: 'silent' });
const REQUEST = { workspaceId: 'slack:T1', conversation: 'c', text: 'q', askedBy: { id: 'U1' }, allowWrites: false };

let redis: RedisServer;
before(async () => {
	redis = await startRedisServer();
});
after(() => redis.dispose());

let database = 0;
let storage: Storage;
let queues: RunQueue[];
let place: ReturnType<typeof recordingConversation>;
beforeEach(async () => {
	database++;
	storage = await openStorage(url(), { logger });
	queues = [];
	place = recordingConversation();
});
afterEach(async () => {
	await Promise.all(queues.map((queue) => queue.close()));
	await storage.close();
});
const url = () => `${redis.url}/${database}`;

/** As a process of its own would have it, but for the storage's connection. */
async function open(answer: Answer, options: Partial<RunQueueOptions> & { readonly places?: number } = {}): Promise<RunQueue> {
	const { places = 4, ...more } = options;
	const queue = createRunQueue({
		storage,
		answer,
		openConversation: () => place.conversation,
		concurrency: 4,
		logger,
		graceMs: 50,
		engine: createBullEngine({ url: url(), concurrency: places, logger }),
		...more,
	});
	queues.push(queue);
	await queue.resume();
	return queue;
}
const front = () =>
	open(
		// biome-ignore lint/correctness/useYield: it is never to be asked
		async function* () {
			throw new Error('a front answers nothing');
		},
		{ places: 0 },
	);
/** Names who has answered. */
const by = (name: string): Answer =>
	async function* (run) {
		yield result(`${run.question.text} by ${name}`);
	};
const unfinished = async () => (await createRunStore(storage).unfinished()).length;

describe('processes that share their runs', () => {
	it('answer what another one has taken in, each once, and that one hears of it', async () => {
		const asking = await front();
		await open(by('a'));
		await open(by('b'));
		const submitted = await Promise.all(
			Array.from({ length: 20 }, (_, n) => asking.submit({ ...REQUEST, text: `${n}`, conversation: `${n}` })),
		);
		const endings = await Promise.all(submitted.map(({ finished }) => finished));
		for (const [n, ending] of endings.entries())
			assert.match(ending.type === 'result' ? ending.sentence : '', new RegExp(`^${n} by [ab]$`));
		assert.equal(place.types().filter((type) => type === 'result').length, 20);
		assert.equal(await unfinished(), 0);
	});

	it('answer one question of a conversation at a time, in order, whichever process has it', async () => {
		const seen: string[] = [];
		let now = 0;
		const answer: Answer = async function* (run) {
			assert.equal(++now, 1);
			await new Promise((resolve) => setTimeout(resolve, 5));
			seen.push(`${run.question.text} after ${run.question.earlier.length}`);
			now--;
			yield result(run.question.text);
		};
		const asking = await front();
		await Promise.all([open(answer), open(answer)]);
		const submitted: { readonly run: Run; readonly finished: Promise<unknown> }[] = [];
		for (const text of ['a', 'b', 'c', 'd']) submitted.push(await asking.submit({ ...REQUEST, text }));
		await Promise.all(submitted.map(({ finished }) => finished));
		assert.deepEqual(seen, ['a after 0', 'b after 1', 'c after 2', 'd after 3']);
	});

	it('let go of what somebody stops at another one, be it answered or waiting', async () => {
		const started: string[] = [];
		const held: Answer = async function* (run, _journal, signal) {
			started.push(run.question.text);
			yield { type: 'status', text: 'working' };
			await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
		};
		const asking = await front();
		await open(held);
		const first = await asking.submit({ ...REQUEST, text: 'first' });
		const second = await asking.submit({ ...REQUEST, text: 'second' });
		await until(() => started.length === 1);
		assert.equal(await asking.stop(second.run.id, 'Ada'), true);
		assert.equal(await asking.stop(first.run.id, 'Ada'), true);
		for (const { finished } of [first, second])
			assert.partialDeepStrictEqual(await finished, { code: 'stopped', message: 'Stopped by Ada. Ask again to start over.' });
		assert.deepEqual(started, ['first']);
		assert.equal(await unfinished(), 0);
	});

	it('go on with what one hands back when it is closed', async () => {
		const asking = await front();
		const started = Promise.withResolvers<void>();
		const leaving = await open(async function* (_run, _journal, signal) {
			yield { type: 'status', text: 'working' };
			started.resolve();
			await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
		});
		const { finished } = await asking.submit(REQUEST);
		await started.promise;
		await open(by('b'));
		await leaving.close();
		assert.deepEqual(await finished, result('q by b'));
	});

	it('write unasked only where that was allowed to one that had not begun before', async () => {
		const asking = await front();
		const started = Promise.withResolvers<void>();
		const mayWrite: boolean[] = [];
		const leaving = await open(async function* (run, _journal, signal) {
			mayWrite.push(run.allowWrites);
			yield { type: 'status', text: 'working' };
			started.resolve();
			await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
		});
		const { finished } = await asking.submit({ ...REQUEST, allowWrites: true });
		await started.promise;
		await open(async function* (run) {
			mayWrite.push(run.allowWrites);
			yield result('done');
		});
		await leaving.close();
		await finished;
		assert.deepEqual(mayWrite, [true, false]);
	});

	it('let one finish what it may still finish when it is closed', async () => {
		const started = Promise.withResolvers<void>();
		const closing = await open(async function* () {
			yield { type: 'status', text: 'working' };
			started.resolve();
			await new Promise((resolve) => setTimeout(resolve, 100));
			yield result('just in time');
		});
		const { finished } = await closing.submit(REQUEST);
		await started.promise;
		await closing.close({ graceMs: 10_000 });
		assert.deepEqual(await finished, result('just in time'));
	});

	it('keep a conversation that one alone can show anything in to that one', async () => {
		await open(by('other'), { openConversation: () => undefined });
		const own = await open(by('own'), { isLocal: (conversation) => conversation === 'here' });
		assert.deepEqual(await (await own.submit({ ...REQUEST, conversation: 'here' })).finished, result('q by own'));
	});

	it('tell whoever asked that a question waits, and leave showing it to the one that answers', async () => {
		const gate = Promise.withResolvers<void>();
		const elsewhere: string[] = [];
		const asking = await open(by('nobody'), {
			places: 0,
			openConversation: () => ({ ...place.conversation, elsewhere: (run) => void elsewhere.push(run.question.text) }),
		});
		await open(async function* (run) {
			await gate.promise;
			yield result(run.question.text);
		});
		await asking.submit({ ...REQUEST, text: 'first' });
		const { finished } = await asking.submit({ ...REQUEST, text: 'second' });
		await until(() => place.types().includes('status'));
		assert.deepEqual(
			place.shown.map(({ run, event, index }) => [run.question.text, event.type, index]),
			[['second', 'status', -1]],
		);
		gate.resolve();
		await finished;
		await until(() => elsewhere.length === 1);
		assert.deepEqual(elsewhere, ['second']);
	});
});
