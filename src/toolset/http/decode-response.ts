import type { JsonValue } from '../../json.ts';
import type { ToolResponse } from '../tool.ts';
import { isJsonType } from './body.ts';
import type { EgressResponse } from './egress.ts';
import { errorMessage, htmlText } from './error-message.ts';
import type { Scrubber } from './scrub.ts';

/** Deeper JSON overflows the stack of whatever walks it later. */
const MAX_JSON_DEPTH = 200;

type Decoded =
	| { readonly ok: true; readonly value: JsonValue; readonly isHtml: boolean }
	| { readonly ok: false; readonly message: string };

/**
 * The value a program receives: parsed JSON for any JSON media type, text for everything else that is text (CSV, XML, JSON lines), null for
 * an empty body. An HTML page where the operation promises something else, JSON that does not parse, and binary content are failures of
 * kind `http`; so is every status of 400 and above, with what the server says about it.
 *
 * @param scrub takes secrets out of what was decoded, before a message is cut to its length: half of a secret would not be found any more
 */
export function decodeResponse(response: EgressResponse, accepts: readonly string[], scrub: Scrubber = (value) => value): ToolResponse {
	const { status } = response;
	const read = decode(response);
	const decoded = read.ok ? { ...read, value: scrub(read.value) } : read;
	if (status >= 400) {
		const message = decoded.ok ? errorMessage(status, decoded.value, decoded.isHtml) : errorMessage(status, null, false);
		return { ok: false, kind: 'http', message, status };
	}
	if (!decoded.ok) return { ok: false, kind: 'http', message: decoded.message, status };
	if (decoded.isHtml && accepts.length > 0 && !accepts.some((type) => /html|\*/i.test(type))) {
		const page = htmlText(String(decoded.value));
		return { ok: false, kind: 'http', message: `The server answered with an HTML page instead of data: ${page}`, status };
	}
	if (status >= 300)
		return {
			ok: false,
			kind: 'http',
			message: `${errorMessage(status, null, false)}: the server points elsewhere without saying where.`,
			status,
		};
	return { ok: true, value: decoded.value, status };
}

function decode(response: EgressResponse): Decoded {
	const { body } = response;
	const declared = response.headers['content-type'] ?? '';
	const mediaType = (declared.split(';')[0] ?? '').trim().toLowerCase();
	if (body.length === 0) return { ok: true, value: null, isHtml: false };
	const text = textOf(body, /charset\s*=\s*"?([\w.:-]+)/i.exec(declared)?.[1]);
	if (isJsonType(mediaType)) return parseJson(text, body.length);
	if (text === undefined || (!isTextType(mediaType) && text.includes('\0'))) {
		return { ok: false, message: `The response is ${mediaType || 'binary'} (${body.length} bytes), which a program cannot read.` };
	}
	if (mediaType === '') {
		const json = /^\s*[[{"\d]/.test(text) ? parseJson(text, body.length) : undefined;
		if (json?.ok) return json;
	}
	return { ok: true, value: text, isHtml: mediaType === 'text/html' || mediaType === 'application/xhtml+xml' };
}

/** Undefined when the bytes are not text in that encoding. An unknown encoding counts as UTF-8. A byte order mark is removed. */
function textOf(body: Uint8Array, charset: string | undefined): string | undefined {
	const fatal = { fatal: true };
	try {
		return decoderFor(charset, fatal).decode(body);
	} catch {
		return undefined;
	}
}

function decoderFor(charset: string | undefined, options: { fatal: boolean }): TextDecoder {
	try {
		return new TextDecoder(charset ?? 'utf-8', options);
	} catch {
		return new TextDecoder('utf-8', options);
	}
}

function isTextType(mediaType: string): boolean {
	return /^text\/|[/+](xml|yaml|csv|javascript|x-ndjson|jsonl|graphql|x-www-form-urlencoded)$/.test(mediaType);
}

function parseJson(text: string | undefined, bytes: number): Decoded {
	let value: JsonValue;
	try {
		if (text === undefined) throw new SyntaxError('not text');
		if (text.trim() === '') return { ok: true, value: null, isHtml: false };
		value = JSON.parse(text);
	} catch {
		return { ok: false, message: `The server says it answers with JSON, but its ${bytes} bytes are no valid JSON.` };
	}
	if (isDeeperThan(value, MAX_JSON_DEPTH)) {
		return {
			ok: false,
			message: `The JSON of the response is nested more than ${MAX_JSON_DEPTH} levels deep, which a program cannot read.`,
		};
	}
	return { ok: true, value, isHtml: false };
}

/** Level by level, because recursion is what such a value breaks. */
function isDeeperThan(value: JsonValue, limit: number): boolean {
	let level: JsonValue[] = [value];
	for (let depth = 0; level.length > 0; depth += 1) {
		if (depth > limit) return true;
		level = level.flatMap((item) =>
			typeof item === 'object' && item !== null ? Object.values(item).filter((child) => typeof child === 'object') : [],
		);
	}
	return false;
}
