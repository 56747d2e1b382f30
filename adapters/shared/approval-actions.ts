import { UserError } from '../../src/errors.ts';
import type { Approval, Approvals, Verdict } from '../../src/runs/approvals.ts';
import { type ApprovalOutcome, outcomeOf } from './approval-outcome.ts';
import { mustBeAskerOrAdmin, type Presser } from './run-actions.ts';

/** What a person says to a write. */
export type Said = Extract<ApprovalOutcome, 'allowed' | 'refused' | 'dry-run'>;

const VERDICTS: Readonly<Record<Said, Verdict>> = {
	allowed: { allowed: true },
	refused: { allowed: false },
	'dry-run': { allowed: false, dryRun: true },
};

interface ApprovalServices {
	readonly approvals: Pick<Approvals, 'get' | 'decide'>;
}

/** Shows the approval as it is now, whoever decided; called also where nobody can decide any more, and then not waited for. */
type Settle = (approval: Approval) => Promise<void>;

/** An approval that this person may still decide about. Rejects as `decide` does. */
export async function decidableApproval(id: string, by: Presser, services: ApprovalServices, settle: Settle): Promise<Approval> {
	const approval = await approvalFor(id, by, services);
	if (!approval.decision && !approval.closed) return approval;
	throw tooLate(approval, settle);
}

/** Decides about a write. Rejects with `not-allowed` for all but the asker and admins, and with `not-found` where something else holds by now. */
export async function decide(id: string, said: Said, by: Presser, services: ApprovalServices, settle: Settle): Promise<void> {
	await approvalFor(id, by, services);
	const held = await services.approvals.decide(id, { ...VERDICTS[said], by: by.id });
	if (!held) throw unknown();
	if (outcomeOf(held) !== said) throw tooLate(held, settle);
	await settle(held);
}

/** What a button holds comes from outside: it may be of another workspace. */
async function approvalFor(id: string, by: Presser, { approvals }: ApprovalServices): Promise<Approval> {
	const approval = await approvals.get(id);
	if (!approval || approval.workspaceId !== by.workspaceId) throw unknown();
	await mustBeAskerOrAdmin(approval.askedBy, by, 'decide about this call');
	return approval;
}

/** What is said at once; that the card is behind may be because it cannot be drawn anew just now. */
function tooLate(approval: Approval, settle: Settle): UserError {
	settle(approval).catch(() => {});
	const why = {
		expired: 'Nobody decided about this call in time, so it is not sent. Ask again if it is still needed.',
		stopped: 'The question was stopped, so this call is not sent. Ask again if it is still needed.',
		decided: 'This call was decided before you pressed, and that holds.',
	}[approval.closed ?? 'decided'];
	return new UserError('not-found', why);
}

function unknown(): UserError {
	return new UserError('not-found', 'This call has expired or was decided already. Ask again if it is still needed.');
}
