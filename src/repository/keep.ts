import type { Logger } from 'pino';
import type { FunctionSource, Program } from '../code/program.ts';
import type { ProgramRun } from '../sandbox/outcome.ts';
import { type Candidate, extractFunctions } from './extract.ts';
import type { FunctionExample, FunctionRecord, RecordedCall } from './function-record.ts';
import { type FunctionStore, withQuestion } from './function-store.ts';
import { functionHash } from './hash.ts';
import { renameCalled } from './rename-called.ts';
import type { ReplayServices } from './replay.ts';
import { readRecord } from './signatures.ts';
import { type Trace, traceCalls } from './trace.ts';
import { verifyFunction } from './verify.ts';

export interface AnsweredProgram {
	readonly workspaceId: string;
	readonly question: string;
	readonly program: Program;
	/** The stored functions it calls, and those they use. */
	readonly stored: readonly FunctionRecord[];
	/** Of the attempt that answered. */
	readonly calls: readonly RecordedCall[];
	readonly seed: ProgramRun['seed'];
	/** Toolset name -> tool names. */
	readonly tools: Readonly<Record<string, readonly string[]>>;
	readonly schemaHashOf: (toolId: string) => string | undefined;
	/** What may be kept of what the program says of its function; all of it when left out. */
	readonly documentationOf?: (fn: Pick<FunctionSource, 'name' | 'documentation'>) => string;
	/** ISO 8601 */
	readonly now: string;
}

export interface KeepServices extends ReplayServices {
	readonly functions: FunctionStore;
	readonly logger?: Logger;
}

/**
 * Stores the functions of a program that answered, each after it has been re-run alone against the recorded calls with the same result; no tool is
 * called meanwhile. Returns the records that are new.
 *
 * - A function that is stored already, under whatever name, is not stored again: its record takes over the question and the success, and functions
 *   kept with it call it by the stored name.
 * - Another body under a stored name replaces it as its next version: the newest verified one wins. Not while other stored functions use that name:
 *   they were verified with the old body, which then stays.
 * - Functions that call one another in a circle are left out: neither can be verified first.
 *
 * Rejects with a UserError `storage` when a record cannot be read or written; what was stored by then is complete.
 */
export async function keepFunctions(input: AnsweredProgram, services: KeepServices): Promise<readonly FunctionRecord[]> {
	const candidates = candidatesOf(input);
	if (candidates.length === 0) return [];
	const { logger, functions } = services;
	const traced = await traceCalls(input.program, input.stored, recordedOf(input), services);
	if (!traced.ok) {
		logger?.debug({ reason: traced.reason }, 'the program could not be traced: no function was kept');
		return [];
	}
	const shelf = new Shelf(await functions.list(input.workspaceId), input.stored);
	const kept: FunctionRecord[] = [];
	for (const candidate of candidates) {
		const result = await keepOne({ candidate, trace: traced.traces.get(candidate.fn.name), shelf, input }, services);
		if (result.kind === 'new') kept.push(result.record);
		if (result.kind === 'left') logger?.debug({ function: candidate.fn.name, reason: result.reason }, 'function not kept');
	}
	return kept;
}

function candidatesOf({ program, tools, stored, schemaHashOf }: AnsweredProgram): readonly Candidate[] {
	const ids = new Set(Object.entries(tools).flatMap(([toolset, names]) => names.map((name) => `${toolset}.${name}`)));
	const candidates = extractFunctions(program, { tools: ids, stored: new Set(stored.map(({ name }) => name)) });
	return candidates.filter((candidate) => candidate.tools.every((id) => schemaHashOf(id) !== undefined));
}

function recordedOf({ calls, tools, seed }: AnsweredProgram) {
	return { calls, tools, seed };
}

interface Keeping {
	readonly candidate: Candidate;
	readonly trace: Trace | undefined;
	readonly shelf: Shelf;
	readonly input: AnsweredProgram;
}

type Kept =
	| { readonly kind: 'new'; readonly record: FunctionRecord }
	| { readonly kind: 'known' }
	| { readonly kind: 'left'; readonly reason: string };

