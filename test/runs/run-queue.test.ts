import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { UserError } from '../../src/errors.ts';
import type { JsonValue } from '../../src/json.ts';
import type { Answer } from '../../src/runs/perform-run.ts';
import { RunLeft } from '../../src/runs/run-left.ts';
import { createRunQueue, type RunQueue, type RunQueueOptions } from '../../src/runs/run-queue.ts';
import type { RunRequest } from '../../src/runs/run-request.ts';
import { createRunStore } from '../../src/runs/run-store.ts';
import { createUsage, dayOf } from '../../src/runs/usage.ts';
import { SqliteDatabase } from '../../src/storage/sqlite-database.ts';
import { createSqliteStorage } from '../../src/storage/sqlite-storage.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { recordingConversation, result, scriptedAnswer, TOTALS, until } from './scripted-answer.ts';

const logger = pino({ level: 'silent' });
const WORKSPACE = 'console:local';

function request(text: string, more: Partial<RunRequest> = {}): RunRequest {
	return { workspaceId: WORKSPACE, conversation: 'c', text, askedBy: { id: 'dana' }, allowWrites: false, ...more };
}

const failure = (code: 'internal' | 'model-reply' | 'stopped', message: string, reference: string) =>
	({ type: 'failure', code, message, reference, totals: TOTALS }) as const;

/** Answers at once. */
const prompt: Answer = async function* (run) {
	yield result(`answer to ${run.question.text}`);
};

/** Gives a result when it is let go, or a failure when it is aborted. */
function heldAnswer() {
	const gate = Promise.withResolvers<void>();
	const started: string[] = [];
	let running = 0;
	let most = 0;
	const answer: Answer = async function* (run, _journal, signal) {
		started.push(run.question.text);
		most = Math.max(most, ++running);
		const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
		yield { type: 'status', text: 'working' };
		await Promise.race([gate.promise, aborted]);
		running--;
		yield signal.aborted ? failure('internal', 'was aborted', run.id) : result(run.question.text);
	};
	return { answer, started, release: () => gate.resolve(), most: () => most };
}

let folder: string;
let database: SqliteDatabase;
let storage: Storage;
let place: ReturnType<typeof recordingConversation>;
let queues: RunQueue[];

beforeEach(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'toolcoder-'));
	database = await SqliteDatabase.open(path.join(folder, 'bot.sqlite'), { busyTimeoutMs: 100 });
	storage = await createSqliteStorage(database, { logger });
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
const statusOf = async (id: string) => (await createRunStore(storage).get(WORKSPACE, id))?.status;
const unfinished = async () => (await createRunStore(storage).unfinished()).length;

