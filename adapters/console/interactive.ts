import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { type CommandServices, type Reply, text } from '../../commands/command.ts';
import { commandTable } from '../../commands/table.ts';
import type { Conversation } from '../../src/conversation.ts';
import { toUserError } from '../../src/errors.ts';
import type { SubmittedRun } from '../../src/runs/run-request.ts';
import { printable } from '../shared/printable.ts';
import { handleLine, isFarewell } from './handle-line.ts';
import { readHistory, writeHistory } from './history.ts';
import { createLogAbove } from './log-above.ts';
import { createProgressLine } from './progress-line.ts';
import { createPromptLine, type PromptLine } from './prompt-line.ts';
import { createRenderer } from './render.ts';
import type { RunsInHand } from './runs-in-hand.ts';
import { type SaveFiles, saveReplyFiles } from './save-files.ts';
import { isConsoleSession, newSession } from './session.ts';
import { createTerminalConversation } from './terminal-conversation.ts';
import { styleOf, type TerminalOutput } from './terminal-output.ts';

const HISTORY_LINES = 500;

export interface Console {
	/** Where runs of this console are shown, and those of consoles that have ended. */
	readonly conversation: (key: string) => Conversation | undefined;
	/** Where log lines go: above the prompt. */
	readonly log: TerminalOutput;
	/**
	 * Reads and does line after line until the person leaves, beginning with the unfinished runs that `resume` gives. What goes on when the
	 * person leaves is left to the next start.
	 */
	converse(services: CommandServices, runs: RunsInHand, resume: () => Promise<readonly SubmittedRun[]>): Promise<void>;
}

export interface ConsoleOptions {
	readonly input: NodeJS.ReadableStream;
	readonly output: TerminalOutput;
	readonly errors: TerminalOutput;
	readonly historyFile: string;
	readonly saveFiles: SaveFiles;
	/** Where files of replies are saved. */
	readonly filesFolder: string;
	readonly allowWrites?: boolean;
	readonly dryRun?: boolean;
}

/**
 * A person at a terminal: history over sessions, completion of commands, Ctrl-C stops the run that is going on, and leaves when there is none
 * or it is pressed again. What is typed while an answer is under way waits its turn.
 */
export async function createInteractiveConsole(options: ConsoleOptions): Promise<Console> {
	const { input, output, errors, historyFile, saveFiles, filesFolder, allowWrites, dryRun } = options;
	const renderer = await createRenderer(styleOf(output));
	const progressLine = createProgressLine(output);
	const session = newSession();
	const opened = Promise.withResolvers<PromptLine>();
	const ask = async (question: string, signal: AbortSignal) => (await opened.promise).ask(question, signal);
	const confirm = async (question: string, signal: AbortSignal) => /^y(es)?$/i.test((await ask(question, signal)).trim());
	const conversation = createTerminalConversation({ output, renderer, progressLine, session, saveFiles, ask });
	const writeAbove = (text: string) => progressLine.above(() => output.write(text));
	const openLines = () =>
		createInterface({
			input,
			output,
			terminal: true,
			prompt: '\n> ',
			history: readHistory(historyFile),
			historySize: HISTORY_LINES,
			completer: complete,
		});
	/** Of the question that a command asks back: Ctrl-C and leaving mean no. */
	let askingBack: AbortController | undefined;
	const confirmCommand = async (question: string) => {
		const asking = new AbortController();
		askingBack = asking;
		const [asked = '', ...facts] = question.split('\n').reverse();
		if (facts.length > 0) writeAbove(renderer.reply([text(facts.reverse().join('\n'))]));
		try {
			return await confirm(`${printable(asked)} [y/N] `, asking.signal);
		} catch (error) {
			if (asking.signal.aborted) return false;
			throw error;
		} finally {
			askingBack = undefined;
		}
	};
	const respond = async (line: string, services: CommandServices) => {
		// A large document takes seconds to be opened, for which neither commands nor questions have anything else to show.
		progressLine.show('One moment…');
		const saveReply = (reply: Reply) => saveReplyFiles(reply, filesFolder);
		const outcome = await handleLine(line, services, { session, allowWrites, dryRun, confirm: confirmCommand, saveFiles: saveReply });
		progressLine.clear();
		writeAbove(outcome.ok ? renderer.reply(outcome.reply) : renderer.failure(outcome.error.userMessage));
	};
	const goOn = async (resume: () => Promise<readonly SubmittedRun[]>) => {
		try {
			await Promise.all((await resume()).map((run) => run.finished));
		} catch (error) {
			writeAbove(renderer.failure(toUserError(error).userMessage));
		}
	};

	const converse: Console['converse'] = async (services, runs, resume) => {
		const lines = openLines();
		const left = once(lines, 'close');
		const prompt = createPromptLine(lines, output, progressLine);
		opened.resolve(prompt);
		lines.on('history', (history: string[]) => {
			// A yes or no is nothing to ask again.
			if (prompt.asking) history.shift();
			writeHistory(historyFile, history);
		});
		let interrupted = false;
		lines.on('SIGINT', () => {
			if (askingBack) return askingBack.abort();
			if (interrupted || !runs.stopAll()) return lines.close();
			interrupted = true;
			writeAbove(renderer.note('Stopping… (Ctrl-C again leaves)'));
		});
		prompt.show();
		let open = true;
		let waiting = 0;
		let turn = goOn(resume);
		lines.on('line', (line) => {
			prompt.entered();
			const typedAhead = waiting > 0;
			waiting += 1;
			turn = turn.then(async () => {
				if (open) await perform(line, typedAhead);
				waiting -= 1;
				if (waiting === 0) prompt.show();
			});
		});
		const perform = async (line: string, typedAhead: boolean) => {
			interrupted = false;
			if (isFarewell(line)) return lines.close();
			if (line.trim() === '') return;
			if (typedAhead) writeAbove(renderer.note(`> ${line}`));
			await respond(line, services);
		};
		await left;
		askingBack?.abort();
		open = false;
		progressLine.clear();
		if (runs.unanswered) output.write(renderer.note('What is going on is left to the next start.'));
	};
	return {
		conversation: (key) => (isConsoleSession(key) ? conversation : undefined),
		log: createLogAbove(errors, progressLine),
		converse,
	};
}

function complete(line: string): [string[], string] {
	const commands = [...commandTable.map((command) => `/${command.path.join(' ')} `), '/exit'];
	return [line.startsWith('/') ? commands.filter((command) => command.startsWith(line)) : [], line];
}
