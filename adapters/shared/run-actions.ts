import { UserError } from '../../src/errors.ts';
import type { Result } from '../../src/pipeline/progress.ts';
import type { Run } from '../../src/runs/run.ts';
import type { Services } from '../../src/services.ts';

/** Who presses a button of a run. */
export interface Presser {
	readonly id: string;
	readonly workspaceId: string;
	/** Rejects with a UserError when the platform does not say. */
	readonly isAdmin: () => Promise<boolean>;
	/** As others see them; never rejects. */
	readonly name: () => Promise<string>;
}

type RunServices = Pick<Services, 'runs'>;

/** What a person reads when a run cannot be stopped any more. */
export const ANSWERED_ALREADY = 'This question has been answered already.';

/** A run of this person's workspace: what a button holds comes from outside. Rejects with `not-found`. */
export async function runOf(id: string, { workspaceId }: Pick<Presser, 'workspaceId'>, { runs }: RunServices): Promise<Run> {
	const run = await runs.get(workspaceId, id);
	if (!run) throw new UserError('not-found', 'This question is not known any more. Ask it again.');
	return run;
}

/** False when the run has its ending already. Rejects with `not-allowed` for all but the asker and admins. */
export async function stopRun(run: Run, by: Presser, { runs }: RunServices): Promise<boolean> {
	await mustBeAskerOrAdmin(run.question.askedBy.id, by, 'stop this');
	return runs.stop(run.id, await by.name());
}

/** Of several questions in a thread, those that this person may best stop: their own, or else all. */
export function stoppableBy(runs: readonly Run[], { id }: Pick<Presser, 'id'>): readonly Run[] {
	const own = runs.filter(({ question }) => question.askedBy.id === id);
	return own.length > 0 ? own : runs;
}

/** Whether the same is being asked in the thread already. A run that has its ending may still be keeping functions. */
export async function isBeingAnswered({ conversation, question }: Run, { runs }: RunServices): Promise<boolean> {
	const same = (await runs.unfinishedIn(conversation)).filter((run) => run.question.text === question.text);
	const endings = await Promise.all(same.map(({ id }) => runs.ending(id)));
	return endings.includes(undefined);
}

/** The answer that has a program. Rejects with `not-found`. */
export async function resultOf(run: Run, { runs }: RunServices): Promise<Result> {
	const ending = await runs.ending(run.id);
	if (ending?.type !== 'result') throw new UserError('not-found', 'This answer has no program that could be shown.');
	return ending;
}

/** Rejects with `not-allowed` for all but this asker and admins; `what` completes "may …". */
export async function mustBeAskerOrAdmin(asker: string, by: Presser, what: string): Promise<void> {
	if (by.id === asker || (await by.isAdmin())) return;
	throw new UserError('not-allowed', `Only the person who asked, or an admin, may ${what}.`);
}
