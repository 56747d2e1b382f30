import { UserError } from '../../src/errors.ts';
import type { PersonQuestion } from '../../src/toolset/tool.ts';
import { choicesOf } from '../shared/question-choices.ts';
import { questionText } from '../shared/question-words.ts';

/** What a program asks, with its options below, and whatever is unseen spelt out: a program wrote it. */
export function questionLines(question: PersonQuestion): string {
	const marks = question.kind === 'choose' ? marksOf(question.options) : [];
	const options = marks.length === 0 ? [] : choicesOf(question).map(({ label }, at) => `  ${marks[at]}. ${label}`);
	return [`The program asks: ${questionText(question).replaceAll('\n', '\n  ')}`, ...options].join('\n');
}

/** What stands where the answer is typed. */
export function promptOf({ kind }: PersonQuestion): string {
	return { choose: 'Which one? (nothing cancels) ', confirm: '[y/n] (nothing cancels) ', input: 'Your answer (nothing cancels): ' }[kind];
}

/** What was typed: an answer, a wish to cancel, or nothing that answers the question, with what would. */
export type TypedReply = { readonly value: string | boolean } | { readonly cancelled: true } | { readonly hint: string };

/** Options are chosen by their text, in upper or lower case, or by what stands before them. */
export function readReply(question: PersonQuestion, line: string): TypedReply {
	const typed = line.trim();
	if (typed === '') return { cancelled: true };
	if (question.kind === 'input') return { value: typed };
	if (question.kind === 'confirm') {
		if (/^y(es)?$/i.test(typed)) return { value: true };
		return /^no?$/i.test(typed) ? { value: false } : { hint: 'Type y or n.' };
	}
	const value = optionOf(question.options, typed);
	if (value !== undefined) return { value };
	const marks = marksOf(question.options);
	return { hint: `Type one of the options, or ${marks[0]} to ${marks.at(-1)}.` };
}

/** What is told where nobody reads a question: lines that are piped in, and JSON. */
export function nobodyToAsk(question: PersonQuestion): UserError {
	return new UserError(
		'not-allowed',
		`The program asks "${questionText(question).replaceAll(/\s+/g, ' ')}", and nobody is here to answer. Ask in an interactive console (npm start).`,
	);
}

/** Numbers; letters where an option is a number itself, which could mean either. There are at most 25. */
function marksOf(options: readonly string[]): readonly string[] {
	const isNumber = options.some((option) => /^\d{1,2}$/.test(option.trim()));
	return options.map((_, at) => (isNumber ? String.fromCharCode('a'.charCodeAt(0) + at) : String(at + 1)));
}

function optionOf(options: readonly string[], typed: string): string | undefined {
	const alike = options.filter((option) => option.trim().toLowerCase() === typed.toLowerCase());
	const marked = options[marksOf(options).indexOf(typed.replace(/\.$/, '').toLowerCase())];
	return options.find((option) => option.trim() === typed) ?? (alike.length === 1 ? alike[0] : undefined) ?? marked;
}
