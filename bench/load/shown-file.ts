import { appendFileSync, readFileSync } from 'node:fs';
import type { Conversation } from '../../src/conversation.ts';
import type { JsonValue } from '../../src/json.ts';
import type { Failure, Result } from '../../src/pipeline/progress.ts';

/** One event as a conversation was given it. */
export interface Shown {
	/** Unix time, milliseconds. */
	readonly at: number;
	readonly pid: number;
	readonly workspaceId: string;
	readonly conversation: string;
	readonly run: string;
	readonly index: number;
	readonly type: string;
	/** Of a result. */
	readonly value?: JsonValue;
	/** Of a failure. */
	readonly message?: string;
	/** Of both. */
	readonly modelCalls?: number;
	readonly toolCalls?: number;
}

/**
 * A place whose messages are lines of a file: what is written is there even when the process is killed in the next instant, as a message in a chat is.
 * Unlike a chat it takes any number of messages at once, and the same one twice.
 */
export function fileConversation(file: string, conversation: string, ended: (ending: Result | Failure) => void): Conversation {
	return {
		async show(run, event, index) {
			const ending = event.type === 'result' || event.type === 'failure' ? event : undefined;
			const shown: Shown = {
				at: Date.now(),
				pid: process.pid,
				workspaceId: run.workspaceId,
				conversation,
				run: run.id,
				index,
				type: event.type,
				...(event.type === 'result' && { value: event.value }),
				...(event.type === 'failure' && { message: event.message }),
				...(ending && { modelCalls: ending.totals.modelCalls, toolCalls: ending.totals.toolCalls }),
			};
			appendFileSync(file, `${JSON.stringify(shown)}\n`);
			if (ending) ended(ending);
		},
		confirmWrite: async () => 'refused',
		askPerson: async () => false,
	};
}

/** All that was shown, in the order of writing. A process that was killed in the midst of a line leaves a part of it, which was never shown. */
export function readShown(file: string): Shown[] {
	const lines = readFileSync(file, 'utf8').split('\n');
	return lines.flatMap((line) => {
		try {
			return [JSON.parse(line) as Shown];
		} catch {
			return [];
		}
	});
}
