import { UserError } from '../errors.ts';
import type { Storage } from '../storage/storage.ts';
import type { PersonQuestion } from '../toolset/tool.ts';
import { APPROVAL_LIMIT_MS, inWords } from './approvals.ts';
import { createInquiries } from './inquiries.ts';
import type { Inquiries, Inquiry } from './inquiry.ts';
import type { Run } from './run.ts';

/** A question of a program that waits for a person. */
export type OpenQuestion = Inquiry<{ readonly question: PersonQuestion }, Reply>;

/** What the person said: the option they chose, yes or no, or their text; or that they will not say. */
export type Reply = { readonly value: string | boolean; readonly cancelled?: undefined } | { readonly cancelled: true };

/** Questions that programs ask people (`human.choose` and the like); see `Inquiries`. */
export interface Questions extends Omit<Inquiries<{ readonly question: PersonQuestion }, Reply>, 'open'> {
	open(run: Run, question: PersonQuestion): Promise<OpenQuestion>;
}

/** @param limitMs after which nobody waits for an answer any more */
export function createQuestions(storage: Storage, limitMs = APPROVAL_LIMIT_MS): Questions {
	const inquiries = createInquiries<{ readonly question: PersonQuestion }, Reply>(storage, {
		name: 'question',
		limitMs,
		expired: () => unanswered(limitMs),
	});
	return {
		open: (run, question) => inquiries.open(run, { question }),
		get: (id) => inquiries.get(id),
		decide: (id, decision) => inquiries.decide(id, decision),
		wait: (id, signal) => inquiries.wait(id, signal),
		withdraw: (id) => inquiries.withdraw(id),
	};
}

/** What is told when nobody answered a program's question. */
export function unanswered(limitMs: number, cause?: unknown): UserError {
	return new UserError(
		'not-allowed',
		`The program asked something and nobody answered within ${inWords(limitMs)}, so it was stopped. Ask again when you can answer it.`,
		{ cause },
	);
}

/** What is told when a program's question was cancelled, by the person or an admin. */
export function questionCancelled(): UserError {
	return new UserError('stopped', 'What the program asked was cancelled, so it was stopped there. Ask again to start over.');
}
