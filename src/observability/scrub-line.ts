import type { JsonValue } from '../json.ts';

/** Takes every known secret out of a text, or out of the texts in a value. */
type Scrub = <T extends JsonValue>(value: T) => T;

/**
 * What chats hand out that works like a token and is known to no setting: Slack's tokens of installed workspaces, addresses to answer at, the ticket
 * of a WebSocket's address; Discord's tokens of interactions, in its addresses and by the word they begin with (`interaction:` in base64).
 */
const CHAT_SECRETS: readonly (readonly [RegExp, string])[] = [
	[/\b(?:xox[a-z](?:\.xox[a-z])?|xapp)-[\w+/=%-]{4,}/gi, '[secret]'],
	[/(hooks\.slack\.com\/[a-z]+\/)[\w/+=%-]+/gi, '$1[secret]'],
	[/(\.slack\.com\/link\/?\?(?:[^"\s]*&)?ticket=)[\w+/=%-]+/gi, '$1[secret]'],
	[/(\/(?:webhooks|interactions)\/\d{15,20}\/)[\w.=%-]{20,}/g, '$1[secret]'],
	[/\baW50ZXJhY3Rpb246[\w+/=%-]{4,}/g, '[secret]'],
];

/**
 * A line of JSON without secrets. What the line says is scrubbed, not how it says it: a secret with a quotation mark in it must not break the JSON of
 * the line. Bytes are shown as the text that they are, for a secret in them to be seen.
 */
export function scrubLine(line: string, scrub: Scrub): string {
	let scrubbed: string;
	try {
		scrubbed = `${JSON.stringify(scrub(JSON.parse(line, bytesAsText)))}\n`;
	} catch {
		scrubbed = scrub(line);
	}
	return withoutChatSecrets(scrubbed);
}

/** A text without known secrets and without what looks like a token of a chat. */
export function scrubText(text: string, scrub: Scrub): string {
	return withoutChatSecrets(scrub(text));
}

function withoutChatSecrets(text: string): string {
	return CHAT_SECRETS.reduce((rest, [pattern, replacement]) => rest.replaceAll(pattern, replacement), text);
}

/** A Buffer writes itself as `{ type: 'Buffer', data: [1, 2] }`, any other array of bytes as `{ 0: 1, 1: 2 }`: errors of Node's HTTP parser carry them. */
function bytesAsText(_key: string, value: unknown): unknown {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
	const { type, data } = value as { readonly type?: unknown; readonly data?: unknown };
	const bytes: readonly unknown[] = type === 'Buffer' && Array.isArray(data) ? data : '0' in value ? Object.values(value) : [];
	if (bytes.length === 0 || !bytes.every(isByte)) return value;
	return Buffer.from(bytes as readonly number[]).toString('utf8');
}

function isByte(value: unknown): boolean {
	return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 255;
}
