import type { Approval } from '../../src/runs/approvals.ts';

export type ApprovalOutcome = 'allowed' | 'refused' | 'dry-run' | 'expired' | 'stopped';

/** Undefined while it can still be decided. */
export function outcomeOf({ decision, closed }: Approval): ApprovalOutcome | undefined {
	if (!decision) return closed;
	return decision.allowed ? 'allowed' : decision.dryRun ? 'dry-run' : 'refused';
}
