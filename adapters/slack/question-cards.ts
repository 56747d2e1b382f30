import type { OpenQuestion } from '../../src/runs/questions.ts';
import type { Run } from '../../src/runs/run.ts';
import { questionKey } from '../shared/chat-conversation.ts';
import { questionOutcome } from '../shared/question-words.ts';
import type { Outbound } from './outbound/outbound.ts';
import type { PostedTarget } from './outbound/target.ts';
import { placeOfRun } from './place.ts';
import { questionCard, questionSettled } from './render/question.ts';

/** Shows the card, once. */
export async function postQuestion(run: Run, question: OpenQuestion, outbound: Outbound, signal: AbortSignal): Promise<void> {
	await outbound.post(placeOfRun(run), questionKey(question), questionCard(question), { signal });
}

/** Draws the card anew where it can no longer be answered, in whatever process; nothing where it stands nowhere. */
export async function settleQuestion(run: Run, question: OpenQuestion, outbound: Outbound): Promise<void> {
	const ts = await outbound.posted(questionKey(question));
	if (ts !== undefined) await settleCard({ ...placeOfRun(run), ts }, question, outbound);
}

/** The same for a card of which it is known where it stands. */
export async function settleCard(card: PostedTarget, question: OpenQuestion, outbound: Outbound): Promise<void> {
	const outcome = questionOutcome(question);
	if (outcome) await outbound.update(card, questionSettled(question, outcome));
}
