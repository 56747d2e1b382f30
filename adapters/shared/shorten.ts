/** At most `limit` UTF-16 units of a text, never half a character; `more` says what to put after the cut, an ellipsis unless told. */
export function shorten(text: string, limit: number, more: (left: number) => string = () => '…'): string {
	if (text.length <= limit) return text;
	const splits = isHighSurrogate(text.charCodeAt(limit - 1));
	const kept = text.slice(0, splits ? limit - 1 : limit);
	return `${kept}${more(text.length - kept.length)}`;
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
	const kept = shorten(lines.join('\n'), characters, (more) => `\n… ${more.toLocaleString('en')} more characters`);
	return left === 0 ? kept : `${kept}\n… ${left.toLocaleString('en')} more ${left === 1 ? 'line' : 'lines'}`;
}

function isHighSurrogate(unit: number): boolean {
	return unit >= 0xd800 && unit < 0xdc00;
}
