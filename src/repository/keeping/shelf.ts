import { closureOf } from '../closure.ts';
import type { FunctionKey, FunctionRecord } from '../function-record.ts';
import { preferred } from '../function-state.ts';
import { recordId } from '../record-keys.ts';

/** The stored functions of a workspace while those of one program join them. */
export class Shelf {
	readonly #records: Map<string, FunctionRecord>;
	/** What the program calls by a name. */
	readonly #named: Map<string, FunctionRecord>;

	/** `called` are the stored functions that the program calls: only those can stand in its functions' `uses`. */
	constructor(all: readonly FunctionRecord[], called: readonly FunctionRecord[]) {
		this.#records = new Map([...all, ...called].map((record) => [recordId(record), record]));
		this.#named = new Map(called.map((record) => [record.name, record]));
	}

	/** All of the workspace as they are by now: other answers store some meanwhile. */
	renew(all: readonly FunctionRecord[]): void {
		for (const record of all) this.#records.set(recordId(record), record);
	}

	/** A record, known to the program as `name`. */
	add(record: FunctionRecord, name: string): void {
		this.#records.set(recordId(record), record);
		this.#named.set(name, record);
	}

	/** What the program calls by these names; undefined when one of them is not stored. */
	called(names: readonly string[]): ReadonlyMap<string, FunctionRecord> | undefined {
		const called = names.flatMap((name) => {
			const record = this.#named.get(name);
			return record ? [[name, record] as const] : [];
		});
		return called.length === names.length ? new Map(called) : undefined;
	}

	/** These and all that they use; undefined where they cannot be run together. */
	async closure(records: readonly FunctionRecord[]): Promise<readonly FunctionRecord[] | undefined> {
		const load = async (keys: readonly FunctionKey[]) => keys.flatMap((key) => this.#records.get(recordId(key)) ?? []);
		const { whole, all } = await closureOf(records, load);
		return whole.length === records.length ? all : undefined;
	}

	/** The record of that body, whatever it is called. One that is offered goes before others. */
	withHash(hash: string): FunctionRecord | undefined {
		return preferred([...this.#records.values()].filter((record) => record.hash === hash));
	}
}
