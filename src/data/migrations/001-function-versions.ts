import { z } from 'zod';
import { isJsonObject, type JsonValue } from '../../json.ts';
import type { FunctionRecord, RecordedCall } from '../../repository/function-record.ts';
import { functionHash } from '../../repository/hash.ts';
import { firstState } from '../../repository/lifecycle.ts';
import { readRecord } from '../../repository/signatures.ts';
import { createFunctionStore, type FunctionStore } from '../../repository/store/function-store.ts';
import { exampleOf } from '../../repository/verification/verify.ts';
import type { Step } from '../step.ts';

const json = z.custom<JsonValue>((value) => value !== undefined);

/** A function as it was stored before functions had versions: one body of a name, known by name to others, with one example and no state. */
const olderFunction = z.object({
	workspaceId: z.string(),
	name: z.string(),
	signature: z.string(),
	documentation: z.string(),
	source: z.string(),
	tools: z.array(z.object({ tool: z.string(), schemaHash: z.string() })),
	uses: z.array(z.string()),
	example: z.object({ args: z.array(json), result: json, calls: z.array(z.custom<RecordedCall>(isJsonObject)), question: z.string() }),
	questions: z.array(z.string()),
	statistics: z.object({ succeeded: z.number(), failed: z.number(), lastUsedAt: z.string(), disliked: z.number().optional() }),
	createdAt: z.iso.datetime(),
});

type OlderFunction = z.infer<typeof olderFunction>;

interface Older {
	readonly fn: OlderFunction;
	/** What it is stored under. */
	readonly key: string;
}

/**
 * Functions stored before they had versions become candidates of version 1, and their old records are deleted. What cannot be read is left as it is, and
 * said in the log.
 */
export const step: Step = async (storage, { logger, check }) => {
	const records = storage.records<object>('functions');
	const functions = createFunctionStore(storage);
	for (const [workspaceId, older] of await olderByWorkspace(records.entries())) {
		check();
		const { taken, left } = await new TakingOver(workspaceId, older, functions).all();
		// When all are stored: what uses another one is known by it, and is left half-way by a process that dies.
		for (const key of taken) await records.delete(key);
		if (left.length > 0) logger.warn({ workspace: workspaceId, functions: left }, 'functions of an older version cannot be read');
	}
};

/** By workspace and name, or by key what cannot be read. A key may begin with that of another workspace: the record says whose it is. */
async function olderByWorkspace(
	entries: AsyncIterable<readonly [string, object]>,
): Promise<ReadonlyMap<string, ReadonlyMap<string, Older | undefined>>> {
	const found = new Map<string, Map<string, Older | undefined>>();
	for await (const [key, record] of entries) {
		const read = olderFunction.safeParse(record);
		const workspaceId = read.success ? read.data.workspaceId : key.slice(0, Math.max(0, key.lastIndexOf('/')));
		const older = found.get(workspaceId) ?? new Map<string, Older | undefined>();
		found.set(workspaceId, older);
		if (read.success) older.set(read.data.name, { fn: read.data, key });
		else older.set(key, undefined);
	}
	return found;
}

class TakingOver {
	readonly #workspaceId: string;
	readonly #older: ReadonlyMap<string, Older | undefined>;
	readonly #functions: FunctionStore;
	/** What became of each, undefined where nothing did. */
	readonly #taken = new Map<string, FunctionRecord | undefined>();

	constructor(workspaceId: string, older: ReadonlyMap<string, Older | undefined>, functions: FunctionStore) {
		this.#workspaceId = workspaceId;
		this.#older = older;
		this.#functions = functions;
	}

	/** Keys of those that are stored anew, and names of those that are not. */
	async all(): Promise<{ readonly taken: readonly string[]; readonly left: readonly string[] }> {
		const [taken, left]: [string[], string[]] = [[], []];
		for (const [name, older] of this.#older) {
			if ((await this.#one(name)) && older) taken.push(older.key);
			else left.push(name);
		}
		return { taken, left };
	}

	/** The record that a name is known by now. */
	async #one(name: string): Promise<FunctionRecord | undefined> {
		if (this.#taken.has(name)) return this.#taken.get(name);
		// Against circles, which no verified functions made.
		this.#taken.set(name, undefined);
		const older = this.#older.get(name);
		// A process that died may have taken it over and not what uses it.
		const record = older ? await this.#store(older.fn) : await this.#functions.get(this.#workspaceId, name, 1);
		this.#taken.set(name, record);
		return record;
	}

	async #store(older: OlderFunction): Promise<FunctionRecord | undefined> {
		const { name, signature, documentation, source, tools, questions, statistics, createdAt } = older;
		const used: FunctionRecord[] = [];
		for (const other of older.uses) {
			const record = await this.#one(other);
			if (!record) return undefined;
			used.push(record);
		}
		const hash = hashOf(older, used);
		if (hash === undefined) return undefined;
		// Nobody wrote down what the clock and the dice were fixed to.
		const example = exampleOf(name, { ...older.example, seed: { now: Date.parse(createdAt), random: 0 } });
		const { disliked, ...counts } = statistics;
		const { record } = await this.#functions.add(
			{
				workspaceId: this.#workspaceId,
				name,
				signature,
				documentation,
				source,
				hash,
				tools,
				uses: used.map((record) => ({ name: record.name, version: record.version })),
				questions,
				statistics: { ...counts, ...(disliked !== undefined && { disliked }) },
				recent: [],
				...firstState('candidate', { at: createdAt, cause: 'use', reason: 'worked in an answer, before functions had states' }),
				origin: { kind: 'answer', run: 'unknown' },
				createdAt,
			},
			[example],
		);
		return record;
	}
}

function hashOf(older: OlderFunction, used: readonly FunctionRecord[]): string | undefined {
	try {
		return functionHash(readRecord(older).fn, new Map(used.map((record) => [record.name, record.hash])));
	} catch {
		return undefined;
	}
}
