import { isDeeperThan, type JsonValue } from '../json.ts';
import { type ArgumentWord, argumentWords } from './argument-words.ts';
import { elementType, literalsOf, type ParameterKind, parameterKind } from './parameter-kind.ts';
import type { FunctionSource, Parameter, Program } from './program.ts';

/** A function that a person calls, and the interfaces and type aliases that its parameters may name. */
export interface CalledFunction {
	readonly fn: Pick<FunctionSource, 'parameters'>;
	readonly types: Program['types'];
}

export type ArgumentsRead =
	/** In the order of the parameters, those at the end that were left out not among them. */
	| { readonly ok: true; readonly args: readonly JsonValue[] }
	/** `problem` is one sentence for people. */
	| { readonly ok: false; readonly problem: string };

/** Of a value: people type a few levels, and a program that holds it must be no deeper than programs are. */
const DEEPEST_VALUE = 50;
/** Of a word in a message. */
const SHOWN_CHARACTERS = 60;

class Unreadable extends Error {}

/**
 * The arguments that a line gives to a function: words in the order of the parameters, or `name=value`. A parameter that takes text takes a word as it
 * is, and the last one all the words that are left; anything else is JSON. Whether values fit their types is left to the type checker. Never throws.
 */
export function readArguments(line: string, { fn, types }: CalledFunction): ArgumentsRead {
	try {
		const slots = fn.parameters.map((parameter) => slotOf(parameter, types));
		return { ok: true, args: withoutHoles(slots, fill(slots, line)) };
	} catch (error) {
		if (error instanceof Unreadable) return { ok: false, problem: error.message };
		throw error;
	}
}

/** One argument of the right kind for each parameter, as a person may type them: `"director name" 1`. */
export function exampleArguments({ fn, types }: CalledFunction): string {
	return fn.parameters.map((parameter) => exampleOf(slotOf(parameter, types))).join(' ');
}

interface Slot {
	readonly name: string;
	readonly kind: ParameterKind;
	readonly type?: string;
	readonly optional: boolean;
	readonly rest: boolean;
}

function slotOf({ name, type, optional }: Parameter, types: Program['types']): Slot {
	const rest = name.startsWith('...');
	const accepted = rest ? elementType(type) : type;
	return {
		name: rest ? name.slice(3) : name,
		kind: parameterKind(accepted, types),
		...(accepted !== undefined && { type: accepted }),
		optional: optional || rest,
		rest,
	};
}

/** The values of the slots; of a rest parameter, which is the last one, all that it takes. */
function fill(slots: readonly Slot[], line: string): (JsonValue | undefined)[] {
	const single = slots.filter(({ rest }) => !rest);
	const words = argumentWords(line, new Set(single.map(({ name }) => name)));
	const stranger = strangerIn(words);
	if (stranger !== undefined) throw new Unreadable(`There is no parameter \`${shown(stranger)}\`.`);
	const named = byName(words);
	const open = single.filter(({ name }) => !named.has(name));
	const rest = slots.find((slot) => slot.rest);
	const given = open.length === 0 || rest ? unnamed(words) : joinedAt(open.length - 1, unnamed(words), open.at(-1));
	const surplus = given.slice(open.length);
	const [first] = surplus;
	if (first && !rest) throw new Unreadable(tooMany(first, open.length));
	const values = single.map((slot) => {
		const word = named.get(slot.name) ?? given[open.indexOf(slot)];
		return word && taken(word, slot);
	});
	return rest ? [...values, ...surplus.map((word) => taken(word, rest))] : values;
}

function byName(words: readonly ArgumentWord[]): ReadonlyMap<string, ArgumentWord> {
	const named = new Map<string, ArgumentWord>();
	for (const word of words) {
		if (word.name === undefined) continue;
		if (named.has(word.name)) throw new Unreadable(`\`${word.name}\` is given twice.`);
		named.set(word.name, word);
	}
	return named;
}

