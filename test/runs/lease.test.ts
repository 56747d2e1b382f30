import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { type Lease, type LeaseTerms, takeLease } from '../../src/runs/lease.ts';
import { createProcessIdentity, isDead } from '../../src/runs/process-identity.ts';
import { openStorage } from '../../src/storage/open.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { until } from './scripted-answer.ts';

const logger = pino({ level: 'silent' });

/** The identity that a process of this host had, which is gone. */
async function deadIdentity(): Promise<string> {
	const child = spawn(process.execPath, ['--eval', '']);
	await once(child, 'exit');
	return createProcessIdentity().replace(`:${process.pid}:`, `:${child.pid}:`);
}

describe('a process identity', () => {
	it('is dead only when its process is gone from this very host', async () => {
		const dead = await deadIdentity();
		assert.equal(isDead(dead), true);
		assert.equal(isDead(createProcessIdentity()), false);
		assert.equal(isDead(dead.replace(/^[^:]+/, 'elsewhere')), false);
		for (const nonsense of ['', ':', `${dead.split(':')[0]}:`, `${dead.split(':')[0]}:-1:x`, `${dead.split(':')[0]}:0:x`]) {
			assert.equal(isDead(nonsense), false, nonsense);
		}
	});

	it('is another one each time', () => {
		assert.notEqual(createProcessIdentity(), createProcessIdentity());
	});
});

describe('a lease', () => {
	let storage: Storage;
	beforeEach(async () => {
		storage = await openStorage('sqlite://:memory:', { logger });
	});
	afterEach(() => storage.close());
	async function take(terms: LeaseTerms): Promise<Lease> {
		const lease = await takeLease(storage, 'k', terms);
		assert.ok(lease, 'somebody has it');
		return lease;
	}
	const terms = (ttlMs = 60_000, renewMs = 20_000) => ({ owner: createProcessIdentity(), ttlMs, renewMs, logger });

	it('is held by one until it is released', async () => {
		const lease = await take(terms());
		assert.ok(lease.held());
		assert.equal(await takeLease(storage, 'k', terms()), undefined);
		await lease.release();
		const next = await take(terms());
		await lease.release();
		assert.equal(await takeLease(storage, 'k', terms()), undefined);
		await next.release();
	});

	it('is prolonged as long as the process lives', async () => {
		const lease = await take(terms(400, 40));
		await delay(700);
		assert.ok(lease.held());
		assert.equal(await takeLease(storage, 'k', terms()), undefined);
		await lease.release();
		await delay(100);
		assert.equal(await storage.holder('k'), undefined, 'a renewal took it back');
	});

	it('is not taken back by a renewal that was under way when it was released', async () => {
		const renewing = Promise.withResolvers<void>();
		let claims = 0;
		const slow: Storage = {
			...storage,
			claim: async (...claim) => {
				if (++claims > 1) {
					renewing.resolve();
					await delay(30);
				}
				return storage.claim(...claim);
			},
		};
		const lease = await takeLease(slow, 'k', terms(60_000, 10));
		await renewing.promise;
		await lease?.release();
		await delay(60);
		assert.equal(await storage.holder('k'), undefined);
	});

	it('lapses when it is abandoned', async () => {
		const lease = await take(terms(60, 10));
		lease.abandon();
		await until(() => !lease.held());
		await (await take(terms())).release();
	});

	it('is taken from a dead process of this host at once, and by one process only', async () => {
		await storage.claim('k', await deadIdentity(), 60_000);
		const leases = await Promise.all(Array.from({ length: 10 }, () => takeLease(storage, 'k', terms())));
		const held = leases.filter((lease) => lease !== undefined);
		assert.equal(held.length, 1);
		await held[0]?.release();
	});

	it('is not taken from a process of another host before it lapses', async () => {
		await storage.claim('k', (await deadIdentity()).replace(/^[^:]+/, 'elsewhere'), 60);
		assert.equal(await takeLease(storage, 'k', terms()), undefined);
		await until(async () => {
			const lease = await takeLease(storage, 'k', terms());
			await lease?.release();
			return lease !== undefined;
		});
	});

	it('is lost when another process has it', async () => {
		const mine = terms(60_000, 10);
		const lease = await take(mine);
		await storage.release('k', mine.owner);
		await storage.claim('k', 'somebody', 60_000);
		await until(() => lease.lost.aborted);
		assert.equal(lease.held(), false);
		await lease.release();
		assert.equal(await storage.holder('k'), 'somebody');
	});

	it('is lost when it cannot be prolonged in time', async () => {
		const lease = await take(terms(300, 10));
		await storage.close();
		assert.ok(lease.held());
		await until(() => lease.lost.aborted);
		assert.equal(lease.held(), false);
	});

	it('is not held after its time, even when no timer has run', async () => {
		const lease = await take(terms(30, 10_000));
		const resumeAt = Date.now() + 50;
		while (Date.now() < resumeAt);
		assert.equal(lease.held(), false);
		await lease.release();
	});
});
