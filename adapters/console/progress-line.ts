import type { WriteStream } from 'node:tty';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const REDRAW_MS = 100;

/** One line at the bottom of a terminal that says what goes on and for how long; nothing at all where the output is no terminal. */
export interface ProgressLine {
	/** Shows `text`; the clock runs on from the first call since the last `clear`. */
	show(text: string): void;
	/** Takes the line away for as long as `write` takes, so that other output stands above it. */
	above(write: () => void): void;
	clear(): void;
}

export function createProgressLine(stream: WriteStream): ProgressLine {
	if (!stream.isTTY) return { show() {}, above: (write) => write(), clear() {} };
	let text = '';
	let startedAt = 0;
	let frame = 0;
	let timer: NodeJS.Timeout | undefined;

	const erase = () => stream.write('\r\u001b[2K');
	const draw = () => {
		const line = `${FRAMES[frame++ % FRAMES.length]} ${text} ${Math.round((Date.now() - startedAt) / 1000)} s`;
		stream.write(`\r\u001b[2K${line.slice(0, stream.columns - 1)}`);
	};
	return {
		show(next) {
			text = next;
			if (!timer) {
				startedAt = Date.now();
				timer = setInterval(draw, REDRAW_MS);
			}
			draw();
		},
		above(write) {
			if (!timer) return write();
			erase();
			write();
			draw();
		},
		clear() {
			if (!timer) return;
			clearInterval(timer);
			timer = undefined;
			erase();
		},
	};
}
