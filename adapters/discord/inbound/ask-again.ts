import { askedBy } from '../../../commands/asked-by.ts';
import type { Run } from '../../../src/runs/run.ts';
import { retryOf } from '../../shared/retry.ts';
import type { Parts } from '../parts.ts';
import type { Asking } from './ask.ts';
import type { CommandQuestion } from './ask-by-command.ts';
import { ownRun } from './pressed-run.ts';

/** A press of Retry where the bot itself is not, acknowledged and still to be taken up. Can be written down. */
export interface RetryPress {
	/** Of the run, as the button has it. */
	readonly reference: string;
	readonly user: string;
	readonly interaction: string;
	readonly token: string;
	readonly channel: string;
}

/** What it asks, as a command would. Rejects with a UserError. */
export async function questionOfRetry({ reference, ...press }: RetryPress, parts: Parts): Promise<CommandQuestion> {
	const run = await ownRun(press.user, reference, parts);
	const { user, interaction, token, channel } = press;
	const asking = { ...(await againAs(run, { user, id: interaction }, parts)), workspaceId: run.workspaceId };
	return { asking, interaction, token, channel, present: false };
}

/** The same as a run once more, by whoever pressed, which is known by the id of the press. Rejects with a UserError. */
export async function againAs(
	run: Run,
	{ user, id }: { readonly user: string; readonly id: string },
	{ services }: Parts,
): Promise<Asking> {
	const { command, options } = askedBy(run);
	const again = retryOf(run, await services.runs.ending(run.id));
	return { ...again, command: command.path.join(' '), options: { ...options, ...again.options }, user, id: `retry/${id}` };
}
