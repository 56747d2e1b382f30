import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { createClient } from '@keyv/redis';
import pino from 'pino';
import { UserError } from '../../src/errors.ts';
import { createRunQueue, type RunQueue } from '../../src/runs/run-queue.ts';
import { openStorage } from '../../src/storage/open.ts';
import { SqliteDatabase } from '../../src/storage/sqlite-database.ts';
import { createSqliteStorage } from '../../src/storage/sqlite-storage.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { recordingConversation, scriptedAnswer, until } from '../runs/scripted-answer.ts';
import { startRedisServer } from '../storage/redis-server.ts';
import { type Closing, lastFirst } from './last-first.ts';
import { withResultMoment } from './with-result-moment.ts';

const logger = pino({ level: 'silent' });

/** A storage whose disk or memory can be filled up, and given space again. */
interface Fillable {
	readonly storage: Storage;
	readonly closing: Closing;
	/** What people are told while it is full. */
	readonly words: string;
	fill(): Promise<void>;
	free(): Promise<void>;
}

async function sqlite(context: TestContext): Promise<Fillable> {
	const folder = await mkdtemp(path.join(tmpdir(), 'toolcoder-full-'));
	const database = await SqliteDatabase.open(path.join(folder, 'bot.sqlite'));
	const storage = await createSqliteStorage(database, { logger });
	const closing = lastFirst(context, () => rm(folder, { recursive: true }));
	closing.push(() => storage.close());
	const ballast = storage.records<{ text: string }>('ballast');
	return {
		storage,
		closing,
		words: "The disk of the bot's database is full, so nothing more can be saved. The operator should free some space; then try again.",
		async fill() {
			// No page more than there is; and what is left in those is used up, but for what a longer record finds on its own page.
			await database.query('PRAGMA max_page_count = 1');
			for (let at = 0; ; at += 1) {
				const stored = await ballast.put(`${at}`, { text: 'x'.repeat(500) }).then(
					() => true,
					() => false,
				);
				if (!stored) return;
			}
		},
		async free() {
			await database.query('PRAGMA max_page_count = 1000000');
		},
	};
}

async function redis(context: TestContext): Promise<Fillable> {
	const server = await startRedisServer('--maxmemory-policy', 'noeviction');
	const closing = lastFirst(context, () => server.dispose());
	const storage = await openStorage(server.url, { logger });
	closing.push(() => storage.close());
	const operator = createClient({ url: server.url });
	await operator.connect();
	closing.push(async () => operator.destroy());
	return {
		storage,
		closing,
		words: "The bot's Redis is out of memory. The operator should give it more; then try again.",
		async fill() {
			await operator.configSet('maxmemory', '1');
		},
		async free() {
			await operator.configSet('maxmemory', '0');
		},
	};
}

interface Bot {
	readonly runs: RunQueue;
	readonly endings: () => string[];
	readonly writes: () => number;
	ask(text: string): Promise<unknown>;
	settled(): Promise<void>;
}

/** `reach` is called before each effect of an answer, and before its result goes on to be recorded. */
async function openBot({ storage, closing }: Fillable, reach: (moment: string) => Promise<void>): Promise<Bot> {
	const { conversation, shown } = recordingConversation();
	let writes = 0;
	const runs = createRunQueue({
		storage,
		logger,
		lease: { ttlMs: 500, renewMs: 100 },
		concurrency: 4,
		openConversation: () => conversation,
		answer: (run, journal) =>
			withResultMoment(
				scriptedAnswer(run, journal, async (effect) => {
					if (effect === 'call-write') writes += 1;
					await reach(effect);
					return effect;
				}),
				reach,
			),
	});
	closing.push(() => runs.close());
	await runs.resume();
	return {
		runs,
		writes: () => writes,
		endings: () => {
			const all = shown.flatMap(({ run, event, index }) => {
				const words = event.type === 'result' ? event.sentence : event.type === 'failure' ? event.message : undefined;
				return words === undefined ? [] : [[`${run.id}/${index}/${words}`, words] as const];
			});
			return [...new Map(all).values()];
		},
		async ask(text) {
			const request = { workspaceId: 'console:test', conversation: 'thread', text, askedBy: { id: 'ada' }, allowWrites: true };
			return (await runs.submit(request)).finished;
		},
		settled: () => until(async () => (await runs.unfinishedIn('thread')).length === 0, 'the end of all runs'),
	};
}

for (const [name, open] of [
	['a full disk under SQLite', sqlite],
	['a Redis without memory', redis],
] as const) {
	describe(name, { concurrency: true }, () => {
		for (const moment of ['step-plan', 'call-write', 'result', 'step-keep']) {
			test(`that is met at “${moment}”: the asker is told once, nothing is written twice, and it goes on when there is space`, async (context) => {
				const fillable = await open(context);
				const { words, fill, free } = fillable;
				let isFull = false;
				const bot = await openBot(fillable, async (reached) => {
					if (reached !== moment || isFull) return;
					isFull = true;
					await fill();
				});
				await bot.ask('one');
				const [ending = '', ...more] = bot.endings();
				assert.deepEqual(more, []);
				const told = moment === 'step-plan' || moment === 'call-write';
				// A record that grows may find room on its own page.
				if (told && ending !== 'one: done') assert.ok(ending.startsWith(words), ending);
				else assert.equal(ending, 'one: done');
				if (ending.startsWith(words) && moment === 'call-write') assert.match(ending, /had been sent already: world\.write\./);
				await assert.rejects(bot.ask('refused'), (error) => error instanceof UserError && error.userMessage === words);
				await free();
				await bot.settled();
				await bot.ask('two');
				await bot.settled();
				assert.deepEqual(bot.endings(), [ending, 'two: done']);
				assert.ok(bot.writes() <= 2);
				const recent = await bot.runs.recent('console:test', { limit: 10 });
				assert.deepEqual(
					recent.map(({ question, status }) => [question.text, status]),
					[
						['two', 'answered'],
						['one', ending === 'one: done' ? 'answered' : 'failed'],
					],
				);
			});
		}
	});
}
