import {
	append,
	create,
	isArray,
	isFiniteNumber,
	isSafeInteger,
	mapForEach,
	NativeMap,
	NativeSet,
	NativeTypeError,
	setForEach,
	stringify,
	toNumber,
	toText,
} from './primordials.ts';

/** Thrown when the text would be longer than allowed. Never reaches the program. */
export const TOO_LONG: object = Object.freeze(Object.create(null));

/**
 * JSON text of an answer: as `JSON.stringify`, and a Map becomes an object (an array of pairs when a key is no string or number), a Set an
 * array, a BigInt a number, or its digits as a string when a number cannot hold it. Undefined for what JSON has no form for.
 * Throws TOO_LONG as soon as the text is sure to exceed `maxLength` UTF-16 units, a TypeError on cycles, and whatever getters throw.
 */
export function answerJson(value: unknown, maxLength: number): string | undefined {
	return toJson(value, maxLength, (_key, leaf) => {
		if (typeof leaf !== 'bigint') return leaf;
		const number = toNumber(leaf);
		return isSafeInteger(number) ? number : toText(leaf);
	});
}

/** JSON text of a tool's arguments. Where JSON would lose something silently (functions, NaN, BigInt), throws a TypeError that names it. */
export function argumentsJson(tool: string, value: object, maxLength: number): string {
	const text = toJson(value, maxLength, (key, leaf) => {
		const problem = notPlain(leaf);
		if (problem !== '') throw new NativeTypeError(`${tool}: argument ${stringify(key)} is ${problem}; arguments must be plain JSON.`);
		return leaf;
	});
	// Only an object whose toJSON returns something else gets here.
	if (text === undefined || text[0] !== '{') throw new NativeTypeError(`${tool} takes one object of arguments.`);
	return text;
}

function notPlain(leaf: unknown): string {
	if (typeof leaf === 'bigint') return 'a BigInt';
	if (typeof leaf === 'function') return 'a function';
	if (typeof leaf === 'symbol') return 'a symbol';
	if (typeof leaf === 'number' && !isFiniteNumber(leaf)) return toText(leaf);
	return '';
}

function toJson(value: unknown, maxLength: number, convertLeaf: (key: string, leaf: unknown) => unknown): string | undefined {
	let atLeast = 0;
	const text = stringify(value, function replace(this: unknown, key: string, raw: unknown): unknown {
		const converted = typeof raw === 'object' ? plainCollection(raw) : convertLeaf(key, raw);
		const length = shortestLength(converted);
		if (length > 0) atLeast += length + (isArray(this) ? 0 : key.length);
		if (atLeast > maxLength) throw TOO_LONG;
		return converted;
	}) as string | undefined;
	if (text !== undefined && text.length > maxLength) throw TOO_LONG;
	return text;
}

/** At least; what a long string escapes to is seen at the end. */
function shortestLength(value: unknown): number {
	if (value === undefined || typeof value === 'function' || typeof value === 'symbol') return 0;
	return typeof value === 'string' ? value.length + 2 : 1;
}

function plainCollection(value: unknown): unknown {
	if (value instanceof NativeMap) return plainMap(value);
	if (!(value instanceof NativeSet)) return value;
	const list: unknown[] = [];
	setForEach(value, (item) => append(list, item));
	return list;
}

function plainMap(map: unknown): unknown {
	const object: Record<string, unknown> = create(null);
	const pairs: unknown[] = [];
	let named = true;
	mapForEach(map, (value, key) => {
		if (typeof key === 'string' || typeof key === 'number') object[toText(key)] = value;
		else named = false;
		const pair: unknown[] = [];
		append(pair, key);
		append(pair, value);
		append(pairs, pair);
	});
	return named ? object : pairs;
}
