/** Words that say nothing about what a function does: of questions, of documentation, and of signatures. */
const STOP_WORDS: ReadonlySet<string> = new Set(
	`a about all an and any are as at be been by can could did do does for from get give had has have he her him his how i if in into is it its just
	know let list many me more most much my no not of on one or our please ray see she should show some tell than that the their them then there
	these they this those to up us want was we were what when where which who whom whose why will with would you your
	array async await boolean function null number object param params promise record return returns string undefined unknown value values void
	full given name names number`.split(/\s+/),
);

/** Endings that question and documentation differ in: directed, directs, directing, director, directors. Longest first. */
const ENDINGS = ['ings', 'ing', 'ions', 'ion', 'ors', 'ers', 'ed', 'or', 'er', 'es', 's'];
const SHORTEST_STEM = 4;

/** `searchTvShows` and `search_tv-shows` are both `search tv shows`. */
export function splitWords(text: string): string {
	return text
		.replaceAll(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
		.replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
		.trim();
}

/** The form in which words are compared; null for those that are not. */
export function termOf(word: string): string | null {
	const lower = word.toLowerCase();
	if (lower.length < 2 || STOP_WORDS.has(lower)) return null;
	if (lower.endsWith('ies') && lower.length > 5) return `${lower.slice(0, -3)}y`;
	const ending = ENDINGS.find((candidate) => lower.endsWith(candidate) && lower.length - candidate.length >= SHORTEST_STEM);
	const stem = ending ? lower.slice(0, -ending.length) : lower;
	return stem.length > SHORTEST_STEM && stem.endsWith('e') ? stem.slice(0, -1) : stem;
}

/** The words of a text that say something, in the form in which they are compared, in their order. */
export function wordsOf(text: string): string[] {
	return splitWords(text)
		.split(' ')
		.flatMap((word) => termOf(word) ?? []);
}
