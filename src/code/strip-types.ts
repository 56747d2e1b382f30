import { stripTypeScriptTypes } from 'node:module';
import type { Position } from '../sandbox/outcome.ts';

export type Stripped = { readonly ok: true; readonly javascript: string } | ({ readonly ok: false; readonly message: string } & Position);

// Inside an async function `return` and `await` are allowed as they are in programs. The head has a line of its own: columns stay.
const HEAD = 'async () => {\n';
const TAIL = '\n}';

/** What the stripper says, and what the model is told instead: what to write. */
const EXPLANATIONS: readonly (readonly [RegExp, string])[] = [
	[/'?import'?, and '?export'?/, '`import` and `export` do not exist in a program: tools and functions are in scope already'],
	[/import equals/, '`import` does not exist in a program: tools and functions are in scope already'],
	[/TypeScript enum/, '`enum` is not supported: use a union of string literals, or an object'],
	[/namespace declaration|module declaration/, '`namespace` is not supported: declare functions and types at the top level'],
	[/parameter property/, 'parameter properties are not supported: declare the field and assign it in the constructor'],
	[/angle-bracket/, '`<T>value` is not supported: write `value as T`'],
	[/'with' statement/, '`with` is not supported: name the object'],
];

/**
 * Blanks the types out in place. The text must have passed `measureNesting`. Never throws: whatever the stripper objects to comes back with its
 * position (the column is approximate behind characters of double width).
 */
export function stripTypes(source: string): Stripped {
	try {
		const stripped = stripTypeScriptTypes(`${HEAD}${source}${TAIL}`, { mode: 'strip' });
		return { ok: true, javascript: stripped.slice(HEAD.length, -TAIL.length) };
	} catch (error) {
		return { ok: false, ...explain(error, source) };
	}
}

function explain(error: unknown, source: string): Position & { message: string } {
	const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
	const known = EXPLANATIONS.find(([pattern]) => pattern.test(message));
	const words =
		known?.[1] ??
		message
			.replace(/\. Expected an identifier, void,.*$/s, '')
			.replace(/['`]?<eof>['`]?/, 'the end of the program')
			.replace(/Expected ident$/, 'Expected an identifier');
	return { message: words.split('\n')[0]?.slice(0, 300) ?? '', ...position(stack, source.split('\n')) };
}

/** The stack of a stripper's error starts with `:<line>`, the line and a row of carets below it. */
function position(stack: string, lines: readonly string[]): Position {
	const reported = Number(/^:(\d+)/.exec(stack)?.[1] ?? 2) - 1;
	const last = lines.length;
	if (reported > last) return { line: last, column: (lines[last - 1]?.length ?? 0) + 1 };
	const line = Math.max(1, reported);
	const carets = stack.split('\n').find((row) => /^\s*\^+\s*$/.test(row));
	return { line, column: columnAtWidth(lines[line - 1] ?? '', carets?.indexOf('^') ?? 0) };
}

/** The column that stands `width` cells to the right on a terminal: tabs are four cells, East Asian characters and emoji two. */
function columnAtWidth(text: string, width: number): number {
	let cells = 0;
	let column = 1;
	for (const character of text) {
		if (cells >= width) break;
		const wide = (character.codePointAt(0) ?? 0) >= 0x11_00;
		cells += character === '\t' ? 4 : wide ? 2 : 1;
		column += character.length;
	}
	return column;
}