describe('submitting', () => {
	it('refuses an empty question and a conversation that cannot be opened, and keeps nothing', async () => {
		const queue = open(prompt, { openConversation: (key) => (key === 'c' ? place.conversation : undefined) });
		await assert.rejects(queue.submit(request(' \n')), { name: 'UserError', code: 'bad-input' });
		await assert.rejects(queue.submit(request('q', { conversation: 'elsewhere' })), { name: 'UserError', code: 'not-found' });
		assert.equal(await unfinished(), 0);
	});

	it('refuses when nothing can be saved', async () => {
		const queue = open(prompt);
		await (await queue.submit(request('q'))).finished;
		await database.query('PRAGMA max_page_count = 1');
		await assert.rejects(
			queue.submit(request('x'.repeat(100_000))),
			(error) => error instanceof UserError && /disk .* is full/.test(error.userMessage),
		);
		assert.equal(place.shown.length, 1);
		assert.equal(await unfinished(), 0);
	});

	it('does not answer what it has told was not accepted, once the storage works again', async () => {
		let away = false;
		const broken: Storage = {
			...storage,
			records: <T extends JsonValue | object>(namespace: string) => {
				const records = storage.records<T>(namespace);
				const unlessAway = <R>(work: () => Promise<R>) => (away ? Promise.reject(new UserError('storage', 'away')) : work());
				return {
					...records,
					change: (key: string, make: (value: T | undefined) => T | undefined) => {
						// The last write of an acceptance; everything after it fails as well.
						if (namespace === 'runs') away = true;
						return unlessAway(() => records.change(key, make));
					},
					delete: (key: string) => unlessAway(() => records.delete(key)),
				};
			},
		};
		const queue = open(prompt, { storage: broken });
		await assert.rejects(queue.submit(request('q')), { code: 'storage' });
		assert.equal(await unfinished(), 1);
		away = false;
		await queue.resume();
		await until(async () => (await unfinished()) === 0);
		assert.deepEqual(place.shown, []);
		assert.deepEqual(await Array.fromAsync(storage.records('runs-waiting').entries()), []);
	});

	it('has the run on disk before anything is shown', async () => {
		let found: string | undefined;
		const queue = open(prompt);
		place.conversation.show = async (run) => {
			found ??= await statusOf(run.id);
		};
		await (await queue.submit(request('q'))).finished;
		assert.equal(found, 'running');
	});

	it('makes one run of an event that comes twice, to one process or to two', async () => {
		const held = heldAnswer();
		const [queue, other] = [open(held.answer), open(held.answer)];
		const submitted = await Promise.all([queue, other, queue, other].map((each) => each.submit(request('q', { id: 'event' }))));
		await until(() => held.started.length > 0);
		held.release();
		const endings = await Promise.all(submitted.map(({ finished }) => finished));
		assert.equal(new Set(submitted.map(({ run }) => run.id)).size, 1);
		for (const ending of endings) assert.deepEqual(ending, result('q'));
		const late = await other.submit(request('q', { id: 'event' }));
		assert.deepEqual(await late.finished, result('q'));
		assert.deepEqual(held.started, ['q']);
		assert.deepEqual(place.types(), ['status', 'result']);
	});
});

describe('looking for abandoned runs', () => {
	it('does not mistake a run that is just being submitted for one', async () => {
		const started: string[] = [];
		const writing = Promise.withResolvers<void>();
		const slow: Storage = {
			...storage,
			records: <T extends JsonValue | object>(namespace: string) => {
				const records = storage.records<T>(namespace);
				if (namespace !== 'runs') return records;
				const put: typeof records.put = async (key, value) => {
					writing.resolve();
					await delay(50);
					await records.put(key, value);
				};
				return { ...records, put };
			},
		};
		const queue = open(
			async function* (run) {
				started.push(run.question.text);
				yield result(run.question.text);
			},
			{ storage: slow },
		);
		const submitting = queue.submit(request('q'));
		await writing.promise;
		await queue.resume();
		await (await submitting).finished;
		assert.deepEqual(started, ['q']);
		assert.deepEqual(place.types(), ['result']);
	});
});

