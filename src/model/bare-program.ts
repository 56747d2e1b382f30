import { shapeOf } from './code-shape.ts';

/** A line that code begins with, at the left edge. */
const CODE_LINE =
	/^(?:export\s|import\s|async\s+function\b|function\b|const\s|let\s+\w+\s*[=:;]|var\s|interface\s+\w|type\s+\w+.*=|class\s+\w|return\b|await\b|for\s*\(|if\s*\(|try\s*\{|\/\*|\/\/)/;

/** The end of a line that only code has. */
const CODE_END = /[{};]\s*$/;

/** Lines that only wrap the code: `<code>`, `</answer>`. */
const WRAPPER = /^\s*<\/?(?:code|answer|program|solution|final|output|response|typescript)>\s*$/i;

/** Replies without a fence are rare; these bound the work on one. */
const MOST_STARTS = 4;
const MOST_LINES_OF_PROSE = 30;
const LONGEST_BARE_REPLY = 60_000;

/**
 * The code in a reply without fences, prose before and after it left out. Undefined unless whole code with statements is left over and nothing
 * that looks like code had to be dropped: half a program is none.
 */
export function bareProgram(text: string): string | undefined {
	if (text.length > LONGEST_BARE_REPLY) return undefined;
	const lines = text.split('\n').map((line) => (WRAPPER.test(line) ? '' : line));
	const starts = lines.flatMap((line, index) => (CODE_LINE.test(line) ? [index] : [])).slice(0, MOST_STARTS);
	for (const start of starts) {
		if (lines.slice(0, start).some((line) => CODE_END.test(line))) return undefined;
		const program = programFrom(lines.slice(start));
		if (program !== undefined) return program;
	}
	return undefined;
}

function programFrom(lines: readonly string[]): string | undefined {
	const least = Math.max(1, lines.length - MOST_LINES_OF_PROSE);
	for (let end = lines.length; end >= least; end -= 1) {
		const code = lines.slice(0, end).join('\n');
		const shape = shapeOf(code);
		if (shape.whole && shape.statements) return code.trim();
		const dropped = lines[end - 1] ?? '';
		if (CODE_LINE.test(dropped) || CODE_END.test(dropped)) return undefined;
	}
	return undefined;
}
