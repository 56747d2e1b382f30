import type { Logger } from 'pino';
import { within } from './deadline.ts';
import type { Job } from './job.ts';
import type { Turns } from './turns.ts';

/** Of what is shown before the answer begins; see `Conversation.show`. */
const BEFORE_FIRST = -1;

export interface WaitOptions {
	readonly logger: Logger;
	/** How long a conversation may take to show one event. */
	readonly showLimitMs: number;
}

/** Resolves when it is the job's turn, or it is cut off. People are told that it waits, so that they can stop it. Never rejects. */
export async function waitForTurn({ run, conversation, finished, signal }: Job, turns: Turns, options: WaitOptions): Promise<void> {
	const tell = async () => {
		try {
			await within(options.showLimitMs, conversation.show(run, { type: 'status', text: 'Waiting for its turn…' }, BEFORE_FIRST));
		} catch (error) {
			options.logger.warn({ err: error, run: run.id }, 'that a run waits could not be shown');
		}
	};
	let told: Promise<void> | undefined;
	await turns.take(run.conversation, finished, signal, () => {
		told = tell();
	});
	// What comes next must not be overtaken by it.
	await told;
}
