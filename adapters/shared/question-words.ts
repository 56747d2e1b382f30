import type { OpenQuestion } from '../../src/runs/questions.ts';
import type { PersonQuestion } from '../../src/toolset/tool.ts';
import type { Spelling } from './approval-words.ts';
import { spelledOut } from './printable.ts';
import { choicesOf } from './question-choices.ts';

export type QuestionOutcome = 'answered' | 'cancelled' | 'expired' | 'stopped';

/** Undefined while it can still be answered. */
export function questionOutcome({ decision, closed }: OpenQuestion): QuestionOutcome | undefined {
	return decision ? (decision.cancelled ? 'cancelled' : 'answered') : closed;
}

/** What the program asks: its own line feeds are kept, whatever is unseen besides is spelt out. No markup. */
export function questionText({ text }: Pick<PersonQuestion, 'text'>): string {
	return lines(text.trim());
}

/** Who is asked, and until when. */
export function askedWords({ askedBy, expiresAt }: OpenQuestion, { person, time }: Spelling): string {
	return `The program asks ${person(askedBy)}, until ${time(expiresAt)}. An admin may cancel, too.`;
}

/** What became of it. What was answered is not part of it: see `answerText`. */
export function questionOutcomeWords({ decision, expiresAt }: OpenQuestion, outcome: QuestionOutcome, { person, time }: Spelling): string {
	const decided = decision ? ` by ${person(decision.by)} at ${time(decision.at)}` : '';
	return {
		answered: `✅ Answered${decided}:`,
		cancelled: `🚫 Cancelled${decided}. The program was stopped.`,
		expired: `⌛ Nobody answered until ${time(expiresAt)}. The program was stopped.`,
		stopped: '⏹️ Stopped before anybody answered.',
	}[outcome];
}

/** What was answered, as `questionText` has it; undefined where nothing was. No markup. */
export function answerText({ question, decision }: OpenQuestion): string | undefined {
	if (!decision || decision.cancelled) return undefined;
	const { value } = decision;
	return choicesOf(question).find((choice) => choice.value === value)?.label ?? lines(String(value));
}

function lines(text: string): string {
	return text.split('\n').map(spelledOut).join('\n');
}
