import type { Storage } from '../storage/storage.ts';
import { type Lease, type LeaseTerms, takeLease } from './lease.ts';
import { isDead } from './process-identity.ts';

/** Tells processes on one storage whether others of them live. Methods reject with a UserError when the storage fails. */
export interface Presence {
	/** From now on this process counts as living, until it gives no sign of life for as long as its lease lasts. */
	announce(): Promise<void>;
	/** Whether nobody who lives is `owner`. */
	isGone(owner: string): Promise<boolean>;
	/** Whether nobody who lives holds `key`. */
	isFree(key: string): Promise<boolean>;
	/** Never rejects. */
	end(): Promise<void>;
}

export function createPresence(storage: Storage, terms: LeaseTerms): Presence {
	let announced: Promise<Lease | undefined> | undefined;
	const isFree = async (key: string) => {
		const holder = await storage.holder(key);
		return holder === undefined || isDead(holder);
	};
	return {
		async announce() {
			// Lost while the process was suspended, or the storage away: then it is announced anew.
			const before = announced;
			const lease = await before;
			if (before && !lease?.held() && announced === before) {
				lease?.abandon();
				announced = undefined;
			}
			announced ??= takeLease(storage, keyOf(terms.owner), terms).catch((error: unknown) => {
				announced = undefined;
				throw error;
			});
			await announced;
		},
		isGone: async (owner) => owner !== terms.owner && isFree(keyOf(owner)),
		isFree,
		async end() {
			const lease = await announced?.catch(() => undefined);
			await lease?.release();
		},
	};
}

function keyOf(owner: string): string {
	return `process/${owner}`;
}
