import { randomUUID } from 'node:crypto';
import type { Records, Storage } from '../storage/storage.ts';
import { createFunctionIndex, type FunctionIndex, recordId } from './function-index.ts';
import type { FunctionKey, FunctionRecord } from './function-record.ts';
import { keyOf, prefixOf } from './record-keys.ts';

/** The indexes of the workspaces that are in use, each as this process and, up to 2 seconds ago, all others have changed it. */
export interface WorkspaceIndexes {
	of(workspaceId: string): Promise<FunctionIndex>;
	/** Notes for all processes that a record was changed, or deleted when there is none. After it was. */
	tell(workspaceId: string, key: FunctionKey, record: FunctionRecord | undefined): Promise<void>;
}

/** How old what is known of other processes' changes may be. */
const FRESH_MS = 2000;
/** After that everything is read anew: a process that died between a record and the note of its change has left the others without it. */
const WHOLE_MS = 30 * 60_000;
/** Clocks of machines that share a store differ, and a note may be written a moment after its time. */
const SKEW_MS = 60_000;
/** Every process that is up has heeded them by then, or reads everything anew. */
const NOTES_MS = 2 * WHOLE_MS;
/** Functions kept in memory, in all workspaces together, unless a single one has more: about 4 KB each. The longest unused workspace goes first. */
const MOST_IN_MEMORY = 20_000;

interface Loaded {
	readonly index: Promise<FunctionIndex>;
	readonly loadedAt: number;
	/** Notes that need not be looked at again, by key. */
	readonly heeded: Set<string>;
	checkedAt: number;
	/** The check that is under way. */
	checking?: Promise<void>;
}

export function createWorkspaceIndexes(storage: Storage, records: Records<FunctionRecord>): WorkspaceIndexes {
	const notes = storage.records<FunctionKey>('function-changes');
	/** The longest unused first. */
	const loaded = new Map<string, Loaded>();

	const use = (workspaceId: string, entry: Loaded) => {
		loaded.delete(workspaceId);
		loaded.set(workspaceId, entry);
	};

	const load = (workspaceId: string): Loaded => {
		const now = Date.now();
		const entry: Loaded = { index: readWhole(workspaceId), loadedAt: now, checkedAt: now, heeded: new Set() };
		entry.index.then(forgetUnused, () => loaded.get(workspaceId) === entry && loaded.delete(workspaceId));
		return entry;
	};

	const readWhole = async (workspaceId: string): Promise<FunctionIndex> => {
		const oldest = Date.now() - NOTES_MS;
		for await (const [key] of notes.entries(prefixOf(workspaceId))) {
			if (timeOf(workspaceId, key) >= oldest) break;
			await notes.delete(key);
		}
		const found: FunctionRecord[] = [];
		for await (const [, record] of records.entries(prefixOf(workspaceId))) found.push(record);
		return createFunctionIndex(found);
	};

	const forgetUnused = async () => {
		let functions = 0;
		for (const [place, [workspaceId, { index }]] of [...loaded].reverse().entries()) {
			functions += (await index.catch(() => undefined))?.size ?? 0;
			if (functions > MOST_IN_MEMORY && place > 0) loaded.delete(workspaceId);
		}
	};

	/** Notes of up to a minute before the last look: writers' clocks and writes may be late. */
	const heed = async (workspaceId: string, { index, heeded, checkedAt }: Loaded): Promise<void> => {
		const prefix = prefixOf(workspaceId);
		const since = checkedAt - SKEW_MS;
		const changed = new Map<string, FunctionKey>();
		for await (const [key, note] of notes.entries(prefix, prefix + stampOf(since))) {
			if (!heeded.has(key)) changed.set(recordId(note), note);
			heeded.add(key);
		}
		for (const key of heeded) if (timeOf(workspaceId, key) < since) heeded.delete(key);
		const keys = [...changed.values()];
		if (keys.length === 0) return;
		const found = await records.getMany(keys.map((key) => keyOf(workspaceId, key)));
		const known = await index;
		for (const [position, key] of keys.entries()) {
			const record = found[position];
			if (record) known.put(record);
			else known.delete(recordId(key));
		}
	};

	return {
		async of(workspaceId) {
			const known = loaded.get(workspaceId);
			const entry = known && Date.now() - known.loadedAt < WHOLE_MS ? known : load(workspaceId);
			use(workspaceId, entry);
			const index = await entry.index;
			if (Date.now() - entry.checkedAt >= FRESH_MS) {
				const startedAt = Date.now();
				entry.checking ??= heed(workspaceId, entry).finally(() => {
					entry.checking = undefined;
				});
				await entry.checking;
				entry.checkedAt = startedAt;
			}
			return index;
		},
		async tell(workspaceId, key, record) {
			await notes.put(`${prefixOf(workspaceId)}${stampOf(Date.now())}-${randomUUID()}`, { name: key.name, version: key.version });
			const index = await loaded.get(workspaceId)?.index;
			if (record) index?.put(record);
			else index?.delete(recordId(key));
		},
	};
}

const STAMP_DIGITS = 15;

function stampOf(time: number): string {
	return String(time).padStart(STAMP_DIGITS, '0');
}

function timeOf(workspaceId: string, key: string): number {
	return Number(key.slice(prefixOf(workspaceId).length).slice(0, STAMP_DIGITS));
}
