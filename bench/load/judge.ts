import { isDeepStrictEqual } from 'node:util';
import { allQuestions, type LoadQuestion } from './questions.ts';
import type { Shown } from './shown-file.ts';

/** What became of the questions, as their conversations saw it. */
export interface Judgement {
	readonly questions: number;
	readonly answered: number;
	/** Answered with another value than the facts give. */
	readonly wrong: number;
	/** Told that there is no answer, in the words of the failure. */
	readonly failures: readonly string[];
	/** Neither an answer nor a failure. */
	readonly lost: number;
	/** More than one ending, for a conversation that shows the same event of a run once. */
	readonly doubled: number;
	/**
	 * Events that were given again under the name they had, which chats know and leave out: a run that goes on after a kill walks its path once more. And
	 * the endings among them, given again after a kill between showing one and recording that.
	 */
	readonly repeats: number;
	readonly repeatedEndings: number;
	/** Asked for the answers. */
	readonly modelCalls: number;
	readonly toolCalls: number;
}

/** Each question is in a conversation of its own. */
export function judge(questions: readonly LoadQuestion[], shown: readonly Shown[]): Judgement {
	const expected = new Map(allQuestions().map((question) => [question.text, question.expected]));
	const once = withoutRepeats(shown);
	const endings = Map.groupBy(once.filter(isEnding), ({ conversation }) => conversation);
	const first = questions.map((question) => ({ question, ending: endings.get(question.conversation)?.[0] }));
	const ended = first.filter(({ ending }) => ending !== undefined);
	const answered = ended.filter(({ ending }) => ending?.type === 'result');
	const sum = (of: (ending: Shown) => number | undefined) =>
		[...endings.values()].flat().reduce((total, ending) => total + (of(ending) ?? 0), 0);
	return {
		questions: questions.length,
		answered: answered.length,
		wrong: answered.filter(({ question, ending }) => !isDeepStrictEqual(ending?.value, expected.get(question.text))).length,
		failures: ended.flatMap(({ ending }) => (ending?.type === 'failure' ? [ending.message ?? ''] : [])),
		lost: first.length - ended.length,
		doubled: [...endings.values()].filter((all) => all.length > 1).length,
		repeats: shown.length - once.length,
		repeatedEndings: shown.filter(isEnding).length - once.filter(isEnding).length,
		modelCalls: sum(({ modelCalls }) => modelCalls),
		toolCalls: sum(({ toolCalls }) => toolCalls),
	};
}

export function isEnding({ type }: Shown): boolean {
	return type === 'result' || type === 'failure';
}

/** As a chat shows events: each by the name it has, the run and its number in it, and once. */
function withoutRepeats(shown: readonly Shown[]): readonly Shown[] {
	const named = new Map<string, Shown>();
	for (const event of shown) {
		const name = `${event.run}/${event.index}`;
		if (!named.has(name)) named.set(name, event);
	}
	return [...named.values()];
}
