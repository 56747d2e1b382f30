import type { Style } from './table.ts';

/** Where a console writes: a terminal, or a file or pipe in its place. Standard output is one. */
export interface TerminalOutput extends NodeJS.WritableStream {
	readonly isTTY?: boolean;
	readonly columns?: number;
	hasColors?(): boolean;
}

/** Columns where none are known: of a file, or of a terminal that does not say. */
const COLUMNS = 120;

/** Colours as the output has them, and its width at the time of drawing: terminals are resized. */
export function styleOf(output: TerminalOutput): Style {
	return {
		colour: output.isTTY === true && output.hasColors?.() === true,
		get width() {
			return output.columns || COLUMNS;
		},
	};
}

/** Resolves when the text is out, rejects when it cannot be written. */
export function write(output: NodeJS.WritableStream, text: string): Promise<void> {
	return new Promise((resolve, reject) => {
		output.write(text, (error) => (error ? reject(error) : resolve()));
	});
}
