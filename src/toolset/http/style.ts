import { isJsonObject, type JsonValue } from '../../json.ts';
import type { ParameterBinding } from '../openapi/operation.ts';

type Encode = (text: string) => string;
type Style = Pick<ParameterBinding, 'name' | 'style' | 'explode' | 'delimiter'>;

/** Name and value, both encoded. */
export type Pair = readonly [name: string, value: string];

/**
 * What stands for `{name}` in a path (OpenAPI 3.1, Style Examples: matrix, label, simple). Null items and properties are left out; a nested
 * value, for which the specification defines nothing, becomes JSON.
 */
export function expandPath({ name, style, explode, delimiter }: Style, value: JsonValue, encode: Encode): string {
	const comma = delimiter === undefined ? ',' : encode(delimiter);
	const separator = !explode || style === 'simple' ? comma : style === 'label' ? '.' : ';';
	const prefix = style === 'label' ? '.' : style === 'matrix' ? ';' : '';
	const key = encode(name);
	if (isJsonObject(value)) {
		const text = keyValues(value, encode, explode ? '=' : ',').join(separator);
		return prefix + (style === 'matrix' && !explode ? `${key}=${text}` : text);
	}
	const items = itemsOf(value).map((item) => encode(textOf(item)));
	if (style !== 'matrix') return prefix + items.join(separator);
	if (explode) return items.map((item) => `;${matrixPair(key, item)}`).join('');
	return `;${matrixPair(key, items.join(','))}`;
}

/** The pairs of a query string, a form body or a cookie (form, spaceDelimited, pipeDelimited, deepObject). Empty lists have none. */
export function expandQuery({ name, style, explode, delimiter: own }: Style, value: JsonValue, encode: Encode): Pair[] {
	const key = encode(name);
	if (style === 'deepObject' && typeof value === 'object') return deepPairs(name, value, encode);
	const delimiter = own !== undefined ? encode(own) : style === 'spaceDelimited' ? '%20' : style === 'pipeDelimited' ? '%7C' : ',';
	if (isJsonObject(value)) {
		const entries = entriesOf(value);
		if (explode) return entries.map(([property, item]) => [encode(property), encode(textOf(item))]);
		const text = keyValues(value, encode, delimiter).join(delimiter);
		return entries.length === 0 ? [] : [[key, text]];
	}
	const items = itemsOf(value).map((item) => encode(textOf(item)));
	if (explode || items.length === 0) return items.map((item) => [key, item]);
	return [[key, items.join(delimiter)]];
}

/** A header's value (simple). Headers are not percent-encoded (OpenAPI 3.1, appendix D). */
export function expandHeader({ explode, delimiter = ',' }: Style, value: JsonValue): string {
	if (isJsonObject(value)) return keyValues(value, (text) => text, explode ? '=' : ',').join(',');
	return itemsOf(value).map(textOf).join(delimiter);
}

/** A value as text: strings as they are, lists and objects as JSON. */
export function textOf(value: JsonValue): string {
	return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Lists inside a deep object are numbered, as PHP, qs and Stripe read them; the specification defines nothing there. */
function deepPairs(prefix: string, value: JsonValue, encode: Encode): Pair[] {
	if (value === null) return [];
	if (typeof value !== 'object') return [[encode(prefix), encode(textOf(value))]];
	return Object.entries(value).flatMap(([property, item]) => deepPairs(`${prefix}[${property}]`, item, encode));
}

function matrixPair(key: string, value: string): string {
	return value === '' ? key : `${key}=${value}`;
}

function keyValues(value: { [key: string]: JsonValue }, encode: Encode, separator: string): string[] {
	return entriesOf(value).map(([property, item]) => `${encode(property)}${separator}${encode(textOf(item))}`);
}

function entriesOf(value: { [key: string]: JsonValue }): [string, JsonValue][] {
	return Object.entries(value).filter(([, item]) => item !== null);
}

function itemsOf(value: JsonValue): JsonValue[] {
	return (Array.isArray(value) ? value : [value]).filter((item) => item !== null);
}
