import { type Fields, text } from '../fields.ts';

/**
 * Blocks as Slack gives them back in events, interactions and answers: it has turned `markdown` into rich text of its own, with ids of its own
 * (https://docs.slack.dev/reference/block-kit/blocks/markdown-block). Only the text is kept here; an app cannot rely on more.
 */
export function blocksAsRead(blocks: readonly Fields[]): readonly Fields[] {
	return blocks.map((block) => (block.type === 'markdown' ? asRichText(block) : block));
}

function asRichText(block: Fields): Fields {
	const elements = [{ type: 'rich_text_section', elements: [{ type: 'text', text: text(block, 'text') }] }];
	return { type: 'rich_text', block_id: block.block_id, elements };
}
