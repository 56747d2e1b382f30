import type { Position } from '../sandbox/outcome.ts';

/** Longer lines are cut around the column: a minified line must not fill the prompt. */
const LINE_CHARACTERS = 160;

/**
 * The lines around a position, numbered, with `>` at the line and a caret under the column. A position outside the text is moved into it.
 *
 *       6 |   const people = await tmdb.searchPerson({ query });
 *     > 7 |   return people.results[0].id;
 *         |                 ^
 *       8 | }
 */
export function codeFrame(source: string, position: Position, { context = 2 }: { readonly context?: number } = {}): string {
	const lines = source.split('\n');
	const line = Math.min(Math.max(1, position.line), lines.length);
	const text = lines[line - 1] ?? '';
	const column = Math.min(Math.max(1, position.column), text.length + 1);
	const skipped = Math.max(0, column - LINE_CHARACTERS + 20);
	const first = Math.max(1, line - context);
	const last = Math.min(lines.length, line + context);
	const width = String(last).length;
	const frame: string[] = [];
	for (let number = first; number <= last; number++) {
		const shown = (lines[number - 1] ?? '').slice(skipped, skipped + LINE_CHARACTERS);
		frame.push(`${number === line ? '>' : ' '} ${String(number).padStart(width)} | ${shown}`.trimEnd());
		// Tabs stay tabs, so that the caret stands under its column whatever their width.
		const indent = text.slice(skipped, column - 1).replaceAll(/[^\t]/g, ' ');
		if (number === line) frame.push(`  ${' '.repeat(width)} | ${indent}^`);
	}
	return frame.join('\n');
}
