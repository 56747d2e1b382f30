import type { PendingWrite } from '../../src/conversation.ts';
import type { JsonValue } from '../../src/json.ts';
import { spelledOut } from './printable.ts';
import { shorten, shortenBlock } from './shorten.ts';

const BODY = { lines: 60, characters: 4000 };
const URL_CHARACTERS = 2000;
const HEADERS = 20;
const HEADER_CHARACTERS = 500;

/**
 * Everything that would be sent, credentials left out, for the person who decides about it. Method and address come last, next to the question,
 * where no long body scrolls them away; what cannot be seen is spelt out, and what is cut is counted.
 */
export function approvalText({ tool, method, url, headers = {}, body }: PendingWrite): string {
	const entries = Object.entries(headers);
	const shown = entries.slice(0, HEADERS).map(([name, value]) => cut(`${name}: ${value}`, HEADER_CHARACTERS));
	if (entries.length > HEADERS) shown.push(`… ${entries.length - HEADERS} more headers`);
	return [
		`The program wants to change data with ${cut(tool, HEADER_CHARACTERS)}:`,
		...shown,
		...(body === undefined ? [] : [bodyText(body)]),
		cut(`${method} ${url}`, URL_CHARACTERS),
	].join('\n');
}

/** JSON spells out line feeds inside texts, so those that are left are of its layout. */
function bodyText(body: JsonValue): string {
	return shortenBlock(JSON.stringify(body, null, 2), BODY)
		.split('\n')
		.map(spelledOut)
		.join('\n');
}

function cut(text: string, limit: number): string {
	return spelledOut(shorten(text, limit, (left) => `… ${left.toLocaleString('en')} more characters`));
}
