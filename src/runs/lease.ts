import type { Logger } from 'pino';
import type { Storage } from '../storage/storage.ts';
import { isDead } from './process-identity.ts';

/** A hold that is prolonged until it is released. */
export interface Lease {
	/** Aborted when the hold was lost: another process may have it by now. */
	readonly lost: AbortSignal;
	/** False once the hold was lost or may have lapsed, even if no timer of this process has run since (it was suspended). */
	held(): boolean;
	/** Never rejects: a hold that cannot be given up lapses. */
	release(): Promise<void>;
	/** Prolongs it no more: it lapses. */
	abandon(): void;
}

export interface LeaseTerms {
	/** As `createProcessIdentity` makes it. */
	readonly owner: string;
	/** How long the hold lasts without being prolonged. */
	readonly ttlMs: number;
	readonly renewMs: number;
	readonly logger: Logger;
}

/** The key of whoever answers a run. */
export function runLease(runId: string): string {
	return `run/${runId}`;
}

/**
 * Takes `key`, at once also from a dead process of this host; `undefined` when another process holds it. Rejects with a UserError when the
 * storage fails.
 */
export async function takeLease(storage: Storage, key: string, terms: LeaseTerms): Promise<Lease | undefined> {
	const from = Date.now();
	if (await storage.claim(key, terms.owner, terms.ttlMs)) return keep(storage, key, terms, from);
	const holder = await storage.holder(key);
	if (holder === undefined || !isDead(holder)) return undefined;
	// Only takes effect while the dead one still has it, so of several processes that see this one gets the key.
	await storage.release(key, holder);
	const again = Date.now();
	return (await storage.claim(key, terms.owner, terms.ttlMs)) ? keep(storage, key, terms, again) : undefined;
}

function keep(storage: Storage, key: string, { owner, ttlMs, renewMs, logger }: LeaseTerms, from: number): Lease {
	const lost = new AbortController();
	let heldUntil = from + ttlMs;
	let renewing: Promise<void> | undefined;

	async function renew(): Promise<void> {
		const asked = Date.now();
		try {
			if (await storage.claim(key, owner, ttlMs)) heldUntil = asked + ttlMs;
			else lose();
		} catch (error) {
			logger.warn({ err: error, key }, 'that this process is still at work on it could not be recorded');
			if (Date.now() >= heldUntil) lose();
		}
	}
	function lose(): void {
		clearInterval(timer);
		lost.abort();
	}
	const timer = setInterval(() => {
		renewing ??= renew().finally(() => {
			renewing = undefined;
		});
	}, renewMs);
	timer.unref();

	return {
		lost: lost.signal,
		held: () => !lost.signal.aborted && Date.now() < heldUntil,
		abandon: () => clearInterval(timer),
		release: async () => {
			clearInterval(timer);
			// A renewal under way would take the key back after it was given up.
			await renewing;
			try {
				await storage.release(key, owner);
			} catch (error) {
				logger.warn({ err: error, key }, 'that this process has ended its work on it could not be recorded; others wait for some seconds');
			}
		},
	};
}
