import { clearScreenDown, cursorTo, moveCursor } from 'node:readline';
import type { Interface } from 'node:readline/promises';
import type { ProgressLine } from './progress-line.ts';
import type { TerminalOutput } from './terminal-output.ts';

/** The line a person types in. While it is shown, other output goes above it and the progress line waits. */
export interface PromptLine {
	/** Asks for the next line, with what was typed ahead. */
	show(): void;
	/** A line was entered: the bottom is free again. */
	entered(): void;
	/**
	 * Puts a question; what was typed before it was shown is no answer to it. Rejects with the signal's reason when that is aborted. Once the
	 * terminal is closed nobody answers any more, so it waits for just that.
	 */
	ask(question: string, signal: AbortSignal): Promise<string>;
	/** True while `ask` waits for a reply. */
	readonly asking: boolean;
}

export function createPromptLine(lines: Interface, output: TerminalOutput, progressLine: ProgressLine): PromptLine {
	let shown = false;
	let asking = false;
	let closed = false;
	const leaving = new Promise<undefined>((resolve) => {
		lines.once('close', () => {
			closed = true;
			progressLine.yieldTo(undefined);
			output.write('\n');
			resolve(undefined);
		});
	});
	const holder = {
		erase() {
			moveCursor(output, 0, -lines.getCursorPos().rows);
			cursorTo(output, 0);
			clearScreenDown(output);
		},
		redraw() {
			makeRoom();
			lines.prompt(true);
		},
	};
	/** Readline goes up as many rows as its cursor was below the top of the prompt before it draws anew. */
	const makeRoom = () => output.write('\n'.repeat(lines.getCursorPos().rows));
	const forgetTyped = () => {
		lines.write(null, { ctrl: true, name: 'e' });
		lines.write(null, { ctrl: true, name: 'u' });
	};
	const promptLine: PromptLine = {
		show() {
			if (closed) return;
			shown = true;
			progressLine.yieldTo(holder);
			lines.prompt(true);
		},
		entered() {
			shown = false;
			progressLine.yieldTo(undefined);
		},
		async ask(question, signal) {
			if (closed) return untilAborted(signal);
			progressLine.yieldTo(holder);
			if (shown || lines.line !== '') {
				forgetTyped();
				holder.erase();
				makeRoom();
			}
			asking = true;
			try {
				const reply = await Promise.race([lines.question(question, { signal }), leaving]);
				return reply ?? (await untilAborted(signal));
			} catch (error) {
				if (!closed) output.write('\n');
				signal.throwIfAborted();
				// Readline itself gives up a question when its input ends.
				if (closed) return untilAborted(signal);
				throw error;
			} finally {
				asking = false;
				progressLine.yieldTo(undefined);
				if (shown) promptLine.show();
			}
		},
		get asking() {
			return asking;
		},
	};
	return promptLine;
}

function untilAborted(signal: AbortSignal): Promise<never> {
	return new Promise((_resolve, reject) => {
		if (signal.aborted) reject(signal.reason);
		signal.addEventListener('abort', () => reject(signal.reason), { once: true });
	});
}
