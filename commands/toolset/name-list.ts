/** Names that a sentence holds; the rest is counted. */
const NAMED = 10;

/** `a`, `b` and 3 more */
export function nameList(names: readonly string[]): string {
	const shown = names.slice(0, NAMED).map((name) => `\`${name}\``);
	const more = names.length - shown.length;
	return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** `1 tool`, `2 tools` */
export function count(number: number, noun: string): string {
	return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
}
