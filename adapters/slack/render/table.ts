import type { RawTextElement, TableBlock } from '@slack/types';
import type { JsonValue } from '../../../src/json.ts';
import { CELL, cellText, isNumeric } from '../../shared/cell-text.ts';
import type { DrawnTable } from '../../shared/draw-value.ts';
import { shorten } from '../../shared/shorten.ts';
import { literal } from './elements.ts';
import { TABLE_CHARACTERS, TABLE_COLUMNS, TABLE_ROWS } from './limits.ts';

/** A table with as many rows as Slack takes in one message. There is at least one column. */
export function drawTable(columns: readonly string[], rows: readonly (readonly JsonValue[])[]): DrawnTable<TableBlock> {
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

function lengthOf(cells: readonly RawTextElement[] = []): number {
	return cells.reduce((sum, cell) => sum + cell.text.length, 0);
}

/** Numbers stand to the right, below one another; long texts are wrapped. */
function columnSetting(rows: readonly (readonly JsonValue[])[], at: number): { align?: 'right'; is_wrapped?: boolean } {
	return isNumeric(rows.slice(0, TABLE_ROWS).map((row) => row[at] ?? null)) ? { align: 'right' } : { is_wrapped: true };
}
