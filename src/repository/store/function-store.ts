import { randomUUID } from 'node:crypto';
import type { Storage } from '../../storage/storage.ts';
import type { ExampleDigest, FunctionExample, FunctionKey, FunctionRecord } from '../function-record.ts';
import { isOffered, preferred } from '../function-state.ts';
import { exampleKey, keyOf, namePrefix, type ExamplePlace as Place } from '../record-keys.ts';
import { createWorkspaceIndexes } from './workspace-indexes.ts';

/** A version of a function before it has a number. */
export type NewFunction = Omit<FunctionRecord, 'version' | 'examples'>;

export interface Example {
	readonly digest: ExampleDigest;
	readonly example: FunctionExample;
}

/**
 * The functions of all workspaces. Every method rejects with a UserError `storage` when the store cannot do it. Any number of processes may use it at
 * once: no change is lost, and each sees what others wrote: at once, but what `list` gives and `search` chooses from after 2 seconds at the latest.
 */
export interface FunctionStore {
	/** Stores a further version under its name with what it was verified with, or gives the version of that name that has the same hash. */
	add(fn: NewFunction, examples: readonly Example[]): Promise<{ readonly record: FunctionRecord; readonly isNew: boolean }>;
	/** The newest of the trusted versions, else of those offered, else of all; or the one that is asked for. */
	get(workspaceId: string, name: string, version?: number): Promise<FunctionRecord | undefined>;
	/** Those there are, in the order of the keys. */
	getMany(workspaceId: string, keys: readonly FunctionKey[]): Promise<readonly FunctionRecord[]>;
	/** Of one name, the newest first. */
	versions(workspaceId: string, name: string): Promise<readonly FunctionRecord[]>;
	/** Every version of every function, by name, the newest first within one. */
	list(workspaceId: string): Promise<readonly FunctionRecord[]>;
	/**
	 * The functions that have to do with `text`, best first, one version of a name; empty when none has. Those that are offered, when `meant` is left
	 * out; retired ones are not found.
	 */
	search(workspaceId: string, text: string, limit: number, meant?: (record: FunctionRecord) => boolean): Promise<readonly FunctionRecord[]>;
	/**
	 * Changes a record as it is now; `change` may be called again when somebody else changes it meanwhile, and writes nothing when it gives what it
	 * got. Gives the record as it is then, undefined when there is no such version. `examples` are those that `change` may name besides the stored ones.
	 */
	change(
		workspaceId: string,
		key: FunctionKey,
		change: (record: FunctionRecord) => FunctionRecord,
		examples?: readonly Example[],
	): Promise<FunctionRecord | undefined>;
	/** What a version was verified with. */
	examples(record: FunctionRecord): Promise<readonly FunctionExample[]>;
	/** Deletes a version and its examples for good. True when there was one. */
	delete(workspaceId: string, key: FunctionKey): Promise<boolean>;
}

