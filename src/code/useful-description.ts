import { commentText } from './declare-text.ts';

/** Words of API documentation that carry no information of their own. */
const fillers = new Set(
	(
		'a an and any api are as at be been belong belongs by can choose current data default detail details do each equal exclude field filter for from get gets given ' +
		'greater has have how i id ids if in include included info information into is it its item items less may must not number object of on one only optional or ' +
		'page parameter parameters pass query request required result results return returned returns should specific specified specify string than that the their them ' +
		'there these this to update use used user using value values want wants was when where which will with you your add added primary whether content inlcude'
	).split(' '),
);

/**
 * A description as far as it says at least `newWords` more words than `names` do, ready for a comment, at most `limit` characters; otherwise empty
 * ("The page number to query." for `page`). Advice to encode a value is left out: requests are built from plain values.
 */
export function usefulDescription(
	description: string,
	{ names, newWords, limit }: { names: readonly string[]; newWords: number; limit: number },
): string {
	const text = description
		.slice(0, limit * 4 + 200)
		.replace(/(^|[.!] )[^.!]*\bur[il][- ]?(en)?cod[^.!]*[.!]?/gi, '$1')
		.replace(/^\W*(optional|required)\W+/i, '');
	const known = new Set(names.flatMap(wordsOf));
	const fresh = wordsOf(text).filter((word) => !known.has(word) && !fillers.has(word));
	return new Set(fresh).size < newWords ? '' : commentText(text, limit);
}

/** Lower case, plural endings cut. */
function wordsOf(text: string): string[] {
	const words =
		text
			.replace(/([a-z0-9])([A-Z])/g, '$1 $2')
			.toLowerCase()
			.match(/[a-z]+|\d+/g) ?? [];
	return words.map((word) => (word.length > 3 ? word.replace(/ies$/, 'y').replace(/(?<!s)s$/, '') : word));
}
