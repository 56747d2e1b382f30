import type { PendingWrite } from '../conversation.ts';
import { UserError } from '../errors.ts';
import type { Storage } from '../storage/storage.ts';
import { createInquiries } from './inquiries.ts';
import type { Inquiries, Inquiry } from './inquiry.ts';
import type { Run } from './run.ts';

/** How long a person has to decide about a write unless the operator says otherwise: who has not answered by then has gone. */
export const APPROVAL_LIMIT_MS = 15 * 60_000;

/** A write that waits for a person. */
export type Approval = Inquiry<{ readonly write: PendingWrite }, Verdict>;

export interface Verdict {
	readonly allowed: boolean;
	/** Not allowed, because the person wants to see first what else the program would write: it goes on with this and all later writes withheld. */
	readonly dryRun?: true;
}

/** Writes that wait for a person; see `Inquiries`. A decision holds for the exact call, once. */
export interface Approvals extends Omit<Inquiries<{ readonly write: PendingWrite }, Verdict>, 'open'> {
	open(run: Run, write: PendingWrite): Promise<Approval>;
}

/** @param limitMs after which an approval has expired */
export function createApprovals(storage: Storage, limitMs = APPROVAL_LIMIT_MS): Approvals {
	const inquiries = createInquiries<{ readonly write: PendingWrite }, Verdict>(storage, {
		name: 'approval',
		limitMs,
		expired: () => approvalExpired(limitMs),
	});
	return {
		open: (run, write) => inquiries.open(run, { write }),
		get: (id) => inquiries.get(id),
		decide: (id, decision) => inquiries.decide(id, decision),
		wait: (id, signal) => inquiries.wait(id, signal),
		withdraw: (id) => inquiries.withdraw(id),
	};
}

/** What a program is told whose write nobody decided about. */
export function approvalExpired(limitMs: number, cause?: unknown): UserError {
	return new UserError('not-allowed', `Nobody approved the call within ${inWords(limitMs)}, so it was not sent. Ask again.`, { cause });
}

/** A limit as people say it: `15 minutes`, `30 seconds`, `24 hours`. */
export function inWords(ms: number): string {
	const seconds = Math.round(ms / 1000);
	if (seconds < 120) return seconds === 1 ? '1 second' : `${seconds} seconds`;
	const minutes = Math.round(seconds / 60);
	return minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`;
}
