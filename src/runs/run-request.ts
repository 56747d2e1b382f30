import { randomInt } from 'node:crypto';
import type { Failure, Result } from '../pipeline/progress.ts';
import type { Run } from './run.ts';

/** A question as a platform hands it over. */
export interface RunRequest {
	readonly workspaceId: string;
	readonly conversation: string;
	/** What it follows up on: questions with the same topic know one another. The conversation when left out. */
	readonly topic?: string;
	readonly text: string;
	readonly askedBy: Run['question']['askedBy'];
	readonly allowWrites: boolean;
	/** Withholds all writes and lists them; `allowWrites` then says nothing. */
	readonly dryRun?: boolean;
	/** See `Run`. */
	readonly retryOf?: Run['retryOf'];
	readonly call?: Run['call'];
	/** The platform's id of the event. The same event of a workspace is one run, however often and to however many processes it is delivered. */
	readonly id?: string;
}

/** A question that was accepted. */
export interface SubmittedRun {
	readonly run: Run;
	/** The ending, once everything is done. Never rejects; a run that is left to be resumed gives a failure `stopped` that nobody was shown. */
	readonly finished: Promise<Result | Failure>;
}

export interface ResumeOptions {
	/** Which of the runs that were submitted with `allowWrites` may go on writing unasked. About the others' writes whoever is there now is asked. */
	readonly allowWrites?: (run: Run) => boolean;
}

/** A new run, waiting for its turn; the earlier turns of its conversation come in when it starts. */
export function createRun(id: string, request: RunRequest): Run {
	const { workspaceId, conversation, topic, text, askedBy, allowWrites, dryRun, retryOf, call } = request;
	return {
		id,
		workspaceId,
		conversation,
		...(topic !== undefined && { topic }),
		question: { text, askedBy, earlier: [] },
		status: 'waiting',
		createdAt: new Date().toISOString(),
		seed: { now: Date.now(), random: randomInt(2 ** 32) },
		allowWrites: allowWrites && !dryRun,
		...(dryRun && { dryRun }),
		...(retryOf !== undefined && { retryOf }),
		...(call && { call }),
	};
}
