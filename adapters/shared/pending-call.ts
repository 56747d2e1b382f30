import { isDeepStrictEqual } from 'node:util';
import type { PendingWrite } from '../../src/conversation.ts';
import { jsonText } from './json-text.ts';
import { spelledOut } from './printable.ts';
import { shorten, shortenBlock } from './shorten.ts';

const BODY = { lines: 60, characters: 4000 };
const URL_CHARACTERS = 2000;
const HEADERS = 20;
const HEADER_CHARACTERS = 500;
/** Spelt out. What is cut off is no part of what is sent. */
const LINE_CHARACTERS = 400;

/** The exact call that a person decides about: what cannot be seen is spelt out. Holds no credentials. */
export interface PendingCall {
	readonly tool: string;
	/** Method and address. */
	readonly request: string;
	/** Lines `name: value`. */
	readonly headers: readonly string[];
	/** As JSON. */
	readonly body?: string;
	/** Where the program makes it, `Line 12: await crm.add({ name })`: at most 400 characters. */
	readonly line?: string;
}

/**
 * As much of a call as anybody reads on a screen: at most 20 headers and 60 lines of body. What is cut is counted, and makes it incomplete; a long line
 * of the program does not.
 */
export function pendingCall(write: PendingWrite): PendingCall & { readonly complete: boolean } {
	const call = callOf(write);
	const cut: PendingCall = {
		tool: shorten(call.tool, HEADER_CHARACTERS, moreCharacters),
		request: shorten(call.request, URL_CHARACTERS, moreCharacters),
		headers: firstHeaders(call.headers),
		...(call.body !== undefined && { body: shortenBlock(call.body, BODY) }),
		...(call.line !== undefined && { line: call.line }),
	};
	return { ...spelled(cut), complete: isDeepStrictEqual(cut, call) };
}

/** The call with nothing cut, however long it is. */
function wholeCall(write: PendingWrite): PendingCall {
	return spelled(callOf(write));
}

/** `wholeCall` as the text of a file. */
export function callText(write: PendingWrite): string {
	const { request, headers, body, line } = wholeCall(write);
	return `${[request, ...headers, ...(body === undefined ? [] : ['', body]), ...(line === undefined ? [] : ['', line])].join('\n')}\n`;
}

function callOf({ tool, method, url, headers = {}, body, line }: PendingWrite): PendingCall {
	return {
		tool,
		request: `${method} ${url}`,
		headers: Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
		...(body !== undefined && { body: jsonText(body) }),
		...(line && { line: `Line ${line.number}: ${line.text}` }),
	};
}

function firstHeaders(headers: readonly string[]): string[] {
	const shown = headers.slice(0, HEADERS).map((header) => shorten(header, HEADER_CHARACTERS, moreCharacters));
	return headers.length > HEADERS ? [...shown, `… ${headers.length - HEADERS} more headers`] : shown;
}

function spelled({ tool, request, headers, body, line }: PendingCall): PendingCall {
	return {
		tool: spelledOut(tool),
		request: spelledOut(request),
		headers: headers.map(spelledOut),
		// JSON spells out line feeds inside texts, so those that are left are of its layout.
		...(body !== undefined && { body: body.split('\n').map(spelledOut).join('\n') }),
		...(line !== undefined && { line: shorten(spelledOut(line), LINE_CHARACTERS) }),
	};
}

function moreCharacters(left: number): string {
	return `… ${left.toLocaleString('en')} more characters`;
}
