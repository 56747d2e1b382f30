import type { Approval } from '../../src/runs/approvals.ts';
import type { Effect } from '../../src/toolset/tool.ts';
import type { ApprovalOutcome } from './approval-outcome.ts';

/** How a platform writes people and times. */
export interface Spelling {
	/** By their user id. */
	readonly person: (id: string) => string;
	/** By the ISO text. */
	readonly time: (iso: string) => string;
}

/** What a call may do to data. */
export function effectWords(effect: Effect): string {
	return effect === 'destructive' ? 'delete or overwrite' : 'change';
}

/** Who decides, and until when. */
export function decidersWords({ askedBy, expiresAt }: Approval, { person, time }: Spelling): string {
	return `${person(askedBy)} or an admin decides, until ${time(expiresAt)}.`;
}

/** What became of it. */
export function outcomeWords({ decision, expiresAt }: Approval, outcome: ApprovalOutcome, { person, time }: Spelling): string {
	const decided = decision ? ` by ${person(decision.by)} at ${time(decision.at)}` : '';
	return {
		allowed: `✅ Approved${decided}.`,
		refused: `🚫 Refused${decided}. Nothing was sent.`,
		expired: `⌛ Nobody decided until ${time(expiresAt)}. Nothing was sent.`,
		stopped: '⏹️ Stopped before anybody decided. Nothing was sent.',
	}[outcome];
}
