import type { JsonValue } from '../../json.ts';
import { mediaKind } from '../media-kind.ts';
import type { ToolResponse } from '../tool.ts';
import { isJsonType } from './body.ts';
import type { EgressResponse } from './egress.ts';
import { errorMessage, htmlText } from './error-message.ts';
import type { Scrubber } from './scrub.ts';

/** Deeper JSON overflows the stack of whatever walks it later. */
const MAX_JSON_DEPTH = 200;

type Decoded =
	| { readonly ok: true; readonly value: JsonValue; readonly isHtml: boolean }
	| { readonly ok: false; readonly message: string }
	/** Its bytes are no text, or not meant to be read as one. */
	| { readonly ok: 'file'; readonly mediaType: string };

/** A successful response whose body is a file. */
export interface FileResponse {
	readonly ok: 'file';
	/** Lower case, without parameters; empty when the server does not say. */
	readonly mediaType: string;
}

/**
 * The value a program receives: parsed JSON for any JSON media type, text for everything else that is text (CSV, XML, JSON lines), null for
 * an empty body. Anything else is a file, and so is whatever an operation answers that promises nothing but files. An HTML page where the operation
 * promises something else and JSON that does not parse are failures of kind `http`; so is every status of 400 and above, with what the server says
 * about it.
 *
 * @param scrub takes secrets out of what was decoded, before a message is cut to its length: half of a secret would not be found any more
 */
export function decodeResponse(
	response: EgressResponse,
	accepts: readonly string[],
	scrub: Scrubber = (value) => value,
): ToolResponse | FileResponse {
	const { status } = response;
	const read = decode(response, accepts);
	const decoded = read.ok === true ? { ...read, value: scrub(read.value) } : read;
	if (status >= 400) {
		const message = decoded.ok === true ? errorMessage(status, decoded.value, decoded.isHtml) : errorMessage(status, null, false);
		return { ok: false, kind: 'http', message, status };
	}
	if (decoded.ok === false) return { ok: false, kind: 'http', message: decoded.message, status };
	if (decoded.ok === true && decoded.isHtml && accepts.length > 0 && !accepts.some((type) => /html|\*/i.test(type))) {
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
	return decoded.ok === 'file' ? decoded : { ok: true, value: decoded.value, status };
}

function decode(response: EgressResponse, accepts: readonly string[]): Decoded {
	const { body } = response;
	const declared = response.headers['content-type'] ?? '';
	const mediaType = (declared.split(';')[0] ?? '').trim().toLowerCase();
	if (body.length === 0) return { ok: true, value: null, isHtml: false };
	const isHtml = mediaType === 'text/html' || mediaType === 'application/xhtml+xml';
	if (response.status < 300 && !isHtml && isFile(mediaType, accepts)) return { ok: 'file', mediaType };
	const text = textOf(body, /charset\s*=\s*"?([\w.:-]+)/i.exec(declared)?.[1]);
	if (isJsonType(mediaType)) return parseJson(text, body.length);
	if (text === undefined || (mediaKind(mediaType) !== 'text' && text.includes('\0'))) return { ok: 'file', mediaType };
	if (mediaType === '') {
		const json = /^\s*[[{"\d]/.test(text) ? parseJson(text, body.length) : undefined;
		if (json?.ok) return json;
	}
	return { ok: true, value: text, isHtml };
}

/** By its name. Bytes of no particular type are read as text where they are text, unless files are all that is promised. */
function isFile(mediaType: string, accepts: readonly string[]): boolean {
	if (accepts.length > 0 && accepts.every((type) => mediaKind(type) === 'binary')) return true;
	return mediaKind(mediaType) === 'binary' && !/\/octet-stream$/.test(mediaType);
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
