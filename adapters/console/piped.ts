import { createInterface } from 'node:readline/promises';
import type { Readable } from 'node:stream';
import type { CommandServices, Reply } from '../../commands/command.ts';
import type { Conversation } from '../../src/conversation.ts';
import { UserError } from '../../src/errors.ts';
import { handleLine, isFarewell } from './handle-line.ts';
import { createJsonConversation, writeJsonFailure, writeJsonReply } from './json-conversation.ts';
import { createLogAbove } from './log-above.ts';
import { createProgressLine } from './progress-line.ts';
import { createRenderer } from './render.ts';
import { type SaveFiles, saveReplyFiles } from './save-files.ts';
import { isConsoleSession, newSession } from './session.ts';
import { createTerminalConversation } from './terminal-conversation.ts';
import { styleOf, type TerminalOutput, write } from './terminal-output.ts';

export interface Script {
	readonly conversation: (key: string) => Conversation | undefined;
	/** Where log lines go. */
	readonly log: TerminalOutput;
	/** Does one line. True when it was answered and the answer is written; never rejects. */
	perform(line: string, services: CommandServices): Promise<boolean>;
}

export interface ScriptOptions {
	readonly output: TerminalOutput;
	readonly errors: TerminalOutput;
	readonly saveFiles: SaveFiles;
	/** Where files of replies are saved, unless they are given as JSON. */
	readonly filesFolder: string;
	readonly allowWrites?: boolean;
	readonly dryRun?: boolean;
	readonly json?: boolean;
	/** Shows each line before its output, as somebody who reads the output alone needs it. */
	readonly echo?: boolean;
}

/** Lines without a person: piped to standard input, or the one of `npm run ask`. */
export async function createScript(options: ScriptOptions): Promise<Script> {
	const { output, errors, saveFiles, filesFolder, json = false, echo = false, allowWrites, dryRun } = options;
	const renderer = await createRenderer(styleOf(output));
	const progressLine = createProgressLine(output);
	const session = newSession();
	const shown = json
		? createJsonConversation(output, session, saveFiles)
		: createTerminalConversation({ output, renderer, progressLine, session, saveFiles });
	const saveReply = json ? {} : { saveFiles: (reply: Reply) => saveReplyFiles(reply, filesFolder) };
	/** What has been shown of the line that is being done. */
	let ending: 'result' | 'failure' | undefined;
	const conversation: Conversation = {
		...shown,
		async show(run, event, index) {
			await shown.show(run, event, index);
			if (run.conversation === session && (event.type === 'result' || event.type === 'failure')) ending = event.type;
		},
	};
	const writeFailure = (error: UserError) => (json ? writeJsonFailure(output, error) : write(output, renderer.failure(error.userMessage)));

	const perform = async (line: string, services: CommandServices) => {
		ending = undefined;
		if (echo && !json) await write(output, `\n> ${line}\n`);
		const outcome = await handleLine(line, services, { session, allowWrites, dryRun, ...saveReply });
		progressLine.clear();
		if (!outcome.ok) {
			await writeFailure(outcome.error);
			return false;
		}
		if (outcome.reply.length > 0) {
			await (json ? writeJsonReply(output, outcome.reply) : write(output, renderer.reply(outcome.reply)));
			return true;
		}
		if (ending === undefined) {
			await writeFailure(new UserError('stopped', 'No answer could be shown here. The next npm start goes on with the question.'));
		}
		return ending === 'result';
	};
	return {
		conversation: (key) => (isConsoleSession(key) ? conversation : undefined),
		log: createLogAbove(errors, progressLine),
		// What cannot be written was not answered; the output's own error tells the rest of the process.
		perform: (line, services) => perform(line, services).catch(() => false),
	};
}

/**
 * Performs every line of `input`, one after the other, until `/exit`, the end or an interruption. True when all that were read were answered;
 * an input without any line asks nothing, and nothing is left unanswered.
 */
export async function performLines(
	input: Readable,
	script: Script,
	services: CommandServices,
	interruption: AbortSignal = new AbortController().signal,
): Promise<boolean> {
	let all = true;
	for await (const line of createInterface({ input })) {
		if (isFarewell(line)) break;
		if (line.trim() === '' || line.trim().startsWith('#')) continue;
		all = (await script.perform(line, services)) && all;
		if (interruption.aborted) break;
	}
	// Whoever writes into the pipe may go on for long; this process must not wait for that.
	input.destroy();
	return all;
}
