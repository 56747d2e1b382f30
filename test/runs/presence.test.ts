import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { pino } from 'pino';
import { createPresence, type Presence } from '../../src/runs/presence.ts';
import { createProcessIdentity } from '../../src/runs/process-identity.ts';
import { openStorage } from '../../src/storage/open.ts';
import type { Storage } from '../../src/storage/storage.ts';

const logger = pino({ level: 'silent' });
let storage: Storage;
let ended: Presence[];
beforeEach(async () => {
	storage = await openStorage('sqlite://:memory:', { logger });
	ended = [];
});
afterEach(async () => {
	await Promise.all(ended.map((presence) => presence.end()));
	await storage.close();
});

function open(owner: string, ttlMs = 10_000): Presence {
	const presence = createPresence(storage, { owner, ttlMs, renewMs: ttlMs / 3, logger });
	ended.push(presence);
	return presence;
}

describe('whether a process lives', () => {
	it('is told by what it says, and not after it has ended', async () => {
		const [one, other] = [createProcessIdentity(), createProcessIdentity()];
		const [presence, watching] = [open(one), open(other)];
		assert.equal(await watching.isGone(one), true);
		await presence.announce();
		assert.equal(await watching.isGone(one), false);
		assert.equal(await presence.isGone(one), false);
		await presence.end();
		assert.equal(await watching.isGone(one), true);
		assert.equal(await watching.isGone(other), false, 'it is this one');
	});

	it('is said anew by one that was taken for dead, before it accepts anything more', async () => {
		const owner = createProcessIdentity();
		const presence = open(owner, 60);
		await presence.announce();
		const resumesAt = Date.now() + 100;
		// Nothing else runs meanwhile, not even the timer that prolongs it.
		while (Date.now() < resumesAt);
		await Promise.all([presence.announce(), presence.announce()]);
		assert.equal(await open(createProcessIdentity()).isGone(owner), false);
	});

	it('rejects when the storage fails, and works when that does', async () => {
		let fails = true;
		const owner = createProcessIdentity();
		const failing: Storage = {
			...storage,
			claim: (...claim) => (fails ? Promise.reject(new Error('away')) : storage.claim(...claim)),
		};
		const presence = createPresence(failing, { owner, ttlMs: 10_000, renewMs: 3_000, logger });
		ended.push(presence);
		await assert.rejects(presence.announce(), /away/);
		fails = false;
		await presence.announce();
		assert.equal(await open(createProcessIdentity()).isGone(owner), false);
	});
});
