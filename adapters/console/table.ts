import Table from 'cli-table3';
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import type { JsonObject, JsonValue } from '../../src/json.ts';
import { flattenRecords } from '../shared/flatten.ts';
import { printable } from '../shared/printable.ts';
import { shapeOf } from '../shared/shape.ts';
import { firstLines, shorten } from '../shared/shorten.ts';

export interface Style {
	readonly colour: boolean;
	/** Columns of the terminal: tables are fitted to it. Read whenever one is drawn. */
	readonly width: number;
}

export const INDENT = '  ';
/** Rows and list entries that are shown; the rest is counted. */
const SHOWN_ROWS = 30;
const SHOWN_COLUMNS = 12;
const CELL_CHARACTERS = 200;
const CELL_LINES = 8;
/** Narrower columns hold no word. */
const LEAST_WIDTH = 8;
/** Blanks on both sides of a cell. */
const PADDING = 2;

/** A program's value: records as a table, lists line by line; nothing where the sentence says it all. What is left out is counted. */
export function drawValue(value: JsonValue, sentence: string, style: Style): string {
	const shape = shapeOf(value, sentence);
	switch (shape.kind) {
		case 'scalar':
			return shape.said ? '' : indent(cell(shape.text));
		case 'empty':
			return `${INDENT}(empty)`;
		case 'records':
			return drawRecords(shape.records, style);
		case 'list':
			return drawList(shape.entries);
		case 'fields':
			return drawTable(['field', 'value'], shape.fields.slice(0, SHOWN_ROWS), style, shape.fields.length);
	}
}

/** `rows` may be only the first of `count`. */
export function drawTable(
	columns: readonly string[],
	rows: readonly (readonly JsonValue[])[],
	style: Style,
	count: number = rows.length,
): string {
	const head = columns.slice(0, SHOWN_COLUMNS).map(cell);
	const body = rows.slice(0, SHOWN_ROWS).map((row) => head.map((_, at) => cell(row[at] ?? '')));
	const widths = columnWidths([head, ...body], style.width - INDENT.length);
	const wrapped = (row: readonly string[]) => row.map((text, at) => wrapAnsi(text, (widths[at] ?? PADDING) - PADDING, { hard: true }));
	const drawn = new Table({
		head: wrapped(head),
		colWidths: widths,
		chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
		style: { head: style.colour ? ['bold'] : [], border: style.colour ? ['dim'] : [] },
	});
	drawn.push(
		widths.map((width) => '─'.repeat(width - PADDING)),
		...body.map(wrapped),
	);
	const more = [leftOut(count - body.length, ''), leftOut(columns.length - head.length, ' columns')];
	return indent([drawn.toString(), ...more].filter((part) => part !== '').join('\n'));
}

/** Text one level in; empty lines stay empty. */
export function indent(text: string): string {
	return text
		.split('\n')
		.map((line) => (line === '' ? '' : `${INDENT}${line}`))
		.join('\n');
}

function drawRecords(records: readonly JsonObject[], style: Style): string {
	const { columns, rows } = flattenRecords(records.slice(0, SHOWN_ROWS));
	return drawTable(columns, rows, style, records.length);
}

function drawList(entries: readonly JsonValue[]): string {
	const lines = entries.slice(0, SHOWN_ROWS).map((entry) => `- ${cell(entry).replaceAll('\n', `\n${INDENT}`)}`);
	const more = leftOut(entries.length - lines.length, '');
	return indent([...lines, more].filter((line) => line !== '').join('\n'));
}

function leftOut(count: number, noun: string): string {
	return count > 0 ? `and ${count.toLocaleString('en')} more${noun}` : '';
}

/** Natural widths where they fit; otherwise the widest columns give way, none below 8. */
function columnWidths([head = [], ...body]: readonly (readonly string[])[], width: number): number[] {
	const widths = head.map(
		(column, at) => PADDING + widest([column, ...body.map((row) => row[at] ?? '')].flatMap((text) => text.split('\n'))),
	);
	const room = width - head.length - 1;
	for (let excess = widths.reduce((sum, one) => sum + one, 0) - room; excess > 0; excess--) {
		const at = widths.indexOf(Math.max(...widths));
		if ((widths[at] ?? 0) <= LEAST_WIDTH) break;
		widths[at] = (widths[at] ?? 0) - 1;
	}
	return widths;
}

function widest(lines: readonly string[]): number {
	return lines.reduce((most, line) => Math.max(most, stringWidth(line)), 0);
}

function cell(value: JsonValue): string {
	// Escape sequences may fill a text; four times what is shown leaves enough after they are gone.
	const text = printable(shorten(plainText(value), 4 * CELL_CHARACTERS));
	const { lines, left } = firstLines(text, CELL_LINES);
	const kept = shorten(lines.join('\n'), CELL_CHARACTERS);
	return left > 0 && !kept.endsWith('…') ? `${kept}…` : kept;
}

function plainText(value: JsonValue): string {
	if (typeof value === 'string') return value;
	return value === null ? '' : JSON.stringify(value);
}
