import { setTimeout as delay } from 'node:timers/promises';
import { Keyv, type KeyvOptions } from 'keyv';
import { UserError } from '../errors.ts';
import type { JsonValue } from '../json.ts';
import { type KeyRange, keyRange } from './key-range.ts';
import type { Operations } from './operations.ts';
import type { Records, Storage } from './storage.ts';

/**
 * The records of one namespace in a store, as Keyv sees it. Unlike Keyv's own adapters it has no `on`, and every method rejects when the store
 * fails: Keyv turns an error that was emitted somewhere into `undefined` or `false`, which reads like an absent record.
 *
 * Keys arrive as `<namespace>:<key>`, which is never empty: Keyv drops the empty key without a word.
 */
export interface RecordAdapter {
	/** Tells Keyv that this is a complete adapter and needs no bridge. */
	readonly capabilities: { readonly expires: true };
	get(key: string): Promise<unknown>;
	/** One result for each key, in their order. */
	getMany(keys: string[]): Promise<unknown[]>;
	set(key: string, value: unknown): Promise<boolean>;
	delete(key: string): Promise<boolean>;
	/** Stores `after` if the stored text is `before`, or if there is none and `before` is undefined; in one step, over processes. True when it did. */
	replace(key: string, before: string | undefined, after: string): Promise<boolean>;
	/**
	 * Keys (without namespace) and stored texts in ascending order of the keys' UTF-8 bytes. Fewer than `limit` only at the end. A record that was
	 * deleted meanwhile has no text.
	 */
	page(range: KeyRange, limit: number): Promise<(readonly [key: string, text: string | undefined])[]>;
	/** The keys alone of such a page. */
	keys(range: KeyRange, limit: number): Promise<string[]>;
}

/** Longer pages were no faster in SQLite (20,000 records: 48 ms; in pages of 10: 63 ms) and hold more values in memory at once. */
const PAGE = 100;
/** Of keys alone, which are short. */
const KEY_PAGE = 1000;

/** How long a change goes on losing to others. Thousands of changes fit into it, so that only a fault can use it up. */
const CHANGE_PATIENCE_MS = 15_000;
/** A loser waits a random part of this, which doubles each time up to the longest: those who met once do not meet again. */
const FIRST_CONFLICT_WAIT_MS = 4;
const LONGEST_CONFLICT_WAIT_MS = 50;
const ALWAYS_SLOWER = "The bot's database was busy with changes to the same record for too long. Try again in a minute.";

/** Plain JSON. Keyv's own serialisation would turn bigints and buffers into tagged strings instead of refusing them. */
const json: KeyvOptions['serialization'] = {
	stringify: (value: unknown) => JSON.stringify(value),
	parse: (text: string) => JSON.parse(text),
};

