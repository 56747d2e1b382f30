import { createHash } from 'node:crypto';
import { configure } from 'safe-stable-stringify';

export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };
export type JsonObject = { [key: string]: JsonValue };

const stable = configure({ deterministic: true, circularValue: TypeError, bigint: false });

/** One text for equal values: keys sorted, no white space. Throws on cycles. */
export function canonicalJson(value: unknown): string {
	return stable(value) ?? 'null';
}

/** SHA-256 of the canonical text, first 16 hex digits (64 bits: collisions are no concern below hundreds of millions of values). */
export function hashJson(value: unknown): string {
	return createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, 16);
}

export function isJsonObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Whether values lie more than `limit` levels below this one; a text or number inside a list is a level, too. Level by level, since recursion is what
 * such a value breaks.
 */
export function isDeeperThan(value: JsonValue, limit: number): boolean {
	let level: JsonValue[] = [value];
	for (let depth = 0; level.length > 0; depth += 1) {
		if (depth > limit) return true;
		level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
	}
	return false;
}

/** Nothing, or a text, list or object without anything in it. */
export function isEmptyJson(value: unknown): boolean {
	if (value === null || value === '') return true;
	if (Array.isArray(value)) return value.length === 0;
	return typeof value === 'object' && Object.keys(value).length === 0;
}
