import { toolsetOf } from '../../toolset/tool.ts';
import type { CallableTools } from '../callable-tools.ts';
import { closureOf } from '../closure.ts';
import type { FunctionRecord, TransitionCause } from '../function-record.ts';
import { isOffered, lastTransition } from '../function-state.ts';
import { supersedeOlder } from '../keeping/supersede.ts';
import { forgotten, moved, verified } from '../lifecycle.ts';
import { failureOf, notConnected, type Verdict, type VerifyServices, verifyAgain } from '../verification/verify.ts';

/** Somebody's decision about a stored function. */
export interface Decision {
	readonly record: FunctionRecord;
	/** Id of the person. */
	readonly by: string;
	/** All those of the workspace. */
	readonly tools: CallableTools;
}

/**
 * What a verification found. `holds`: it is as it was. `back`: it was quarantined, and is offered again. `left`: it holds, and stays quarantined for what
 * people or answers said of it. `broken`: it does not hold, and is quarantined. `unchecked`: what it calls is not there to be held against, or there was no time to check its types.
 */
export type Verified = { readonly record: FunctionRecord } & (
	| { readonly result: 'holds' | 'back' }
	| { readonly result: 'left' | 'broken' | 'unchecked'; readonly reason: string }
);

/** Reasons are for people. */
export type Decided = { readonly ok: true; readonly record: FunctionRecord } | { readonly ok: false; readonly reason: string };

/** What speaks against a function and ends when it fits its tools again. Replays cannot refute anything else: they hold whenever the function runs. */
const MENDED_BY_TOOLS: ReadonlySet<TransitionCause> = new Set(['drift', 'import']);

/**
 * Verifies a function that is not retired once more, and says what came of it. With `overrules`, one that was quarantined for any reason comes back when
 * it holds; without, only one that did not fit its tools.
 */
export async function verifyStored({ record, by, tools }: Decision, overrules: boolean, services: VerifyServices): Promise<Verified> {
	const { functions } = services;
	const verdict = await judge(record, tools, services);
	const { workspaceId, state: before } = record;
	const at = new Date().toISOString();
	if (!verdict.ok && (verdict.isAway || verdict.isUnknown)) return { record, result: 'unchecked', reason: verdict.reason };
	if (!verdict.ok) {
		// One that another change of the API may mend comes back by itself then; a replay that fails says nothing of the API.
		const because = { at, cause: verdict.byReplay ? 'failures' : 'drift', ...failureOf(verdict), by } as const;
		const after = await functions.change(workspaceId, record, (now) => (isOffered(now) ? moved(now, 'quarantined', because) : now));
		return { record: after ?? record, result: 'broken', reason: verdict.reason };
	}
	const returns = (now: FunctionRecord) =>
		overrules || (MENDED_BY_TOOLS.has(lastTransition(now).cause) && (now.statistics.disliked ?? 0) === 0);
	const after = await functions.change(workspaceId, record, (now) =>
		now.state !== 'quarantined' || returns(now) ? verified(now, { tools: verdict.tools, at, by }) : now,
	);
	const current = after ?? record;
	if (current.state === 'quarantined') return { record: current, result: 'left', reason: whyLeft(current) };
	return { record: current, result: before === 'quarantined' ? 'back' : 'holds' };
}

/** Trusts one that is not retired by a person's word, after it has been verified. Older versions that it replaces are retired. */
export async function promote({ record, by, tools }: Decision, services: VerifyServices): Promise<Decided> {
	const verdict = await judge(record, tools, services);
	if (!verdict.ok) return verdict;
	const because = { at: new Date().toISOString(), cause: 'promoted', reason: 'trusted by an admin', by } as const;
	const after = await services.functions.change(record.workspaceId, record, (now) =>
		now.state === 'retired' ? now : moved({ ...now, tools: verdict.tools }, 'trusted', because),
	);
	if (!after) return { ok: false, reason: 'is gone' };
	await supersedeOlder(after, tools, services);
	return { ok: true, record: after };
}

/** Offers a retired one again, as a candidate, after it has been verified. */
export async function restore({ record, by, tools }: Decision, services: VerifyServices): Promise<Decided> {
	const verdict = await judge(record, tools, services);
	if (!verdict.ok) return verdict;
	const because = { at: new Date().toISOString(), cause: 'restored', reason: 'restored by an admin', by } as const;
	const after = await services.functions.change(record.workspaceId, record, (now) =>
		now.state === 'retired' ? moved({ ...now, tools: verdict.tools }, 'candidate', because) : now,
	);
	return after ? { ok: true, record: after } : { ok: false, reason: 'is gone' };
}

/** Retires all versions of a name, and takes them from those that use them. True when one was not forgotten already. */
export async function forget(
	versions: readonly FunctionRecord[],
	by: string,
	{ functions }: Pick<VerifyServices, 'functions'>,
): Promise<boolean> {
	const at = new Date().toISOString();
	let isNews = false;
	for (const record of versions) {
		const after = await functions.change(record.workspaceId, record, (now) => forgotten(now, at, by));
		isNews ||= after?.history.at(-1)?.at === at;
	}
	return isNews;
}

function whyLeft(record: FunctionRecord): string {
	const { cause, reason } = lastTransition(record);
	return MENDED_BY_TOOLS.has(cause) ? 'somebody disliked an answer of it' : reason;
}

async function judge(
	record: FunctionRecord,
	tools: CallableTools,
	services: VerifyServices,
): Promise<Verdict & { readonly isAway?: boolean }> {
	const { functions } = services;
	const { all } = await closureOf([record], (keys) => functions.getMany(record.workspaceId, keys));
	const called = [record, ...all].flatMap((part) => part.tools.map(({ tool }) => toolsetOf(tool)));
	const away = called.find((toolset) => !Object.hasOwn(tools.names, toolset));
	if (away === undefined) return verifyAgain(record, tools, services);
	return { ok: false, reason: notConnected(away), isAway: true };
}
