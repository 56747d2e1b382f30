import type { ConfirmationDialog, KnownBlock } from '@slack/types';
import type { PendingWrite } from '../../../src/conversation.ts';
import type { Approval } from '../../../src/runs/approvals.ts';
import type { ApprovalOutcome } from '../../shared/approval-outcome.ts';
import {
	decidersWords,
	effectWords,
	labelsOf,
	outcomeWords,
	type Spelling,
	secondLookWords,
	UNCERTAIN,
} from '../../shared/approval-words.ts';
import { callFileName } from '../../shared/file-names.ts';
import { callText, type PendingCall, pendingCall } from '../../shared/pending-call.ts';
import { spelledOut } from '../../shared/printable.ts';
import { leftOut } from '../../shared/shorten.ts';
import { APPROVE, DRY_RUN, REFUSE } from './action-ids.ts';
import {
	actions,
	button,
	codeSpan,
	context,
	literal,
	mrkdwn,
	notification,
	person,
	plain,
	preformatted,
	section,
	timeOf,
} from './elements.ts';
import { fit } from './limits.ts';
import type { SlackFile, SlackMessage } from './message.ts';

/** Room for each part of the call: together they leave a message the rest it needs. */
const REQUEST = 2500;
const HEADERS = 2000;
const BODY = 5000;
const FILE_TITLE = 100;
/** Slack's limit for the text of a dialog (docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object). */
const DIALOG = 300;

const SPELLING: Spelling = { person, time: timeOf };

// Whoever posts cards settles them too.
export { type ApprovalOutcome, outcomeOf } from '../../shared/approval-outcome.ts';

/** Asks whether the exact call that is shown may go out. Its credentials are not part of it. */
export function approvalCard(approval: Approval): SlackMessage {
	const { id, write } = approval;
	const labels = labelsOf(write);
	return card(approval, [
		context(mrkdwn(decidersWords(approval, SPELLING))),
		actions(
			button(labels.approve, APPROVE, { value: id, style: 'primary', ...(write.secondLook && { confirm: secondLook(write) }) }),
			button(labels.refuse, REFUSE, { value: id, style: 'danger' }),
			button(labels.dryRun, DRY_RUN, { value: id }),
		),
	]);
}

/** Slack's own dialog, which comes after the button is pressed and before the press is told. It interprets nothing, and shows as much as it has room for. */
function secondLook(write: PendingWrite): ConfirmationDialog {
	const { request, body } = pendingCall(write);
	return {
		title: plain('Send it?'),
		text: plain([secondLookWords(write), request, ...(body === undefined ? [] : [body])].join('\n'), DIALOG),
		confirm: plain('Send it'),
		deny: plain('Back'),
		style: 'danger',
	};
}

/** The same card once nothing is left to decide. */
export function approvalSettled(approval: Approval, outcome: ApprovalOutcome): SlackMessage {
	return card(approval, [context(mrkdwn(outcomeWords(approval, outcome, SPELLING)))]);
}

/**
 * The whole call, as it is sent but for its credentials, when the card has no room for all of it; undefined when it has. The card says that the
 * file stands above it, so the file has to be shown first: who cannot read it must not be asked.
 */
export function approvalFile({ id, write }: Approval): SlackFile | undefined {
	if (drawn(write).complete) return undefined;
	return {
		filename: callFileName(id),
		title: literal(`The call of ${spelledOut(write.tool)}`, FILE_TITLE),
		content: callText(write),
	};
}

function card({ id, write }: Approval, end: readonly KnownBlock[]): SlackMessage {
	const { call, texts, complete } = drawn(write);
	const verb = effectWords(write.effect);
	const rest = `⚠️ Only part of the call is shown here. All of it is in the file \`${callFileName(id)}\` above.`;
	return {
		text: notification(`May the program ${verb} data? ${call.request}`),
		blocks: [
			section(mrkdwn(`*May the program ${verb} data with ${codeSpan(call.tool)}?*`)),
			// Preformatted text, because it has to be exact: in Markdown, `&lt;` in an address would read as `<`.
			...texts.map(preformatted),
			...(call.line === undefined ? [] : [preformatted(call.line)]),
			...(write.uncertain ? [section(mrkdwn(`⚠️ *${UNCERTAIN}*`))] : []),
			...(complete ? [] : [section(mrkdwn(rest))]),
			...end,
		],
	};
}

function drawn(write: PendingWrite): { readonly call: PendingCall; readonly texts: readonly string[]; readonly complete: boolean } {
	const call = pendingCall(write);
	const parts = [
		{ text: call.request, room: REQUEST },
		...(call.headers.length > 0 ? [{ text: call.headers.join('\n'), room: HEADERS }] : []),
		...(call.body === undefined ? [] : [{ text: call.body, room: BODY }]),
	];
	const texts = parts.map(({ text, room }) => fit(text, room, leftOut));
	return { call, texts, complete: call.complete && parts.every(({ text }, at) => text === texts[at]) };
}
