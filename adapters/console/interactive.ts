import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface, type Interface } from 'node:readline/promises';
import type { ReadStream, WriteStream } from 'node:tty';
import type { CommandServices } from '../../commands/command.ts';
import { commandTable } from '../../commands/table.ts';
import type { Conversation } from '../../src/conversation.ts';
import { CONSOLE_CONVERSATION, handleLine } from './handle-line.ts';
import { createProgressLine } from './progress-line.ts';
import { createRenderer } from './render.ts';
import { createTerminalConversation } from './terminal-conversation.ts';

const HISTORY_LINES = 500;

export interface Console {
	/** Where runs of this console are shown. */
	readonly conversation: (key: string) => Conversation | undefined;
	/** Reads and does line after line until the person leaves. */
	converse(services: CommandServices): Promise<void>;
}

/**
 * A person at a terminal: history over sessions (in `historyFile`), completion of commands, Ctrl-C stops the run that is going on, and leaves
 * when there is none or it is pressed again.
 */
export function createInteractiveConsole(input: ReadStream, output: WriteStream, historyFile: string): Console {
	const renderer = createRenderer({ colour: output.hasColors(), width: output.columns });
	const progressLine = createProgressLine(output);
	let running: string | undefined;
	let asking: Interface | undefined;
	const conversation = createTerminalConversation({
		output,
		renderer,
		progressLine,
		onRun: (runId) => {
			running = runId;
		},
		confirm: async (question, signal) => {
			const reply = await asking?.question(question, { signal });
			return /^y(es)?$/i.test(reply?.trim() ?? '');
		},
	});

	const converse = async (services: CommandServices) => {
		const lines = createInterface({
			input,
			output,
			prompt: '\n> ',
			history: readHistory(historyFile),
			historySize: HISTORY_LINES,
			completer: complete,
		});
		asking = lines;
		lines.on('history', (history: string[]) => writeHistory(historyFile, history));
		let interrupted = false;
		let turn = Promise.resolve();
		lines.on('SIGINT', () => {
			if (running === undefined || interrupted) return lines.close();
			interrupted = true;
			progressLine.above(() => output.write(`${renderer.faint('Stopping… (Ctrl-C again leaves)')}\n`));
			services.runs.stop(running, 'you');
		});
		const left = once(lines, 'close');
		lines.prompt();
		lines.on('line', (line) => {
			// One after the other: what is typed while an answer is under way waits its turn.
			turn = turn.then(async () => {
				interrupted = false;
				if (['/exit', '/quit'].includes(line.trim())) return lines.close();
				if (line.trim() !== '') await respond(line, services);
				lines.prompt();
			});
		});
		await left;
		progressLine.clear();
	};
	const respond = async (line: string, services: CommandServices) => {
		const outcome = await handleLine(line, services);
		progressLine.clear();
		output.write(outcome.ok ? renderer.reply(outcome.reply) : renderer.failure(outcome.error.userMessage));
	};
	return { conversation: (key) => (key === CONSOLE_CONVERSATION ? conversation : undefined), converse };
}

function complete(line: string): [string[], string] {
	const commands = [...commandTable.map((command) => `/${command.path.join(' ')} `), '/exit'];
	return [line.startsWith('/') ? commands.filter((command) => command.startsWith(line)) : [], line];
}

/** Newest first, as readline keeps it. A history that cannot be read or written is no reason not to answer. */
function readHistory(file: string): string[] {
	try {
		return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean).reverse() : [];
	} catch {
		return [];
	}
}

function writeHistory(file: string, history: readonly string[]): void {
	try {
		mkdirSync(path.dirname(file), { recursive: true });
		writeFileSync(file, `${[...history].reverse().join('\n')}\n`, { mode: 0o600 });
	} catch {
		// See readHistory.
	}
}
