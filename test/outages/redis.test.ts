import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import pino from 'pino';
import { UserError } from '../../src/errors.ts';
import { createRunQueue, type RunQueue } from '../../src/runs/run-queue.ts';
import { openStorage } from '../../src/storage/open.ts';
import { recordingConversation, scriptedAnswer, until } from '../runs/scripted-answer.ts';
import { type RedisServer, startRedisServer } from '../storage/redis-server.ts';
import { lastFirst } from './last-first.ts';
import { withResultMoment } from './with-result-moment.ts';

const LEASE = { ttlMs: 1500, renewMs: 300 };
/** The connection is given up after 2.5 s of silence, but a killed server is noticed at once. */
const LONGER_THAN_THE_LEASE_MS = 2000;

interface Bot {
	readonly redis: RedisServer;
	readonly runs: RunQueue;
	/** Endings that were shown, in words. One that comes again as the same event of its run is none: chats find its message. */
	readonly endings: () => string[];
	/** What was done so often: `step-plan`, `call-write` and the like. */
	readonly count: (effect: string) => number;
	ask(text: string): Promise<unknown>;
	/** All runs are closed. */
	settled(): Promise<void>;
}

/** `before` is called before each effect, before a result goes on to be recorded, and when it was shown: it may take the server away. */
async function openBot(
	context: TestContext,
	before: (moment: string, redis: RedisServer, nth: number) => Promise<unknown> = async () => {},
): Promise<Bot> {
	// By default Redis puts writes off that it has acknowledged while the disk is slow, and a kill loses them.
	const redis = await startRedisServer('--appendfsync', 'always');
	const closing = lastFirst(context, () => redis.dispose());
	const logger = pino({ level: 'silent' });
	const storage = await openStorage(redis.url, { logger });
	closing.push(() => storage.close());
	const counts = new Map<string, number>();
	const { conversation, shown } = recordingConversation();
	const reach = async (moment: string) => {
		const nth = (counts.get(moment) ?? 0) + 1;
		counts.set(moment, nth);
		await before(moment, redis, nth);
		return moment;
	};
	const runs = createRunQueue({
		storage,
		logger,
		lease: LEASE,
		concurrency: 4,
		graceMs: 500,
		openConversation: () => ({
			...conversation,
			async show(run, event, index) {
				await conversation.show(run, event, index);
				if (event.type === 'result') await reach('shown');
			},
		}),
		answer: (run, journal) => withResultMoment(scriptedAnswer(run, journal, reach), reach),
	});
	closing.push(() => runs.close());
	await runs.resume();
	return {
		redis,
		runs,
		endings: () => {
			const all = shown.flatMap(({ run, event, index }) => {
				const words = event.type === 'result' ? event.sentence : event.type === 'failure' ? `failure: ${event.message}` : undefined;
				return words === undefined ? [] : [[`${run.id}/${index}/${words}`, words] as const];
			});
			return [...new Map(all).values()];
		},
		count: (effect) => counts.get(effect) ?? 0,
		async ask(text) {
			const request = { workspaceId: 'console:test', conversation: 'thread', text, askedBy: { id: 'ada' }, allowWrites: true };
			return (await runs.submit(request)).finished;
		},
		settled: () => until(async () => (await runs.unfinishedIn('thread').catch(() => [1])).length === 0, 'the end of all runs'),
	};
}

describe('Redis away for longer than a lease, and back', { concurrency: 4 }, () => {
	const failure =
		"failure: The bot's Redis cannot be reached. Try again in a moment; the operator should check that it runs and that its address (DATABASE_URL or REDIS_URL) is right.";
	const sent = `${failure} 1 call that changes data had been sent already: world.write. Asking again starts over, and may send it again.`;
	// A write whose response could not be recorded is not sent again: its run fails, or the one that takes it up finds it begun.
	const moments: [when: string, moment: string, goesOn: boolean, endings: readonly string[]][] = [
		['while the model is asked', 'step-plan', false, ['one: done']],
		['while the model answers', 'step-plan', true, [failure, 'one: done']],
		['while a write is under way', 'call-write', false, ['one: done']],
		['while a write comes back', 'call-write', true, [sent, 'one: refused']],
		['when there is an answer', 'result', true, ['one: done']],
		['when the answer was shown', 'shown', true, ['one: done']],
		['after the answer', 'step-keep', true, ['one: done']],
	];
	for (const [when, where, goesOn, endings] of moments) {
		test(`${when}: one ending, and no write twice`, async (context) => {
			let back: Promise<void> = Promise.resolve();
			const bot = await openBot(context, async (moment, redis, nth) => {
				if (moment !== where || nth > 1) return;
				await redis.kill();
				back = delay(LONGER_THAN_THE_LEASE_MS).then(() => redis.start());
				if (!goesOn) await back;
			});
			await bot.ask('one');
			await back;
			await bot.settled();
			const [ending = 'none', ...more] = bot.endings();
			assert.deepEqual(more, []);
			assert.ok(endings.includes(ending), ending);
			assert.ok(bot.count('call-write') <= 1);
			await bot.ask('two');
			await bot.settled();
			assert.deepEqual(bot.endings(), [ending, 'two: done']);
		});
	}

	test('while a question is asked: its asker is told what to do, and it works again without a restart', async (context) => {
		const bot = await openBot(context);
		await bot.redis.kill();
		await assert.rejects(bot.ask('one'), (error) => {
			assert.ok(error instanceof UserError);
			assert.equal(error.code, 'storage');
			assert.match(error.userMessage, /^The bot's Redis cannot be reached\. Try again in a moment; the operator should check that it runs/);
			return true;
		});
		await bot.redis.start();
		await until(async () => (await bot.runs.load().catch(() => undefined)) !== undefined, 'the connection');
		await bot.ask('two');
		await bot.settled();
		assert.deepEqual(bot.endings(), ['two: done']);
	});

	for (const where of ['step-plan', 'result']) {
		test(`does not keep a process that has come to “${where}” from ending`, async (context) => {
			const gone = Promise.withResolvers<void>();
			const bot = await openBot(context, async (moment, redis) => {
				if (moment !== where) return;
				await redis.kill();
				gone.resolve();
			});
			const asked = bot.ask('one');
			await gone.promise;
			await bot.runs.close();
			await asked;
		});
	}
});
