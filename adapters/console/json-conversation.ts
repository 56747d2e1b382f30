import type { Writable } from 'node:stream';
import type { Reply } from '../../commands/command.ts';
import type { Conversation } from '../../src/conversation.ts';

import { UserError } from '../../src/errors.ts';

/** A JSON object a line: every progress event with its run's id, replies of commands as `{"type":"reply"}`, errors as `{"type":"failure"}`. */
export function createJsonConversation(output: Writable): Conversation {
	return {
		async show(run, event) {
			writeLine(output, { run: run.id, ...event });
		},
		async confirmWrite(_run, write) {
			throw new UserError(
				'not-allowed',
				`The program wants to send ${write.method} ${write.url}, which changes data. Run it with --allow-writes to let it.`,
			);
		},
	};
}

export function writeJsonReply(output: Writable, reply: Reply): void {
	writeLine(output, { type: 'reply', blocks: reply });
}

export function writeJsonFailure(output: Writable, { code, userMessage }: UserError): void {
	writeLine(output, { type: 'failure', code, message: userMessage });
}

function writeLine(output: Writable, value: object): void {
	output.write(`${JSON.stringify(value)}\n`);
}
