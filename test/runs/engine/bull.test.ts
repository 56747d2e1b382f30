import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { createBullEngine } from '../../../src/runs/engine/bull.ts';
import type { Engine } from '../../../src/runs/engine/engine.ts';
import { type RedisServer, startRedisServer } from '../../storage/redis-server.ts';
import { until } from '../scripted-answer.ts';
import { engineContract } from './engine-contract.ts';

const logger = pino({ level: 'silent' });
let redis: RedisServer;
before(async () => {
	redis = await startRedisServer();
});
after(() => redis.dispose());

let database = 0;
beforeEach(() => {
	database = (database + 1) % 16;
});
const url = () => `${redis.url}/${database}`;
async function redisCommand<T>(work: (client: Redis) => Promise<T>): Promise<T> {
	const client = new Redis(url());
	try {
		return await work(client);
	} finally {
		client.disconnect();
	}
}

engineContract('BullMQ', async (concurrency) => createBullEngine({ url: url(), concurrency, logger }));

describe('BullMQ', () => {
	const engines: Engine[] = [];
	const open = (concurrency: number) => {
		const engine = createBullEngine({ url: url(), concurrency, logger });
		engines.push(engine);
		return engine;
	};
	afterEach(async () => {
		await Promise.all(engines.splice(0).map((engine) => engine.close()));
	});

	it('has what one process offers served by another, and nothing where there are no places', async () => {
		const [front, worker] = [open(0), open(1)];
		const served: string[] = [];
		front.open(async () => {
			served.push('front');
			return 'done';
		});
		worker.open(async ({ runId }) => {
			served.push(runId);
			return 'done';
		});
		for (let n = 0; n < 4; n++) await front.offer({ workspaceId: 'w', runId: `r${n}` });
		await until(() => served.length === 4);
		assert.deepEqual(served, ['r0', 'r1', 'r2', 'r3']);
	});

	it('hands out again what could not be served yet', async () => {
		const worker = open(1);
		let times = 0;
		worker.open(async () => (++times < 3 ? 'again' : 'done'));
		await worker.offer({ workspaceId: 'w', runId: 'r' });
		await until(() => times === 3);
	});

	it('works on when a job is lost while it is served, and is not taken for away', async () => {
		const lines: string[] = [];
		const worker = createBullEngine({
			url: url(),
			concurrency: 1,
			logger: pino({ level: 'warn' }, { write: (line) => void lines.push(line) }),
		});
		engines.push(worker);
		const gate = Promise.withResolvers<void>();
		const served: string[] = [];
		worker.open(async ({ runId }) => {
			served.push(runId);
			if (runId === 'lost') await gate.promise;
			return 'done';
		});
		await worker.offer({ workspaceId: 'w', runId: 'lost' });
		await until(() => served.length === 1);
		await redisCommand((client) => client.flushdb());
		gate.resolve();
		await until(() => lines.length > 0);
		assert.equal(worker.trouble(), undefined);
		await worker.offer({ workspaceId: 'w', runId: 'next' });
		await until(() => served.includes('next'));
	});

	it('keeps next to nothing of what was served, and of how often it was not', async () => {
		const worker = open(4);
		const served = new Map<string, number>();
		worker.open(async ({ runId }) => {
			const times = (served.get(runId) ?? 0) + 1;
			served.set(runId, times);
			return runId === 'again' && times < 3 ? 'again' : 'done';
		});
		await worker.offer({ workspaceId: 'w', runId: 'again' });
		await until(() => served.has('again'));
		assert.equal((await redisCommand((client) => client.hget('toolcoder:@queue:runs:again', 'stacktrace'))) ?? '[]', '[]');
		for (let n = 0; n < 400; n++) await worker.offer({ workspaceId: 'w', runId: `r${n}` });
		await until(() => served.size === 401 && served.get('again') === 3);
		await until(async () => (await redisCommand((client) => client.keys('*'))).every((key) => !/:(r\d+|again)$/.test(key)));
		assert.ok((await redisCommand((client) => client.xlen('toolcoder:@queue:runs:events'))) < 300);
	});

	it('writes nothing to the console, whatever the server is set to', async (context) => {
		const lenient = await startRedisServer('--maxmemory-policy', 'allkeys-lru');
		const written = (['log', 'info', 'warn', 'error'] as const).map((method) => context.mock.method(console, method, () => {}).mock);
		const engine = createBullEngine({ url: lenient.url, concurrency: 1, logger });
		try {
			const served: string[] = [];
			engine.open(async ({ runId }) => {
				served.push(runId);
				return 'done';
			});
			await until(async () =>
				engine.offer({ workspaceId: 'w', runId: 'r' }).then(
					() => true,
					() => false,
				),
			);
			await until(() => served.length === 1);
		} finally {
			await engine.close();
			await lenient.dispose();
		}
		assert.deepEqual(
			written.flatMap(({ calls }) => calls.map((call) => call.arguments)),
			[],
		);
	});

	it('lets go of a server that does not answer, and goes on when it does', async () => {
		const worker = open(1);
		const served: string[] = [];
		worker.open(async ({ runId }) => {
			served.push(runId);
			return 'done';
		});
		await worker.offer({ workspaceId: 'w', runId: 'before' });
		await until(() => served.length === 1);
		await redisCommand((client) => client.call('CLIENT', 'PAUSE', '4000', 'ALL'));
		await assert.rejects(async () => worker.offer({ workspaceId: 'w', runId: 'during' }));
		await until(() => worker.trouble() !== undefined);
		await until(async () =>
			worker.offer({ workspaceId: 'w', runId: 'after' }).then(
				() => true,
				() => false,
			),
		);
		await until(() => served.includes('after'));
		assert.equal(worker.trouble(), undefined);
	});

	it('refuses offers at once while the server is away, says so, and goes on when it is back', async () => {
		const lines: string[] = [];
		const watched = createBullEngine({
			url: url(),
			concurrency: 1,
			logger: pino({ level: 'warn' }, { write: (line) => void lines.push(line) }),
		});
		engines.push(watched);
		const served: string[] = [];
		watched.open(async ({ runId }) => {
			served.push(runId);
			return 'done';
		});
		await watched.offer({ workspaceId: 'w', runId: 'before' });
		await until(() => served.length === 1);
		await redis.kill();
		await until(() => watched.trouble() !== undefined);
		await assert.rejects(async () => watched.offer({ workspaceId: 'w', runId: 'during' }));
		// It is told of at the first try to reach the server again, unless that is back before.
		await until(() => lines.length > 0);
		assert.match(watched.trouble() ?? '', /^The queue on Redis cannot be reached \(.+\)\. Check that it runs\.$/);
		await redis.start();
		await until(() => watched.trouble() === undefined);
		await until(async () => {
			try {
				await watched.offer({ workspaceId: 'w', runId: 'after' });
				return true;
			} catch {
				return false;
			}
		});
		await until(() => served.includes('after'));
		assert.equal(lines.filter((line) => line.includes('does not work')).length, 1);
	});
});
