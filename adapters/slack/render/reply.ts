import type { KnownBlock } from '@slack/types';
import type { ReplyBlock } from '../../../commands/command.ts';
import type { UserError } from '../../../src/errors.ts';
import { counted } from '../../shared/footer.ts';
import { restOfTable } from '../../shared/left-over.ts';
import { clean } from '../../shared/printable.ts';
import { CANCEL, CONFIRM } from './action-ids.ts';
import { codeBlocks } from './code.ts';
import { actions, button, context, escaped, mrkdwn, notification, plain, section } from './elements.ts';
import { BUTTON_VALUE, fit, MESSAGE_BLOCKS, TEXT } from './limits.ts';
import type { SlackMessage } from './message.ts';
import { drawTable } from './table.ts';

/** A reply whose files have become words: `sendFiles` makes it. */
export type ShownReply = readonly ShownBlock[];
type ShownBlock = Exclude<ReplyBlock, { kind: 'file' }>;

const MOST_MESSAGES = 5;
/** Of the texts of a message; tables do not count. */
const MESSAGE_COST = 9000;
/** Of a piece of code, so that it shares a message with what introduces it. */
const CODE_COST = 6000;
const ERROR = 2800;
/** Text of a confirmation dialog. */
const DIALOG = 300;
const QUESTION = 2000;

/** What a command answers, in at most 5 messages; the last says how many are left out. At least one. */
export function renderReply(reply: ShownReply): readonly SlackMessage[] {
	const messages = pack(reply.flatMap(blocksOf));
	const text = notification(firstWords(reply));
	const more = messages.length - MOST_MESSAGES;
	if (messages.length === 0) return [{ text, blocks: [section(plain('Done.'))] }];
	if (more > 0) messages[MOST_MESSAGES - 1]?.push(context(plain(`… and ${counted(more, 'more message')}`)));
	return messages.slice(0, MOST_MESSAGES).map((blocks) => ({ text, blocks }));
}

/** A failure of what a person asked for: cause and next step. A channel in it (`<#C0123>`) becomes a link, which notifies nobody. */
export function errorMessage({ userMessage }: UserError): SlackMessage {
	const namesChannel = /<#[CG][A-Z0-9]+>/.test(userMessage);
	const linked = () => mrkdwn(escaped(userMessage, ERROR).replaceAll(/&lt;(#[CG][A-Z0-9]+)&gt;/g, '<$1>'));
	return { text: notification(userMessage), blocks: [section(namesChannel ? linked() : plain(userMessage, ERROR))] };
}

/**
 * Asks before something is destroyed. The question is Markdown as in a reply; `value` comes back with either button: at most 2,000 characters, or
 * it throws.
 */
export function confirmationCard(question: string, value: string): SlackMessage {
	if (value.length > BUTTON_VALUE) throw new RangeError(`a button takes ${BUTTON_VALUE} characters, not ${value.length}`);
	const words = withoutMarks(question);
	const confirm = {
		title: plain('Are you sure?'),
		text: plain(words, DIALOG),
		confirm: plain('Yes, do it'),
		deny: plain('Cancel'),
		style: 'danger' as const,
	};
	return {
		text: notification(words),
		blocks: [
			section(mrkdwn(marked(fit(clean(question), QUESTION)))),
			actions(button('Yes, do it', CONFIRM, { value, style: 'danger', confirm }), button('Cancel', CANCEL, { value })),
		],
	};
}

type Drawings = { [Kind in ShownBlock['kind']]: (block: Extract<ShownBlock, { kind: Kind }>) => KnownBlock[] };

const DRAWINGS: Drawings = {
	text: ({ text }) => sections(text).map((part) => section(mrkdwn(part))),
	table({ columns, rows }) {
		if (columns.length === 0) return [];
		const table = drawTable(columns, rows as string[][]);
		const rest = restOfTable(rows.length - table.rows, columns.length - table.columns);
		return [table.block, ...(rest === '' ? [] : [context(plain(rest))])];
	},
	code: ({ language, code }) => codeBlocks(code, language, CODE_COST),
};

function blocksOf(block: ShownBlock): KnownBlock[] {
	return DRAWINGS[block.kind](block as never);
}

/** In pieces that fit a section, split between lines where that is possible. */
function sections(text: string): string[] {
	const pieces: string[] = [];
	let rest = clean(text).trim();
	while (rest !== '') {
		const whole = fit(rest, TEXT / 2, () => '');
		const line = whole.lastIndexOf('\n');
		const piece = whole === rest || line <= 0 ? whole : rest.slice(0, line);
		pieces.push(marked(piece));
		rest = rest.slice(piece.length).replace(/^\n/, '');
	}
	return pieces;
}

/** As many blocks to a message as it takes; it takes one table. */
function pack(blocks: readonly KnownBlock[]): KnownBlock[][] {
	const messages: KnownBlock[][] = [];
	let cost = 0;
	for (const block of blocks) {
		const current = messages.at(-1);
		const added = block.type === 'table' ? 0 : JSON.stringify(block).length;
		const fits = current && current.length < MESSAGE_BLOCKS - 2 && cost + added <= MESSAGE_COST;
		if (fits && !(block.type === 'table' && current.some(({ type }) => type === 'table'))) {
			current.push(block);
			cost += added;
		} else {
			messages.push([block]);
			cost = added;
		}
	}
	return messages;
}

function firstWords(reply: ShownReply): string {
	const first = reply.find((block) => block.kind === 'text');
	return first?.kind === 'text' ? withoutMarks(first.text) : 'Done.';
}

/** **bold** and `code` of a reply as Slack writes them. */
function marked(text: string): string {
	return escaped(text).replaceAll(/\*\*(.+?)\*\*/g, '*$1*');
}

function withoutMarks(text: string): string {
	return text.replaceAll(/\*\*|`/g, '');
}
