import { randomInt } from 'node:crypto';
import type { Run } from './run.ts';

/** A question as a platform hands it over. */
export interface RunRequest {
	readonly workspaceId: string;
	readonly conversation: string;
	readonly text: string;
	readonly askedBy: Run['question']['askedBy'];
	readonly allowWrites: boolean;
	/** The platform's id of the event. The same event of a workspace is one run, however often and to however many processes it is delivered. */
	readonly id?: string;
}

/** A new run, waiting for its turn; the earlier turns of its conversation come in when it starts. */
export function createRun(id: string, { workspaceId, conversation, text, askedBy, allowWrites }: RunRequest): Run {
	return {
		id,
		workspaceId,
		conversation,
		question: { text, askedBy, earlier: [] },
		status: 'waiting',
		createdAt: new Date().toISOString(),
		seed: { now: Date.now(), random: randomInt(2 ** 32) },
		allowWrites,
	};
}
