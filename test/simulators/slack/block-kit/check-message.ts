import { randomBytes } from 'node:crypto';
import { type Fields, isFields, list, nested, structure, text } from '../fields.ts';
import { Refusal } from '../refusal.ts';
import type { Block, Message } from '../state/transcript.ts';
import { checkBlocks } from './check-blocks.ts';
import { countMarkdownBlocks } from './markdown-blocks.ts';
import { createReport, refuseProblems } from './report.ts';

/** https://docs.slack.dev/reference/methods/chat.postMessage: more is cut off there; here it is refused, so that nobody relies on it. */
const LONGEST_TEXT = 40_000;
/** https://docs.slack.dev/reference/methods/chat.update */
const LONGEST_UPDATE = 4000;
/** https://docs.slack.dev/reference/block-kit/blocks/markdown-block: of all such blocks together. */
const LONGEST_MARKDOWN = 12_000;
/** https://docs.slack.dev/reference/block-kit/blocks/table-block: of all cells together. */
const LONGEST_TABLE = 10_000;
/** Measured by users (https://github.com/slackapi/bolt-js/issues/2509): 13,297 characters of markdown, 125 fewer with a divider beside it. */
const LARGEST_MESSAGE = 13_297;
const COST_OF_A_BLOCK = 125;
const MOST_RENDERED_BLOCKS = 50;

export interface Content {
	readonly text: string;
	readonly blocks: readonly Block[];
}

/**
 * The text and blocks of a call that writes a message, or a Refusal with Slack's error code. An update without text and blocks keeps both;
 * with a text alone it removes the blocks (https://docs.slack.dev/reference/methods/chat.update).
 */
export function checkMessage(fields: Fields, options: { readonly update?: boolean; readonly before?: Message } = {}): Content {
	const { before } = options;
	const given = structure(fields, 'blocks');
	if (given !== undefined && !Array.isArray(given)) throw new Refusal('invalid_blocks_format');
	const kept = fields.text === undefined ? before?.blocks : undefined;
	const content = fields.text === undefined ? (before?.text ?? '') : text(fields, 'text');
	if (content.length > (options.update ? LONGEST_UPDATE : LONGEST_TEXT)) throw new Refusal('msg_too_long');
	if (fields.markdown_text !== undefined) return checkMarkdownText(fields, given);
	if (given) checkMessageBlocks(given);
	const blocks = given ? withIds(given.filter(isFields)) : (kept ?? []);
	if (content === '' && blocks.length === 0 && structure(fields, 'attachments') === undefined) throw new Refusal('no_text');
	return { text: content, blocks };
}

function checkMarkdownText(fields: Fields, blocks: unknown): Content {
	if (blocks !== undefined || fields.text !== undefined) throw new Refusal('markdown_text_conflict');
	const markdown = text(fields, 'markdown_text');
	if (markdown.length > LONGEST_MARKDOWN) throw new Refusal('msg_too_long');
	return { text: markdown, blocks: withIds([{ type: 'markdown', text: markdown }]) };
}

export function checkMessageBlocks(blocks: readonly unknown[]): void {
	const report = createReport();
	checkBlocks(blocks, 'message', '/blocks', report);
	const known = blocks.filter(isFields);
	const markdown = known.filter((block) => block.type === 'markdown');
	if (sum(markdown.map((block) => text(block, 'text').length)) > LONGEST_MARKDOWN) {
		report.add(`markdown blocks must be less than ${LONGEST_MARKDOWN + 1} characters in sum`, '/blocks');
	}
	const tables = known.filter((block) => block.type === 'table');
	if (sum(tables.map((table) => textLength(table.rows))) > LONGEST_TABLE) {
		report.add(`table cells must be less than ${LONGEST_TABLE + 1} characters in sum`, '/blocks');
	}
	refuseProblems(report, 'invalid_blocks');
	const rendered = markdown.map((block) => countMarkdownBlocks(text(block, 'text')));
	const tableCount = tables.length + sum(rendered.map((count) => count.tables));
	if (tableCount > 1) {
		const messages = ['[ERROR] only_one_table_allowed'];
		throw new Refusal('invalid_attachments', { errors: ['only_one_table_allowed'], response_metadata: { messages } });
	}
	const others = known.length - markdown.length;
	const readable = sum(known.filter((block) => block.type !== 'table').map(textLength));
	const tooMany = others + sum(rendered.map((count) => count.all)) > MOST_RENDERED_BLOCKS;
	if (tooMany || readable + others * COST_OF_A_BLOCK > LARGEST_MESSAGE) throw new Refusal('msg_blocks_too_long');
}

function sum(numbers: readonly number[]): number {
	return numbers.reduce((total, number) => total + number, 0);
}

/** All characters that people read in it. */
function textLength(value: unknown): number {
	if (Array.isArray(value)) return sum(value.map(textLength));
	if (!isFields(value)) return 0;
	return sum(
		Object.entries(value).map(([name, item]) => (typeof item === 'string' ? (name === 'text' ? item.length : 0) : textLength(item))),
	);
}

/**
 * Blocks and elements with an id each: Slack makes one up where none is given, and for every `markdown` block, whose own it ignores
 * (https://docs.slack.dev/reference/block-kit/blocks/markdown-block).
 */
export function withIds(blocks: readonly Fields[]): readonly Block[] {
	return blocks.map((block) => {
		const elements =
			block.type === 'actions' || block.type === 'context_actions' ? { elements: list(block, 'elements').map(withActionId) } : {};
		const single = Object.fromEntries(
			['accessory', 'element'].flatMap((name) => [nested(block, name)].flatMap((item) => (item ? [[name, withActionId(item)]] : []))),
		);
		return {
			...block,
			...elements,
			...single,
			type: text(block, 'type'),
			block_id: (block.type !== 'markdown' && text(block, 'block_id')) || madeUp(),
		};
	});
}

function withActionId(element: Fields): Fields {
	return element.type === 'image' ? element : { ...element, action_id: text(element, 'action_id') || madeUp() };
}

function madeUp(): string {
	return randomBytes(4).toString('base64url');
}
