/** At most `limit` UTF-16 units of a text, never half a character; `more` says what to put after the cut, an ellipsis unless told. */
export function shorten(text: string, limit: number, more: (left: number) => string = () => '…'): string {
	if (text.length <= limit) return text;
	const splits = isHighSurrogate(text.charCodeAt(limit - 1));
	const kept = text.slice(0, splits ? limit - 1 : limit);
	return `${kept}${more(text.length - kept.length)}`;
}

/**
 * The longest beginning of a text that costs at most `limit`, with `more` about the rest behind it, never half a character. `costOf` is what a text
 * takes of a message: at least its length, and the more the longer it is.
 */
export function fit(text: string, limit: number, costOf: (text: string) => number, more: (left: number) => string = () => '…'): string {
	if (text.length <= limit && costOf(text) <= limit) return text;
	const room = limit - costOf(more(text.length));
	let kept = 0;
	let beyond = Math.min(text.length, room) + 1;
	while (beyond - kept > 1) {
		const middle = Math.floor((kept + beyond) / 2);
		if (costOf(text.slice(0, middle)) <= room) kept = middle;
		else beyond = middle;
	}
	return shorten(text, kept, more);
}

/** Says how many characters are left out, on a line of its own. */
export function leftOut(left: number): string {
	return `\n… ${left.toLocaleString('en')} more characters`;
}

/** The first lines of a text, and how many follow. Nothing is built for the lines that are left out. */
export function firstLines(text: string, limit: number): { readonly lines: string[]; readonly left: number } {
	const lines: string[] = [];
	let start = 0;
	while (lines.length < limit) {
		const end = text.indexOf('\n', start);
		if (end === -1) return { lines: [...lines, text.slice(start)], left: 0 };
		lines.push(text.slice(start, end));
		start = end + 1;
	}
	let left = 1;
	for (let end = text.indexOf('\n', start); end !== -1; end = text.indexOf('\n', end + 1)) left += 1;
	return { lines, left };
}

/** At most so many lines and characters of a text, with a line about what is left out. */
export function shortenBlock(
	text: string,
	{ lines: mostLines, characters }: { readonly lines: number; readonly characters: number },
): string {
	const { lines, left } = firstLines(text, mostLines);
	const kept = shorten(lines.join('\n'), characters, leftOut);
	return left === 0 ? kept : `${kept}\n… ${left.toLocaleString('en')} more ${left === 1 ? 'line' : 'lines'}`;
}

function isHighSurrogate(unit: number): boolean {
	return unit >= 0xd800 && unit < 0xdc00;
}
