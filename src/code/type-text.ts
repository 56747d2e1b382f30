import type { Comment } from 'acorn';

/** A text as a type writes it, or a comment: what reads like one inside of the other is none. */
const TEXT_OR_COMMENT = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;

/** A part of a program's source. Offsets count UTF-16 units. */
export interface TextPart {
	readonly start: number;
	readonly end: number;
	readonly text: string;
}

/**
 * The literal texts and the comments in the types of a program, in the order of the text: `javascript` is its source with the types blanked out, so
 * that what reads the code sees neither.
 */
export function partsOfTypes(
	source: string,
	javascript: string,
): { readonly texts: readonly TextPart[]; readonly comments: readonly Comment[] } {
	const texts: TextPart[] = [];
	const comments: Comment[] = [];
	// The shortest text and the shortest comment have two characters.
	for (const { index, 0: blank } of javascript.matchAll(/\s{2,}/g)) {
		for (const found of source.slice(index, index + blank.length).matchAll(TEXT_OR_COMMENT)) {
			const [text] = found;
			const start = index + found.index;
			const end = start + text.length;
			if (!text.startsWith('/')) texts.push({ start, end, text });
			else if (text.startsWith('/*')) comments.push({ type: 'Block', value: text.slice(2, -2), start, end });
			else comments.push({ type: 'Line', value: text.slice(2), start, end });
		}
	}
	return { texts, comments };
}
