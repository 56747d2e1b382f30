import type { Storage } from '../storage/storage.ts';
import { keyOf, type ToolsetId } from './stored-toolsets.ts';
import type { ReadSource } from './toolset-record.ts';

/** What an admin was shown and asked about, until they say yes: a source may give another document every time it is read. One for each toolset, for a day. */
export interface KeptRefreshes {
	keep(id: ToolsetId, refreshId: string, read: ReadSource): Promise<void>;
	/** Undefined when another one was kept since, and when there is none. */
	get(id: ToolsetId, refreshId: string): Promise<ReadSource | undefined>;
	delete(id: ToolsetId): Promise<void>;
}

export function createKeptRefreshes(storage: Storage): KeptRefreshes {
	const records = storage.records<{ readonly id: string; readonly read: ReadSource; readonly at?: string }>('toolset-refreshes');
	return {
		keep: (id, refreshId, read) => records.put(keyOf(id), { id: refreshId, read, at: new Date().toISOString() }),
		async get(id, refreshId) {
			const kept = await records.get(keyOf(id));
			return kept?.id === refreshId ? kept.read : undefined;
		},
		async delete(id) {
			await records.delete(keyOf(id));
		},
	};
}
