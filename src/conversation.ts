import type { Progress } from './pipeline/progress.ts';
import type { Run } from './runs/run.ts';
import type { CallPreview, Effect, PersonQuestion } from './toolset/tool.ts';

/** The exact call a program wants to make, for the person who decides about it. */
export interface PendingWrite extends CallPreview {
	/** `toolset.name` */
	readonly tool: string;
	readonly effect: Effect;
	/** The person is asked once more after they said yes. */
	readonly secondLook?: true;
	/** Where the program makes the call: the number of the line, from 1, and its text, at most 200 characters. Absent in a stored function. */
	readonly line?: { readonly number: number; readonly text: string };
	/** It was begun before and nobody knows whether it arrived: a yes sends it once more. */
	readonly uncertain?: true;
}

/**
 * What the person said about a write. `dry-run`: it is not sent, and neither is any later one; the program goes on without, to see what else it
 * would send.
 */
export type WriteDecision = 'allowed' | 'refused' | 'dry-run';

/** The place a question came from and its answer goes to: a thread, a channel, a terminal. Each platform has its own. */
export interface Conversation {
	/**
	 * Shows an event; resolves once the person can see it, rejects when it cannot be shown. `index` numbers the events of a run from 0; that it
	 * waits for its turn is a status with the number -1. After a crash a run walks its path again and its events come again with the same numbers:
	 * a conversation that knows what it has posted shows none twice. A result or failure that could not be shown is given again later; one that
	 * was shown is not.
	 */
	show(run: Run, event: Progress, index: number): Promise<void>;
	/**
	 * Asks the person who asked, or an admin, whether a write may go out. Rejects with `not-allowed` when they let the request expire, and with the
	 * signal's reason when it is aborted. A reason `RunLeft` means that the run goes on later, and that the request stands until then.
	 */
	confirmWrite(run: Run, write: PendingWrite, signal: AbortSignal): Promise<WriteDecision>;
	/**
	 * Puts a program's question to the person who asked: a string for `choose` (one of the options) and `input`, a boolean for `confirm`. Rejects
	 * with `stopped` when they cancel it, with `not-allowed` when they let it expire or nobody is there to answer, and as `confirmWrite` does when
	 * the signal is aborted.
	 */
	askPerson(run: Run, question: PersonQuestion, signal: AbortSignal): Promise<string | boolean>;
	/**
	 * Another process goes on with the run and shows it from now on: what this one keeps of showing it is dropped, and what it has not shown yet of its
	 * status is not shown any more. What stands is left to the other process, which finds it. Never throws. Absent where nothing is kept.
	 */
	elsewhere?(run: Run): void;
}
