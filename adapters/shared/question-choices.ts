import type { PersonQuestion } from '../../src/toolset/tool.ts';
import { spelledOut } from './printable.ts';

/** What a person can choose by a button or in a menu; what they type is no choice. */
export interface Choice {
	/** Of one line, whatever is unseen in it spelt out; longer than a button in some cases. */
	readonly label: string;
	/** What the program gets. */
	readonly value: string | boolean;
}

/** In the order they are offered; buttons name them by their place. None for a question that is answered with a text. */
export function choicesOf(question: PersonQuestion): readonly Choice[] {
	if (question.kind === 'input') return [];
	if (question.kind === 'choose') return question.options.map((value) => ({ label: spelledOut(value.trim()), value }));
	return [
		{ label: 'Yes', value: true },
		{ label: 'No', value: false },
	];
}

export interface Labels {
	/** One for each choice, of which a button may have room for the beginning alone. */
	readonly short: readonly string[];
	/** The same choices for the text of the card, by number; none where every button shows all of its choice. */
	readonly full: readonly string[];
}

/** What stands on buttons. Where one has no room for its choice, all are numbered and the card lists them: cut, two may look the same. */
export function labelsOf(choices: readonly Choice[], fits: (label: string) => boolean): Labels {
	const labels = choices.map(({ label }) => label);
	if (labels.every(fits)) return { short: labels, full: [] };
	const numbered = labels.map((label, at) => `${at + 1}. ${label}`);
	return { short: numbered, full: numbered };
}
