import type { Seal } from './sealed.ts';
import type { Storage } from './storage.ts';

/**
 * What became of one sealed record: sealed with the current key, sealed with it before, deleted because nothing refers to it any more (a process ended
 * before it was done), or left as it was because no key opens it.
 */
export type Resealed =
	| { readonly outcome: 'renewed' | 'current' | 'deleted' }
	| {
			readonly outcome: 'unreadable';
			/** For the operator. */
			readonly whose: string;
	  };

/** All records of one kind that hold something sealed. */
export interface SealedRecords {
	/** In the plural, for people. */
	readonly what: string;
	/**
	 * Seals one after the other with the current key. Each write is whole: cut off anywhere, it can be done again, and what is sealed opens all the while for
	 * whoever has both keys. Other processes may write meanwhile. Rejects when the storage fails.
	 */
	reseal(storage: Storage, seal: Seal): AsyncIterable<Resealed>;
}