describe('running', () => {
	it('shows every event with its number and finishes with the ending', async () => {
		const queue = open((run, journal) => scriptedAnswer(run, journal, async (name) => name));
		const { run, finished } = await queue.submit(request('q'));
		assert.equal((await finished).type, 'result');
		assert.deepEqual(place.types(), ['scaffold', 'plan', 'tool-call', 'tool-call', 'result', 'kept']);
		assert.deepEqual(
			place.shown.map(({ index }) => index),
			[0, 1, 2, 3, 4, 5],
		);
		const saved = await createRunStore(storage).get(WORKSPACE, run.id);
		assert.equal(saved?.status, 'answered');
		assert.ok(saved?.endedAt);
		assert.equal(await unfinished(), 0);
	});

	it('runs one question of a conversation at a time, in order, and tells the next one what was answered', async () => {
		let running = 0;
		const seen: string[] = [];
		const queue = open(async function* (run) {
			assert.equal(++running, 1);
			await new Promise((resolve) => setTimeout(resolve, 5));
			seen.push(`${run.question.text} after ${run.question.earlier.map(({ question, answer }) => `${question}=${answer}`)}`);
			running--;
			yield result(run.question.text.toUpperCase());
		});
		const submitted = await Promise.all(['a', 'b', 'c'].map((text) => queue.submit(request(text))));
		await Promise.all(submitted.map(({ finished }) => finished));
		assert.deepEqual(seen, ['a after ', 'b after a=A', 'c after a=A,b=B']);
	});

	it('runs conversations side by side, up to its limit', async () => {
		const held = heldAnswer();
		const queue = open(held.answer, { concurrency: 2 });
		const submitted = await Promise.all(['1', '2', '3', '4'].map((conversation) => queue.submit(request('q', { conversation }))));
		await until(() => held.started.length === 2);
		held.release();
		await Promise.all(submitted.map(({ finished }) => finished));
		assert.equal(held.most(), 2);
		assert.equal(held.started.length, 4);
	});

	it('makes a failure of what an answer throws, in words and with the run as reference', async () => {
		const lines: string[] = [];
		const queue = open(
			async function* () {
				yield { type: 'status', text: '' };
				throw new Error('secret stack');
			},
			{ logger: pino({ level: 'error' }, { write: (line) => void lines.push(line) }) },
		);
		const { run, finished } = await queue.submit(request('q'));
		const ending = await finished;
		assert.ok(ending.type === 'failure');
		assert.equal(ending.code, 'internal');
		assert.equal(ending.reference, run.id);
		assert.doesNotMatch(JSON.stringify(place.shown), /secret/);
		assert.match(lines.join(''), /secret stack/);
		assert.equal(await statusOf(run.id), 'failed');
		const userError = open(async function* () {
			yield { type: 'status', text: '' };
			throw new UserError('model-unavailable', 'The model is away.');
		});
		assert.partialDeepStrictEqual(await (await userError.submit(request('q'))).finished, {
			code: 'model-unavailable',
			message: 'The model is away.',
		});
	});

	it('makes a failure of an answer that just ends', async () => {
		const queue = open(async function* () {});
		assert.equal((await (await queue.submit(request('q'))).finished).type, 'failure');
	});

	it('goes on when an event cannot be shown', async () => {
		place.conversation.show = async (_run, event) => {
			if (event.type === 'status') throw new Error('too long');
		};
		const held = heldAnswer();
		held.release();
		assert.deepEqual(await (await open(held.answer).submit(request('q'))).finished, result('q'));
	});

	it('shows an ending that could not be shown at the next start', async () => {
		const { show } = place.conversation;
		place.conversation.show = () => Promise.reject(new Error('away'));
		const queue = open(prompt);
		assert.equal((await (await queue.submit(request('q'))).finished).type, 'result');
		assert.deepEqual(await queue.resume(), [], 'it is not tried over and over');
		await queue.close();
		place.conversation.show = show;
		const next = open(async function* (run) {
			yield failure('model-reply', 'another ending', run.id);
		});
		assert.equal((await next.resume()).length, 1);
		await until(async () => (await unfinished()) === 0);
		assert.deepEqual(
			place.shown.map(({ event }) => event),
			[result('answer to q')],
		);
	});
});

