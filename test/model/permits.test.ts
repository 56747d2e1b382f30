import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { createSharedPermits, type Permits } from '../../src/model/permits.ts';
import { until } from '../runs/scripted-answer.ts';
import { type RedisServer, startRedisServer } from '../storage/redis-server.ts';

const logger = pino({ level: 'silent' });
const forever = new AbortController().signal;

let redis: RedisServer;
before(async () => {
	redis = await startRedisServer();
});
after(() => redis.dispose());

const share = (name: string, limit: number) => createSharedPermits({ url: redis.url, name, limit, logger });
const closed = (permits: readonly Permits[]) => Promise.all(permits.map((each) => each.close()));

describe('shared permits', () => {
	it('are no more than there are, over all who share them, and everybody gets one', async () => {
		const all = [share('a', 3), share('a', 3), share('a', 3)];
		let [now, most, done] = [0, 0, 0];
		await Promise.all(
			Array.from({ length: 60 }, async (_, n) => {
				const release = await all[n % 3]?.acquire(forever);
				most = Math.max(most, ++now);
				await delay(2);
				now--;
				done++;
				release?.();
			}),
		);
		assert.equal(most, 3);
		assert.equal(done, 60);
		await closed(all);
	});

	it('of another name are others', async () => {
		const [one, other] = [share('b', 1), share('c', 1)];
		(await one.acquire(forever))();
		await Promise.all([one.acquire(forever), other.acquire(forever)]);
		await closed([one, other]);
	});

	it('are given in the order they were asked for, and not to those who do not wait any more', async () => {
		const permits = share('d', 1);
		const release = await permits.acquire(forever);
		const given: string[] = [];
		const leaving = new AbortController();
		const left = permits.acquire(leaving.signal);
		const waiting = ['x', 'y'].map(async (name) => {
			const done = await permits.acquire(forever);
			given.push(name);
			done();
		});
		leaving.abort(new Error('enough'));
		await assert.rejects(left, /enough/);
		await assert.rejects(async () => permits.acquire(leaving.signal), /enough/);
		release();
		release();
		await Promise.all(waiting);
		assert.deepEqual(given, ['x', 'y']);
		await permits.close();
	});

	it('of a process that died go to others once they have lapsed', async () => {
		const client = new Redis(redis.url);
		const [seconds = 0, micros = 0] = (await client.time()).map(Number);
		await client.zadd('toolcoder:@permits:e', seconds * 1000 + micros / 1000 + 300, 'dead');
		const permits = share('e', 1);
		const startedAt = Date.now();
		await permits.acquire(forever);
		assert.ok(Date.now() - startedAt > 50);
		client.disconnect();
		await permits.close();
	});

	it('are given to everybody while the server is away, and shared again afterwards', async () => {
		const warnings: string[] = [];
		const permits = createSharedPermits({
			url: redis.url,
			name: 'f',
			limit: 1,
			logger: pino({ level: 'warn' }, { write: (line) => void warnings.push(line) }),
		});
		(await permits.acquire(forever))();
		await redis.kill();
		const releases = await Promise.all([permits.acquire(forever), permits.acquire(forever)]);
		for (const release of releases) release();
		assert.equal(warnings.length, 1);
		await redis.start();
		const again = share('f', 1);
		await until(async () => {
			const first = await permits.acquire(forever);
			let held = true;
			const second = again.acquire(forever).then((release) => {
				release();
				return held;
			});
			await delay(50);
			held = false;
			first();
			// Shared again once the second had to wait for the first.
			return !(await second);
		});
		await closed([permits, again]);
	});
});
