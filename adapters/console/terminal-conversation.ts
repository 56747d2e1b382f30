import type { WriteStream } from 'node:tty';
import type { Conversation } from '../../src/conversation.ts';
import { UserError } from '../../src/errors.ts';
import type { ProgressLine } from './progress-line.ts';
import type { Renderer } from './render.ts';

export interface TerminalOptions {
	readonly output: WriteStream;
	readonly renderer: Renderer;
	readonly progressLine: ProgressLine;
	/** Puts a yes-or-no question to the person; absent where nobody is there to answer. */
	readonly confirm?: (question: string, signal: AbortSignal) => Promise<boolean>;
	/** Told of the run being shown, and of its end. */
	readonly onRun?: (runId: string | undefined) => void;
}

/** The conversation of a person at a terminal, or of lines piped in: blocks one below the other. */
export function createTerminalConversation({ output, renderer, progressLine, confirm, onRun }: TerminalOptions): Conversation {
	return {
		async show(run, event) {
			onRun?.(run.id);
			if (event.type === 'status') {
				progressLine.show(event.text);
				return;
			}
			progressLine.above(() => output.write(renderer.progress(event)));
			if (event.type === 'result' || event.type === 'failure') {
				progressLine.clear();
				onRun?.(undefined);
			}
		},
		async confirmWrite(_run, write, signal) {
			const request = `${write.method} ${write.url}${write.body === undefined ? '' : `\n${JSON.stringify(write.body, null, 2)}`}`;
			if (!confirm) {
				throw new UserError(
					'not-allowed',
					`The program wants to send ${write.method} ${write.url}, which changes data, and nobody is here to allow it. Ask in an interactive console (npm start), or with --allow-writes.`,
				);
			}
			progressLine.clear();
			output.write(`\nThe program wants to change data with ${write.tool}:\n${request}\n`);
			return confirm('Send it? [y/N] ', signal);
		},
	};
}
