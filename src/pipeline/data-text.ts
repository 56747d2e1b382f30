import { canonicalJson } from '../json.ts';

/**
 * What could end the marker or a code fence, stand for a control token of a model (`<|im_start|>`), or not be seen: written as JSON writes it, so that
 * nothing of the data is lost.
 */
const UNSAFE = /[<＜﹤`\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** A text or value from elsewhere on one line, at most about `characters` of it, that can stand between the markers of `dataBlock`. */
export function dataText(value: unknown, characters: number): string {
	const text = typeof value === 'string' ? value : canonicalJson(value);
	const line = text
		.slice(0, characters * 2)
		.replaceAll(/\s+/g, ' ')
		.replaceAll(UNSAFE, escaped);
	return line.length <= characters && text.length <= characters * 2 ? line : `${line.slice(0, characters)}… (${text.length} characters)`;
}

/** Lines of `dataText` between markers that nothing in them can close. */
export function dataBlock(lines: readonly string[]): string {
	return `<data>\n${lines.join('\n')}\n</data>`;
}

/** `\u003c`, by UTF-16 units as in JSON. */
function escaped(character: string): string {
	return Array.from({ length: character.length }, (_, unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`).join('');
}