async function keepOne({ candidate, trace, shelf, input }: Keeping, services: KeepServices): Promise<Kept> {
	const { name } = candidate.fn;
	if (!trace) return { kind: 'left', reason: 'was not called with plain data that it answered with plain data' };
	const names = shelf.namesOf(candidate.uses);
	if (!names) return { kind: 'left', reason: 'uses a function that is not stored' };
	const source = renameCalled(candidate.source, names);
	if (source === undefined) return { kind: 'left', reason: 'uses a function under a name that it gives to something else' };
	const uses = [...names.values()];
	const sources = [source, ...shelf.closure(uses).map((record) => record.source)];
	const verified = await verifyFunction({ name, sources, trace, question: input.question, recorded: recordedOf(input) }, services);
	if (!verified.ok) return { kind: 'left', reason: verified.reason };

	const { fn } = readRecord({ name, source });
	const hash = functionHash(fn);
	const twin = shelf.withHash(hash);
	if (twin) {
		const merged = withSuccess(twin, input, candidate);
		await services.functions.put(merged);
		shelf.add(merged, name);
		return { kind: 'known' };
	}
	const replaced = shelf.get(name);
	const user = replaced && shelf.userOf(name);
	if (user) return { kind: 'left', reason: `the stored function ${user} uses another function of that name` };
	const record = newRecord({ candidate, source, uses, hash, example: verified.example, replaced, input });
	await services.functions.put(record);
	shelf.add(record, name);
	return { kind: 'new', record };
}

interface NewRecord {
	readonly candidate: Candidate;
	readonly source: string;
	readonly uses: readonly string[];
	readonly hash: string;
	readonly example: FunctionExample;
	readonly replaced: FunctionRecord | undefined;
	readonly input: AnsweredProgram;
}

function newRecord({ candidate, source, uses, hash, example, replaced, input }: NewRecord): FunctionRecord {
	const { name, signature, documentation } = candidate.fn;
	const { documentationOf = () => documentation } = input;
	return {
		workspaceId: input.workspaceId,
		name,
		version: (replaced?.version ?? 0) + 1,
		signature,
		documentation: documentationOf(candidate.fn),
		source,
		tools: toolsOf(candidate, input),
		uses,
		example,
		questions: [input.question],
		statistics: { succeeded: 1, failed: 0, lastUsedAt: input.now },
		hash,
		createdAt: input.now,
	};
}

function withSuccess(record: FunctionRecord, input: AnsweredProgram, candidate: Candidate): FunctionRecord {
	const { statistics } = record;
	return {
		...record,
		// It has just been verified against the tools as they are now.
		tools: toolsOf(candidate, input),
		questions: withQuestion(record.questions, input.question),
		statistics: { ...statistics, succeeded: statistics.succeeded + 1, lastUsedAt: input.now },
	};
}

function toolsOf({ tools }: Candidate, { schemaHashOf }: AnsweredProgram): FunctionRecord['tools'] {
	return tools.map((tool) => ({ tool, schemaHash: schemaHashOf(tool) ?? '' }));
}

/** The stored functions of a workspace while new ones join them. */
class Shelf {
	readonly #records: Map<string, FunctionRecord>;
	/** Names that the program uses -> names that records have. */
	readonly #names: Map<string, string>;

	/** `called` are the stored functions that the program calls: only those can stand in its functions' `uses`. */
	constructor(all: readonly FunctionRecord[], called: readonly FunctionRecord[]) {
		this.#records = new Map([...all, ...called].map((record) => [record.name, record]));
		this.#names = new Map(called.map(({ name }) => [name, name]));
	}

	/** A record, known to the program as `name`. */
	add(record: FunctionRecord, name: string): void {
		this.#records.set(record.name, record);
		this.#names.set(name, record.name);
	}

	get(name: string): FunctionRecord | undefined {
		return this.#records.get(name);
	}

	/** The stored names of functions the program calls; undefined when one is not stored. */
	namesOf(uses: readonly string[]): ReadonlyMap<string, string> | undefined {
		const names = uses.flatMap((name) => {
			const stored = this.#names.get(name);
			return stored === undefined ? [] : [[name, stored] as const];
		});
		return names.length === uses.length ? new Map(names) : undefined;
	}

	/** These and all that they use. */
	closure(names: readonly string[]): readonly FunctionRecord[] {
		const found = new Set<FunctionRecord>();
		const visit = (name: string) => {
			const record = this.#records.get(name);
			if (!record || found.has(record)) return;
			found.add(record);
			record.uses.forEach(visit);
		};
		names.forEach(visit);
		return [...found];
	}

	withHash(hash: string): FunctionRecord | undefined {
		return [...this.#records.values()].find((record) => record.hash === hash);
	}

	/** Another function that uses the one of this name. */
	userOf(name: string): string | undefined {
		return [...this.#records.values()].find((record) => record.name !== name && record.uses.includes(name))?.name;
	}
}
