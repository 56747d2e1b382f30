import type { FunctionRecord } from '../repository/function-record.ts';
import type { Fault } from './fault.ts';
import type { Progress } from './progress.ts';
import type { Work } from './work.ts';

/** More functions cost tokens and distract. */
const OFFERED_FUNCTIONS = 5;

/**
 * Stored functions that may help with `text`, best first, each with everything it uses at hand. Recorded in the journal as they are now: a resumed
 * run is offered and runs the same ones, whatever other questions have stored, replaced or forgotten since.
 */
export async function knownFunctions(work: Work, step: string, text: string): Promise<readonly FunctionRecord[]> {
	if (!work.stages.repository) return [];
	const { functions } = work.services;
	const { workspaceId } = work.run;
	const found = await work.journal.step(`known-${step}`, async () => {
		const offered = await functions.search(workspaceId, text, OFFERED_FUNCTIONS);
		return { offered, all: await closureOf(offered, (name) => functions.get(workspaceId, name)) };
	});
	for (const record of found.all) work.library.set(record.name, record);
	return found.offered.filter((record) => !work.distrusted.has(record.name) && isCallable(record, work));
}

/** These functions and all that they use, directly or not, as far as they exist. */
async function closureOf(
	records: readonly FunctionRecord[],
	get: (name: string) => Promise<FunctionRecord | undefined>,
): Promise<FunctionRecord[]> {
	const all = new Map(records.map((record) => [record.name, record]));
	for (const record of all.values()) {
		for (const name of record.uses) {
			const used = all.get(name) ?? (await get(name));
			// A Map's iteration reaches entries added meanwhile, so uses of uses follow.
			if (used) all.set(name, used);
		}
	}
	return [...all.values()];
}

/** False for a function that calls, itself or through others, a tool that this run may not call or a function that was forgotten. */
export function isCallable(record: FunctionRecord, { library, toolbox }: Work): boolean {
	const uses = withUses([record], library);
	const known = new Set(uses.map(({ name }) => name));
	return uses.every((used) => used.uses.every((name) => known.has(name)) && used.tools.every(({ tool }) => toolbox.tools.has(tool)));
}

/** These functions and all that they use, from the library of this run. */
export function withUses(records: readonly FunctionRecord[], library: ReadonlyMap<string, FunctionRecord>): readonly FunctionRecord[] {
	const all = new Map(records.map((record) => [record.name, record]));
	for (const { uses } of all.values()) {
		for (const name of uses) {
			const used = library.get(name);
			if (used && !all.has(name)) all.set(name, used);
		}
	}
	return [...all.values()];
}

/** Stored functions that were called and did not answer: it counts against them, costs one repair, and they are offered no more in this run. */
export async function* distrust(work: Work, records: readonly FunctionRecord[], fault: Fault): AsyncGenerator<Progress> {
	yield work.spendRepair(fault, 'reuse');
	const { functions } = work.services;
	const { workspaceId, question } = work.run;
	for (const { name } of records) work.distrusted.add(name);
	// A function that says that nothing was found, or finds nothing, may be right.
	if (fault.isFinding) return;
	await work.journal.step('distrusted', async () => {
		for (const { name } of records) await functions.recordUse(workspaceId, name, { succeeded: false, question: question.text });
	});
}
