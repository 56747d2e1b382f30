import type { Question } from '../runs/run.ts';

/** The question with what was said before it, as prompts and searches get it: a follow-up ("and Greta Gerwig?") means little alone. */
export function questionText({ text, earlier }: Question): string {
	if (earlier.length === 0) return `Question: ${text}`;
	const turns = earlier.map((turn) => `Q: ${turn.question}\nA: ${turn.answer}`).join('\n');
	return `Earlier in this conversation:\n${turns}\n\nQuestion: ${text}`;
}

/** What stored functions and tools are searched by: the question and the one before it, without the answers. */
export function searchText({ text, earlier }: Question): string {
	return [...earlier.slice(-1).map((turn) => turn.question), text].join('\n');
}
