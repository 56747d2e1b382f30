import { answeredFunction } from '../code/answered-function.ts';
import { isEmptyJson } from '../json.ts';
import type { Answer } from '../sandbox/outcome.ts';
import type { Reviewed } from './review.ts';
import type { Work } from './work.ts';

/** What is wrong with an answer, in one line. `empty` may be the truth; the others cannot be. */
export interface AnswerProblem {
	readonly kind: 'empty' | 'nothing' | 'not-a-number' | 'sentence' | 'shape';
	readonly text: string;
}

/** Holds the answer against common sense and against the return type that the program declares. */
export async function checkAnswer(
	{ sentence, value }: Answer,
	{ program, uses, declarations }: Reviewed,
	work: Work,
): Promise<AnswerProblem | undefined> {
	if (value === undefined) return { kind: 'nothing', text: 'The program returned no value; end it with return answer(sentence, value)' };
	if (typeof value === 'number' && !Number.isFinite(value)) return { kind: 'not-a-number', text: `The result is ${value}` };
	if (isEmptyJson(value))
		return {
			kind: 'empty',
			text: `The result is empty (${JSON.stringify(value)}): was the right data asked for, and read under its right name?`,
		};
	const hole = holeIn(sentence ?? '', work.run.question.text);
	if (hole) return { kind: 'sentence', text: `The sentence says "${hole}": build it from values that are there` };
	const answered = answeredFunction(program, uses);
	if (!answered?.returnType) return undefined;
	const problem = await work.services.checker.checkValue({
		value,
		type: answered.returnType,
		types: answered.types,
		declarations,
	});
	return problem === undefined
		? undefined
		: { kind: 'shape', text: `The result does not have the declared type ${answered.returnType}: ${problem}` };
}

/** What a template writes where a value was missing, unless the question itself is about it. */
function holeIn(sentence: string, question: string): string | undefined {
	const hole = /\b(?:undefined|NaN|Infinity)\b|\[object \w+\]/.exec(sentence)?.[0];
	return hole && !question.includes(hole) ? hole : undefined;
}
