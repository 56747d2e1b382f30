import { isStale, stampsOf } from '../callable-tools.ts';
import type { FunctionRecord } from '../function-record.ts';
import { isOffered } from '../function-state.ts';
import { functionHash } from '../hash.ts';
import { firstState, withSuccess } from '../lifecycle.ts';
import { readRecord } from '../signatures.ts';
import type { Example } from '../store/function-store.ts';
import { checkAlone } from '../verification/check-alone.ts';
import { type Trace, traceCalls } from '../verification/trace.ts';
import { verifyFunction } from '../verification/verify.ts';
import type { AnsweredProgram, KeepServices } from './answered-program.ts';
import { credit } from './credit.ts';
import { type Candidate, extractFunctions } from './extract.ts';
import { liftLiterals } from './lift-literals.ts';
import { renameCalled } from './rename-called.ts';
import { Shelf } from './shelf.ts';
import { supersedeOlder } from './supersede.ts';

/**
 * Credits the stored functions that a program called with its success, and stores the program's own: each after it has been re-run alone against the
 * recorded calls with the same result, and type-checked alone; no tool is called meanwhile. Returns the records that are new.
 *
 * - What the question gave to a parameter is lifted out of the functions (`liftLiterals`); one that still holds it is left out.
 * - A function that is stored already, under whatever name, is not stored again: its record takes over the question and the success, and functions
 *   kept with it call it by the stored name.
 * - Another body under a stored name becomes its next version. The older one stays until the new one has proved to do the same (`supersedeOlder`).
 * - Functions that call one another in a circle are left out: neither can be verified first.
 *
 * Rejects with a UserError `storage` when a record cannot be read or written; what was stored by then is complete.
 */
export async function keepFunctions(input: AnsweredProgram, services: KeepServices): Promise<readonly FunctionRecord[]> {
	const { program, unlifted } = liftLiterals(input.program);
	const candidates = candidatesOf({ ...input, program }).filter(({ fn }) => !unlifted.has(fn.name));
	if (candidates.length === 0 && input.stored.length === 0) return [];
	const { logger, functions } = services;
	const traced = await traceCalls(program, input.stored, recordedOf(input), services);
	if (!traced.ok) logger?.debug({ reason: traced.reason }, 'the program could not be traced: no function was kept');
	const traces: ReadonlyMap<string, Trace> = traced.ok ? traced.traces : new Map();
	await credit(input, traces, services);
	if (!traced.ok || candidates.length === 0) return [];
	const shelf = new Shelf(await functions.list(input.workspaceId), input.stored);
	const kept: FunctionRecord[] = [];
	for (const candidate of candidates) {
		const result = await keepOne({ candidate, trace: traces.get(candidate.fn.name), shelf, input }, services);
		if (result.kind === 'new') kept.push(result.record);
		if (result.kind === 'left') logger?.debug({ function: candidate.fn.name, reason: result.reason }, 'function not kept');
	}
	return kept;
}

function candidatesOf({ program, tools, stored }: AnsweredProgram): readonly Candidate[] {
	const candidates = extractFunctions(program, { tools: new Set(tools.tools.keys()), stored: new Set(stored.map(({ name }) => name)) });
	return candidates.filter((candidate) => stampsOf(candidate.tools, tools) !== undefined);
}

function recordedOf({ calls, tools, seed }: AnsweredProgram) {
	return { calls, tools: tools.names, seed };
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
	const called = shelf.called(candidate.uses);
	if (!called) return { kind: 'left', reason: 'uses a function that is not stored' };
	const source = renameCalled(candidate.source, new Map([...called].map(([from, record]) => [from, record.name])));
	if (source === undefined) return { kind: 'left', reason: 'uses a function under a name that it gives to something else' };
	const used = [...new Set(called.values())];
	const parts = await shelf.closure(used);
	if (!parts) return { kind: 'left', reason: 'uses functions that cannot be run together' };
	const sources = [source, ...parts.map((part) => part.source)];
	const verified = await verifyFunction({ name, sources, trace, question: input.question, recorded: recordedOf(input) }, services);
	if (!verified.ok) return { kind: 'left', reason: verified.reason };
	const seen = new Set([...candidate.tools, ...parts.flatMap(({ tools }) => tools.map(({ tool }) => tool))]);
	const unseen = verified.example.example.calls.find(({ tool }) => !seen.has(tool));
	// A change of that tool would not be noticed.
	if (unseen) return { kind: 'left', reason: `calls ${unseen.tool} by a name that is not seen in it` };
	const { problem, notes, isUnchecked } = await checkAlone({ source, uses: used, tools: input.tools }, services.checker);
	if (isUnchecked) return { kind: 'left', reason: 'has types that cannot be checked in time' };
	if (problem !== undefined) return { kind: 'left', reason: `does not fit the types on its own: ${problem}` };
	const { record, isNew } = await store({ candidate, source, used, notes, shelf, input, example: verified.example }, services);
	shelf.add(record, name);
	return isNew ? { kind: 'new', record } : { kind: 'known' };
}

interface Storing {
	readonly candidate: Candidate;
	/** With what it calls under their stored names. */
	readonly source: string;
	readonly used: readonly FunctionRecord[];
	readonly notes: readonly string[];
	readonly shelf: Shelf;
	readonly input: AnsweredProgram;
	readonly example: Example;
}

async function store(
	{ candidate, source, used, notes, shelf, input, example }: Storing,
	services: KeepServices,
): Promise<{ readonly record: FunctionRecord; readonly isNew: boolean }> {
	const { functions } = services;
	const { workspaceId, run, question, now } = input;
	const { name, signature, documentation } = candidate.fn;
	const hash = functionHash(readRecord({ name, source }).fn, new Map(used.map((record) => [record.name, record.hash])));
	const tools = stampsOf(candidate.tools, input.tools) ?? [];
	const uses = used.map((record) => ({ name: record.name, version: record.version }));
	const use = { run, at: now };
	// One that has to fit the tools anew may differ in its types, which the hash does not see.
	const written = { tools, uses, source, signature, notes };
	const merge = async (twin: FunctionRecord): Promise<FunctionRecord> => {
		const verified = isOffered(twin) && !isStale(twin, input.tools) ? { tools, uses } : twin.name === name ? written : undefined;
		const success = { use, question, example: example.digest, ...(verified && { verified }) };
		const merged = (await functions.change(workspaceId, twin, (record) => withSuccess(record, success), [example])) ?? twin;
		await supersedeOlder(merged, input.tools, services);
		return merged;
	};
	// It took a while to verify it.
	shelf.renew(await functions.list(workspaceId));
	const twin = shelf.withHash(hash);
	if (twin) return { record: await merge(twin), isNew: false };
	const { documentationOf = () => documentation } = input;
	const added = await functions.add(
		{
			workspaceId,
			name,
			signature,
			documentation: documentationOf(candidate.fn),
			source,
			hash,
			tools,
			uses,
			...(notes.length > 0 && { notes }),
			questions: [question],
			statistics: { succeeded: 1, failed: 0, lastUsedAt: now },
			recent: [{ ...use, succeeded: true }],
			...firstState('candidate', { at: now, cause: 'use', reason: 'worked in an answer, and was verified alone' }),
			origin: { kind: 'answer', run },
			createdAt: now,
		},
		[example],
	);
	// Another process may have stored the same meanwhile.
	if (!added.isNew) return { record: await merge(added.record), isNew: false };
	return { record: added.record, isNew: true };
}
