import { type Expression, parseExpressionAt } from 'acorn';
import type { JsonValue } from '../json.ts';
import type { Finding } from './finding.ts';
import { SYNTAX } from './syntax.ts';

/** A value and the type it was promised to have. */
export interface TypedValue {
	readonly value: JsonValue | undefined;
	/** A type as a program writes it; a promise stands for what it resolves to. */
	readonly type: string;
	/** Interfaces and type aliases that it may name. */
	readonly types: readonly string[];
}

/** A program that is well typed when the value fits. */
export interface ValueProgram {
	readonly type: string;
	readonly text: string;
	readonly literal: string;
	/** Where the constant and its value start in `text`. */
	readonly constantStart: number;
	readonly literalStart: number;
}

/** How many elements of a list are looked at, fewer while the literal is still too long to check in milliseconds. */
const SAMPLES = [20, 5, 1];
const LONGEST_LITERAL = 100_000;
/** Longer texts are cut; unions of literals have shorter members. */
const LONGEST_STRING = 200;

/**
 * `T` for data that went through JSON: dates are texts, `undefined` may be missing, and more properties than `T` names are allowed at every depth.
 */
const OPEN = `
type Open<T> = 0 extends 1 & T ? T
	: T extends Date ? string
	: T extends readonly unknown[] ? { [K in keyof T]: Open<T[K]> }
	: T extends object ? OpenObject<T>
	: T;
type OpenObject<T> = { [K in keyof T as undefined extends T[K] ? never : K]: Open<T[K]> }
	& { [K in keyof T as undefined extends T[K] ? K : never]?: Open<T[K]> }
	& { [key: string]: unknown };
`;

/** Undefined when the value is too large to be checked. */
export function valueProgram({ value, type, types }: TypedValue): ValueProgram | undefined {
	const literal = SAMPLES.map((sample) => literalOf(value, sample)).find((text) => text.length <= LONGEST_LITERAL);
	if (literal === undefined) return undefined;
	const head = `(() => {\n${types.join('\n')}\n${OPEN}\ntype Result = ${type}\n;\n`;
	const constant = 'const value: Open<Awaited<Result>> =\n';
	const text = `${head}${constant}${literal};\n})();\n`;
	return { text, type, literal, constantStart: head.length, literalStart: head.length + constant.length };
}

function literalOf(value: JsonValue | undefined, sample: number): string {
	if (typeof value === 'number' && !Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : 'Infinity';
	const sampled = (_key: string, part: unknown) => {
		if (Array.isArray(part)) return part.slice(0, sample);
		return typeof part === 'string' && part.length > LONGEST_STRING ? part.slice(0, LONGEST_STRING) : part;
	};
	// `__proto__` in a literal is no property.
	return JSON.stringify(value, sampled)?.replaceAll('"__proto__":', '["__proto__"]:') ?? 'undefined';
}

/** One line: where in the value, and what is wrong there. Errors in the types themselves are none of the value. */
export function misfitOf(findings: readonly Finding[], { type, literal, constantStart, literalStart }: ValueProgram): string | undefined {
	const found = findings.find(({ start }) => start >= constantStart);
	if (!found) return undefined;
	const words = printed(found.reasons.at(-1) ?? found.text, type);
	const path = pathIn(literal, found.start - literalStart);
	// Every property is allowed in an object; what allows none is no object.
	const expected = found.code === NO_OBJECT ? /in type '(.*)'/s.exec(words)?.[1] : undefined;
	if (expected) return located(path.replace(/\.?[^.[\]]*$/, ''), `an object is not assignable to type '${expected}'.`);
	return located(path, words);
}

/** A message in terms of the declared type: without the names it goes by in `valueProgram`, and without long types. */
function printed(message: string, type: string): string {
	const opened = message.replaceAll(/Open(?:Object)?<([^<>]*)>/g, '$1').replaceAll("'Result'", `'${type}'`);
	return opened.replaceAll(/'([^']{80})[^']*'/g, "'$1…'").replace(/(of|from) type '[^']*Open[^']*'/, '$1 the declared type');
}

const NO_OBJECT = 2353;

function located(path: string, words: string): string {
	return `${path === '' ? '' : `${path}: `}${words}`.slice(0, 300);
}

/** `results[3].id`: the way to the place in a literal. */
function pathIn(literal: string, offset: number): string {
	if (offset < 0) return '';
	let path = '';
	let node: Expression | undefined = parseExpressionAt(literal, 0, SYNTAX);
	while (node) {
		const next: readonly [string, Expression] | undefined = stepInto(node, offset);
		path += next?.[0] ?? '';
		node = next?.[1];
	}
	return path.replace(/^\./, '');
}

function stepInto(node: Expression, offset: number): readonly [string, Expression] | undefined {
	if (node.type === 'ObjectExpression') {
		for (const property of node.properties) {
			if (property.type !== 'Property' || offset < property.start || offset >= property.end) continue;
			return property.key.type === 'Literal' ? [`.${property.key.value}`, property.value] : undefined;
		}
	}
	if (node.type === 'ArrayExpression') {
		const index = node.elements.findIndex((element) => element && element.start <= offset && offset < element.end);
		const element = node.elements[index];
		return element && element.type !== 'SpreadElement' ? [`[${index}]`, element] : undefined;
	}
	return undefined;
}
