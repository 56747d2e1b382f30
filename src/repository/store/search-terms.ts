import { splitWords, stemOf } from '../../toolset/search/words.ts';

/** Words that say nothing about what a function does: of questions, of documentation, and of signatures. */
const STOP_WORDS: ReadonlySet<string> = new Set(
	`a about all an and any are as at be been by can could did do does for from get give had has have he her him his how i if in into is it its just
	know let list many me more most much my no not of on one or our please ray see she should show some tell than that the their them then there
	these they this those to up us want was we were what when where which who whom whose why will with would you your
	array async await boolean function null number object param params promise record return returns string undefined unknown value values void
	full given name names number`.split(/\s+/),
);

/** Who does something goes by what they do: director, directs, directed. Porter's stem leaves these two endings. */
const DOER = /(?<=.{3})(?:or|er)$/;
/** What is asked for in two words, and mostly done by one. */
const COUNTING = /\b(?:how many|(?:the )?number of)\b/gi;
const COUNT = 'count';

/** The words of a text or a name that say something, in the form in which they are compared, in their order: without endings, however they are written. */
export function wordsOf(text: string): string[] {
	return splitWords(text.replaceAll(COUNTING, ` ${COUNT} `)).flatMap((word) => (isTelling(word) ? termOf(word) : []));
}

function isTelling(word: string): boolean {
	return word.length > 1 && !STOP_WORDS.has(word);
}

function termOf(word: string): string {
	const stem = stemOf(word).replace(DOER, '');
	return stem.length > 3 ? stem.replace(/e$/, '') : stem;
}
