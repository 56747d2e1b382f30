import { STATUS_CODES } from 'node:http';
import { isJsonObject, type JsonValue } from '../../json.ts';

const MAX_LENGTH = 1_000;

/** Where APIs put what went wrong, the most telling first. Compared without case, `_` and `-`. */
const TELLING = [
	...['message', 'errormessage', 'statusmessage', 'errordescription', 'detail', 'details', 'description', 'title', 'reason', 'msg'],
	...['error', 'errors', 'fault'],
];
/** Those that also hold lists and objects of failures; elsewhere the same words are names of fields. */
const NESTING = new Set(['detail', 'details', 'error', 'errors', 'fault', 'reason']);

const ADVICE: Readonly<Record<number, string>> = {
	401: 'The API does not accept the credential of this toolset, or needs one.',
	403: 'The credential of this toolset may not do this.',
	429: 'The API is asked too often: make fewer calls.',
};

/**
 * One line about a response with a status of 400 or above: `404 Not Found: <what the server says>`. The server's words come from the usual
 * properties of a JSON body, the title and text of an HTML page, or the text itself; control characters are removed.
 */
export function errorMessage(status: number, body: JsonValue, isHtml: boolean): string {
	const said = oneLine(typeof body === 'string' ? (isHtml ? htmlText(body) : body) : wordsOf(body, 0).join('; '));
	const fallback = said === '' && typeof body === 'object' && body !== null ? oneLine(JSON.stringify(body)) : said;
	const head = `${status} ${STATUS_CODES[status] ?? ''}`.trim();
	const advice = ADVICE[status];
	return `${head}${fallback === '' ? '' : `: ${fallback}`}${advice ? ` (${advice})` : ''}`;
}

/** Title and visible text of a page, roughly: enough to recognise a login page or a proxy's error. */
export function htmlText(html: string): string {
	// Cut first: the rest of an error page says nothing, and the expressions below stay cheap.
	const page = html.slice(0, 20_000);
	const title = /<title[^>]{0,200}>([^<]{0,300})/i.exec(page)?.[1] ?? '';
	const text = page
		.split(/<(?:script|style|head)\b/i)
		.map((part, index) => (index === 0 ? part : (part.split(/<\/(?:script|style|head)\s*>/i)[1] ?? '')))
		.join(' ')
		.replace(/<[^>]{0,2000}>/g, ' ');
	return `${title.trim()} ${text}`.replace(/\s+/g, ' ').trim().slice(0, 300);
}

/** Without control characters and line breaks, at most 1,000 characters. */
function oneLine(text: string): string {
	const plain = text
		.slice(0, 4 * MAX_LENGTH)
		.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
		.trim();
	return plain.length > MAX_LENGTH ? `${plain.slice(0, MAX_LENGTH - 1)}…` : plain;
}

function wordsOf(value: JsonValue, depth: number): string[] {
	if (typeof value === 'string') return value.trim() === '' ? [] : [value];
	if (depth > 4 || typeof value !== 'object' || value === null) return [];
	if (Array.isArray(value)) return unique(value.slice(0, 5).flatMap((item) => wordsOf(item, depth + 1)));
	const entries = Object.entries(value);
	const telling = TELLING.flatMap((wanted) =>
		entries.filter(([key, item]) => key.toLowerCase().replace(/[_-]/g, '') === wanted && (typeof item === 'string' || NESTING.has(wanted))),
	);
	const words = telling.flatMap(([, item]) => {
		const inner = wordsOf(item, depth + 1);
		// Numbers alone (`{ error: { code: 7 } }`) are shown as they are.
		return inner.length === 0 && isFilled(item) ? [JSON.stringify(item)] : inner;
	});
	if (words.length > 0) return unique(words);
	// `{ errors: { title: ["is too short"] } }`, `{ errors: [{ field: "title", code: "missing" }] }`: below the top, every field says something.
	return depth === 0 ? [] : unique(entries.slice(0, 5).flatMap(([key, item]) => wordsOf(item, depth + 1).map((word) => `${key}: ${word}`)));
}

function isFilled(value: JsonValue): boolean {
	return Array.isArray(value) ? value.length > 0 : isJsonObject(value) && Object.keys(value).length > 0;
}

function unique(words: readonly string[]): string[] {
	return [...new Set(words)];
}
