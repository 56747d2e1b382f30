import type { TypeChecker } from '../../code/check.ts';
import { canonicalJson, hashJson } from '../../json.ts';
import { toolsetOf } from '../../toolset/tool.ts';
import { type CallableTools, isStale, stampsOf } from '../callable-tools.ts';
import { closureOf } from '../closure.ts';
import type { FunctionExample, FunctionRecord, Transition } from '../function-record.ts';
import { lastTransition } from '../function-state.ts';
import type { Example, FunctionStore } from '../store/function-store.ts';
import { checkAlone, checkEachAlone } from './check-alone.ts';
import { type Replay, type ReplayServices, replay } from './replay.ts';
import type { Trace } from './trace.ts';

export interface Verification {
	readonly name: string;
	/** The function with all that it uses. */
	readonly sources: readonly string[];
	readonly trace: Trace;
	readonly question: string;
	readonly recorded: Omit<Replay, 'source'>;
}

export interface VerifyServices extends ReplayServices {
	readonly functions: FunctionStore;
	readonly checker: TypeChecker;
}

type Refused = { readonly ok: false; readonly reason: string };
/**
 * `byReplay`: it fits the tools, and its recorded calls have it give something else. `isUnknown`: there was no time to check its types, which speaks
 * against storing it, and against nothing that is stored.
 */
type Failed = Refused & { readonly byReplay?: true; readonly isUnknown?: true };

/** What a function's history says of a failed verification. What a replay gave may be an API's words. */
export function failureOf({ reason, byReplay }: Failed): Pick<Transition, 'reason' | 'detail'> {
	return byReplay ? { reason: 'does not give its recorded results again', detail: reason } : { reason };
}

/** Recorded calls of one example, serialised. Above that a record would cost more to read than the function is worth. */
export const EXAMPLE_CHARACTERS = 500_000;
const SHOWN_CHARACTERS = 160;

/**
 * Runs a function on its own, with the arguments it was seen with, against the recorded calls. Only when it returns the same result again is there
 * an example, with the calls that it made (invariant 3: nothing is stored that has not been re-run with the same result).
 */
export async function verifyFunction(
	{ name, sources, trace, question, recorded }: Verification,
	services: ReplayServices,
): Promise<{ readonly ok: true; readonly example: Example } | Refused> {
	const replayed = await replay({ ...recorded, source: callOf(name, sources, trace.args) }, services);
	if (!replayed.ok) return replayed;
	if (replayed.value === undefined || canonicalJson(replayed.value) !== canonicalJson(trace.result)) {
		return { ok: false, reason: 'returns another result on its own' };
	}
	if (canonicalJson(replayed.calls).length > EXAMPLE_CHARACTERS) return { ok: false, reason: 'its recorded calls are too large to keep' };
	const example = { args: trace.args, result: trace.result, calls: replayed.calls, question, seed: recorded.seed };
	return { ok: true, example: exampleOf(name, example) };
}

export function exampleOf(name: string, example: FunctionExample): Example {
	return { digest: { id: hashJson(example.args), text: textOf(name, example) }, example };
}

/** Why a stored function is not what it was any more, or the schemas of today's tools that it fits. */
export type Verdict = { readonly ok: true; readonly tools: FunctionRecord['tools'] } | Failed;

/**
 * Holds a stored function against the tools as they are now: they and all functions that it uses are there, it fits them (`fitsTools`), and each of its
 * examples gives the same result again. Reasons are for people. No tool is called and nothing is changed.
 */
export async function verifyAgain(record: FunctionRecord, tools: CallableTools, services: VerifyServices): Promise<Verdict> {
	const { functions } = services;
	const uses = await functions.getMany(record.workspaceId, record.uses);
	const { whole, all } = await closureOf([record], (keys) => functions.getMany(record.workspaceId, keys));
	if (whole.length === 0) return { ok: false, reason: unusable(record, uses) };
	const fits = await fitsTools({ record, uses }, tools, services);
	if (!fits.ok) return fits;
	const sources = all.map(({ source }) => source);
	for (const example of await functions.examples(record)) {
		const reason = await differs(record.name, sources, example, tools, services);
		if (reason !== undefined) return { ok: false, reason: `${textOf(record.name, example)}: ${reason}`, byReplay: true };
	}
	return fits;
}

/** A function with those that it calls. */
export interface WithUses {
	readonly record: FunctionRecord;
	readonly uses: readonly FunctionRecord[];
}

/**
 * The same without running it, for its own calls alone, whatever holds for the functions that it uses: the tools are there, its types fit, and what it
 * was seen to call them with would still be sent, in one of its examples at least.
 */
