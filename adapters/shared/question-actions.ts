import { UserError } from '../../src/errors.ts';
import type { OpenQuestion, Questions, Reply } from '../../src/runs/questions.ts';
import { choicesOf } from './question-choices.ts';
import { mustBeAskerOrAdmin, type Presser } from './run-actions.ts';

interface QuestionServices {
	readonly questions: Questions;
}

/** Shows the question as it is now; called before an action rejects because nobody waits any more. */
type Settle = (question: OpenQuestion) => Promise<void>;

/** By a button or a menu: the place among the choices, from 0. By a form: the text. */
export type Given = { readonly choice: number } | { readonly text: string };

/** What a person reads who answers what was put to another one. */
export function notTheAsker(): UserError {
	return new UserError('not-allowed', 'The program asks somebody else: only the person who asked may answer it.');
}

/** A question that this person may still answer. Rejects with `not-allowed` for all but the asker, and with `not-found` once nobody waits any more. */
export async function answerableQuestion(id: string, by: Presser, services: QuestionServices, settle: Settle): Promise<OpenQuestion> {
	const question = await questionTo(id, by, services);
	if (!question.decision && !question.closed) return question;
	await settle(question);
	throw gone();
}

/** Answers a question of a program. Rejects as `answerableQuestion` does; the same answer twice, as by a double click, is one. */
export async function answerQuestion(id: string, given: Given, by: Presser, services: QuestionServices, settle: Settle): Promise<void> {
	const question = await questionTo(id, by, services);
	const value = saidIn(given, question);
	const { decision } = question;
	if (decision && !decision.cancelled && decision.value === value) return settle(question);
	await answerableQuestion(id, by, services, settle);
	await decide(id, { value }, by, services, settle);
}

/** Ends the program that asks. Rejects with `not-allowed` for all but the asker and admins, and with `not-found` once nobody waits any more. */
export async function cancelQuestion(id: string, by: Presser, services: QuestionServices, settle: Settle): Promise<void> {
	const { askedBy } = await questionOf(id, by, services);
	await mustBeAskerOrAdmin(askedBy, by, 'cancel this');
	await decide(id, { cancelled: true }, by, services, settle);
}

async function decide(id: string, reply: Reply, by: Presser, { questions }: QuestionServices, settle: Settle): Promise<void> {
	const decided = await questions.decide(id, { ...reply, by: by.id });
	if (decided?.decision || decided?.closed) await settle(decided);
	if (!decided?.decision) throw gone();
}

/** One that this person is asked. */
async function questionTo(id: string, by: Presser, services: QuestionServices): Promise<OpenQuestion> {
	const question = await questionOf(id, by, services);
	if (by.id !== question.askedBy) throw notTheAsker();
	return question;
}

/** What a button holds comes from outside: it may be of another workspace. */
async function questionOf(id: string, { workspaceId }: Presser, { questions }: QuestionServices): Promise<OpenQuestion> {
	const question = await questions.get(id);
	if (!question || question.workspaceId !== workspaceId) throw gone();
	return question;
}

function saidIn(given: Given, { question }: OpenQuestion): string | boolean {
	const value = 'text' in given ? (question.kind === 'input' ? given.text : undefined) : choicesOf(question)[given.choice]?.value;
	if (value === undefined) throw gone();
	return value;
}

function gone(): UserError {
	return new UserError('not-found', 'Nobody waits for an answer to this any more: it was answered or cancelled, or has expired.');
}
