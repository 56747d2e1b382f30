import type { CommandServices } from '../../commands/command.ts';
import type { Conversation } from '../../src/conversation.ts';
import { statusOf } from '../../src/ends.ts';
import type { RunFiles } from '../../src/runs/files.ts';
import type { SubmittedRun } from '../../src/runs/run-request.ts';
import type { Arguments } from './arguments.ts';
import { createInteractiveConsole } from './interactive.ts';
import { createScript, performLines } from './piped.ts';
import { createRunsInHand, type RunsInHand } from './runs-in-hand.ts';
import { createFileSaver, type SaveFiles } from './save-files.ts';
import { CONSOLE_WORKSPACE } from './session.ts';
import type { TerminalOutput } from './terminal-output.ts';

/** The bot where it was started: for a person at a terminal, for lines piped in, or for one question. */
export interface Front {
	/** Undefined for conversations of other platforms. */
	readonly conversation: (key: string) => Conversation | undefined;
	/** Where log lines go. */
	readonly log: TerminalOutput;
	/** Stops for good what goes on here, and nothing that goes on in chats. False when there is nothing. */
	readonly stopRuns: () => boolean;
	/** Greets, takes up what ended processes have left, and does what is asked until nobody asks any more. Resolves with the exit status. */
	serve(given: Given): Promise<number>;
}

export interface Given {
	readonly services: CommandServices & { readonly files: Pick<RunFiles, 'of'> };
	/** Who answers here. */
	readonly welcome: string;
	/** Where else the bot is, a line each. */
	readonly chats: readonly string[];
	/** Aborted when what goes on is broken off. */
	readonly interruption: AbortSignal;
}

export interface FrontOptions extends Pick<Arguments, 'mode' | 'text' | 'json' | 'allowWrites' | 'dryRun'> {
	readonly input: NodeJS.ReadStream;
	readonly output: TerminalOutput;
	readonly errors: TerminalOutput;
	readonly historyFile: string;
	/** Where files of answers are saved. */
	readonly filesFolder: string;
}

export async function createFront(options: FrontOptions): Promise<Front> {
	const runs = createRunsInHand();
	// No run is shown before there are services to run it.
	let saver: SaveFiles | undefined;
	const saveFiles: SaveFiles = async (run, event) => (await saver?.(run, event)) ?? [];
	const { conversation, log, serve } = await wayOf({ ...options, saveFiles });
	return {
		log,
		stopRuns: runs.stopAll,
		conversation(key) {
			const shown = conversation(key);
			return shown && runs.shownIn(shown);
		},
		serve(given) {
			saver = createFileSaver(given.services.files, options.filesFolder);
			const queue = runs.watch(given.services.runs);
			const resume = () => queue.resume({ allowWrites: ({ workspaceId }) => options.allowWrites && workspaceId === CONSOLE_WORKSPACE });
			return serve({ ...given, services: { ...given.services, runs: queue }, runs, resume });
		},
	};
}

/** The same with what saves files. */
type WayOptions = FrontOptions & { readonly saveFiles: SaveFiles };

interface Way extends Pick<Front, 'conversation' | 'log'> {
	serve(given: GivenRuns): Promise<number>;
}

interface GivenRuns extends Given {
	readonly runs: RunsInHand;
	/** Gives the runs of consoles that have ended, once they were taken up. */
	readonly resume: () => Promise<readonly SubmittedRun[]>;
}

function wayOf(options: WayOptions): Promise<Way> {
	if (options.mode === 'ask') return oneQuestion(options);
	return options.input.isTTY && options.output.isTTY ? atTerminal(options) : pipedIn(options);
}

async function atTerminal(options: WayOptions): Promise<Way> {
	const { conversation, log, converse } = await createInteractiveConsole(options);
	return {
		conversation,
		log,
		async serve({ services, welcome, chats, runs, resume }) {
			options.output.write(linesOf(chats) + welcome);
			await converse(services, runs, resume);
			return 0;
		},
	};
}

async function pipedIn(options: WayOptions): Promise<Way> {
	const { input, output, errors, json } = options;
	const script = await createScript({ ...options, echo: true });
	return {
		...script,
		async serve({ services, welcome, chats, resume, interruption }) {
			// Who reads JSON reads nothing else.
			if (json) errors.write(linesOf(chats));
			else output.write(linesOf(chats) + welcome);
			await Promise.all((await resume()).map((run) => run.finished));
			const answered = interruption.aborted || (await performLines(input, script, services, interruption));
			return statusAfter(answered, interruption);
		},
	};
}

async function oneQuestion(options: WayOptions): Promise<Way> {
	const script = await createScript(options);
	return {
		...script,
		serve: async ({ services, interruption }) => statusAfter(await script.perform(options.text, services), interruption),
	};
}

function linesOf(texts: readonly string[]): string {
	return texts.map((text) => `${text}\n`).join('');
}

function statusAfter(answered: boolean, interruption: AbortSignal): number {
	if (interruption.aborted) return statusOf('SIGINT');
	return answered ? 0 : 1;
}
