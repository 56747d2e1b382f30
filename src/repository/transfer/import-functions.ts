import { canonicalJson } from '../../json.ts';
import type { CallableTools } from '../callable-tools.ts';
import type { FunctionKey, FunctionRecord } from '../function-record.ts';
import { functionHash } from '../hash.ts';
import { inOrderOfUse } from '../in-order-of-use.ts';
import type { Candidate } from '../keeping/extract.ts';
import { renameCalled } from '../keeping/rename-called.ts';
import { Shelf } from '../keeping/shelf.ts';
import { firstState } from '../lifecycle.ts';
import { recordId, usedIds } from '../record-keys.ts';
import { readRecord } from '../signatures.ts';
import type { Example, NewFunction } from '../store/function-store.ts';
import { EXAMPLE_CHARACTERS, exampleOf, failureOf, type VerifyServices, verifyAgain } from '../verification/verify.ts';
import { readFunction } from './read-function.ts';
import type { TransferFile, TransferredFunction } from './transfer.ts';

export interface Import {
	readonly workspaceId: string;
	/** The id of the admin who wants it. */
	readonly by: string;
	readonly file: TransferFile;
	/** Of this workspace. */
	readonly tools: CallableTools;
}

/** As long as a chat can wait. A thousand functions that do nothing strange take half a minute. */
const IMPORT_MS = 5 * 60_000;

/**
 * What became of a function of the file. `candidate`: it holds here. `quarantined`: it does not, and may when what it calls is connected. `known`: its body
 * was here already, perhaps under another name. `refused`: nothing of it was stored.
 */
export type Imported = { readonly given: FunctionKey } & (
	| { readonly result: 'candidate' | 'known'; readonly record: FunctionRecord }
	| { readonly result: 'quarantined'; readonly record: FunctionRecord; readonly reason: string }
	| { readonly result: 'refused'; readonly reason: string }
);

/**
 * Stores the functions of a file, each after those it uses, as what they prove to be here: their sources are read anew (`readFunction`), and signature,
 * hash and tools taken from them; types are checked against the tools of this workspace, and the recorded calls replayed. No tool is called. Another body
 * under a name that is taken becomes a further version.
 *
 * After 5 minutes, what is left is refused. Rejects with a UserError `storage`. In both cases what was stored by then is complete, and known when the file
 * is imported once more.
 */
export async function importFunctions(input: Import, services: VerifyServices): Promise<readonly Imported[]> {
	const shelf = new Shelf(await services.functions.list(input.workspaceId), []);
	const stored = new Map<string, FunctionRecord>();
	const results = new Map<TransferredFunction, Imported>();
	const until = performance.now() + IMPORT_MS;
	for (const given of inOrderOfUse(input.file.functions, recordId, usedIds)) {
		const imported = performance.now() < until ? await importOne({ given, stored, shelf, input }, services) : tooLate(given);
		results.set(given, imported);
		// The first of two that say they are the same is meant.
		if (imported.result === 'refused' || stored.has(recordId(given))) continue;
		stored.set(recordId(given), imported.record);
		shelf.add(imported.record, given.name);
	}
	return input.file.functions.flatMap((given) => results.get(given) ?? []);
}

function tooLate({ name, version }: TransferredFunction): Imported {
	return { given: { name, version }, result: 'refused', reason: 'there was no time for it: import the file once more' };
}

interface Importing {
	readonly given: TransferredFunction;
	/** By what they are known as in the file. */
	readonly stored: ReadonlyMap<string, FunctionRecord>;
	readonly shelf: Shelf;
	readonly input: Import;
}

