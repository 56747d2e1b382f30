import { type Fields, isFields, list, nested, text } from '../fields.ts';
import { blockRule, type Surface } from './blocks.ts';
import type { Report } from './report.ts';
import { items } from './rules.ts';

/** https://docs.slack.dev/reference/block-kit/blocks: 50 in a message, 100 in a view. */
const MOST_BLOCKS: Readonly<Record<Surface, number>> = { message: 50, modal: 100, home: 100 };

/** Reports whatever Slack would not take. `at` is where the list stands, such as `/blocks`. */
export function checkBlocks(blocks: unknown, surface: Surface, at: string, report: Report): void {
	items(blockRule(surface), 0, MOST_BLOCKS[surface])(blocks, at, report);
	if (!Array.isArray(blocks)) return;
	const seen = new Set<string>();
	for (const [index, block] of blocks.entries()) {
		if (!isFields(block)) continue;
		const id = text(block, 'block_id');
		if (id !== '' && seen.has(id)) report.add(`\`block_id\` "${id}" already exists`, `${at}/${index}/block_id`);
		seen.add(id);
		checkActionIds(block, `${at}/${index}`, report);
	}
}

/** An action id occurs once in a block: the app could not tell the elements apart. */
function checkActionIds(block: Fields, at: string, report: Report): void {
	const seen = new Set<string>();
	const accessory = nested(block, 'accessory');
	for (const element of [...list(block, 'elements'), ...(accessory ? [accessory] : [])]) {
		const id = text(element, 'action_id');
		if (id !== '' && seen.has(id)) report.add(`\`action_id\` "${id}" already exists in this block`, at);
		seen.add(id);
	}
}
