import type { APIComponentInContainer } from 'discord.js';
import type { PendingWrite } from '../../../src/conversation.ts';
import { UserError } from '../../../src/errors.ts';
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
import { callText, pendingCall } from '../../shared/pending-call.ts';
import { spelledOut } from '../../shared/printable.ts';
import { leftOut, shorten } from '../../shared/shorten.ts';
import { codeBlock, holdsFence } from './code.ts';
import { customId } from './custom-id.ts';
import { actionRow, button, codeSpan, container, fileComponent, person, subtext, textDisplay, timeOf } from './elements.ts';
import { FILE_BYTES } from './limits.ts';
import type { DiscordFile, DiscordMessage } from './message.ts';

/** Of the call: what is left of a message takes the question, who decides, and where the rest is. The body has what the others leave. */
const CALL = 2800;
const REQUEST = 1000;
const HEADERS = 700;

const SPELLING: Spelling = { person, time: timeOf };

/**
 * Asks whether the exact call that is shown may go out. Its credentials are not part of it. What the card has no room for is in a file; throws a
 * UserError for a call too long even for that, since nobody may be asked about what cannot be read.
 */
export function approvalMessage(approval: Approval): DiscordMessage {
	const { id, write } = approval;
	const labels = labelsOf(write);
	const decide = actionRow(
		button(labels.approve, customId('approve', id), 'success'),
		button(labels.refuse, customId('refuse', id), 'danger'),
		button(labels.dryRun, customId('dry-run', id)),
	);
	return asking(approval, [textDisplay(decidersWords(approval, SPELLING)), decide]);
}

/** What somebody reads, alone, who approves a call that wants a second look: the call once more. Nothing is decided before they say yes to this. */
export function secondLookMessage(approval: Approval): DiscordMessage {
	const { id, write } = approval;
	const decide = actionRow(button('Yes, send it', customId('approve-now', id), 'danger'), button('Back', customId('back')));
	return asking(approval, [textDisplay(`**${secondLookWords(write)}**`), decide]);
}

function asking(approval: Approval, end: readonly APIComponentInContainer[]): DiscordMessage {
	const shown = shownCall(approval.write);
	return {
		components: [container(...card(approval, shown), ...end)],
		...(shown.kind !== 'whole' && { files: [callFile(approval)] }),
		whole: true,
	};
}

/** The same card once nothing is left to decide. It refers to the file that the message has already, which keeps it. */
export function approvalSettled(approval: Approval, outcome: ApprovalOutcome): DiscordMessage {
	const settled = textDisplay(outcomeWords(approval, outcome, SPELLING));
	return { components: [container(...card(approval, shownCall(approval.write)), settled)] };
}

/** What was decided, in a line: where the card gives way to other things. */
export function approvalLine(approval: Approval, outcome: ApprovalOutcome): DiscordMessage {
	return { components: [subtext(`${codeSpan(spelledOut(approval.write.tool))}: ${outcomeWords(approval, outcome, SPELLING)}`)] };
}

function callFile({ id, write }: Approval): DiscordFile {
	const content = callText(write);
	if (Buffer.byteLength(content) > FILE_BYTES) {
		throw new UserError(
			'not-allowed',
			'The call is too long to be shown to anybody who could approve it, so it was not sent. Ask for less at once.',
		);
	}
	return { filename: callFileName(id), content };
}

/** The call as the card has it: all of it, what there is room for, or nothing. */
type ShownCall = { readonly kind: 'whole' | 'part'; readonly text: string; readonly line?: string } | { readonly kind: 'none' };

function shownCall(write: PendingWrite): ShownCall {
	const { request, headers, body, line, complete } = pendingCall(write);
	const whole = [request, ...headers, ...(body === undefined ? [] : ['', body])].join('\n');
	const head = [shorten(request, REQUEST, leftOut), ...(headers.length > 0 ? [shorten(headers.join('\n'), HEADERS, leftOut)] : [])];
	const room = CALL - head.join('\n').length;
	const text = [...head, ...(body === undefined ? [] : ['', shorten(body, room, leftOut)])].join('\n');
	// A fence in the line of the program is spelt out, so that it does not keep the call from being shown.
	const place = line?.replaceAll('```', '\\u{60}\\u{60}\\u{60}');
	if (holdsFence(whole)) return { kind: 'none' };
	return { kind: complete && text === whole ? 'whole' : 'part', text, ...(place !== undefined && { line: place }) };
}

function card({ id, write }: Approval, shown: ShownCall): APIComponentInContainer[] {
	const question = textDisplay(`### May the program ${effectWords(write.effect)} data with ${codeSpan(spelledOut(write.tool))}?`);
	const before = write.uncertain ? [textDisplay(`⚠️ **${UNCERTAIN}**`)] : [];
	const line = shown.kind === 'none' || shown.line === undefined ? [] : [codeBlock(shown.line)];
	if (shown.kind === 'whole') return [question, codeBlock(shown.text), ...line, ...before];
	const filename = callFileName(id);
	const rest = {
		part: `⚠️ Only part of the call is shown here. All of it is in the file \`${filename}\` below.`,
		none: `⚠️ The call holds a code fence, so it cannot be shown here exactly. All of it is in the file \`${filename}\` below.`,
	}[shown.kind];
	const part = shown.kind === 'part' ? [codeBlock(shown.text)] : [];
	return [question, ...part, ...line, textDisplay(rest), fileComponent(filename), ...before];
}
