import { setTimeout as delay } from 'node:timers/promises';
import { UserError } from '../errors.ts';
import type { Storage } from '../storage/storage.ts';
import { createProcessIdentity, isDead } from './process-identity.ts';

export interface Exclusion {
	/** How long a process may be at it before another one may; it takes milliseconds. */
	readonly ttlMs: number;
	/** How often others look whether it is free. */
	readonly retryMs: number;
}

/** A dead process's hold has lapsed by then, and half of that again has gone by. */
const PATIENCE = 1.5;

/**
 * Does `work` while nobody else does what goes by `key`, in any process; what a process of this host was at when it died goes on at once. Rejects with a
 * UserError `storage` when its turn does not come.
 */
export async function exclusively<T>(storage: Storage, key: string, { ttlMs, retryMs }: Exclusion, work: () => Promise<T>): Promise<T> {
	// Of this call alone: within a process others wait as well.
	const owner = createProcessIdentity();
	const deadline = Date.now() + PATIENCE * ttlMs;
	while (!(await storage.claim(key, owner, ttlMs))) {
		if (Date.now() >= deadline) throw new UserError('storage', 'The bot was busy with the same for too long. Try again in a minute.');
		const holder = await storage.holder(key);
		// Only takes effect while the dead one still has it.
		if (holder !== undefined && isDead(holder)) await storage.release(key, holder);
		else await delay(retryMs);
	}
	try {
		return await work();
	} finally {
		// It lapses by itself; what was done is done.
		await storage.release(key, owner).catch(() => {});
	}
}
