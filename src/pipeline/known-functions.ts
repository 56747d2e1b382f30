import { isStale } from '../repository/callable-tools.ts';
import { type Closure, closureOf } from '../repository/closure.ts';
import type { FunctionKey, FunctionRecord } from '../repository/function-record.ts';
import { isOffered, isRepairable } from '../repository/function-state.ts';
import { driftOf, settleDrift } from '../repository/verification/drift.ts';
import type { Work } from './work.ts';

/** More functions cost tokens and distract. */
const OFFERED_FUNCTIONS = 8;
/** What is to be written anew comes with its source: two, and what they use, are enough to know what was meant. */
const DRAFTS = 2;

/**
 * Stored functions that may help with `text`, and those that `drafts` use, those that have proved themselves first, each with everything it uses at
 * hand. Recorded in the journal as they are now: a resumed run is offered and runs the same ones, whatever other questions have stored, replaced or
 * forgotten since.
 */
export async function knownFunctions(
	work: Work,
	step: string,
	text: string,
	drafts: readonly FunctionRecord[] = [],
): Promise<readonly FunctionRecord[]> {
	if (!work.stages.repository) return [];
	const { functions } = work.services;
	const { workspaceId } = work.run;
	// `known-…` was recorded before functions had versions: a run that began then looks anew.
	const { whole, all } = await work.journal.step(`offered-${step}`, async () => {
		const found = await functions.search(workspaceId, text, OFFERED_FUNCTIONS);
		return fittingClosure(work, [...found, ...(await usedBy(drafts, found, work))]);
	});
	for (const record of all) work.library.set(record.name, record);
	const offered = whole.filter((record) => !work.distrusted.has(record.name) && isCallable(record, work));
	return [...offered.filter(({ state }) => state === 'trusted'), ...offered.filter(({ state }) => state !== 'trusted')];
}

/** What a draft calls is at hand for whoever mends it, as far as it still works, in the version of today. */
async function usedBy(drafts: readonly FunctionRecord[], found: readonly FunctionRecord[], work: Work): Promise<readonly FunctionRecord[]> {
	const names = new Set(drafts.flatMap(({ uses }) => uses.map(({ name }) => name)));
	for (const { name } of found) names.delete(name);
	const used = await Promise.all([...names].map((name) => work.services.functions.get(work.run.workspaceId, name)));
	return used.filter((record) => record !== undefined).filter(isOffered);
}

/**
 * Of these functions and all that they use those that fit the tools as they are: what calls a changed one is looked at before it is offered, also when
 * nobody has done so since: a process died in the midst of it, or the API was connected anew. What calls a tool that is gone waits for an admin's look.
 */
export async function fittingClosure(work: Work, found: readonly FunctionRecord[]): Promise<Closure> {
	const { services, toolbox, run } = work;
	const load = (keys: readonly FunctionKey[]) => services.functions.getMany(run.workspaceId, keys);
	const closure = await closureOf(found, load);
	if (!closure.all.some((record) => isStale(record, toolbox))) return closure;
	await settleDrift(await driftOf(closure.all, toolbox, services, { isWhole: false }), services);
	return closureOf((await load(found)).filter(isOffered), load);
}

/**
 * Stored functions that have to do with `text` and do not work any more, with those of the same kind that they use: drafts to be mended. Those that were,
 * which another version on offer says, are left out.
 */
export async function brokenFunctions(work: Work, text: string): Promise<readonly FunctionRecord[]> {
	if (!work.stages.repository) return [];
	const { functions } = work.services;
	const { workspaceId } = work.run;
	return work.journal.step('to-repair', async () => {
		const found = await functions.search(workspaceId, text, DRAFTS, isRepairable);
		const used = await functions.getMany(
			workspaceId,
			found.flatMap(({ uses }) => uses),
		);
		const drafts = [...found, ...used.filter(isRepairable)];
		const single = drafts.filter(({ name }, place) => drafts.findIndex((other) => other.name === name) === place);
		const today = await Promise.all(single.map(({ name }) => functions.get(workspaceId, name)));
		return single.filter((_, place) => !(today[place] && isOffered(today[place])));
	});
}

/**
 * False for a function that calls, itself or through others, a tool that this run may not call or a function that was forgotten, and for one that has the
 * name of a toolset which was connected after it was stored.
 */
export function isCallable(record: FunctionRecord, { library, toolbox, toolsets }: Work): boolean {
	const uses = withUses([record], library);
	const known = new Set(uses.map(({ name }) => name));
	if (uses.some(({ name }) => toolsets.has(name))) return false;
	return uses.every((used) => used.uses.every(({ name }) => known.has(name)) && used.tools.every(({ tool }) => toolbox.tools.has(tool)));
}

/** These functions and all that they use, from the library of this run. */
export function withUses(records: readonly FunctionRecord[], library: ReadonlyMap<string, FunctionRecord>): readonly FunctionRecord[] {
	const all = new Map(records.map((record) => [record.name, record]));
	for (const { uses } of all.values()) {
		for (const { name } of uses) {
			const used = library.get(name);
			if (used && !all.has(name)) all.set(name, used);
		}
	}
	return [...all.values()];
}
