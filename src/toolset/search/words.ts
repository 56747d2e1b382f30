import { stemmer } from 'stemmer';

/** Words of questions that say nothing of what is asked for: the function words of English. */
const FUNCTION_WORDS = `a about above after again all also am an and any are as at be been before being below between both but by can could did do
	does doing down during each few for from further had has have having he her here hers him his how i if in into is it its itself just let
	many me more most my no nor not now of off on once one only or other our ours out over own please same she should so some such than that the
	their theirs them then there these they this those through to too under until up us very was we were what when where which while who whom whose
	why will with would you your yours`;

/** And the words by which anything is asked for, or one request is joined to the next. */
const ASKING_WORDS = `additionally assist assistance could fetch find finally first firstly furthermore get give help interested know lastly like
	looking moreover need next provide retrieve show tell thank thanks use using want`;

const STOP_WORDS: ReadonlySet<string> = new Set(`${FUNCTION_WORDS} ${ASKING_WORDS}`.split(/\s+/));

/** Scripts that put no spaces between words; two characters in a row stand for a word there, as is usual in their search engines. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

/**
 * The words of a text or an identifier in lower case, without accents: `searchTvShows`, `search_tv-shows` and `Search TV shows` are all `search`,
 * `tv`, `shows`.
 */
export function splitWords(text: string): string[] {
	const words = text
		.normalize('NFKD')
		.replace(/[\u0300-\u036f]/g, '')
		.replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
		.replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
		.toLowerCase()
		.match(/[\p{L}\p{N}]+/gu);
	return words?.flatMap((word) => (word.length > 2 && UNSPACED.test(word) ? pairsOf(word) : word)) ?? [];
}

function pairsOf(word: string): string[] {
	const characters = [...word];
	return characters.slice(1).map((character, at) => `${characters[at]}${character}`);
}

/** Stems by word: thousands of descriptions consist of the same few thousand words. Emptied when it has grown too large to be worth it. */
const stems = new Map<string, string>();
const MOST_STEMS = 50_000;

/** The form in which words are compared: Porter's stem ("An algorithm for suffix stripping", 1980). */
export function stemOf(word: string): string {
	const known = stems.get(word);
	if (known !== undefined) return known;
	if (stems.size >= MOST_STEMS) stems.clear();
	const stem = stemmer(word);
	stems.set(word, stem);
	return stem;
}

export function isStopWord(word: string): boolean {
	return STOP_WORDS.has(word);
}

/** The terms of a text, in order and as often as they are there. */
export function termsOf(text: string): string[] {
	return splitWords(text)
		.filter((word) => !STOP_WORDS.has(word))
		.map(stemOf);
}

/** The term of a whole name, however it is written. It cannot be the term of a word. */
export function nameTerm(name: string): string {
	return `=${splitWords(name).join('')}`;
}
