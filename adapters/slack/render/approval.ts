import type { KnownBlock } from '@slack/types';
import type { Approval } from '../../../src/runs/approvals.ts';
import { type PendingCall, pendingCall } from '../../shared/pending-call.ts';
import { APPROVE, REFUSE } from './action-ids.ts';
import { actions, button, codeSpan, context, mrkdwn, notification, person, preformatted, section, timeOf } from './elements.ts';
import { fit, leftOut } from './limits.ts';
import type { SlackMessage } from './message.ts';

/** Room for each part of the call: together they leave a message the rest it needs. */
const REQUEST = 2500;
const HEADERS = 2000;
const BODY = 5000;

export type ApprovalOutcome = 'allowed' | 'refused' | 'expired' | 'stopped';

/** Asks whether the exact call that is shown may go out. Its credentials are not part of it. */
export function approvalCard(approval: Approval): SlackMessage {
	const { id, askedBy, expiresAt } = approval;
	return card(approval, [
		context(mrkdwn(`${person(askedBy)} or an admin decides, until ${timeOf(expiresAt)}.`)),
		actions(button('Approve', APPROVE, { value: id, style: 'primary' }), button('Refuse', REFUSE, { value: id, style: 'danger' })),
	]);
}

/** The same card once nothing is left to decide. */
export function approvalSettled(approval: Approval, outcome: ApprovalOutcome): SlackMessage {
	const { decision } = approval;
	const decided = decision ? ` by ${person(decision.by)} at ${timeOf(decision.at)}` : '';
	const settled = {
		allowed: `✅ Approved${decided}.`,
		refused: `🚫 Refused${decided}. Nothing was sent.`,
		expired: `⌛ Nobody decided until ${timeOf(approval.expiresAt)}. Nothing was sent.`,
		stopped: '⏹️ Stopped before anybody decided. Nothing was sent.',
	}[outcome];
	return card(approval, [context(mrkdwn(settled))]);
}

function card({ write }: Approval, end: readonly KnownBlock[]): SlackMessage {
	const call = pendingCall(write);
	const verb = write.effect === 'destructive' ? 'delete or overwrite' : 'change';
	return {
		text: notification(`May the program ${verb} data? ${call.request}`),
		blocks: [section(mrkdwn(`*May the program ${verb} data with ${codeSpan(call.tool)}?*`)), ...callBlocks(call), ...end],
	};
}

/** Preformatted text, because it has to be exact: in Markdown, `&lt;` in an address would read as `<`. */
function callBlocks({ request, headers, body }: PendingCall): KnownBlock[] {
	return [
		preformatted(fit(request, REQUEST, leftOut)),
		...(headers.length > 0 ? [preformatted(fit(headers.join('\n'), HEADERS, leftOut))] : []),
		...(body === undefined ? [] : [preformatted(fit(body, BODY, leftOut))]),
	];
}
