import type { Reply } from '../../commands/command.ts';
import type { Conversation } from '../../src/conversation.ts';
import type { UserError } from '../../src/errors.ts';
import { nobodyToAllow } from './approval.ts';
import { nobodyToAsk } from './question.ts';
import type { SaveFiles } from './save-files.ts';
import { write } from './terminal-output.ts';

/**
 * A JSON object a line: every progress event with its run's id, replies of commands as `{"type":"reply"}`, errors as `{"type":"failure"}`. A run
 * of another conversation, resumed here, says first `{"type":"resumed","question":…}`. A result whose value names files says in `files` where each was
 * saved, as `{"file":…,"name":…,"path":…}`, or with the `problem` in place of the path.
 */
export function createJsonConversation(output: NodeJS.WritableStream, session: string, saveFiles: SaveFiles): Conversation {
	const resumed = new Set<string>();
	return {
		async show(run, event) {
			if (run.conversation !== session && !resumed.has(run.id)) {
				resumed.add(run.id);
				await writeLine(output, { run: run.id, type: 'resumed', question: run.question.text });
			}
			const files = await saveFiles(run, event);
			await writeLine(output, { run: run.id, ...event, ...(files.length > 0 && { files }) });
		},
		async confirmWrite(_run, pending) {
			throw nobodyToAllow(pending);
		},
		async askPerson(_run, question) {
			throw nobodyToAsk(question);
		},
	};
}

export function writeJsonReply(output: NodeJS.WritableStream, reply: Reply): Promise<void> {
	return writeLine(output, { type: 'reply', blocks: reply });
}

export function writeJsonFailure(output: NodeJS.WritableStream, { code, userMessage }: UserError): Promise<void> {
	return writeLine(output, { type: 'failure', code, message: userMessage });
}

function writeLine(output: NodeJS.WritableStream, value: object): Promise<void> {
	return write(output, `${JSON.stringify(value)}\n`);
}
