import { UserError } from '../../../src/errors.ts';
import type { ChatMessage } from '../../../src/model/model.ts';
import { prompt } from '../../../src/pipeline/prompt.ts';
import { questionText } from '../../../src/pipeline/question-text.ts';
import { type Answered, type AskedTurn, type FailureClass, MODEL_CALLS, type World } from '../contract.ts';
import { LimitReached } from '../limit-reached.ts';

/**
 * Characters of an observation; what is beyond is cut, and the cut says how long it was. Neither paper names a figure for responses of this kind (ReAct's
 * own environment gives 5 sentences of a page, section 3.1). A page of 20 films of TMDB, which has 9,000 to 10,000, is seen whole.
 */
export const OBSERVATION_CHARACTERS = 12_000;

/** Troubles that end the product's turn, too: those of a program and its 3 repairs. */
const IN_A_ROW = 4;

/** Why a reply has led to nothing: told to the model as its observation, and the failure's detail when it was the last. */
export interface Trouble {
	readonly failure: FailureClass;
	/** One line. */
	readonly detail: string;
}

/** What follows from one reply of the model. */
export type Move =
	| { readonly kind: 'finish'; readonly sentence: string }
	| {
			readonly kind: 'observe';
			/** What stays of the reply in the conversation: up to its action, without the observations it made up. */
			readonly said: string;
			readonly observation: string;
			readonly trouble?: Trouble;
	  };

export interface ChatLoop {
	/** Rules and tools: the message that servers can cache. */
	readonly instructions: string;
	/** Does what the reply of this step, counted from 1, asks for. */
	act(reply: string, step: number): Promise<Move>;
}

/**
 * A conversation of replies and observations until a reply finishes, a turn's model calls are used up (`MODEL_CALLS`, the same for all strategies: 7 steps in
 * ReAct's section 3.2, 10 turns in CodeAct's section 2.3), or the model gives no reply. All calls are of the stage `implement`: the product's stages are
 * names for its own prompts, and these strategies have one prompt. Each observation that tells of a trouble counts as a repair: it costs a model call.
 */
export async function chatLoop(turn: AskedTurn, world: World, { instructions, act }: ChatLoop): Promise<Answered> {
	const messages: ChatMessage[] = [...opening(turn, world, instructions)];
	/** Of each reply that has led on, undefined. */
	const troubles: (Trouble | undefined)[] = [];
	const answered = (sentence: string, failed?: Trouble): Answered => ({
		sentence,
		...(failed && { failure: failed.failure, detail: failed.detail }),
		repairs: troubles.filter((trouble) => trouble !== undefined).length,
		reused: [],
	});
	for (let step = 1; step <= MODEL_CALLS; step += 1) {
		const reply = await ask(turn, world, messages);
		if (typeof reply !== 'string') return answered('', reply);
		const move = await act(reply, step);
		if (move.kind === 'finish') {
			return move.sentence === '' ? answered('', { failure: 'no-answer', detail: 'The answer is empty.' }) : answered(move.sentence);
		}
		troubles.push(move.trouble);
		messages.push({ role: 'assistant', content: move.said }, { role: 'user', content: move.observation });
	}
	return answered('', outOfCalls(troubles));
}

/** Instructions, then the day and the question with the turns before it. */
function opening({ text, earlier }: AskedTurn, { now }: World, instructions: string): readonly ChatMessage[] {
	const today = `Today is ${new Date(now).toISOString().slice(0, 10)}.`;
	return prompt(instructions, [today, questionText({ text, earlier, askedBy: { id: 'eval' } })]);
}

/** Rejects with the reason of the world's signal, and with what is wrong with the harness: a key, an address, a reply that was never recorded. */
async function ask({ text }: AskedTurn, { model, signal }: World, messages: readonly ChatMessage[]): Promise<string | Trouble> {
	signal.throwIfAborted();
	try {
		return (await model.complete({ stage: 'implement', question: text, messages: [...messages], signal })).text;
	} catch (error) {
		signal.throwIfAborted();
		if (error instanceof LimitReached) return { failure: 'limit', detail: error.userMessage };
		const isOfModel = error instanceof UserError && (error.code === 'model-reply' || error.code === 'model-unavailable');
		if (!isOfModel) throw error;
		return { failure: 'model', detail: error.userMessage };
	}
}

/**
 * A model that has only run into troubles at the end has failed by the last of them, as it would have in the product; one that was still getting on, by the
 * limit.
 */
function outOfCalls(troubles: readonly (Trouble | undefined)[]): Trouble {
	const last = troubles.at(-1);
	const isStuck = troubles.slice(-IN_A_ROW).every((trouble) => trouble !== undefined);
	const told = troubles.findLast((trouble) => trouble !== undefined);
	const detail = `No answer after ${MODEL_CALLS} replies.${told ? ` The last trouble: ${told.detail}` : ''}`;
	return { failure: isStuck && last ? last.failure : 'limit', detail };
}