describe('looking at runs', () => {
	it('finds what is unfinished in a conversation, whichever process has it', async () => {
		const held = heldAnswer();
		const [queue, other] = [open(held.answer), open(held.answer)];
		const first = await queue.submit(request('first'));
		const second = await queue.submit(request('second'));
		await queue.submit(request('elsewhere', { conversation: 'd' }));
		await until(async () => (await statusOf(first.run.id)) === 'running');
		assert.deepEqual(
			(await other.unfinishedIn('c')).map(({ question, status }) => [question.text, status]),
			[
				['first', 'running'],
				['second', 'waiting'],
			],
		);
		assert.deepEqual(await other.unfinishedIn('e'), []);
		held.release();
		await Promise.all([first.finished, second.finished]);
		assert.deepEqual(await other.unfinishedIn('c'), []);
	});

	it('gives a run of the workspace, and how it ended', async () => {
		const held = heldAnswer();
		const queue = open(held.answer);
		const { run, finished } = await queue.submit(request('q'));
		assert.equal(await queue.ending(run.id), undefined);
		held.release();
		await finished;
		assert.deepEqual(await open(prompt).ending(run.id), result('q'));
		assert.equal((await queue.get(WORKSPACE, run.id))?.status, 'answered');
		assert.equal(await queue.get('console:other', run.id), undefined);
		assert.equal(await queue.ending('unknown'), undefined);
	});

	it('knows an ending that could not be shown', async () => {
		place.conversation.show = () => Promise.reject(new Error('away'));
		const queue = open(prompt);
		const { run, finished } = await queue.submit(request('q'));
		await finished;
		assert.deepEqual(await queue.ending(run.id), result('answer to q'));
	});

	it('lists the newest runs, of everybody or of one person', async () => {
		const queue = open(prompt);
		for (const [text, id] of [
			['a', 'dana'],
			['b', 'ada'],
			['c', 'dana'],
			['d', 'dana/x'],
			['e', 'dana'],
		]) {
			await (await queue.submit(request(text ?? '', { askedBy: { id: id ?? '' } }))).finished;
		}
		await queue.submit(request('other', { workspaceId: 'console:other' }));
		const texts = async (options: Parameters<RunQueue['recent']>[1]) =>
			(await queue.recent(WORKSPACE, options)).map(({ question }) => question.text);
		assert.deepEqual(await texts({ limit: 3 }), ['e', 'd', 'c']);
		assert.deepEqual(await texts({ askedBy: 'dana', limit: 10 }), ['e', 'c', 'a']);
		assert.deepEqual(await texts({ askedBy: 'dana', limit: 2 }), ['e', 'c']);
		assert.deepEqual(await texts({ askedBy: 'nobody', limit: 2 }), []);
		assert.deepEqual(await texts({ askedBy: 'dana', limit: 0 }), []);
	});

	it('counts what each run cost, once, also when it is shown by the next start', async () => {
		const used = { ...TOTALS, modelCalls: 3, promptTokens: 100 };
		const costly: Answer = async function* (run) {
			yield { ...result(run.question.text), totals: used };
		};
		const { show } = place.conversation;
		place.conversation.show = () => Promise.reject(new Error('away'));
		await (await open(costly).submit(request('q'))).finished;
		place.conversation.show = show;
		const next = open(costly);
		await next.resume();
		await until(async () => (await unfinished()) === 0);
		await (await next.submit(request('q'))).finished;
		const sum = await createUsage(storage).sum(WORKSPACE, dayOf(new Date()));
		assert.partialDeepStrictEqual(sum, { runs: 2, modelCalls: 6, promptTokens: 200, users: [{ id: 'dana', runs: 2 }] });
	});
});

describe('stopping', () => {
	it('ends a run, saying who did it, whatever the answer makes of it', async () => {
		const held = heldAnswer();
		const queue = open(held.answer);
		const { run, finished } = await queue.submit(request('q'));
		await until(() => held.started.length === 1);
		assert.equal(await queue.stop(run.id, 'Dana'), true);
		assert.partialDeepStrictEqual(await finished, {
			type: 'failure',
			code: 'stopped',
			message: 'Stopped by Dana. Ask again to start over.',
		});
		assert.equal(await statusOf(run.id), 'stopped');
		assert.equal(await unfinished(), 0);
		assert.equal(await queue.stop(run.id, 'Dana'), false);
		assert.equal(await queue.stop('unknown', 'Dana'), false);
	});

	it('ends a run that is waiting for its turn at once, without starting it', async () => {
		const held = heldAnswer();
		const queue = open(held.answer, { concurrency: 1 });
		const first = await queue.submit(request('first'));
		const second = await queue.submit(request('second'));
		const elsewhere = await queue.submit(request('elsewhere', { conversation: 'd' }));
		for (const { run } of [second, elsewhere]) await queue.stop(run.id, 'Dana');
		assert.partialDeepStrictEqual(await second.finished, { code: 'stopped' });
		assert.partialDeepStrictEqual(await elsewhere.finished, { code: 'stopped' });
		held.release();
		assert.deepEqual(await first.finished, result('first'));
		assert.deepEqual(held.started, ['first']);
	});

	it('does not wait for an answer that will not stop', async () => {
		const queue = open(
			async function* () {
				yield { type: 'status', text: '' };
				await new Promise(() => {});
			},
			{ graceMs: 20 },
		);
		const { run, finished } = await queue.submit(request('q'));
		await until(() => place.shown.length === 1);
		await queue.stop(run.id, 'Dana');
		assert.partialDeepStrictEqual(await finished, { code: 'stopped' });
		assert.deepEqual(place.types(), ['status', 'failure']);
	});
});

