import type { JsonValue } from '../json.ts';

/**
 * Records of one kind, a key each. Every method rejects with a UserError `storage` when the store cannot do it: an acknowledged write is on
 * disk, and a failed read is never mistaken for an absent record.
 */
export interface Records<T> {
	get(key: string): Promise<T | undefined>;
	/** The record of each key, in the order of `keys`, in one round trip. Writes of others may fall between two of them. */
	getMany(keys: readonly string[]): Promise<(T | undefined)[]>;
	put(key: string, value: T): Promise<void>;
	/** True when there was one. */
	delete(key: string): Promise<boolean>;
	/**
	 * Makes a new value from the stored one, which nobody in any process writes or deletes in between: else it begins again with what is there
	 * then. `change` is pure and may be called several times; it gives undefined to leave the record as it is. What it throws is thrown, and
	 * nothing written. Rejects also when others were always faster for 15 seconds.
	 *
	 * @returns what is stored afterwards
	 */
	change(key: string, change: (value: T | undefined) => T | undefined): Promise<T | undefined>;
	/**
	 * All records whose key starts with `prefix` and, when `after` is given, is greater than it, in ascending order of their keys' UTF-8 bytes,
	 * read in pages: the cost is that of what is taken. What is written meanwhile may or may not appear.
	 */
	entries(prefix?: string, after?: string): AsyncIterable<readonly [key: string, value: T]>;
	/** The keys alone of the same: values may be many megabytes. */
	keys(prefix?: string, after?: string): AsyncIterable<string>;
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
