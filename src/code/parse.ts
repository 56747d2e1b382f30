import { type Comment, type FunctionDeclaration, type Options, parse, type Program as SyntaxTree } from 'acorn';
import { parse as parseAnything } from 'acorn-loose';
import type { Position } from '../sandbox/outcome.ts';
import { declaredTypes } from './declared-types.ts';
import { functionSource } from './function-source.ts';
import { lastUsed } from './last-used.ts';
import { DEEPEST_NESTING, measureNesting } from './nesting.ts';
import type { ParseResult, Program } from './program.ts';
import { applyEdits, type MainWrapper, mainWrapper, programForm, type Reading, withoutExports } from './program-form.ts';
import { type Stripped, stripTypes } from './strip-types.ts';
import { nodesOf, SYNTAX, withoutComments } from './syntax.ts';
import { partsOfTypes } from './type-text.ts';

/** Ten times what a model writes at most; reading it takes milliseconds. UTF-16 units. */
export const LARGEST_PROGRAM = 65_536;

/** Deeper trees could overflow the stack of whoever walks them; people write about 30 levels. */
const DEEPEST_TREE = 400;

class Unreadable extends Error {
	readonly position: Position;

	constructor(message: string, position: Position = { line: 1, column: 1 }) {
		super(message);
		this.position = position;
	}
}

/**
 * Reads a program as the model wrote it, put into the form of one where it is nearly that (see `programForm`). Never throws: what cannot be read, or must not be in a program (imports, decorators, enums, `with`),
 * comes back as one blocking diagnostic at its place, code `syntax`. What it gives is shared by all who read the same text.
 */
export function parseProgram(source: string): ParseResult {
	return readBefore(source);
}

/**
 * Each stage reads the program of the one before, and each prompt the stored functions that it offers: of 30 readings for a question 26 were of a text that
 * had been read shortly before (bench/load). A tree takes about 45 bytes for each character of its text, so these are about 23 MB.
 */
const REMEMBERED_CHARACTERS = 500_000;
const readBefore = lastUsed(REMEMBERED_CHARACTERS, parseAnew);

function parseAnew(source: string): ParseResult {
	try {
		return { ok: true, program: read(source) };
	} catch (error) {
		const { message, line, column } = failureOf(error);
		return { ok: false, diagnostic: { message, line, column, code: 'syntax', blocking: true } };
	}
}

/** A wrapper, functions inside it, their missing `return`, and once more to see that nothing is left. */
const FORMING_ROUNDS = 4;

/** Throws Unreadable or acorn's SyntaxError. */
function read(source: string): Program {
	let reading = readText(withoutExports(source));
	for (let round = 0; round < FORMING_ROUNDS; round++) {
		const edits = programForm(reading);
		const next = edits.length > 0 ? rereadable(applyEdits(reading.source, edits)) : undefined;
		if (!next) break;
		reading = next;
	}
	const wrapper = mainWrapper(reading);
	if (wrapper && !wrapper.isReturned) throw lostAnswer(wrapper);
	return describe(reading);
}

/** Undefined when the names of a wrapper's statements are taken at the top level. */
function rereadable(source: string): Reading | undefined {
	try {
		return readText(source);
	} catch {
		return undefined;
	}
}

function lostAnswer({ name, statement }: MainWrapper): Unreadable {
	const { line, column } = statement.loc?.start ?? { line: 1, column: 0 };
	const advice = 'write its statements at the top level with no function around them, ending with return answer(sentence, value)';
	return new Unreadable(`the answer of ${name} is lost: ${advice}`, { line, column: column + 1 });
}

function readText(source: string): Reading {
	refuseExcess(source);
	const stripped = stripTypes(source);
	if (!stripped.ok) throw new Unreadable(stripped.message, { line: stripped.line, column: stripped.column });
	const comments: Comment[] = [];
	const tree = parse(stripped.javascript, { ...SYNTAX, onComment: comments });
	refuseForeign(tree);
	return { source, javascript: stripped.javascript, tree, comments: withThoseInTypes(comments, source, stripped.javascript) };
}

/** Blanked out with the types, they are none of the tree's, and yet none of the declarations that prompts show. */
function withThoseInTypes(comments: readonly Comment[], source: string, javascript: string): readonly Comment[] {
	const inTypes = partsOfTypes(source, javascript).comments;
	return inTypes.length === 0 ? comments : [...comments, ...inTypes].sort((a, b) => a.start - b.start);
}

/** Throws when the text is too long or too deep for the parsers behind it, or is no sequence of tokens. */
function refuseExcess(source: string): void {
	if (source.length > LARGEST_PROGRAM) {
		throw new Unreadable(`the program is ${source.length} characters long; at most ${LARGEST_PROGRAM} are accepted`);
	}
	if (measureNesting(source, TOKENS) > DEEPEST_NESTING) throw new Unreadable('the program is nested too deeply');
}

// Acorn complains about `#` and the like by position alone; locations would cost time on every token.
const TOKENS: Options = { ...SYNTAX, locations: false, ranges: false };