async function fitsTools({ record, uses }: WithUses, tools: CallableTools, services: FitServices): Promise<Verdict> {
	const checked = await checkAlone({ source: record.source, uses, tools, known: record.notes ?? [] }, services.checker);
	if (checked.isUnchecked) return { ok: false, reason: 'its types cannot be checked in time', isUnknown: true };
	return verdictOf(record, checked.problem, tools, services);
}

/** `fitsTools` for each of them, in their order; for many in a fraction of the time. Types that there was no time for count as fitting. */
export async function fitEach(functions: readonly WithUses[], tools: CallableTools, services: FitServices): Promise<Verdict[]> {
	const checks = functions.map(({ record, uses }) => ({ source: record.source, uses, known: record.notes ?? [] }));
	const checked = await checkEachAlone(checks, tools, services.checker);
	const verdicts: Verdict[] = [];
	for (const [at, { record }] of functions.entries()) verdicts.push(await verdictOf(record, checked[at]?.problem, tools, services));
	return verdicts;
}

type FitServices = Pick<VerifyServices, 'checker' | 'functions'>;

async function verdictOf(
	record: FunctionRecord,
	problem: string | undefined,
	tools: CallableTools,
	{ functions }: FitServices,
): Promise<Verdict> {
	const ids = record.tools.map(({ tool }) => tool);
	const stamps = stampsOf(ids, tools);
	if (!stamps) return { ok: false, reason: missing(ids, tools) };
	if (problem !== undefined) return { ok: false, reason: problem };
	const refused = isStale(record, tools) ? refusedCall(record, await functions.examples(record), tools) : undefined;
	return refused === undefined ? { ok: true, tools: stamps } : { ok: false, reason: refused };
}

/** A tool is gone from its API, or the API is not there. */
function missing(ids: readonly string[], { names, tools }: CallableTools): string {
	const away = ids.map(toolsetOf).find((toolset) => !Object.hasOwn(names, toolset));
	return away === undefined ? `calls ${ids.filter((id) => !tools.has(id)).join(', ')}, which is gone` : notConnected(away);
}

/** Of a function that calls tools of it. */
export function notConnected(toolset: string): string {
	return `calls \`${toolset}\`, which is not connected or does not load`;
}

/** Types do not tell all that a tool demands of its arguments. Undefined when all calls of an example would be sent: another one's may be its arguments' fault. */
function refusedCall(
	{ tools: called }: Pick<FunctionRecord, 'tools'>,
	examples: readonly FunctionExample[],
	{ refusal }: Pick<CallableTools, 'refusal'>,
): string | undefined {
	const own = new Set(called.map(({ tool }) => tool));
	const reasons = examples.map(({ calls }) => {
		for (const { tool, args, response } of calls) {
			const reason = response.ok && own.has(tool) ? refusal?.(tool, args) : undefined;
			if (reason !== undefined) return `${tool} does not take what it was called with: ${reason}`;
		}
		return undefined;
	});
	return reasons.includes(undefined) ? undefined : reasons[0];
}

/** Why the function does not give an example's result again, against its recorded calls; undefined when it does. */
export async function differs(
	name: string,
	sources: readonly string[],
	{ args, result, calls, seed }: FunctionExample,
	{ names }: Pick<CallableTools, 'names'>,
	services: ReplayServices,
): Promise<string | undefined> {
	const replayed = await replay({ source: callOf(name, sources, args), calls, tools: names, seed }, services);
	if (!replayed.ok) return replayed.reason;
	const same = replayed.value !== undefined && canonicalJson(replayed.value) === canonicalJson(result);
	return same ? undefined : 'gives another result than it did';
}

/** A program that answers with what the function gives. */
function callOf(name: string, sources: readonly string[], args: FunctionExample['args']): string {
	const given = JSON.stringify(JSON.stringify(args));
	return `${sources.join('\n\n')}\n\nreturn answer('', (await ${name}(...(JSON.parse(${given}) as []))) ?? null);\n`;
}

function textOf(name: string, { args, result }: Pick<FunctionExample, 'args' | 'result'>): string {
	return `${shortened(`${name}(${args.map((arg) => JSON.stringify(arg)).join(', ')})`)} → ${shortened(JSON.stringify(result))}`;
}

function shortened(text: string): string {
	return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}

function unusable(record: FunctionRecord, uses: readonly FunctionRecord[]): string {
	const found = uses.find(({ state }) => state === 'quarantined');
	if (found) return `uses \`${found.name}\`, which is quarantined: ${lastTransition(found).reason}`;
	return `uses a function that is gone or may not be used: ${record.uses.map(({ name }) => `\`${name}\``).join(', ')}`;
}
