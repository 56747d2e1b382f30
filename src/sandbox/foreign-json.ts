import type { JsonValue } from '../json.ts';

/** Deeper than any API's data, and far from where recursive code of the host would exhaust its stack. */
export const MAX_DEPTH = 200;

export type ForeignJson =
	| { readonly ok: true; readonly value: JsonValue }
	| { readonly ok: false; readonly problem: 'not-json' | 'too-deep' };

/** Reads JSON that a program wrote. Keys `__proto__` are dropped, as they change the prototype of whatever they are copied to. Never throws. */
export function parseForeignJson(text: string): ForeignJson {
	let value: JsonValue;
	try {
		value = JSON.parse(text);
	} catch {
		return { ok: false, problem: 'not-json' };
	}
	return clean(value, MAX_DEPTH) ? { ok: true, value } : { ok: false, problem: 'too-deep' };
}

function clean(value: JsonValue, depth: number): boolean {
	if (typeof value !== 'object' || value === null) return true;
	if (depth === 0) return false;
	if (Array.isArray(value)) return value.every((item) => clean(item, depth - 1));
	if (Object.hasOwn(value, '__proto__')) Reflect.deleteProperty(value, '__proto__');
	return Object.values(value).every((item) => clean(item, depth - 1));
}