function refuseForeign(tree: SyntaxTree): void {
	for (const [node, depth] of nodesOf(tree)) {
		const start = node.loc?.start ?? { line: 1, column: 0 };
		const position = { line: start.line, column: start.column + 1 };
		if (depth > DEEPEST_TREE) throw new Unreadable('the program is nested too deeply', position);
		if (node.type === 'ImportExpression' || node.type === 'ImportDeclaration') {
			throw new Unreadable('`import` does not exist in a program: tools and functions are in scope already', position);
		}
		if (node.type === 'MetaProperty' && node.meta.name === 'import')
			throw new Unreadable('`import.meta` does not exist in a program', position);
		if (node.type.startsWith('Export'))
			throw new Unreadable('`export` does not exist in a program: declare functions without it', position);
	}
}

/**
 * Reads pseudo-code as far as it can be read, for the names in it: a plan may leave things open that a program must say. Undefined when it is too
 * long or too deep to be read at all. Nothing that comes from here may run.
 */
export function parseLoosely(source: string): Program | undefined {
	const strict = parseProgram(source);
	if (strict.ok) return strict.program;
	if (source.length > LARGEST_PLAN) return undefined;
	try {
		const named = withoutExports(source.replaceAll('…', '_'));
		const javascript = stripReadableLines(named) ?? named;
		const comments: Comment[] = [];
		const tree = parseAnything(javascript, { ...SYNTAX, onComment: comments });
		return describe({ source, javascript, tree, comments });
	} catch {
		return undefined;
	}
}

/** Reading loosely takes time that grows with the square of the length: half a second for this much of the worst. UTF-16 units. */
const LARGEST_PLAN = 16_384;

/** More lines than that which are no TypeScript: no use in asking for the next one. */
const UNREADABLE_LINES = 30;

/** Strips the types of all lines but those that the stripper cannot read; undefined when the rest does not fit together without them. */
function stripReadableLines(source: string): string | undefined {
	const lines = source.split('\n');
	const unreadable = new Map<number, string>();
	for (let closing = ''; unreadable.size < UNREADABLE_LINES; ) {
		const text = lines.join('\n');
		const stripped = stripOrPlace(text + closing);
		if (stripped.ok) return restore(stripped.javascript.slice(0, text.length), unreadable);
		const index = stripped.line - 1;
		const line = lines[index] ?? '';
		if (line.trim() !== '') {
			unreadable.set(index, unreadable.get(index) ?? line);
			// Its braces may belong to readable lines; when they are what is wrong, the line goes as a whole.
			const braces = line.replaceAll(/[^{}]/g, ' ');
			lines[index] = braces === line ? ' '.repeat(line.length) : braces;
		} else if (closing === '') {
			closing = missingBraces(text);
			if (closing === '') return undefined;
		} else {
			return undefined;
		}
	}
	return undefined;
}

function missingBraces(text: string): string {
	const open = text.split('{').length - text.split('}').length;
	return open > 0 ? `\n${'}'.repeat(open)}` : '';
}

function stripOrPlace(source: string): Stripped {
	try {
		refuseExcess(source);
		return stripTypes(source);
	} catch (error) {
		return { ok: false, ...failureOf(error) };
	}
}

function restore(javascript: string, kept: ReadonlyMap<number, string>): string {
	const lines = javascript.split('\n');
	return lines.map((line, index) => kept.get(index) ?? line).join('\n');
}

/** The parts of a tree, strictly or loosely parsed. */
function describe({ source, javascript, tree, comments }: Reading): Program {
	const typed = withoutComments(source, comments);
	const text = { source, typed, code: withoutComments(javascript, comments), comments };
	const functions = tree.body.filter((node): node is FunctionDeclaration => node.type === 'FunctionDeclaration');
	const main = tree.body.filter((node) => node.type !== 'FunctionDeclaration' && node.type !== 'EmptyStatement');
	return {
		source,
		javascript,
		tree,
		comments,
		functions: functions.map((node) => functionSource(node, text)),
		types: declaredTypes(tree, typed),
		main: main.map((node) => source.slice(node.start, node.end)).join('\n'),
	};
}

function failureOf(error: unknown): Position & { message: string } {
	if (error instanceof Unreadable) return { message: sentence(error.message), ...error.position };
	// Not reached as long as the measures above are right; a program must not bring the bot down when they are not.
	if (error instanceof RangeError) return { message: 'The program is nested too deeply.', line: 1, column: 1 };
	if (!(error instanceof SyntaxError)) throw error;
	const { loc } = error as SyntaxError & { loc?: { line: number; column: number } };
	return { message: acornWords(error.message), line: loc?.line ?? 1, column: (loc?.column ?? 0) + 1 };
}

function acornWords(message: string): string {
	if (message.startsWith("Unexpected character '@'")) return 'Decorators are not supported: call the function.';
	return sentence(message.replace(/ \(\d+:\d+\)$/, ''));
}

function sentence(message: string): string {
	const text = message.charAt(0).toUpperCase() + message.slice(1);
	return /[.!?)]$/.test(text) ? text : `${text}.`;
}
