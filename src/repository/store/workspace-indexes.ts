import { randomUUID } from 'node:crypto';
import type { Records, Storage } from '../../storage/storage.ts';
import { mapInSlices } from '../../toolset/in-slices.ts';
import type { FunctionKey, FunctionRecord } from '../function-record.ts';
import { keyOf, prefixOf, recordId } from '../record-keys.ts';
import { createFunctionIndex, type FunctionIndex } from './function-index.ts';

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
/** Notes that are cleared away at once, before a question is answered: the rest has time. */
const MOST_CLEARED = 1000;
/** Records that are read at once: a workspace may have imported thousands. */
const PAGE = 100;
/**
 * Functions kept in memory, in all workspaces together, unless a single one has more: about 7 KB each (`npm run bench -- --only functions`). The longest
 * unused workspace goes first.
 */
const MOST_IN_MEMORY = 20_000;

interface Loaded {
	readonly index: Promise<FunctionIndex>;
	readonly loadedAt: number;
	/** Notes that need not be looked at again, by key. */
	heeded: ReadonlySet<string>;
	checkedAt: number;
	/** The check that is under way. */
	checking?: Promise<void>;
	/** It is old, and another one is being made. */
	renewing?: boolean;
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

	/** Nobody waits for it: what is known serves until then. Changes meanwhile are noted, and heeded at its first check. */
	const renew = (workspaceId: string, known: Loaded): void => {
		known.renewing = true;
		const entry = load(workspaceId);
		entry.index.then(
			() => loaded.get(workspaceId) === known && loaded.set(workspaceId, entry),
			() => {
				known.renewing = false;
			},
		);
	};

	const readWhole = async (workspaceId: string): Promise<FunctionIndex> => {
		await clearNotes(workspaceId);
		return createFunctionIndex(valuesOf(records.entries(prefixOf(workspaceId))));
	};

	const clearNotes = async (workspaceId: string): Promise<void> => {
		const oldest = Date.now() - NOTES_MS;
		const old: string[] = [];
		for await (const [key] of notes.entries(prefixOf(workspaceId))) {
			if (timeOf(workspaceId, key) >= oldest || old.length === MOST_CLEARED) break;
			old.push(key);
		}
		await Promise.all(old.map((key) => notes.delete(key)));
	};

	const forgetUnused = async () => {
		let functions = 0;
		for (const [place, [workspaceId, { index }]] of [...loaded].reverse().entries()) {
			functions += (await index.catch(() => undefined))?.size ?? 0;
			if (functions > MOST_IN_MEMORY && place > 0) loaded.delete(workspaceId);
		}
	};

	/** Notes of up to a minute before the last look: writers' clocks and writes may be late. */
	const heed = async (workspaceId: string, entry: Loaded): Promise<void> => {
		const { index, heeded } = entry;
		const startedAt = Date.now();
		const prefix = prefixOf(workspaceId);
		const since = entry.checkedAt - SKEW_MS;
		const noted = new Set<string>();
		const changed = new Map<string, FunctionKey>();
		for await (const [key, note] of notes.entries(prefix, prefix + stampOf(since))) {
			noted.add(key);
			if (!heeded.has(key)) changed.set(recordId(note), note);
		}
		await readAnew(workspaceId, [...changed.values()], await index);
		// Not before: what could not be read is read the next time.
		entry.heeded = noted;
		entry.checkedAt = startedAt;
	};

	const readAnew = async (workspaceId: string, keys: readonly FunctionKey[], index: FunctionIndex): Promise<void> => {
		for (let from = 0; from < keys.length; from += PAGE) {
			const page = keys.slice(from, from + PAGE);
			const found = await records.getMany(page.map((key) => keyOf(workspaceId, key)));
			await mapInSlices(page.entries(), ([place, key]) => put(index, key, found[place]));
		}
	};

	return {
		async of(workspaceId) {
			const entry = loaded.get(workspaceId) ?? load(workspaceId);
			use(workspaceId, entry);
			if (Date.now() - entry.loadedAt >= WHOLE_MS && !entry.renewing) renew(workspaceId, entry);
			const index = await entry.index;
			if (Date.now() - entry.checkedAt >= FRESH_MS) {
				entry.checking ??= heed(workspaceId, entry).finally(() => {
					entry.checking = undefined;
				});
				await entry.checking;
			}
			return index;
		},
		async tell(workspaceId, key, record) {
			await notes.put(`${prefixOf(workspaceId)}${stampOf(Date.now())}-${randomUUID()}`, { name: key.name, version: key.version });
			// Whoever asked for an index that cannot be read hears about it; what was to be told is stored.
			const index = await loaded.get(workspaceId)?.index.catch(() => undefined);
			if (index) put(index, key, record);
		},
	};
}

function put(index: FunctionIndex, key: FunctionKey, record: FunctionRecord | undefined): void {
	if (record) index.put(record);
	else index.delete(recordId(key));
}

async function* valuesOf<Value>(entries: AsyncIterable<readonly [string, Value]>): AsyncGenerator<Value> {
	for await (const [, value] of entries) yield value;
}

const STAMP_DIGITS = 15;

function stampOf(time: number): string {
	return String(time).padStart(STAMP_DIGITS, '0');
}

function timeOf(workspaceId: string, key: string): number {
	return Number(key.slice(prefixOf(workspaceId).length).slice(0, STAMP_DIGITS));
}
