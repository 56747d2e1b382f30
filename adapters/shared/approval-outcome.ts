import type { Approval } from '../../src/runs/approvals.ts';

export type ApprovalOutcome = 'allowed' | 'refused' | 'expired' | 'stopped';

/** Undefined while it can still be decided. */
export function outcomeOf({ decision, closed }: Approval): ApprovalOutcome | undefined {
	return decision ? (decision.allowed ? 'allowed' : 'refused') : closed;
}