async function importOne({ given, stored, shelf, input }: Importing, services: VerifyServices): Promise<Imported> {
	const key: FunctionKey = { name: given.name, version: given.version };
	const refused = (reason: string): Imported => ({ given: key, result: 'refused', reason });
	if (Object.hasOwn(input.tools.names, given.name)) return refused('has the name of a toolset of this workspace');
	const read = readFunction({ ...given, uses: given.uses.map(({ name }) => name) });
	if (!read.ok) return refused(read.problem);
	const used = new Map<string, FunctionRecord>();
	for (const name of read.candidate.uses) {
		const keys = given.uses.filter((use) => use.name === name);
		const record = keys[0] && stored.get(recordId(keys[0]));
		if (keys.length > 1) return refused(`uses \`${name}\` in two versions`);
		if (!record) return refused(`uses \`${name}\`, which the file does not hold or which was refused`);
		used.set(name, record);
	}
	const source = renameCalled(read.candidate.source, new Map([...used].map(([name, record]) => [name, record.name])));
	if (source === undefined) return refused('uses a function under a name that it gives to something else');
	const examples = examplesOf(given);
	if (!examples) return refused('has recorded calls that are too large');
	const draft = draftOf({ given, candidate: read.candidate, source, used: [...new Set(used.values())] }, input);
	const twin = shelf.withHash(draft.hash);
	if (twin) return { given: key, result: 'known', record: twin };
	return { given: key, ...(await store(draft, examples, input, services)) };
}

interface Drafting {
	readonly given: TransferredFunction;
	readonly candidate: Candidate;
	/** With what it calls under the names that it has here. */
	readonly source: string;
	readonly used: readonly FunctionRecord[];
}

type Draft = Omit<NewFunction, 'state' | 'history'>;

function draftOf({ given, candidate: { fn, tools }, source, used }: Drafting, { workspaceId, by, file }: Import): Draft {
	const at = new Date().toISOString();
	const hashes = new Map(used.map((record) => [record.name, record.hash]));
	return {
		workspaceId,
		name: fn.name,
		signature: fn.signature,
		// It may say less than the comment in the source, and nothing else.
		documentation: given.documentation === fn.documentation ? fn.documentation : '',
		source,
		hash: functionHash(readRecord({ name: fn.name, source }).fn, hashes),
		// No tool has this schema: they are all looked at.
		tools: tools.map((tool) => ({ tool, schemaHash: '' })),
		uses: used.map(({ name, version }) => ({ name, version })),
		...(given.notes && { notes: given.notes }),
		questions: [],
		statistics: { succeeded: 0, failed: 0, lastUsedAt: at },
		recent: [],
		origin: { kind: 'import', workspaceId: file.workspace, by },
		createdAt: at,
	};
}

/** With digests of our own. Undefined when one is larger than what is kept. */
function examplesOf({ name, examples }: TransferredFunction): readonly Example[] | undefined {
	if (examples.some(({ calls }) => canonicalJson(calls).length > EXAMPLE_CHARACTERS)) return undefined;
	const made = examples.map((example) => exampleOf(name, { ...example, question: '' }));
	return [...new Map(made.map((example) => [example.digest.id, example])).values()];
}

async function store(draft: Draft, examples: readonly Example[], { by, file, tools }: Import, services: VerifyServices) {
	const { functions } = services;
	const unstored = { ...functions, examples: async () => examples.map(({ example }) => example) };
	const asIfStored = {
		...draft,
		version: 0,
		examples: [],
		...firstState('candidate', { at: draft.createdAt, cause: 'import', reason: '' }),
	};
	const verdict = await verifyAgain(asIfStored, tools, { ...services, functions: unstored });
	const from = `imported from ${file.workspace}`;
	const because = { at: draft.createdAt, cause: 'import', by } as const;
	const state = verdict.ok
		? firstState('candidate', { ...because, reason: `${from}, and verified here` })
		: firstState('quarantined', { ...because, ...notHolding(from, verdict) });
	const { record, isNew } = await functions.add({ ...draft, ...(verdict.ok && { tools: verdict.tools }), ...state }, examples);
	// Another process may have stored the same meanwhile.
	if (!isNew) return { result: 'known', record } as const;
	return verdict.ok ? ({ result: 'candidate', record } as const) : ({ result: 'quarantined', record, reason: verdict.reason } as const);
}

function notHolding(from: string, verdict: Parameters<typeof failureOf>[0]): ReturnType<typeof failureOf> {
	const failure = failureOf(verdict);
	return { ...failure, reason: `${from}, and does not hold here: ${failure.reason}` };
}