/** Records over Keyv. `open` gives the adapter of the namespace; it is called again after it failed. */
export function createKeyvRecords<T extends JsonValue | object>(
	namespace: string,
	open: () => Promise<RecordAdapter>,
	operations: Operations,
): Records<T> {
	let opened: Promise<{ adapter: RecordAdapter; keyv: Keyv<T> }> | undefined;

	function connect() {
		opened ??= open().then(
			(adapter) => ({ adapter, keyv: new Keyv<T>({ store: adapter, serialization: json }) }),
			(error) => {
				opened = undefined;
				throw error;
			},
		);
		return opened;
	}

	/** What is stored after one change; undefined when another one wrote or deleted the record in the meantime, and so nothing was written. */
	async function attempt(
		key: string,
		make: (value: T | undefined) => T | undefined,
	): Promise<{ readonly stored: T | undefined } | undefined> {
		const { adapter, keyv } = await connect();
		const stored = await adapter.get(key);
		const before = stored === undefined ? undefined : String(stored);
		const value = before === undefined ? undefined : ((await keyv.decode(before))?.value as T);
		const after = make(value);
		if (after === undefined) return { stored: value };
		return (await adapter.replace(key, before, String(await keyv.encode({ value: after })))) ? { stored: after } : undefined;
	}

	async function changed(key: string, make: (value: T | undefined) => T | undefined): Promise<T | undefined> {
		const deadline = Date.now() + CHANGE_PATIENCE_MS;
		for (let wait = FIRST_CONFLICT_WAIT_MS; ; wait = Math.min(2 * wait, LONGEST_CONFLICT_WAIT_MS)) {
			const done = await attempt(key, make);
			if (done) return done.stored;
			if (Date.now() >= deadline) throw new UserError('storage', ALWAYS_SLOWER);
			await delay(Math.random() * wait);
		}
	}

	async function change(key: string, make: (value: T | undefined) => T | undefined): Promise<T | undefined> {
		let failure: { readonly thrown: unknown } | undefined;
		const noted = (value: T | undefined) => {
			try {
				return make(value);
			} catch (thrown) {
				failure = { thrown };
				throw thrown;
			}
		};
		try {
			return await operations.run(async () => changed(named(namespace, key), noted));
		} catch (error) {
			// It is the caller's, not one of the store.
			throw failure ? failure.thrown : error;
		}
	}

	async function* entries(prefix = '', after?: string): AsyncGenerator<readonly [string, T]> {
		const range = rangeOf(prefix, after);
		const { adapter, keyv } = await operations.run(connect);
		const pages = pagesOf(
			range,
			PAGE,
			(part) => operations.run(() => adapter.page(part, PAGE)),
			([key]) => key,
		);
		for await (const [key, text] of pages) {
			if (text === undefined) continue;
			const envelope = await operations.run(() => keyv.decode(text));
			yield [key, envelope?.value as T];
		}
	}

	async function* keys(prefix = '', after?: string): AsyncGenerator<string> {
		const range = rangeOf(prefix, after);
		const { adapter } = await operations.run(connect);
		yield* pagesOf(
			range,
			KEY_PAGE,
			(part) => operations.run(() => adapter.keys(part, KEY_PAGE)),
			(key) => key,
		);
	}

	return {
		get: (key) => operations.run(async () => (await connect()).keyv.get(named(namespace, key))) as Promise<T | undefined>,
		getMany: (keys) =>
			operations.run(async () => (await connect()).keyv.getMany(keys.map((key) => named(namespace, key)))) as Promise<(T | undefined)[]>,
		put: (key, value) =>
			operations.run(async () => {
				const stored = await (await connect()).keyv.set(named(namespace, key), value);
				if (!stored) throw new Error('Keyv did not store the record');
			}),
		change,
		delete: (key) => operations.run(async () => (await connect()).keyv.delete(named(namespace, key))),
		entries,
		keys,
	};
}

function rangeOf(prefix: string, after: string | undefined): KeyRange {
	requireWellFormed(prefix);
	if (after !== undefined) requireWellFormed(after);
	return keyRange(prefix, after);
}

/** All of a range, read in pages of `size`. */
async function* pagesOf<Item>(
	whole: KeyRange,
	size: number,
	read: (range: KeyRange) => Promise<Item[]>,
	keyOf: (item: Item) => string,
): AsyncGenerator<Item> {
	let range = whole;
	for (;;) {
		const page = await read(range);
		yield* page;
		const last = page.at(-1);
		if (last === undefined || page.length < size) return;
		range = { ...range, from: keyOf(last), exclusive: true };
	}
}

/**
 * `Storage.records` that opens each namespace once, however often it is asked for: what belongs to one run asks anew for each, and to open SQLite's takes
 * four statements. Names arrive encoded.
 */
export function openedOnce(open: <T extends JsonValue | object>(name: string) => Records<T>): Storage['records'] {
	const opened = new Map<string, unknown>();
	return <T extends JsonValue | object>(namespace: string) => {
		const name = encodeURIComponent(namespace);
		const records = (opened.get(name) as Records<T> | undefined) ?? open<T>(name);
		opened.set(name, records);
		return records;
	};
}

function named(namespace: string, key: string): string {
	requireWellFormed(key);
	return `${namespace}:${key}`;
}

/** A lone surrogate has no UTF-8: stores would turn different keys into the same one. */
function requireWellFormed(key: string): void {
	if (!key.isWellFormed()) throw new UserError('storage', 'A name with broken characters cannot be stored. Write it again without them.');
}
