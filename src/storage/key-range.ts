/** Keys in the order of their UTF-8 bytes. */
export interface KeyRange {
	readonly from: string;
	/** Whether `from` itself is left out. */
	readonly exclusive: boolean;
	/** The first key that is too large; undefined when none is. */
	readonly below: string | undefined;
}

/** The keys that start with `prefix` and, when `after` is given, are greater than it. May be empty. */
export function keyRange(prefix: string, after?: string): KeyRange {
	const below = successorOfPrefix(prefix);
	// Not `<`: that compares UTF-16, where U+E000 to U+FFFF follow all later characters.
	if (after === undefined || Buffer.compare(Buffer.from(after), Buffer.from(prefix)) < 0) return { from: prefix, exclusive: false, below };
	return { from: after, exclusive: true, below };
}

/** The least text that is greater than all that start with `prefix`: its last character that has a next one is the next, and the rest is gone. */
function successorOfPrefix(prefix: string): string | undefined {
	const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
	for (let last = points.pop(); last !== undefined; last = points.pop()) {
		if (last === 0x10ffff) continue;
		// The surrogates, U+D800 to U+DFFF, are no characters.
		return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1);
	}
	return undefined;
}