describe('closing', () => {
	it('leaves runs to the next start, which shows their ending once', async () => {
		const held = heldAnswer();
		const queue = open(held.answer, { concurrency: 1 });
		const running = await queue.submit(request('running'));
		const waiting = await queue.submit(request('waiting'));
		await until(() => held.started.length === 1);
		await queue.close();
		for (const { finished } of [running, waiting]) assert.partialDeepStrictEqual(await finished, { type: 'failure', code: 'stopped' });
		await assert.rejects(queue.submit(request('late')), { name: 'UserError', code: 'stopped' });
		// That the one works and the other waits.
		assert.deepEqual(place.types(), ['status', 'status']);
		assert.equal(await unfinished(), 2);

		const next = open(prompt);
		assert.deepEqual(
			(await next.resume()).map(({ run }) => run.id),
			[running.run.id, waiting.run.id],
		);
		await until(async () => (await unfinished()) === 0);
		assert.deepEqual(
			place.shown.flatMap(({ event }) => (event.type === 'result' ? [event.sentence] : [])),
			['answer to running', 'answer to waiting'],
		);
		assert.deepEqual(await next.resume(), []);
	});

	it('tells an answer that it is left, not stopped', async () => {
		const reasons: unknown[] = [];
		const waiting: Answer = async function* (_run, _journal, signal) {
			yield { type: 'status', text: 'working' };
			await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
			reasons.push(signal.reason instanceof RunLeft);
		};
		const [closed, stopping] = [open(waiting), open(waiting)];
		await closed.submit(request('q'));
		const { run, finished } = await stopping.submit(request('q', { conversation: 'd' }));
		await until(() => place.shown.length === 2);
		await closed.close();
		await stopping.stop(run.id, 'Dana');
		await finished;
		assert.deepEqual(reasons, [true, false]);
	});

	it('keeps the lease of an answer that will not stop', async () => {
		const stuck: Answer = async function* () {
			yield { type: 'status', text: '' };
			await new Promise(() => {});
		};
		const queue = open(stuck, { graceMs: 20, lease: { ttlMs: 1000, renewMs: 100 } });
		await queue.submit(request('q'));
		await until(() => place.shown.length === 1);
		await queue.close();
		const next = open(prompt, { lease: { ttlMs: 50, renewMs: 20 } });
		assert.deepEqual(await next.resume(), []);
		await until(async () => (await unfinished()) === 0, 'the lease to lapse and the run to be taken up');
		assert.deepEqual(place.types(), ['status', 'result']);
	});
});

