import { createInterface } from 'node:readline/promises';
import type { Readable } from 'node:stream';
import type { WriteStream } from 'node:tty';
import type { CommandServices } from '../../commands/command.ts';
import type { Conversation } from '../../src/conversation.ts';
import { CONSOLE_CONVERSATION, handleLine, type LineOptions } from './handle-line.ts';
import { createJsonConversation, writeJsonFailure, writeJsonReply } from './json-conversation.ts';
import { createProgressLine } from './progress-line.ts';
import { createRenderer } from './render.ts';
import { createTerminalConversation } from './terminal-conversation.ts';

export interface Script {
	readonly conversation: (key: string) => Conversation | undefined;
	/** Does one line. True when it was answered. */
	perform(line: string, services: CommandServices): Promise<boolean>;
}

export interface ScriptOptions extends LineOptions {
	readonly json?: boolean;
	/** Shows each line before its output, as somebody who reads the output alone needs it. */
	readonly echo?: boolean;
}

/** Lines without a person: piped to standard input, or the one of `npm run ask`. */
export function createScript(output: WriteStream, { json = false, echo = false, allowWrites }: ScriptOptions): Script {
	const renderer = createRenderer({ colour: output.isTTY === true && output.hasColors(), width: output.columns ?? 120 });
	const progressLine = createProgressLine(output);
	let answered = true;
	const shown = json ? createJsonConversation(output) : createTerminalConversation({ output, renderer, progressLine });
	const conversation: Conversation = {
		...shown,
		async show(run, event, index) {
			if (event.type === 'failure') answered = false;
			await shown.show(run, event, index);
		},
	};
	return {
		conversation: (key) => (key === CONSOLE_CONVERSATION ? conversation : undefined),
		async perform(line, services) {
			answered = true;
			if (echo && !json) output.write(`\n> ${line}\n`);
			const outcome = await handleLine(line, services, { allowWrites });
			progressLine.clear();
			if (!outcome.ok) {
				if (json) writeJsonFailure(output, outcome.error);
				else output.write(renderer.failure(outcome.error.userMessage));
				return false;
			}
			if (json && outcome.reply.length > 0) writeJsonReply(output, outcome.reply);
			else output.write(renderer.reply(outcome.reply));
			return answered;
		},
	};
}

/** Performs every line of `input`, one after the other. True when all were answered; an input without any line is none. */
export async function performLines(input: Readable, script: Script, services: CommandServices): Promise<boolean> {
	let all = true;
	for await (const line of createInterface({ input })) {
		if (line.trim() === '' || line.trim().startsWith('#')) continue;
		all = (await script.perform(line, services)) && all;
	}
	return all;
}
