import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
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
