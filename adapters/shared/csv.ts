import { stringify } from 'csv-stringify/sync';
import type { JsonValue } from '../../src/json.ts';

/**
 * Comma-separated values as in RFC 4180, UTF-8 without a byte order mark. Texts that a spreadsheet would run as formulas get an apostrophe in
 * front; numbers stay numbers. Lists and objects are JSON.
 */
export function csv(columns: readonly string[], rows: readonly (readonly JsonValue[])[]): string {
	return stringify([columns, ...rows] as JsonValue[][], {
		escape_formulas: true,
		cast: { boolean: String, object: (value) => JSON.stringify(value) },
	}).toWellFormed();
}
