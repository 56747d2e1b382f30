import { printable } from '../shared/printable.ts';
import type { TerminalOutput } from './terminal-output.ts';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const REDRAW_MS = 100;
const ERASE = '\r\u001b[2K';

/** Something else that stands at the bottom of the terminal: a prompt with what was typed so far. */
export interface Holder {
	erase(): void;
	redraw(): void;
}

/** One line at the bottom of a terminal that says what goes on and for how long; nothing at all where the output is no terminal. */
export interface ProgressLine {
	/** Shows `text`; the clock runs on from the first call since the last `clear`. */
	show(text: string): void;
	/** Takes away whatever stands at the bottom for as long as `write` takes, so that other output, of whole lines, stands above it. */
	above(write: () => void): void;
	/** Leaves the bottom to a prompt: the line is not drawn before it is given back (`undefined`). */
	yieldTo(holder: Holder | undefined): void;
	clear(): void;
}

export function createProgressLine(stream: TerminalOutput): ProgressLine {
	if (!stream.isTTY) return { show() {}, above: (write) => write(), yieldTo() {}, clear() {} };
	let text = '';
	let startedAt = 0;
	let frame = 0;
	let timer: NodeJS.Timeout | undefined;
	let holder: Holder | undefined;

	const erase = () => {
		if (holder) holder.erase();
		else if (timer) stream.write(ERASE);
	};
	const draw = () => {
		if (holder) return;
		const line = `${FRAMES[frame++ % FRAMES.length]} ${text} ${Math.round((Date.now() - startedAt) / 1000)} s`;
		stream.write(`${ERASE}${line.slice(0, (stream.columns || 80) - 1)}`);
	};
	return {
		show(next) {
			text = printable(next).replaceAll('\n', ' ');
			if (!timer) {
				startedAt = Date.now();
				timer = setInterval(draw, REDRAW_MS);
			}
			draw();
		},
		above(write) {
			erase();
			write();
			if (holder) holder.redraw();
			else if (timer) draw();
		},
		yieldTo(next) {
			if (next && !holder) erase();
			holder = next;
		},
		clear() {
			if (!timer) return;
			clearInterval(timer);
			timer = undefined;
			if (!holder) stream.write(ERASE);
		},
	};
}
