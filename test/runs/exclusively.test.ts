import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { exclusively } from '../../src/runs/exclusively.ts';
import { createProcessIdentity } from '../../src/runs/process-identity.ts';
import { openStorage } from '../../src/storage/open.ts';
import type { Storage } from '../../src/storage/storage.ts';

let storage: Storage;
beforeEach(async () => {
	storage = await openStorage('sqlite://:memory:', { logger: pino({ level: 'silent' }) });
});
afterEach(() => storage.close());

describe('what is done by one at a time', () => {
	it('is refused when its turn does not come, and is anybody’s again after a failure', async () => {
		await storage.claim('key', 'somebody', 60_000);
		await assert.rejects(
			exclusively(storage, 'key', { ttlMs: 20, retryMs: 5 }, async () => {}),
			{ name: 'UserError', code: 'storage' },
		);
		await storage.release('key', 'somebody');
		await assert.rejects(
			exclusively(storage, 'key', { ttlMs: 1000, retryMs: 5 }, async () => {
				throw new Error('of the work');
			}),
			/of the work/,
		);
		assert.equal(await storage.holder('key'), undefined);
	});

	it('is done by one after the other within a process, too', async () => {
		let now = 0;
		await Promise.all(
			Array.from({ length: 5 }, () =>
				exclusively(storage, 'key', { ttlMs: 5000, retryMs: 1 }, async () => {
					assert.equal(++now, 1);
					await delay(2);
					now--;
				}),
			),
		);
	});

	it('goes on at once when the process that was at it has died', async () => {
		const child = spawn(process.execPath, ['--eval', '']);
		await once(child, 'exit');
		const dead = createProcessIdentity().replace(`:${process.pid}:`, `:${child.pid}:`);
		await storage.claim('key', dead, 60_000);
		assert.equal(await exclusively(storage, 'key', { ttlMs: 60_000, retryMs: 60_000 }, async () => 'done'), 'done');
	});

	it('gives what was done also when the hold cannot be given up, which lapses', async () => {
		const failing = { ...storage, release: () => Promise.reject(new Error('away')) };
		assert.equal(await exclusively(failing, 'key', { ttlMs: 20, retryMs: 5 }, async () => 'done'), 'done');
		assert.equal(await exclusively(storage, 'key', { ttlMs: 1000, retryMs: 5 }, async () => 'next'), 'next');
	});
});
