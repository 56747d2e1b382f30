import { z } from 'zod';
import type { JsonValue } from '../../../src/json.ts';
import type { Answered } from '../contract.ts';

/** What a right answer contains. */
export const expectationSchema = z.object({
	/** One text of each list. */
	all: z.array(z.array(z.string()).min(1)).default([]),
	/** At least `n` of these. */
	some: z.array(z.string()).default([]),
	n: z.number().int().min(1).default(1),
});

export type Expectation = z.infer<typeof expectationSchema>;

/**
 * The text that counts as the answer: of each turn its sentence, then its value, a line for every text, number and truth value in it, with their key
 * in front where they have one. So a right value counts under a sentence that does not repeat it; a long value may hold the answer by chance.
 */
export function answerText(turns: readonly Answered[]): string {
	return turns.flatMap(({ sentence, value }) => [sentence, ...(value === undefined ? [] : linesOf(value))]).join('\n');
}

function linesOf(value: JsonValue): string[] {
	if (value === null) return [];
	if (Array.isArray(value)) return value.flatMap(linesOf);
	if (typeof value !== 'object') return [String(value)];
	return Object.entries(value).flatMap(([key, part]) => {
		const [first, ...others] = linesOf(part);
		return [first === undefined ? key : `${key}: ${first}`, ...others];
	});
}

/** Whether the answer contains what is expected: upper case, accents and the kind of white space do not count, and a single word stands for itself. */
export function isAnswered(answer: string, { all, some, n }: Expectation): boolean {
	const text = fold(answer);
	return (
		all.every((texts) => texts.some((wanted) => contains(text, wanted))) &&
		some.filter((wanted) => contains(text, wanted)).length >= (some.length === 0 ? 0 : n)
	);
}

function contains(text: string, wanted: string): boolean {
	const folded = fold(wanted);
	if (!/^[\p{L}\p{N}_]+$/u.test(folded)) return text.includes(folded);
	// A number or name inside of another one is something else.
	return new RegExp(`(?<![\\p{L}\\p{N}_])${folded}(?![\\p{L}\\p{N}_])`, 'u').test(text);
}

function fold(text: string): string {
	return text
		.toLowerCase()
		.replaceAll('’', "'")
		.normalize('NFKD')
		.replace(/\p{Mn}/gu, '')
		.replace(/\s+/g, ' ');
}
