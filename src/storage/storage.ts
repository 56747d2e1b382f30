import type { JsonValue } from '../json.ts';

/**
 * Records of one kind, a key each. Every method rejects with a UserError `storage` when the store cannot do it: an acknowledged write is on
 * disk, and a failed read is never mistaken for an absent record.
 */
export interface Records<T> {
	get(key: string): Promise<T | undefined>;
	put(key: string, value: T): Promise<void>;
	/** True when there was one. */
	delete(key: string): Promise<boolean>;
	/**
	 * All records whose key starts with `prefix`, in ascending order of their keys' UTF-8 bytes, read in pages: the cost is that of what is
	 * taken. What is written meanwhile may or may not appear.
	 */
	entries(prefix?: string): AsyncIterable<readonly [key: string, value: T]>;
}

/** One database. Namespaces do not see one another; keys may hold any characters. */
export interface Storage {
	records<T extends JsonValue | object>(namespace: string): Records<T>;
	/**
	 * Takes `key` for `owner` for `ttlMs` and returns true, or returns false when another owner holds it and has not let it lapse. Atomic over
	 * processes. The same owner may call again to prolong its hold.
	 */
	claim(key: string, owner: string, ttlMs: number): Promise<boolean>;
	/** Who holds `key` now. */
	holder(key: string): Promise<string | undefined>;
	/** Gives the hold up when `owner` has it. */
	release(key: string, owner: string): Promise<void>;
	close(): Promise<void>;
}