describe('several processes', () => {
	it('do not take a run that another one has or that they cannot post', async () => {
		const held = heldAnswer();
		const { finished } = await open(held.answer).submit(request('q'));
		await until(() => held.started.length === 1);
		const other = open(prompt);
		assert.deepEqual(await other.resume(), []);
		held.release();
		assert.deepEqual(await finished, result('q'));
		assert.deepEqual(place.types(), ['status', 'result']);

		const dying = open(heldAnswer().answer);
		await dying.submit(request('for another platform'));
		await dying.close();
		assert.deepEqual(await open(prompt, { openConversation: () => undefined }).resume(), []);
		assert.equal(await unfinished(), 1);
	});

	it('share the unfinished runs, each being run once', async () => {
		const dying = open(heldAnswer().answer);
		for (let n = 0; n < 12; n++) await dying.submit(request(`${n}`, { conversation: `${n}` }));
		await dying.close();
		place.shown.length = 0;
		await Promise.all([open(prompt), open(prompt), open(prompt)].map((queue) => queue.resume()));
		await until(async () => (await unfinished()) === 0);
		assert.deepEqual(
			place.shown.flatMap(({ run, event }) => (event.type === 'result' ? [Number(run.conversation)] : [])).toSorted((a, b) => a - b),
			Array.from({ length: 12 }, (_, n) => n),
		);
	});

	it('abort a run whose lease was lost, and show nothing more of it', async () => {
		const held = heldAnswer();
		const queue = open(held.answer, { lease: { ttlMs: 60_000, renewMs: 10 } });
		const { run, finished } = await queue.submit(request('q'));
		await until(() => held.started.length === 1);
		const key = `run/${run.id}`;
		await storage.release(key, (await storage.holder(key)) ?? '');
		await storage.claim(key, 'somebody', 60_000);
		assert.partialDeepStrictEqual(await finished, { code: 'stopped' });
		assert.deepEqual(place.types(), ['status']);
		assert.equal(await unfinished(), 1);
		assert.equal(await storage.holder(key), 'somebody');
	});
});

describe('a process that was suspended', () => {
	it('shows nothing and records no ending of a run that may be another process’s by now', async () => {
		const queue = open(
			async function* (run) {
				// Nothing else runs meanwhile, not even the timer that prolongs the lease.
				const resumedAt = Date.now() + 80;
				while (Date.now() < resumedAt);
				yield result(run.question.text);
			},
			{ lease: { ttlMs: 60, renewMs: 10_000 } },
		);
		assert.partialDeepStrictEqual(await (await queue.submit(request('q'))).finished, { code: 'stopped' });
		assert.deepEqual(place.shown, []);
		assert.equal(await unfinished(), 1);
	});
});

describe('a storage that fails during a run', () => {
	it('ends it with a failure people see, which is recorded once the storage works again', async () => {
		const queue = open(async function* (_run, journal) {
			yield { type: 'status', text: '' };
			await database.query('PRAGMA query_only = ON');
			await journal.step('a', async () => 1);
		});
		const { run, finished } = await queue.submit(request('q'));
		assert.partialDeepStrictEqual(await finished, { type: 'failure', code: 'storage' });
		assert.deepEqual(await queue.resume(), []);
		assert.partialDeepStrictEqual(await queue.ending(run.id), { code: 'storage' });
		assert.deepEqual(place.types(), ['status', 'failure']);
		await database.query('PRAGMA query_only = OFF');
		assert.equal(await statusOf(run.id), 'running');
		assert.deepEqual(await queue.resume(), []);
		assert.equal(await unfinished(), 0);
		assert.equal(await statusOf(run.id), 'failed');
		assert.deepEqual(place.types(), ['status', 'failure']);
	});

	it('does not answer it again for whoever stops it before its ending is recorded', async () => {
		const queue = open(async function* (_run, journal) {
			yield { type: 'status', text: '' };
			await database.query('PRAGMA query_only = ON');
			await journal.step('a', async () => 1);
		});
		const { run, finished } = await queue.submit(request('q'));
		await finished;
		await database.query('PRAGMA query_only = OFF');
		await queue.stop(run.id, 'Ada');
		await until(async () => (await unfinished()) === 0);
		assert.equal(await statusOf(run.id), 'failed');
		assert.deepEqual(place.types(), ['status', 'failure']);
	});

	it('says so when the disk is full', async () => {
		const queue = open(async function* (_run, journal) {
			await database.query('PRAGMA max_page_count = 1');
			await journal.step('a', async () => 'x'.repeat(200_000));
		});
		assert.match(JSON.stringify(await (await queue.submit(request('q'))).finished), /disk .* is full/);
		await database.query('PRAGMA max_page_count = 100000');
	});
});
