import type { PendingWrite } from '../../src/conversation.ts';
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

const EFFECTS: Readonly<Record<Effect, string>> = { read: 'read', write: 'change', destructive: 'delete or overwrite' };

/** What a call may do to data. */
export function effectWords(effect: Effect): string {
	return EFFECTS[effect];
}

/** Of a call that was begun before. */
export const UNCERTAIN = 'This call was begun before and may have happened already. Find out whether it did before you send it again.';

/** What the buttons say. */
export interface ApprovalLabels {
	readonly approve: string;
	readonly refuse: string;
	readonly dryRun: string;
}

export function labelsOf({ uncertain }: Pick<PendingWrite, 'uncertain'>): ApprovalLabels {
	const words = uncertain ? { approve: 'Send again', refuse: 'Do not send' } : { approve: 'Approve', refuse: 'Refuse' };
	return { ...words, dryRun: 'Dry run' };
}

/** Asks once more, after a yes. */
export function secondLookWords({ effect }: Pick<PendingWrite, 'effect'>): string {
	return `Look again: this may ${effectWords(effect)} data.`;
}

/** Who decides, and until when. */
export function decidersWords({ askedBy, expiresAt }: Approval, { person, time }: Spelling): string {
	return `${person(askedBy)} or an admin decides, until ${time(expiresAt)}.`;
}

/** What became of it. */
export function outcomeWords(approval: Approval, outcome: ApprovalOutcome, { person, time }: Spelling): string {
	const { decision, expiresAt, write } = approval;
	const decided = decision ? ` by ${person(decision.by)} at ${time(decision.at)}` : '';
	const unsent = write.uncertain ? 'It was not sent again; whether it happened before is not known.' : 'Nothing was sent.';
	return {
		allowed: write.uncertain ? `✅ Approved${decided}, to be sent again.` : `✅ Approved${decided}.`,
		refused: `🚫 Refused${decided}. ${unsent}`,
		'dry-run': `📝 Dry run chosen${decided}. ${unsent} The program goes on to show what else it would send.`,
		expired: `⌛ Nobody decided until ${time(expiresAt)}. ${unsent}`,
		stopped: `⏹️ Stopped before anybody decided. ${unsent}`,
	}[outcome];
}
