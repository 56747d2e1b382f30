import { isJsonObject, type JsonObject, type JsonValue } from '../../src/json.ts';
import { withFileNames } from './answered-files.ts';

/** How a program's value is best shown, whatever the widgets of a platform are. */
export type Shape =
	/** A text, a number, a truth value or nothing; `said` when the sentence of the answer holds it already. */
	| { readonly kind: 'scalar'; readonly text: string; readonly said: boolean }
	| { readonly kind: 'empty' }
	/** A table: each entry is an object, and at least one has a field. */
	| { readonly kind: 'records'; readonly records: readonly JsonObject[] }
	| { readonly kind: 'list'; readonly entries: readonly JsonValue[] }
	| { readonly kind: 'fields'; readonly fields: readonly (readonly [name: string, value: JsonValue])[] };

/** Of a table: a value of 1 MB has no more than half as many fields. Records that share none would fill the memory with empty cells. */
const MOST_CELLS = 1_000_000;

/** Files are shown by name and size. */
export function shapeOf(answered: JsonValue, sentence: string): Shape {
	const value = withFileNames(answered);
	if (Array.isArray(value)) {
		if (value.length === 0) return { kind: 'empty' };
		return isRecords(value) ? { kind: 'records', records: value } : { kind: 'list', entries: value };
	}
	if (isJsonObject(value)) {
		const fields = Object.entries(value);
		return fields.length === 0 ? { kind: 'empty' } : { kind: 'fields', fields };
	}
	const text = value === null ? '' : String(value);
	return { kind: 'scalar', text, said: saysAlready(sentence, value) };
}

/** Objects and nothing else, with something in them, and enough fields in common: what is shown as a table. */
export function isRecords(value: JsonValue): value is JsonObject[] {
	if (!Array.isArray(value) || !value.every(isJsonObject)) return false;
	const names = new Set(value.flatMap(Object.keys));
	return names.size > 0 && names.size * value.length <= MOST_CELLS;
}

/** A number counts only as a whole one: `8` is not said by `18 films`. */
function saysAlready(sentence: string, value: JsonValue): boolean {
	if (value === null) return sentence !== '';
	if (typeof value !== 'number') return sentence.includes(String(value));
	const numbers: readonly string[] = sentence.match(/-?\d+(?:\.\d+)?/g) ?? [];
	return numbers.includes(String(value));
}
