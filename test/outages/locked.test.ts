import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import pino from 'pino';
import { UserError } from '../../src/errors.ts';
import { createRunQueue, type RunQueue } from '../../src/runs/run-queue.ts';
import { SqliteDatabase } from '../../src/storage/sqlite-database.ts';
import { createSqliteStorage } from '../../src/storage/sqlite-storage.ts';
import { recordingConversation, scriptedAnswer, until } from '../runs/scripted-answer.ts';
import { lastFirst } from './last-first.ts';

const logger = pino({ level: 'silent' });

/** Holds the database as another program would, for so long. */
const HOLDER = `
const { DatabaseSync } = require('node:sqlite');
const { parentPort, workerData: { file, ms } } = require('node:worker_threads');
const database = new DatabaseSync(file, { timeout: 5000 });
database.exec('BEGIN EXCLUSIVE');
parentPort.postMessage('held');
setTimeout(() => { database.exec('COMMIT'); database.close(); parentPort.postMessage('given up'); }, ms);
`;

interface Bot {
	readonly runs: RunQueue;
	readonly endings: () => string[];
	/** Resolves when it is held; gives what resolves when it is given up. */
	lock(ms: number): Promise<{ readonly free: Promise<unknown> }>;
	ask(text: string): Promise<unknown>;
	settled(): Promise<void>;
}

async function openBot(
	context: TestContext,
	busyTimeoutMs: number,
	atModel: (lock: Bot['lock']) => Promise<void> = async () => {},
): Promise<Bot> {
	const folder = await mkdtemp(path.join(tmpdir(), 'toolcoder-locked-'));
	const file = path.join(folder, 'bot.sqlite');
	const closing = lastFirst(context, () => rm(folder, { recursive: true }));
	const storage = await createSqliteStorage(await SqliteDatabase.open(file, { busyTimeoutMs }), { logger });
	closing.push(() => storage.close());
	const lock: Bot['lock'] = async (ms) => {
		const holder = new Worker(HOLDER, { eval: true, workerData: { file, ms } });
		closing.push(() => holder.terminate());
		await once(holder, 'message');
		return { free: once(holder, 'message') };
	};
	const { conversation, shown } = recordingConversation();
	const runs = createRunQueue({
		storage,
		logger,
		lease: { ttlMs: 2000, renewMs: 300 },
		concurrency: 4,
		openConversation: () => conversation,
		answer: (run, journal) =>
			scriptedAnswer(run, journal, async (effect) => {
				if (effect === 'step-plan') await atModel(lock);
				return effect;
			}),
	});
	closing.push(() => runs.close());
	await runs.resume();
	return {
		runs,
		lock,
		endings: () =>
			shown.flatMap(({ event }) => (event.type === 'result' ? [event.sentence] : event.type === 'failure' ? [event.message] : [])),
		async ask(text) {
			const request = { workspaceId: 'console:test', conversation: 'thread', text, askedBy: { id: 'ada' }, allowWrites: true };
			return (await runs.submit(request)).finished;
		},
		settled: () => until(async () => (await runs.unfinishedIn('thread').catch(() => [1])).length === 0, 'the end of all runs'),
	};
}

describe('a database that another program holds', { concurrency: true }, () => {
	test('for some seconds goes unnoticed, by a question and by a run', async (context) => {
		let locked = false;
		const bot = await openBot(context, 8000, async (lock) => {
			if (locked) return;
			locked = true;
			await lock(1500);
		});
		const { free } = await bot.lock(1500);
		await bot.ask('one');
		await free;
		await bot.settled();
		await bot.ask('two');
		assert.deepEqual(bot.endings(), ['one: done', 'two: done']);
	});

	test('for too long is told to whoever asks, and no longer in the way when it is given up', async (context) => {
		const bot = await openBot(context, 200);
		const { free } = await bot.lock(1000);
		await assert.rejects(bot.ask('one'), (error) => {
			assert.ok(error instanceof UserError);
			assert.match(error.userMessage, /^The bot's database is locked by another program\. Try again in a moment;/);
			return true;
		});
		await free;
		await bot.ask('two');
		await bot.settled();
		assert.deepEqual(bot.endings(), ['two: done']);
	});

	test('for too long in the midst of a run has one ending', async (context) => {
		const held: Promise<unknown>[] = [];
		const bot = await openBot(context, 200, async (lock) => {
			if (held.length === 0) held.push((await lock(1500)).free);
		});
		await bot.ask('one');
		await held[0];
		await bot.settled();
		const [ending = '', ...more] = bot.endings();
		assert.deepEqual(more, []);
		assert.match(ending, /^(one: done|The bot's database is locked by another program\. .*)$/);
		await bot.ask('two');
		await bot.settled();
		assert.deepEqual(bot.endings(), [ending, 'two: done']);
	});
});
