import type { PendingWrite } from '../../src/conversation.ts';
import type { JsonValue } from '../../src/json.ts';
import { spelledOut } from './printable.ts';
import { shorten, shortenBlock } from './shorten.ts';

const BODY = { lines: 60, characters: 4000 };
const URL_CHARACTERS = 2000;
const HEADERS = 20;
const HEADER_CHARACTERS = 500;

/** The exact call that a person decides about: what cannot be seen is spelt out, and what is cut is counted. Holds no credentials. */
export interface PendingCall {
	readonly tool: string;
	/** Method and address. */
	readonly request: string;
	/** At most 20 lines `name: value`, and one that counts the rest. */
	readonly headers: readonly string[];
	/** As JSON, at most 60 lines. */
	readonly body?: string;
}

export function pendingCall({ tool, method, url, headers = {}, body }: PendingWrite): PendingCall {
	const entries = Object.entries(headers);
	const shown = entries.slice(0, HEADERS).map(([name, value]) => cut(`${name}: ${value}`, HEADER_CHARACTERS));
	const more = entries.length > HEADERS ? [`… ${entries.length - HEADERS} more headers`] : [];
	return {
		tool: cut(tool, HEADER_CHARACTERS),
		request: cut(`${method} ${url}`, URL_CHARACTERS),
		headers: [...shown, ...more],
		...(body !== undefined && { body: bodyText(body) }),
	};
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
