import type { JsonObject } from '../../json.ts';
import { cut, firstSentence, plainText } from './plain-text.ts';

const MAX_SUMMARY_CHARACTERS = 120;
const MAX_DESCRIPTION_CHARACTERS = 1_000;

/** A summary shorter than this ("Get Details") often says less than the description's first sentence. */
const TERSE_CHARACTERS = 18;

/** One line for lists, and the longer text where it says more. */
export function describeOperation(operation: JsonObject, origin: string): { summary: string; description?: string } {
	const given = firstSentence(plainText(operation.summary, 400));
	const description = plainText(operation.description, MAX_DESCRIPTION_CHARACTERS);
	const sentence = firstSentence(description);
	const isTerse = given.length < TERSE_CHARACTERS && sentence.length > given.length && sentence.length <= MAX_SUMMARY_CHARACTERS;
	const text = (isTerse ? sentence : given) || sentence || plainText(origin, MAX_SUMMARY_CHARACTERS);
	const mark = operation.deprecated === true ? 'Deprecated: ' : '';
	const summary = `${mark}${cut(text, MAX_SUMMARY_CHARACTERS - mark.length)}`;
	return { summary, ...(description.length > text.length ? { description } : {}) };
}
