import type { FunctionKey, FunctionRecord } from './function-record.ts';
import { isUsable } from './function-state.ts';
import { recordId } from './record-keys.ts';

type Load = (keys: readonly FunctionKey[]) => Promise<readonly FunctionRecord[]>;

export interface Closure {
	/** Those that can be run, in their order. */
	readonly whole: readonly FunctionRecord[];
	/** These and all that they use: one version of each name. */
	readonly all: readonly FunctionRecord[];
}

/**
 * Stored functions with everything that they use. Left out are those that use one which is gone or may not be used any more, and, since a program has
 * one function of a name, those that need another version of one than those before them.
 */
export async function closureOf(records: readonly FunctionRecord[], load: Load): Promise<Closure> {
	const known = await everythingUsed(records, load);
	const chosen = new Map<string, FunctionRecord>();
	const whole = records.filter((record) => {
		const parts = partsOf(record, known);
		if (!parts?.every((part) => (chosen.get(part.name) ?? part).version === part.version)) return false;
		for (const part of parts) chosen.set(part.name, part);
		return true;
	});
	return { whole, all: [...chosen.values()] };
}

/** By id; those that are gone are missing. A level of uses is loaded at once. */
async function everythingUsed(records: readonly FunctionRecord[], load: Load): Promise<ReadonlyMap<string, FunctionRecord>> {
	const known = new Map(records.map((record) => [recordId(record), record]));
	const sought = new Set(known.keys());
	for (let level = records; level.length > 0; ) {
		const keys = level.flatMap(({ uses }) => uses).filter((key) => !sought.has(recordId(key)));
		for (const key of keys) sought.add(recordId(key));
		level = keys.length > 0 ? await load(keys) : [];
		for (const record of level) known.set(recordId(record), record);
	}
	return known;
}

/** A function and what it uses, each once; undefined where something is missing, or two versions of one name meet. */
function partsOf(record: FunctionRecord, known: ReadonlyMap<string, FunctionRecord>): readonly FunctionRecord[] | undefined {
	const parts = new Map([[record.name, record]]);
	// What is added while this loop runs is visited, too.
	for (const { uses } of parts.values()) {
		for (const key of uses) {
			const used = known.get(recordId(key));
			if (!used || !isUsable(used)) return undefined;
			if ((parts.get(used.name) ?? used).version !== used.version) return undefined;
			parts.set(used.name, used);
		}
	}
	return [...parts.values()];
}
