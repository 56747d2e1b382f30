import type { JsonValue } from '../../json.ts';
import { type Range, unescapedLayers } from './unescaped-text.ts';

/** Shorter text is not looked for: it would blot out ordinary words. `resolveCredential` accepts no shorter secret. */
export const MIN_SECRET_LENGTH = 4;
const REPLACEMENT = '[secret]';

/** Returns the value with every known secret replaced by `[secret]`, in texts, in property names and in numbers. Never throws. */
export type Scrubber = <T extends JsonValue>(value: T) => T;

/**
 * Looks for each secret as it is, in hexadecimal, and in base64 and base64url, also where it is only a part of what was encoded; all of that also where
 * any of its characters are percent-encoded, form-encoded or escaped for JSON or HTML, in any mixture and up to three times over. For `user:password` the
 * password alone is a secret, too.
 *
 * @param shortest what is shorter, in characters, is not looked for
 */
export function createScrubber(secrets: readonly string[], shortest = MIN_SECRET_LENGTH): Scrubber {
	const whole = secrets.flatMap((secret) => [secret, passwordOf(secret)]).filter((secret) => secret.length >= shortest);
	// No pattern: making one of 50 long tokens took 1.7 s.
	const forms = [...new Set(whole.flatMap(formsOf))].filter((form) => form.length >= shortest).sort((a, b) => a.length - b.length);
	if (forms.length === 0) return (value) => value;
	const hasSpaces = whole.some((secret) => secret.includes(' '));
	const scrubText = (text: string) => replaced(text, placesOf(text, forms, hasSpaces));
	return (value) => scrubValue(value, scrubText) as typeof value;
}

/** Where the secrets stand, whatever they are written as. */
function placesOf(text: string, forms: readonly string[], hasSpaces: boolean): Range[] {
	if (text.length < (forms[0]?.length ?? 0)) return [];
	const places = rangesOf(text, forms);
	// A form writes a space as a plus sign, which takes as much room.
	const written = hasSpaces && text.includes('+') ? [text, text.replaceAll('+', ' ')] : [text];
	for (const each of written) {
		if (each !== text) places.push(...rangesOf(each, forms));
		for (const { text: meant, originOf } of unescapedLayers(each)) places.push(...rangesOf(meant, forms).map(originOf));
	}
	return places;
}

/** @param forms the shortest first */
function rangesOf(text: string, forms: readonly string[]): Range[] {
	const ranges: Range[] = [];
	for (const form of forms) {
		if (form.length > text.length) break;
		for (let at = text.indexOf(form); at !== -1; at = text.indexOf(form, at + form.length)) ranges.push([at, at + form.length]);
	}
	return ranges;
}

/** What overlaps is replaced as one. */
function replaced(text: string, places: Range[]): string {
	if (places.length === 0) return text;
	places.sort(([a], [b]) => a - b);
	let scrubbed = '';
	let end = 0;
	for (const [start, behind] of places) {
		if (start >= end) scrubbed += text.slice(end, start) + REPLACEMENT;
		end = Math.max(end, behind);
	}
	return scrubbed + text.slice(end);
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
	const hex = Buffer.from(secret).toString('hex');
	return [secret, hex, hex.toUpperCase(), ...base64Forms(secret)];
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
