import type { APITextDisplayComponent } from 'discord.js';
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import type { JsonValue } from '../../../src/json.ts';
import { CELL, cellText, isNumeric } from '../../shared/cell-text.ts';
import { COMFORTABLE_ROWS, type DrawnTable } from '../../shared/draw-value.ts';
import { clean } from '../../shared/printable.ts';
import { shorten } from '../../shared/shorten.ts';
import { codeBlock } from './code.ts';
import { BLANK } from './elements.ts';
import { unfenced } from './escape.ts';

/** Across a screen. A phone breaks such lines, a wider table would break on a desktop too. */
const WIDTH = 80;
const COLUMNS = 20;
/** Narrower columns hold no word. */
const LEAST_WIDTH = 6;
const GAP = '  ';
/** Fences, line feeds. */
const FENCE = 10;
/** Of a cell that is wrapped. */
const LONG_CELL = 400;

const segmenter = new Intl.Segmenter();

/** Whether long cells are cut, or go on over further lines. */
type Style = 'cut' | 'wrap';

/** A table as lines of equal width on screen. */
export interface LaidOut {
	/** Names and a rule. */
	readonly head: string;
	/** One line each, or several where cells are wrapped. */
	readonly rows: readonly string[];
	readonly columns: number;
	/** Columns are left out, or the ends of cells. */
	readonly cut: boolean;
}

/** An aligned table in code style, of at most 20 rows and at most `room` characters. There is at least one column. */
export function drawTable(
	columns: readonly string[],
	rows: readonly (readonly JsonValue[])[],
	room: number,
): DrawnTable<APITextDisplayComponent> {
	const table = layOut(columns, rows.slice(0, COMFORTABLE_ROWS), 'cut');
	let left = room - FENCE - table.head.length;
	const shown = table.rows.filter((row) => {
		left -= row.length + 1;
		return left >= 0;
	});
	return {
		block: codeBlock([table.head, ...shown].join('\n')),
		rows: shown.length,
		columns: table.columns,
		cut: table.cut || shown.length < rows.length,
	};
}

/** Columns beside one another, numbers to the right, across a screen at most. */
export function layOut(columns: readonly string[], rows: readonly (readonly JsonValue[])[], style: Style): LaidOut {
	let cut = false;
	const most = style === 'cut' ? CELL : LONG_CELL;
	const cellOf = (value: JsonValue) => {
		const text = cellText(value);
		cut ||= text.length > most || text.includes('…');
		return plainCell(text, most);
	};
	const names = columns.slice(0, COLUMNS).map(cellOf);
	const cells = rows.map((row) => names.map((_, at) => cellOf(row[at] ?? null)));
	const widths = widthsOf([names, ...cells], style);
	const right = widths.map((_, at) => isNumeric(rows.map((row) => row[at] ?? null)));
	if (style === 'cut') cut ||= [names, ...cells].some((row) => widths.some((width, at) => stringWidth(row[at] ?? '') > width));
	return {
		head: [alignedRow(names, widths, right, 'cut'), widths.map((width) => '─'.repeat(width)).join(GAP)].join('\n'),
		rows: cells.map((row) => alignedRow(row, widths, right, style)),
		columns: widths.length,
		cut: cut || widths.length < columns.length,
	};
}

/** On one line, with nothing that ends a block of code; at least one character. */
function plainCell(text: string, most: number): string {
	const shown = clean(shorten(text, 4 * most))
		.replaceAll(/\s+/g, ' ')
		.trim();
	return shown === '' ? BLANK : unfenced(shorten(shown, most));
}

/**
 * Natural widths where they fit on a screen; otherwise the widest columns give way, those last that would break a word. Columns that do not fit at
 * all are left out.
 */
function widthsOf(table: readonly (readonly string[])[], style: Style): number[] {
	const natural = (table[0] ?? []).map((_, at) => widest(table.map((row) => row[at] ?? '')));
	const widths = natural.slice(0, fittingColumns(natural));
	const least = widths.map((_, at) => (style === 'wrap' ? widest(table.flatMap((row) => (row[at] ?? '').split(' '))) : LEAST_WIDTH));
	for (let excess = widthOf(widths) - WIDTH; excess > 0; excess--) {
		const pliable = widths.map((width, at) => (width > (least[at] ?? 0) ? width : 0));
		const candidates = pliable.some((width) => width > 0) ? pliable : widths;
		const at = candidates.indexOf(Math.max(...candidates));
		widths[at] = (widths[at] ?? 0) - 1;
	}
	return widths;
}

/** How many of the columns fit on a screen when each gives way as far as it can. At least one. */
function fittingColumns(natural: readonly number[]): number {
	const narrow = natural.map((width) => Math.min(width, LEAST_WIDTH));
	const beyond = narrow.findIndex((_, at) => widthOf(narrow.slice(0, at + 1)) > WIDTH);
	return beyond === -1 ? narrow.length : beyond;
}

function widthOf(widths: readonly number[]): number {
	return widths.reduce((sum, width) => sum + width, 0) + GAP.length * (widths.length - 1);
}

function widest(texts: readonly string[]): number {
	return texts.reduce((most, text) => Math.max(most, stringWidth(text)), 1);
}

function alignedRow(row: readonly string[], widths: readonly number[], right: readonly boolean[], style: Style): string {
	const cells = widths.map((width, at) => {
		const cell = row[at] ?? '';
		return style === 'cut' ? [withinWidth(cell, width)] : wrapAnsi(cell, width, { hard: true }).split('\n');
	});
	const height = Math.max(...cells.map(({ length }) => length));
	const lines = Array.from({ length: height }, (_, line) =>
		widths.map((width, at) => padded(cells[at]?.[line] ?? '', width, right[at] ?? false)).join(GAP),
	);
	return lines.map((line) => line.trimEnd()).join('\n');
}

function padded(text: string, width: number, right: boolean): string {
	const blanks = ' '.repeat(Math.max(0, width - stringWidth(text)));
	return right ? blanks + text : text + blanks;
}

/** As many whole characters as fit, with an ellipsis in place of the rest. What takes no space on screen may not be endless either. */
function withinWidth(text: string, width: number): string {
	const most = 5 * width + 10;
	if (stringWidth(text) <= width && text.length <= most) return text;
	let kept = '';
	for (const { segment } of segmenter.segment(text)) {
		if (stringWidth(kept + segment) > width - 1 || kept.length + segment.length > most) break;
		kept += segment;
	}
	return `${kept}…`;
}
