import { shapeOf } from './code-shape.ts';

/** A fenced block of Markdown, the indentation of its fence taken off. */
export interface FencedBlock {
	/** First word of the info string in lower case; `ts` for every name of TypeScript or JavaScript; empty when there is none. */
	readonly language: string;
	readonly code: string;
}

interface Opening {
	readonly marker: string;
	readonly language: string;
	/** Columns before the fence. */
	readonly indent: number;
	readonly quoted: boolean;
	/** Code on the line of the fence, after the language. */
	readonly firstLine?: string;
}

/** Indentation, quote and list marks before a fence; the alternatives exclude one another, so matching is linear. */
const FENCE = /^((?:[ \t]|>|[-*+](?=[ \t])|\d{1,3}[.)](?=[ \t]))*)(`{3,}|~{3,})([^\n]*)$/;
/** A fence that begins at the end of a sentence: `Here it is: ```ts`. */
const FENCE_AFTER_TEXT = /(`{3})[ \t]*(?:ts|typescript|js|javascript)[ \t]*$/i;
const CODE_START = /^(?:async|function|const|let|return|await|interface|type|\/\/|\/\*)/;
const CODE_LANGUAGES = new Set('ts typescript tsx mts cts js javascript jsx mjs cjs ecmascript node deno bun'.split(' '));

/** Ends that are tried for one block before it is taken up to its first. */
const MOST_ENDS = 8;

/**
 * The fenced blocks of a reply, in order. Follows CommonMark where models do, and is lenient where they do not: fences left open, nested in a
 * fence without need, closed on the last line of code, or occurring inside the code. Of the possible ends of a block the first is taken that
 * leaves whole code; when there is none, the first fence that can be one.
 */
export function fencedBlocks(text: string): FencedBlock[] {
	const lines = text.split('\n');
	const blocks: FencedBlock[] = [];
	for (let index = 0; index < lines.length; index += 1) {
		const single = singleLineBlock(lines[index] ?? '');
		const opening = single ? undefined : openingIn(lines[index] ?? '');
		if (single) blocks.push(single);
		if (!opening) continue;
		const found = readBlock(lines, index, opening);
		blocks.push(found.block);
		index = found.last;
	}
	return blocks;
}

interface Found {
	readonly block: FencedBlock;
	/** The last line that belongs to it. */
	readonly last: number;
}

function readBlock(lines: readonly string[], start: number, opening: Opening): Found {
	const ends = possibleEnds(lines, start, opening);
	for (const end of ends) {
		const code = contentOf(lines, start, end.line, opening, end.rest);
		if (isWholeCode(code)) return { block: block(opening, code), last: end.inclusive ? end.line : end.line - 1 };
	}
	const [first] = ends.filter((end) => end.rest === undefined);
	if (!first) return { block: block(opening, withoutTrailingProse(contentOf(lines, start, lines.length, opening))), last: lines.length };
	return { block: block(opening, contentOf(lines, start, first.line, opening)), last: first.inclusive ? first.line : first.line - 1 };
}

interface End {
	readonly line: number;
	/** Code before a fence that ends this line. */
	readonly rest?: string;
	/** False for the fence of another block, which ends this one because it was left open. */
	readonly inclusive: boolean;
}

function possibleEnds(lines: readonly string[], start: number, opening: Opening): End[] {
	const ends: End[] = [];
	for (let line = start + 1; line < lines.length && ends.length < MOST_ENDS; line += 1) {
		const end = endAt(lines[line] ?? '', line, opening);
		if (end) ends.push(end);
	}
	return ends;
}

function endAt(text: string, line: number, opening: Opening): End | undefined {
	const fence = FENCE.exec(text);
	if (fence) {
		const [, , marker = '', info = ''] = fence;
		if (marker[0] !== opening.marker[0]) return undefined;
		if (info.trim() === '') return marker.length >= opening.marker.length ? { line, inclusive: true } : undefined;
		return openingIn(text)?.language === 'ts' ? { line, inclusive: false } : undefined;
	}
	const trimmed = text.trimEnd();
	return trimmed.endsWith(opening.marker) ? { line, inclusive: true, rest: trimmed.slice(0, -opening.marker.length) } : undefined;
}

function openingIn(line: string): Opening | undefined {
	const fence = FENCE.exec(line);
	if (!fence) {
		const after = FENCE_AFTER_TEXT.exec(line);
		return after?.[1] ? { marker: after[1], language: 'ts', indent: 0, quoted: false } : undefined;
	}
	const [, before = '', marker = '', info = ''] = fence;
	if (marker.startsWith('`') && info.includes('`')) return undefined;
	const [word = '', rest = ''] = /^\s*([^\s:{,(]*)[:{,(\s]?(.*)$/.exec(info)?.slice(1) ?? [];
	return {
		marker,
		language: languageOf(word),
		indent: before.replace(/^[>\s]*>[ ]?/, '').length,
		quoted: before.includes('>'),
		...(CODE_START.test(rest.trim()) && { firstLine: rest.trim() }),
	};
}

function languageOf(word: string): string {
	const name = word.toLowerCase();
	return CODE_LANGUAGES.has(name) || /\.[mc]?[tj]sx?$/.test(name) ? 'ts' : name;
}

/** ```` ```ts return answer('8', 8) ``` ````: Markdown calls it inline code, models mean a block. */
function singleLineBlock(line: string): FencedBlock | undefined {
	const text = line.trim();
	if (!text.startsWith('```') || !text.endsWith('```')) return undefined;
	const inner = text.replace(/^`+/, '').replace(/`+$/, '').trim();
	if (inner === '' || inner.includes('```')) return undefined;
	const language = /^(?:ts|typescript|js|javascript)(?=\s)/i.exec(inner)?.[0] ?? '';
	return { language: languageOf(language), code: inner.slice(language.length).trim() };
}

function contentOf(lines: readonly string[], start: number, end: number, opening: Opening, rest?: string): string {
	const inner = lines.slice(start + 1, end);
	if (rest !== undefined) inner.push(rest);
	const content = inner.map((line) => dedent(opening.quoted ? line.replace(/^[ \t]*>[ ]?/, '') : line, opening.indent));
	if (opening.firstLine !== undefined) content.unshift(opening.firstLine);
	return trimBlankLines(content.join('\n'));
}

function dedent(line: string, columns: number): string {
	let index = 0;
	while (index < columns && (line[index] === ' ' || line[index] === '\t')) index += 1;
	return line.slice(index);
}

function trimBlankLines(text: string): string {
	return text.replace(/^(?:[ \t]*\n)+/, '').trimEnd();
}

/** An open fence takes in what the model says after its code; paragraphs are given up from the end until whole code is left. */
function withoutTrailingProse(text: string): string {
	const paragraphs = text.split(/\n[ \t]*\n/);
	for (let count = paragraphs.length; count > Math.max(0, paragraphs.length - MOST_ENDS); count -= 1) {
		const code = paragraphs.slice(0, count).join('\n\n');
		if (isWholeCode(code)) return trimBlankLines(code);
	}
	return text;
}

function isWholeCode(text: string): boolean {
	const shape = shapeOf(text);
	return shape.whole && shape.code;
}

/** Some models put the language on the line after the fence. */
function block(opening: Opening, code: string): FencedBlock {
	const first = /^([a-z]+)[ \t]*\n/i.exec(code);
	if (opening.language === '' && first?.[1] && CODE_LANGUAGES.has(first[1].toLowerCase())) {
		return { language: 'ts', code: trimBlankLines(code.slice(first[0].length)) };
	}
	return { language: opening.language, code };
}
