import assert from 'node:assert/strict';
import type { KnownBlock, View } from '@slack/types';
import type { Rendered, SlackMessage } from '../../../../adapters/slack/render/message.ts';
import { checkMessageBlocks } from '../../../simulators/slack/block-kit/check-message.ts';
import { checkView as checkViewShape } from '../../../simulators/slack/block-kit/check-view.ts';

/** What everything but tables may cost as JSON: what Slack counts is not documented, and this is the most it can be. */
const MESSAGE_COST = 13_200;
const NOTIFICATION = 250;
/** What we mean ourselves; everything else between angle brackets came from elsewhere. */
const OWN_TOKEN = /<(?:@[UW][A-Z0-9]+|#[CG][A-Z0-9]+|!date\^\d+\^[^<>|]+\|[^<>|]+|https:\/\/[^<>|\s]+\|[^<>|]+)>/g;

/** What a run posts: Slack takes it, can find the first block again, and nothing in it notifies anybody or leads anywhere. */
export function checkRendered({ messages, files }: Rendered): void {
	for (const message of messages) {
		checkMessage(message);
		assert.notEqual(message.blocks[0]?.type, 'markdown', 'the first block keeps no block_id');
	}
	for (const { filename, title, content } of files) {
		assert.match(filename, /^[\w-]+\.(?:ts|csv|json|txt)$/);
		assert.ok(title.length > 0 && title.length <= 255);
		assert.ok(content.isWellFormed() && !content.startsWith('\ufeff'));
	}
}

export function checkMessage({ text, blocks }: SlackMessage): void {
	assert.ok(text.length > 0 && text.length <= NOTIFICATION && !text.includes('\n'), `a notification of ${text.length} characters`);
	checkMrkdwn(text);
	assert.ok(blocks.length > 0);
	checkMessageBlocks(blocks);
	const cost = JSON.stringify(blocks.filter(({ type }) => type !== 'table')).length;
	assert.ok(cost <= MESSAGE_COST, `a message that costs ${cost}`);
	for (const block of blocks) checkBlock(block);
}

export function checkView(view: View): void {
	checkViewShape({ ...view }, view.type === 'home' ? 'home' : 'modal');
	for (const block of view.blocks) checkBlock(block as KnownBlock);
}

function checkBlock(block: KnownBlock): void {
	checkTexts(block);
	if (block.type === 'markdown') checkFence(block.text);
	if (block.type === 'table') assert.ok(block.rows.every((row) => row.length === block.rows[0]?.length));
}

/** Every text anywhere within: there is some, it is whole, nothing in it is unseen, and only `mrkdwn` is read by Slack. */
function checkTexts(node: unknown): void {
	if (typeof node !== 'object' || node === null) return;
	const { type, text } = node as { readonly type?: unknown; readonly text?: unknown };
	if (typeof text === 'string') {
		assert.ok(text.trim().length > 0, `an empty ${type}`);
		assert.ok(text.isWellFormed(), 'half a character');
		assert.doesNotMatch(text, /[^\P{Cc}\t\n]|\p{Bidi_Control}/u);
		if (type === 'mrkdwn') checkMrkdwn(text);
	}
	for (const value of Object.values(node)) checkTexts(value);
}

function checkMrkdwn(text: string): void {
	const foreign = text.replaceAll(OWN_TOKEN, '');
	assert.doesNotMatch(foreign, /[<>]/, `could mention or link: ${text}`);
	assert.doesNotMatch(foreign, /&(?!(?:amp|lt|gt);)/, `half an entity: ${text.slice(-40)}`);
}

/** One fence around everything, longer than any within, and nothing in it that Slack could take for a mention or a link. */
function checkFence(markdown: string): void {
	const lines = markdown.split('\n');
	const fence = /^`{3,}(?=(?:ts|json)$)/.exec(lines[0] ?? '')?.[0] ?? '';
	assert.notEqual(fence, '', `no fence: ${lines[0]}`);
	assert.equal(lines.at(-1), fence);
	assert.ok(!lines.slice(1, -1).join('\n').includes(fence), 'a fence within the fence');
	assert.doesNotMatch(markdown, /<(?:[!@#]|https?:|mailto:)/i);
}
