import { isJsonObject, type JsonValue } from '../../src/json.ts';
import { shorten } from './shorten.ts';

/** Of a cell, and of a list or object within one. On a phone more is a wall of text. */
export const CELL = 200;
/** Of a list or object within a cell; more would be cut off anyway. */
const CELL_ENTRIES = 30;
const CELL_DEPTH = 2;

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

/** Numbers and nothing else, gaps aside: such a column stands to the right. */
export function isNumeric(column: readonly JsonValue[]): boolean {
	return column.some((value) => value !== null) && column.every((value) => value === null || typeof value === 'number');
}

/** Objects within something are set apart. */
function nested(value: JsonValue, depth: number): string {
	const text = shorten(cellText(value, depth + 1), CELL);
	return isJsonObject(value) || (depth > 0 && Array.isArray(value)) ? `(${text})` : text;
}
