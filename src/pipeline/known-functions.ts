import type { FunctionRecord } from '../repository/function-record.ts';
import type { Fault } from './fault.ts';
import type { Progress } from './progress.ts';
import type { Work } from './work.ts';

/** More functions cost tokens and distract. */
const OFFERED_FUNCTIONS = 5;

/**
 * Stored functions that may help with `text`, best first. Recorded in the journal: a resumed run is offered the same ones, whatever other
 * questions have stored since.
 */
export async function knownFunctions(work: Work, step: string, text: string): Promise<readonly FunctionRecord[]> {
	if (!work.stages.repository) return [];
	const { functions } = work.services;
	const found = await work.journal.step(`known-${step}`, () => functions.search(work.run.workspaceId, text, OFFERED_FUNCTIONS));
	return found.filter((record) => !work.distrusted.has(record.name) && record.tools.every(({ tool }) => work.toolbox.tools.has(tool)));
}

/** These functions and all that they use, directly or not; what has been forgotten meanwhile is left out, and the review will say so. */
export async function withUses(work: Work, records: readonly FunctionRecord[]): Promise<readonly FunctionRecord[]> {
	const all = new Map(records.map((record) => [record.name, record]));
	for (const record of all.values()) {
		for (const name of record.uses) {
			if (all.has(name)) continue;
			const used = await work.services.functions.get(work.run.workspaceId, name);
			// A Map's iteration reaches entries added meanwhile, so uses of uses follow.
			if (used) all.set(name, used);
		}
	}
	return [...all.values()];
}

/** Stored functions that were called and did not answer: it counts against them, costs one repair, and they are offered no more in this run. */
export async function* distrust(work: Work, records: readonly FunctionRecord[], fault: Fault): AsyncGenerator<Progress> {
	yield work.spendRepair(fault);
	for (const { name } of records) {
		work.distrusted.add(name);
		await work.services.functions.recordUse(work.run.workspaceId, name, { succeeded: false, question: work.run.question.text });
	}
}
