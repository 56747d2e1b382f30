import { Keyv, type KeyvOptions } from 'keyv';
import { UserError } from '../errors.ts';
import type { JsonValue } from '../json.ts';
import type { Operations } from './operations.ts';
import type { Records } from './storage.ts';

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
	set(key: string, value: unknown): Promise<boolean>;
	delete(key: string): Promise<boolean>;
	/**
	 * Keys (without namespace) and stored texts in ascending order of the keys' UTF-8 bytes, from `from`, or after it when `exclusive`. Fewer
	 * than `limit` only at the end. A record that was deleted meanwhile has no text.
	 */
	page(from: string, exclusive: boolean, limit: number): Promise<(readonly [key: string, text: string | undefined])[]>;
}

/** Longer pages were no faster in SQLite (20,000 records: 48 ms; in pages of 10: 63 ms) and hold more values in memory at once. */
const PAGE = 100;

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

	async function* entries(prefix = ''): AsyncGenerator<readonly [string, T]> {
		requireWellFormed(prefix);
		const { adapter, keyv } = await operations.run(connect);
		let from = prefix;
		for (let exclusive = false; ; exclusive = true) {
			const page = await operations.run(() => adapter.page(from, exclusive, PAGE));
			for (const [key, text] of page) {
				if (!key.startsWith(prefix)) return;
				from = key;
				if (text === undefined) continue;
				const envelope = await operations.run(() => keyv.decode(text));
				yield [key, envelope?.value as T];
			}
			if (page.length < PAGE) return;
		}
	}

	return {
		get: (key) => operations.run(async () => (await connect()).keyv.get(named(namespace, key))) as Promise<T | undefined>,
		put: (key, value) =>
			operations.run(async () => {
				const stored = await (await connect()).keyv.set(named(namespace, key), value);
				if (!stored) throw new Error('Keyv did not store the record');
			}),
		delete: (key) => operations.run(async () => (await connect()).keyv.delete(named(namespace, key))),
		entries,
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
