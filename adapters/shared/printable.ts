import { stripVTControlCharacters } from 'node:util';

/** Everything below space but tab and line feed, DEL, the C1 controls, and what reorders the text around it. */
const STEERING = /[^\P{Cc}\t\n]|\p{Bidi_Control}/gu;

/** Whatever a person cannot see, or takes for a space that is none: controls, formatting, fillers, unassigned and lone surrogates. */
const UNSEEN = /[\p{C}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

/**
 * The text made safe to print: what models and APIs wrote could otherwise move the cursor, rewrite earlier lines, set the title of a terminal, or
 * read in another order than it has.
 */
export function printable(text: string): string {
	return stripVTControlCharacters(text).replaceAll('\r\n', '\n').replaceAll(STEERING, '');
}

/** `printable`, and whole characters only: text from elsewhere without what could not be seen, or would steer how the text around it reads. */
export function clean(text: string): string {
	return printable(text).toWellFormed();
}

/** The text with everything unseen spelt out as `\u{202e}`, line feeds too: what a person approves is exactly what is sent. */
export function spelledOut(text: string): string {
	return text.replaceAll(UNSEEN, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
