/** A stretch of a text, from the first character to the one behind the last. */
export type Range = readonly [start: number, end: number];

/** A text as somebody means it, and where each stretch of it stands in the text as it was written. */
export interface UnescapedText {
	readonly text: string;
	readonly originOf: (range: Range) => Range;
}

/**
 * Percent-encoding (RFC 3986; a run of bytes that is no UTF-8 is taken for Latin-1), the escapes of JSON strings that stand for printable characters
 * (RFC 8259) and character references of HTML.
 */
const ESCAPES = /(?:%[0-9a-f]{2})+|\\u[0-9a-f]{4}|\\["\\/]|&#(?:\d{1,7}|x[0-9a-f]{1,6});|&(?:amp|lt|gt|quot|apos);/gi;
const NAMED: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&apos;': "'" };
/** An address inside an address is escaped twice, one in a log of addresses once more. */
const MOST_ROUNDS = 3;

/** The text with one, two and three layers of escapes undone, as far as there are any. */
export function* unescapedLayers(text: string): Generator<UnescapedText> {
	let current: UnescapedText = { text, originOf: (range) => range };
	for (let round = 0; round < MOST_ROUNDS; round += 1) {
		const outer = current;
		const next = withoutEscapes(outer.text);
		if (!next) return;
		current = { text: next.text, originOf: (range) => outer.originOf(next.originOf(range)) };
		yield current;
	}
}

function withoutEscapes(text: string): UnescapedText | undefined {
	// Of each unit that was escaped: where it stands, and the stretch of its escape. Numbers, because a response may be millions of escapes.
	const [units, starts, ends]: [number[], number[], number[]] = [[], [], []];
	const parts: string[] = [];
	let [length, end] = [0, 0];
	const append = (part: string) => {
		parts.push(part);
		length += part.length;
	};
	for (const { 0: escaped, index } of text.matchAll(ESCAPES)) {
		append(text.slice(end, index));
		for (const [character, from, to] of charactersOf(escaped)) {
			// Two units of UTF-16 may stand for one character.
			for (let unit = 0; unit < character.length; unit += 1) {
				units.push(length + unit);
				starts.push(index + from);
				ends.push(index + to);
			}
			append(character);
		}
		end = index + escaped.length;
	}
	if (units.length === 0) return undefined;
	append(text.slice(end));
	const originOf = (at: number): Range => {
		const last = lastUpTo(units, at);
		const [unit = -1, start = 0, behind = 0] = [units[last], starts[last], ends[last]];
		if (unit === at) return [start, behind];
		return [behind + at - unit - 1, behind + at - unit];
	};
	return { text: parts.join(''), originOf: ([start, behind]) => [originOf(start)[0], originOf(behind - 1)[1]] };
}

/** The index of the last of these ascending numbers that is not above `limit`; -1 without one. */
function lastUpTo(numbers: readonly number[], limit: number): number {
	let [low, high] = [0, numbers.length];
	while (low < high) {
		const middle = (low + high) >>> 1;
		if ((numbers[middle] ?? 0) <= limit) low = middle + 1;
		else high = middle;
	}
	return low - 1;
}

/** The characters of one match of `ESCAPES`, each with where it stands in it. */
function charactersOf(escaped: string): (readonly [character: string, from: number, to: number])[] {
	if (!escaped.startsWith('%')) return [[characterOf(escaped), 0, escaped.length]];
	const bytes = Buffer.from(escaped.replaceAll('%', ''), 'hex');
	const utf8 = bytes.toString('utf8');
	const isUtf8 = Buffer.from(utf8).equals(bytes);
	let from = 0;
	return [...(isUtf8 ? utf8 : bytes.toString('latin1'))].map((character) => {
		const start = from;
		from += 3 * (isUtf8 ? Buffer.byteLength(character) : 1);
		return [character, start, from] as const;
	});
}

function characterOf(escaped: string): string {
	const [, unit, hex, decimal] = /^\\u(.*)$|^&#x(.*);$|^&#(.*);$/i.exec(escaped) ?? [];
	if (unit !== undefined) return String.fromCharCode(Number.parseInt(unit, 16));
	const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
	if (hex !== undefined || decimal !== undefined) return code <= 0x10ffff ? String.fromCodePoint(code) : escaped;
	return NAMED[escaped.toLowerCase()] ?? escaped.slice(1);
}
