import type { JsonValue } from '../../src/json.ts';

/** Chats take files of 10 MB and more; a value is 1 MB at most, and only indentation makes more of it. */
const MOST_CHARACTERS = 8_000_000;
const OPENING = '[{';
const CLOSING = ']}';
/** What begins another line, or ends one. */
const BREAKING = '[{,]}';

/** JSON laid out for reading; where the indentation of deep values would fill megabytes, on one line. */
export function jsonText(value: JsonValue): string {
	const compact = JSON.stringify(value);
	return compact.length + indentationOf(compact) <= MOST_CHARACTERS ? JSON.stringify(value, null, 2) : compact;
}

/** What the spaces and line feeds take, at most. */
function indentationOf(compact: string): number {
	let depth = 0;
	let spaces = 0;
	let within = false;
	for (let at = 0; at < compact.length; at++) {
		const character = compact.charAt(at);
		if (character === '\\') at += 1;
		else if (character === '"') within = !within;
		else if (!within) {
			if (OPENING.includes(character)) depth += 1;
			if (CLOSING.includes(character)) depth -= 1;
			spaces += BREAKING.includes(character) ? 2 * depth + 1 : 1;
		}
	}
	return spaces;
}