export function createFunctionStore(storage: Storage): FunctionStore {
	const records = storage.records<FunctionRecord>('function-versions');
	const recorded = storage.records<FunctionExample>('function-examples');
	/** The highest number of a deleted version, by name: what uses that one must not get another one in its place. */
	const numbers = storage.records<{ readonly last: number }>('function-numbers');
	const indexes = createWorkspaceIndexes(storage, records);

	const versions = async (workspaceId: string, name: string): Promise<FunctionRecord[]> => {
		const found: FunctionRecord[] = [];
		for await (const [, record] of records.entries(namePrefix(workspaceId, name))) found.push(record);
		return found.reverse();
	};
	const getMany: FunctionStore['getMany'] = async (workspaceId, keys) => {
		const found = await records.getMany(keys.map((key) => keyOf(workspaceId, key)));
		return found.filter((record) => record !== undefined);
	};
	const nextNumber = async (workspaceId: string, name: string, newest: FunctionRecord | undefined): Promise<number> => {
		const deleted = await numbers.get(namePrefix(workspaceId, name));
		return Math.max(newest?.version ?? 0, deleted?.last ?? 0) + 1;
	};
	/** Before the record that names them. */
	const keepExamples = async (fn: Place, examples: readonly Example[]) => {
		for (const { digest, example } of examples) await recorded.put(exampleKey(fn, digest), example);
	};
	const dropExamples = async (fn: Place, digests: readonly ExampleDigest[], kept: readonly ExampleDigest[] = []) => {
		const named = new Set(kept.map((digest) => exampleKey(fn, digest)));
		for (const key of digests.map((digest) => exampleKey(fn, digest))) if (!named.has(key)) await recorded.delete(key);
	};
	const examplesOf = (record: FunctionRecord) => recorded.getMany(record.examples.map((digest) => exampleKey(record, digest)));

	return {
		versions,
		getMany,
		async add(fn, given) {
			const examples = given.map(placed);
			const digests = examples.map(({ digest }) => digest);
			await keepExamples(fn, examples);
			for (;;) {
				const all = await versions(fn.workspaceId, fn.name);
				const same = all.find(({ hash }) => hash === fn.hash);
				if (same) {
					await dropExamples(fn, digests);
					return { record: same, isNew: false };
				}
				// After the versions: whoever deletes one writes its number down first.
				const record = { ...fn, version: await nextNumber(fn.workspaceId, fn.name, all[0]), examples: digests };
				let isNew = false;
				await records.change(keyOf(fn.workspaceId, record), (taken) => {
					isNew = taken === undefined;
					return isNew ? record : undefined;
				});
				// Otherwise another process has just taken the number, perhaps for the same body.
				if (!isNew) continue;
				await indexes.tell(fn.workspaceId, record, record);
				return { record, isNew };
			}
		},
		async get(workspaceId, name, version) {
			if (version !== undefined) return (await getMany(workspaceId, [{ name, version }]))[0];
			return preferred(await versions(workspaceId, name));
		},
		list: async (workspaceId) => (await indexes.of(workspaceId)).list(),
		async search(workspaceId, text, limit, meant = isOffered) {
			const found = (await indexes.of(workspaceId)).search(text, limit, meant);
			// As they are now, in all processes: what was quarantined a moment ago is offered no more.
			return found.length === 0 ? [] : (await getMany(workspaceId, found)).filter(meant);
		},
		async change(workspaceId, key, change, given = []) {
			const examples = given.map(placed);
			const [known] = examples.length > 0 ? await getMany(workspaceId, [key]) : [];
			if (known) await keepExamples(known, examples);
			let before: FunctionRecord | undefined;
			const after = await records.change(keyOf(workspaceId, key), (record) => {
				before = record;
				const changed = record && change(record);
				return changed === record ? undefined : changed && withPlaces(changed, examples);
			});
			const written = examples.map(({ digest }) => digest);
			const place = after ?? known;
			if (place) await dropExamples(place, [...(before?.examples ?? []), ...written], after?.examples);
			if (!before || !after) return undefined;
			if (after !== before) await indexes.tell(workspaceId, key, after);
			return after;
		},
		async examples(record) {
			const found = await examplesOf(record);
			// Others may have replaced some since the record was read.
			const [current] = found.includes(undefined) ? await getMany(record.workspaceId, [record]) : [];
			return (current ? await examplesOf(current) : found).filter((example) => example !== undefined);
		},
		async delete(workspaceId, key) {
			const [record] = await getMany(workspaceId, [key]);
			if (!record) return false;
			await numbers.change(namePrefix(workspaceId, key.name), (number) => ({ last: Math.max(number?.last ?? 0, key.version) }));
			const existed = await records.delete(keyOf(workspaceId, key));
			await dropExamples(record, record.examples);
			await indexes.tell(workspaceId, key, undefined);
			return existed;
		},
	};
}

function placed({ digest, example }: Example): Example {
	return { digest: { ...digest, place: randomUUID() }, example };
}

/** Those of a changed record that it has from these examples, with the place that they have there. */
function withPlaces(record: FunctionRecord, examples: readonly Example[]): FunctionRecord {
	const places = new Map(examples.map(({ digest }) => [digest.id, digest]));
	return {
		...record,
		examples: record.examples.map((digest) => (digest.place === undefined ? (places.get(digest.id) ?? digest) : digest)),
	};
}
