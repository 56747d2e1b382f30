import type { JsonValue } from '../../json.ts';

/** Shorter text is not looked for: it would blot out ordinary words. `resolveCredential` accepts no shorter secret. */
export const MIN_SECRET_LENGTH = 4;
const REPLACEMENT = '[secret]';

/** Returns the value with every known secret replaced by `[secret]`, in texts, in property names and in numbers. Never throws. */
export type Scrubber = <T extends JsonValue>(value: T) => T;

/**
 * Looks for each secret as it is, percent-encoded, form-encoded, JSON- and HTML-escaped, in hexadecimal and in base64 and base64url,
 * also where it is only a part of what was encoded. For `user:password` the password alone is a secret, too.
 *
 * @param shortest what is shorter, in characters, is not looked for
 */
export function createScrubber(secrets: readonly string[], shortest = MIN_SECRET_LENGTH): Scrubber {
	const whole = secrets.flatMap((secret) => [secret, passwordOf(secret)]).filter((secret) => secret.length >= shortest);
	const forms = [...new Set(whole.flatMap(formsOf))].filter((form) => form.length >= shortest);
	if (forms.length === 0) return (value) => value;
	// Longest first: a form that contains another one is replaced as a whole.
	forms.sort((a, b) => b.length - a.length);
	const pattern = new RegExp(forms.map(RegExp.escape).join('|'), 'g');
	const scrubText = (text: string) => text.replace(pattern, REPLACEMENT);
	return (value) => scrubValue(value, scrubText) as typeof value;
}

function scrubValue(value: JsonValue, scrubText: (text: string) => string): JsonValue {
	if (typeof value === 'string') return scrubText(value);
	if (typeof value === 'number') return scrubText(String(value)) === String(value) ? value : REPLACEMENT;
	if (Array.isArray(value)) return value.map((item) => scrubValue(item, scrubText));
	if (value === null || typeof value !== 'object') return value;
	return Object.fromEntries(Object.entries(value).map(([key, item]) => [scrubText(key), scrubValue(item, scrubText)]));
}

function passwordOf(secret: string): string {
	const colon = secret.indexOf(':');
	return colon === -1 ? '' : secret.slice(colon + 1);
}

function formsOf(secret: string): string[] {
	const percent = encodeURIComponent(secret.toWellFormed());
	const strict = percent.replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
	const form = new URLSearchParams([['', secret]]).toString().slice(1);
	const html = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
	const htmlQuoted = html.replaceAll('"', '&quot;').replaceAll("'", '&#39;');
	const hex = Buffer.from(secret).toString('hex');
	const encoded = [percent, strict, form];
	return [
		secret,
		...encoded,
		...encoded.map((text) => text.replace(/%[0-9A-F]{2}/g, (triple) => triple.toLowerCase())),
		JSON.stringify(secret).slice(1, -1),
		html,
		htmlQuoted,
		hex,
		hex.toUpperCase(),
		...base64Forms(secret),
	];
}

/**
 * Base64 packs three bytes into four characters, so a secret inside a longer text (`Bearer <secret>`, `user:<secret>`) has three
 * spellings, one for each place it can start at; the characters at its edges depend on the neighbours and are left out.
 */
function base64Forms(secret: string): string[] {
	const bytes = Buffer.from(secret);
	const inner = [0, 1, 2].map((offset) => {
		const text = Buffer.concat([Buffer.alloc(offset), bytes])
			.toString('base64')
			.replaceAll('=', '');
		const bits = (offset + bytes.length) * 8;
		return text.slice(Math.ceil((offset * 8) / 6), Math.floor(bits / 6));
	});
	const all = [bytes.toString('base64'), ...inner.filter((text) => text.length >= 2 * MIN_SECRET_LENGTH)];
	return all.flatMap((text) => [text, text.replaceAll('+', '-').replaceAll('/', '_'), text.replaceAll('=', '')]);
}
