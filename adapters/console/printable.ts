import { stripVTControlCharacters } from 'node:util';

/** Everything below space but tab and line feed, DEL, and the C1 controls. */
const CONTROLS = /[^\P{Cc}\t\n]/gu;

/**
 * The same value with every text in it made safe to print: what models and APIs wrote could otherwise move the cursor, rewrite earlier lines or
 * set the title of a terminal.
 */
export function printable<T>(value: T): T {
	return map(value) as T;
}

function map(value: unknown): unknown {
	if (typeof value === 'string') return stripVTControlCharacters(value).replaceAll('\r\n', '\n').replaceAll(CONTROLS, '');
	if (Array.isArray(value)) return value.map(map);
	if (value === null || typeof value !== 'object') return value;
	return Object.fromEntries(Object.entries(value).map(([key, inner]) => [map(key), map(inner)]));
}
