import type { Progress } from './pipeline/progress.ts';
import type { Run } from './runs/run.ts';
import type { CallPreview, Effect } from './toolset/tool.ts';

/** The exact call a program wants to make, for the person who decides about it. */
export interface PendingWrite extends CallPreview {
	/** `toolset.name` */
	readonly tool: string;
	readonly effect: Effect;
}

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
	 * Asks the person who asked, or an admin, whether a write may go out. False when they refuse; rejects with `not-allowed` when they let the
	 * request expire, and with the signal's reason when it is aborted. A reason `RunLeft` means that the run goes on later, and that the request
	 * stands until then.
	 */
	confirmWrite(run: Run, write: PendingWrite, signal: AbortSignal): Promise<boolean>;
}
