import { escapeText, unmentioned } from './escape.ts';

const MARKS = /\*\*(.+?)\*\*|`([^`\n]+)`/g;

/** A text with nothing beyond **bold** and `code` for Discord; anything else in it is read as it is. At most twice as long. */
export function marked(text: string): string {
	const parts: string[] = [];
	let at = 0;
	for (const { 0: whole, 1: bold, 2: code, index } of text.matchAll(MARKS)) {
		parts.push(escapeText(text.slice(at, index)));
		parts.push(bold === undefined ? `\`${unmentioned(code ?? '')}\`` : `**${marked(bold)}**`);
		at = index + whole.length;
	}
	return [...parts, escapeText(text.slice(at))].join('');
}