/** A name that no parameter has, in front of a text in quotes. */
function strangerIn(words: readonly ArgumentWord[]): string | undefined {
	const typed = unnamed(words).flatMap((word) => /^([\p{L}_$][\p{L}\p{N}_$]*)=["'“„‘]/u.exec(word.typed.trim()) ?? []);
	return typed[1];
}

function unnamed(words: readonly ArgumentWord[]): readonly ArgumentWord[] {
	return words.filter(({ name }) => name === undefined);
}

/** All from one on as one word, as it was typed, where that one may be a text: `Greta Gerwig` needs no quotes. */
function joinedAt(index: number, words: readonly ArgumentWord[], slot: Slot | undefined): readonly ArgumentWord[] {
	const joined = words.slice(index);
	// Whoever sets each in quotes says where it ends.
	if (joined.length < 2 || slot?.kind === 'json' || joined.every(({ quoted }) => quoted)) return words;
	const typed = joined.map((word) => word.typed);
	return [...words.slice(0, index), { text: typed.join('').trim(), quoted: false, typed: typed.join('') }];
}

function taken({ text, quoted }: ArgumentWord, { name, kind, type }: Slot): JsonValue {
	if (kind === 'text' || (kind === 'either' && quoted)) return text;
	const value = jsonOf(text);
	// Where a text may stand, digits that a number would not keep are one: `12345678901234567890`.
	if (kind === 'either') return value === undefined || (typeof value === 'number' && String(value) !== text) ? text : value;
	if (value !== undefined) return value;
	throw new Unreadable(`\`${name}\` takes \`${type}\`, written as JSON, and \`${shown(text)}\` is none.`);
}

/** Undefined for what is no JSON, or nothing that a program could hold. */
function jsonOf(text: string): JsonValue | undefined {
	// Chats and phones make typographic quotes of straight ones.
	for (const candidate of [text, text.replaceAll(/[“”„]/g, '"')]) {
		try {
			const value: JsonValue = JSON.parse(candidate);
			return isDeeperThan(value, DEEPEST_VALUE) || holdsInfinity(value) ? undefined : value;
		} catch {
			// The next one may be some.
		}
	}
	return undefined;
}

/** What `1e999` is read as. */
function holdsInfinity(value: JsonValue): boolean {
	if (typeof value === 'number') return !Number.isFinite(value);
	return typeof value === 'object' && value !== null && Object.values(value).some(holdsInfinity);
}

function withoutHoles(slots: readonly Slot[], values: readonly (JsonValue | undefined)[]): JsonValue[] {
	const missing = slots.find(({ optional }, index) => !optional && values[index] === undefined);
	if (missing) throw new Unreadable(`\`${missing.name}\` is missing.`);
	const args: JsonValue[] = [];
	for (const [index, value] of values.slice(0, values.findLastIndex((given) => given !== undefined) + 1).entries()) {
		if (value === undefined) throw new Unreadable(`\`${slots[index]?.name}\` stands before what is given: give it a value, too.`);
		args.push(value);
	}
	return args;
}

function tooMany({ text }: ArgumentWord, places: number): string {
	if (places === 0) return `\`${shown(text)}\` is one too many: there is nothing left to give.`;
	return `\`${shown(text)}\` is one too many. A text with spaces that is not the last one stands in quotes.`;
}

function shown(text: string): string {
	const line = text.replaceAll(/\s+/g, ' ').replaceAll('`', "'");
	return line.length > SHOWN_CHARACTERS ? `${line.slice(0, SHOWN_CHARACTERS)}…` : line;
}

function exampleOf({ name, kind, type = '' }: Slot): string {
	const [literal] = literalsOf(type);
	if (literal !== undefined) return `"${literal}"`;
	if (kind !== 'json') return `"${name.replaceAll(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ').toLowerCase()}"`;
	if (type === 'number' || type === 'bigint') return '1';
	if (type === 'boolean') return 'true';
	return /\[\]$|^\[|Array</.test(type) ? '[]' : '{}';
}
