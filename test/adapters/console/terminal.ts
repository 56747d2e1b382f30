import { once } from 'node:events';
import { PassThrough } from 'node:stream';

export const CTRL_C = '\u0003';
export const CTRL_D = '\u0004';
export const ENTER = '\r';

/** A terminal without a person: what is typed into it, all that was written to it, and what that leaves on its screen. */
export class Terminal {
	readonly input = new PassThrough();
	readonly output = Object.assign(new PassThrough(), { isTTY: true, columns: 100, hasColors: () => false });
	written = '';
	#seen = 0;

	constructor() {
		this.output.setEncoding('utf8').on('data', (text: string) => {
			this.written += text;
		});
	}

	type(text: string): void {
		this.input.write(text);
	}

	/** Resolves when `text` is written after what was waited for last; fails after 10 s. */
	async says(text: string): Promise<void> {
		const signal = AbortSignal.timeout(10_000);
		for (;;) {
			const at = this.written.indexOf(text, this.#seen);
			if (at !== -1) {
				this.#seen = at + text.length;
				return;
			}
			await once(this.output, 'data', { signal }).catch(() => {
				throw new Error(
					`the terminal does not say “${text}” after:\n${this.written.slice(0, this.#seen)}\nbut:\n${this.written.slice(this.#seen)}`,
				);
			});
		}
	}

	/** The lines a person sees, without those that are empty. */
	screen(): string[] {
		return drawScreen(this.written).filter((line) => line !== '');
	}
}

/** A control sequence, a line end, or text. */
const SEQUENCE = /[^\P{Cc}\r\n]\[(\d*)([A-Z])|[\r\n]|\P{Cc}+/gu;

/** What a terminal makes of the sequences that readline and the progress line write. Throws for one it does not know. */
function drawScreen(written: string): string[] {
	const lines = [''];
	let row = 0;
	let column = 0;
	const line = () => lines[row] ?? '';
	const put = (text: string) => {
		lines[row] = line().padEnd(column).slice(0, column) + text + line().slice(column + text.length);
		column += text.length;
	};
	const moveTo = (nextRow: number, nextColumn: number) => {
		row = Math.max(0, nextRow);
		column = Math.max(0, nextColumn);
		while (lines.length <= row) lines.push('');
	};
	const commands: Record<string, (count: number) => void> = {
		A: (count) => moveTo(row - count, column),
		B: (count) => moveTo(row + count, column),
		C: (count) => moveTo(row, column + count),
		D: (count) => moveTo(row, column - count),
		G: (count) => moveTo(row, count - 1),
		K: (count) => {
			lines[row] = count === 2 ? '' : line().slice(0, column);
		},
		J: () => {
			lines.splice(row, Infinity, line().slice(0, column));
		},
	};
	for (const [part, digits, command] of written.matchAll(SEQUENCE)) {
		if (part === '\n') moveTo(row + 1, 0);
		else if (part === '\r') moveTo(row, 0);
		else if (command === undefined) put(part);
		else {
			const perform = commands[command];
			if (!perform) throw new Error(`unknown sequence ${JSON.stringify(part)}`);
			perform(Number(digits || 1));
		}
	}
	return lines.map((text) => text.trimEnd());
}
