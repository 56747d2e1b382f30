import type { KnownBlock, RichTextBlock, RichTextSection } from '@slack/types';
import { type DrawnValue, drawValue as draw, type Widgets } from '../../shared/draw-value.ts';
import { clean } from '../../shared/printable.ts';
import type { Shape } from '../../shared/shape.ts';
import { leftOut } from '../../shared/shorten.ts';
import { context, literal, mrkdwn, plain, section } from './elements.ts';
import { costOf, fit } from './limits.ts';
import { drawTable } from './table.ts';

/** Of a list, or of the fields of an object, all together. */
const LINES_COST = 3000;
const TEXT_COST = 2900;
const TEXT_SECTIONS = 2;

const WIDGETS: Widgets<KnownBlock> = {
	text: drawText,
	table: drawTable,
	literal,
	firstThatFit(lines) {
		let left = LINES_COST;
		return lines.filter((line) => {
			left -= costOf(line) + 2;
			return left >= 0;
		});
	},
	list: drawList,
	lines: (lines) => section(plain(lines.join('\n'))),
	note: (words, filename) => context(mrkdwn(`${words} *${filename}*`)),
};

/** The data of an answer; whatever is not shown whole is in a file. */
export function drawValue(shape: Shape): DrawnValue<KnownBlock> {
	return draw(shape, WIDGETS);
}

/** At most two sections. */
function drawText(text: string): { readonly blocks: readonly KnownBlock[]; readonly whole: boolean } {
	const blocks: KnownBlock[] = [];
	let rest = clean(text).trim();
	while (rest !== '') {
		const last = blocks.length === TEXT_SECTIONS - 1;
		const part = fit(rest, TEXT_COST, last ? leftOut : () => '');
		blocks.push(section(plain(part)));
		if (last && part !== rest) return { blocks, whole: false };
		rest = rest.slice(part.length);
	}
	return { blocks, whole: true };
}

function drawList(entries: readonly string[]): RichTextBlock {
	const elements = entries.map((text): RichTextSection => ({ type: 'rich_text_section', elements: [{ type: 'text', text }] }));
	return { type: 'rich_text', elements: [{ type: 'rich_text_list', style: 'bullet', elements }] };
}
