import type { JsonValue } from '../../../src/json.ts';

/** `==` of Python, for which `True` is 1. */
export function pythonEqual(a: JsonValue, b: JsonValue): boolean {
	if (typeof a === 'boolean' || typeof b === 'boolean') return asNumber(a) === asNumber(b);
	if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return a === b;
	if (Array.isArray(a) || Array.isArray(b)) {
		return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, index) => pythonEqual(item, b[index] ?? null));
	}
	const keys = Object.keys(a);
	return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && pythonEqual(a[key] ?? null, b[key] ?? null));
}

function asNumber(value: JsonValue): JsonValue {
	return typeof value === 'boolean' ? Number(value) : value;
}

/** `bool` of Python. */
export function isTruthy(value: JsonValue): boolean {
	if (typeof value !== 'object' || value === null) return Boolean(value);
	return Object.keys(value).length > 0;
}

/**
 * What a text says in JSON or in Python's own notation (`['John', True, None]`); other values, and texts that say nothing, are given back. Tuples, sets
 * and objects with other keys than texts have no JSON form: their texts stay as they are.
 */
export function literal(value: JsonValue): JsonValue {
	if (typeof value !== 'string') return value;
	try {
		return JSON.parse(value) as JsonValue;
	} catch {
		return new PythonReader(value).read() ?? value;
	}
}

const CONSTANTS: Readonly<Record<string, JsonValue>> = { True: true, False: false, None: null };
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', "'": "'", '"': '"' };
const STRING = /'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"/y;
const NUMBER = /[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/iy;
const WORD = /True|False|None/y;

class PythonReader {
	readonly #text: string;
	#at = 0;

	constructor(text: string) {
		this.#text = text.trim();
	}

	/** Undefined for anything else than one value. */
	read(): JsonValue | undefined {
		try {
			const value = this.#value();
			return this.#at === this.#text.length ? value : undefined;
		} catch (error) {
			if (error instanceof SyntaxError) return undefined;
			throw error;
		}
	}

	#value(): JsonValue {
		if (this.#take('[')) return this.#items(']', () => this.#value());
		if (this.#take('{')) return Object.fromEntries(this.#items('}', () => this.#entry()));
		const word = this.#match(WORD)?.[0];
		if (word !== undefined) return CONSTANTS[word] ?? null;
		const number = this.#match(NUMBER)?.[0];
		return number === undefined ? this.#string() : Number(number);
	}

	#entry(): [string, JsonValue] {
		const key = this.#string();
		if (!this.#take(':')) throw new SyntaxError();
		return [key, this.#value()];
	}

	#items<Item>(end: string, item: () => Item): Item[] {
		const items: Item[] = [];
		while (!this.#take(end)) {
			items.push(item());
			if (this.#take(',')) continue;
			if (this.#take(end)) break;
			throw new SyntaxError();
		}
		return items;
	}

	#string(): string {
		const found = this.#match(STRING);
		if (!found) throw new SyntaxError();
		return (found[1] ?? found[2] ?? '').replace(/\\(?:x([\da-f]{2})|u([\da-f]{4})|(.))/gi, (whole, byte, unit, letter) => {
			if (letter === undefined) return String.fromCharCode(Number.parseInt(byte ?? unit, 16));
			return ESCAPES[letter] ?? whole;
		});
	}

	#take(mark: string): boolean {
		this.#skipSpace();
		if (!this.#text.startsWith(mark, this.#at)) return false;
		this.#at += mark.length;
		this.#skipSpace();
		return true;
	}

	#match(pattern: RegExp): RegExpExecArray | null {
		this.#skipSpace();
		pattern.lastIndex = this.#at;
		const found = pattern.exec(this.#text);
		if (found) this.#at = pattern.lastIndex;
		this.#skipSpace();
		return found;
	}

	#skipSpace(): void {
		while (/\s/.test(this.#text[this.#at] ?? '')) this.#at += 1;
	}
}
