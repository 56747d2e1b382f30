import type { RawTextElement, TableBlock } from '@slack/types';
import { isJsonObject, type JsonValue } from '../../../src/json.ts';
import { shorten } from '../../shared/shorten.ts';
import { literal } from './elements.ts';
import { TABLE_CHARACTERS, TABLE_COLUMNS, TABLE_ROWS } from './limits.ts';

/** On a phone more is a wall of text. */
const CELL = 200;
/** Of a list or object within a cell; more would be cut off anyway. */
const CELL_ENTRIES = 30;
const CELL_DEPTH = 2;

export interface DrawnTable {
	readonly block: TableBlock;
	/** Without the head. */
	readonly rows: number;
	readonly columns: number;
	/** Something of it is not in the block: rows, columns, or the end of a cell. */
	readonly cut: boolean;
}

/** A table with as many rows as Slack takes in one message. There is at least one column. */
export function drawTable(columns: readonly string[], rows: readonly (readonly JsonValue[])[]): DrawnTable {
	const shownColumns = columns.slice(0, TABLE_COLUMNS);
	let cut = columns.length > shownColumns.length;
	const cellOf = (value: JsonValue): RawTextElement => {
		const text = shorten(cellText(value), 4 * CELL).replaceAll(/\s*\n\s*/g, ' ');
		cut ||= text.length > CELL || text.includes('…');
		return { type: 'raw_text', text: literal(text, CELL) };
	};
	const drawn: RawTextElement[][] = [shownColumns.map(cellOf)];
	let left = TABLE_CHARACTERS - lengthOf(drawn[0]);
	for (const row of rows.slice(0, TABLE_ROWS - 1)) {
		const cells = shownColumns.map((_, at) => cellOf(row[at] ?? null));
		left -= lengthOf(cells);
		if (left < 0) break;
		drawn.push(cells);
	}
	const shown = drawn.length - 1;
	return {
		block: { type: 'table', rows: drawn, column_settings: shownColumns.map((_, at) => columnSetting(rows, at)) },
		rows: shown,
		columns: shownColumns.length,
		cut: cut || shown < rows.length,
	};
}

/** A value in words, without brackets where it can do without: `Paris, Rome`, `year: 1971, city: New York`. */
export function cellText(value: JsonValue, depth: number = 0): string {
	if (value === null) return '';
	if (typeof value !== 'object') return String(value);
	if (depth >= CELL_DEPTH) return '…';
	const inner = Array.isArray(value)
		? value.slice(0, CELL_ENTRIES).map((entry) => nested(entry, depth))
		: Object.entries(value)
				.slice(0, CELL_ENTRIES)
				.map(([name, content]) => `${name}: ${nested(content, depth)}`);
	const count = Array.isArray(value) ? value.length : Object.keys(value).length;
	return [...inner, ...(count > CELL_ENTRIES ? ['…'] : [])].join(', ');
}

/** Objects within something are set apart. */
function nested(value: JsonValue, depth: number): string {
	const text = shorten(cellText(value, depth + 1), CELL);
	return isJsonObject(value) || (depth > 0 && Array.isArray(value)) ? `(${text})` : text;
}

function lengthOf(cells: readonly RawTextElement[] = []): number {
	return cells.reduce((sum, cell) => sum + cell.text.length, 0);
}

/** Numbers stand to the right, below one another; long texts are wrapped. */
function columnSetting(rows: readonly (readonly JsonValue[])[], at: number): { align?: 'right'; is_wrapped?: boolean } {
	const values = rows.slice(0, TABLE_ROWS).map((row) => row[at] ?? null);
	const numeric = values.some((value) => value !== null) && values.every((value) => value === null || typeof value === 'number');
	return numeric ? { align: 'right' } : { is_wrapped: true };
}
