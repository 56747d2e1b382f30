import Table from 'cli-table3';
import type { Grid } from './grid.ts';

/** For the terminal, the figures of a column below one another; without colours, so that it can go into a file. */
export function drawGrid({ title, head, rows, notes }: Grid): string {
	const drawn = new Table({
		head: [...head],
		// Names are read from the left, figures compared from the right.
		colAligns: head.map((_, at) => (rows.every((row) => startsWithFigure(row[at])) ? 'right' : 'left')),
		chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
		style: { head: [], border: [] },
	});
	drawn.push(
		head.map(() => ''),
		...rows.map((row) => [...row]),
	);
	return [title, drawn.toString(), ...notes].join('\n');
}

/** `82.0 (69.2–90.2)`, `<0.001`, `+3`, and `–`, which stands for none. */
export function startsWithFigure(cell = ''): boolean {
	return /^([+−<]?\d|–)/.test(cell);
}
