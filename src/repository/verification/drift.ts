import type { Toolset } from '../../toolset/tool.ts';
import { toolsetOf } from '../../toolset/tool.ts';
import { type CallableTools, isStale } from '../callable-tools.ts';
import type { FunctionKey, FunctionRecord } from '../function-record.ts';
import { isDrifted, isOffered, isUsable } from '../function-state.ts';
import { broken, verified } from '../lifecycle.ts';
import { recordId } from '../record-keys.ts';
import type { FunctionChecks } from './function-checks.ts';
import { fitEach, type Verdict, type VerifyServices, type WithUses } from './verify.ts';

/** What a change of the tools means for the functions of a workspace. */
export interface Drift {
	/** Offered ones that do not fit any more, each with why. */
	readonly broken: readonly { readonly record: FunctionRecord; readonly reason: string }[];
	/** What they call has changed and they fit all the same, or fit again; `tools` are the schemas of today. */
	readonly fitting: readonly { readonly record: FunctionRecord; readonly tools: FunctionRecord['tools'] }[];
}

export type DriftServices = Pick<VerifyServices, 'functions' | 'checker'>;

/**
 * Holds the functions that call a changed tool against the tools as they are now: by their types, and by the arguments that they were seen to give. What
 * uses one that is broken is broken with it. Of quarantined functions, those that an earlier change has broken are looked at, too. `records` holds all
 * that they use. Each is judged by its own calls alone, about 1,000 in 2 s. Changes nothing.
 *
 * `isWhole`: the tools are all those of the workspace, whatever its policy lets programs call. What is missing from a toolset that is there is gone
 * then, which breaks its callers; otherwise nothing is said about them. Nor is it about those that call a toolset that is not there.
 *
 * What types do not say goes unnoticed, and recorded calls, which are of the API as it was, cannot tell it either: a change of what the document does not
 * describe, of what may stand in a response that is open to further fields, of what a function casts to a type of its own, and of meaning alone. An
 * operation with another effect has the same types: where it changes something from now on, its calls are asked about.
 */
export async function driftOf(
	records: readonly FunctionRecord[],
	tools: CallableTools,
	services: DriftServices,
	{ isWhole }: { readonly isWhole: boolean },
): Promise<Drift> {
	const byId = new Map(records.map((record) => [recordId(record), record]));
	const touched = [...concerned(records)].flatMap((record): WithUses[] => {
		const uses = record.uses.flatMap((key) => byId.get(recordId(key)) ?? []);
		return isTouched(record, tools, isWhole) && uses.length === record.uses.length ? [{ record, uses }] : [];
	});
	const found = await fitEach(touched, tools, services);
	const verdicts = new Map(touched.flatMap(({ record }, at) => (found[at] ? [[record, found[at]] as const] : [])));
	const lost = lostWith(verdicts, records);
	return {
		broken: [...lost].flatMap(([record, reason]) => (isOffered(record) ? [{ record, reason }] : [])),
		fitting: [...verdicts].flatMap(([record, verdict]) => (verdict.ok && !lost.has(record) ? [{ record, tools: verdict.tools }] : [])),
	};
}

/** The same for all functions of a workspace and all its tools; `refreshed` stands in for the toolset of its name. */
export async function workspaceDrift(workspaceId: string, checks: FunctionChecks, refreshed?: Toolset): Promise<Drift> {
	const tools = await checks.toolsOf(workspaceId, refreshed);
	return driftOf(await checks.functions.list(workspaceId), tools, checks, { isWhole: true });
}

/** Quarantines what is broken; what fits is stamped with the schemas of today, and has its standing back where only a change had cost it that. */
export async function settleDrift({ broken: breaking, fitting }: Drift, { functions }: Pick<VerifyServices, 'functions'>): Promise<void> {
	const at = new Date().toISOString();
	for (const { record, reason } of breaking) await functions.change(record.workspaceId, record, (now) => broken(now, reason, at));
	for (const { record, tools } of fitting) {
		await functions.change(record.workspaceId, record, (now) => {
			if (now.state !== 'quarantined' || isDrifted(now)) return verified(now, { tools, at });
			return isUsable(now) ? { ...now, tools } : now;
		});
	}
}

/** What is offered or may be so again, and the functions that such ones run. */
function concerned(records: readonly FunctionRecord[]): ReadonlySet<FunctionRecord> {
	const byId = new Map(records.map((record) => [recordId(record), record]));
	const all = new Set(records.filter((record) => isOffered(record) || isDrifted(record)));
	// What is added while this loop runs is visited, too.
	for (const { uses } of all) {
		for (const key of uses) {
			const used = byId.get(recordId(key));
			if (used && isUsable(used)) all.add(used);
		}
	}
	return all;
}

/** One that only another function has broken, and may fit again, has nothing of its own that changed. */
function isTouched(record: FunctionRecord, tools: CallableTools, isWhole: boolean): boolean {
	const missing = record.tools.filter(({ tool }) => !tools.tools.has(tool));
	if (missing.some(({ tool }) => Object.hasOwn(tools.names, toolsetOf(tool)))) return isWhole;
	return missing.length === 0 && (isStale(record, tools) || isDrifted(record));
}

/** Those that do not fit, and those that would but for something that they use, each with why. */
function lostWith(verdicts: ReadonlyMap<FunctionRecord, Verdict>, records: readonly FunctionRecord[]): ReadonlyMap<FunctionRecord, string> {
	const byId = new Map(records.map((record) => [recordId(record), record]));
	const users = new Map<string, FunctionRecord[]>();
	for (const record of records) {
		for (const key of record.uses) users.set(recordId(key), [...(users.get(recordId(key)) ?? []), record]);
	}
	const mayReturn = (key: FunctionKey) => {
		const used = byId.get(recordId(key));
		return used !== undefined && (isUsable(used) || verdicts.get(used)?.ok === true);
	};
	const lost = new Map<FunctionRecord, string>();
	for (const [record, verdict] of verdicts) {
		if (!verdict.ok) lost.set(record, verdict.reason);
		else if (isDrifted(record) && !record.uses.every(mayReturn)) lost.set(record, 'uses a function that may not be used');
	}
	// What is added while this loop runs is visited, too.
	for (const [record] of lost) {
		for (const user of users.get(recordId(record)) ?? []) {
			if (!lost.has(user)) lost.set(user, `uses \`${record.name}\`, which does not fit any more`);
		}
	}
	return lost;
}
