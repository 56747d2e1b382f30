import { UserError } from '../../src/errors.ts';
import type { PersonQuestion } from '../../src/toolset/tool.ts';

/** The user of a task, who says what the benchmark has written down. */
export interface UserTurns {
	/** What the user says next by themselves; undefined when all is said. */
	next(): string | undefined;
	/** The same as an answer. Rejects with `unanswered` when there is nothing more, or none of the options is in it: it is then still to be said. */
	answer(question: PersonQuestion): Promise<string | boolean>;
}

export function createUserTurns(turns: readonly string[]): UserTurns {
	const left = [...turns];
	return {
		next: () => left.shift(),
		async answer(question) {
			const [text] = left;
			if (text === undefined) throw new UserError('unanswered', 'The user has nothing more to say. Answer with what is known.');
			const said = understood(question, text);
			left.shift();
			return said;
		},
	};
}

function understood(question: PersonQuestion, text: string): string | boolean {
	if (question.kind === 'input') return text;
	if (question.kind === 'confirm') return !/^\W*(?:no|nope|not|never|don'?t|do not|cancel|stop)\b/i.test(text);
	const spoken = text.toLowerCase();
	const named = question.options.filter((option) => spoken.includes(option.trim().toLowerCase()));
	// Of `Room` and `Double Room`, the one that says more of it.
	const [longest] = named.sort((a, b) => b.length - a.length);
	if (longest !== undefined) return longest;
	throw new UserError('unanswered', 'The user names none of these options. Ask for a text with human.input.');
}
