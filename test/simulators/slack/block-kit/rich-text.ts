import { anything, boolean, characters, integer, items, oneOf, type Rule, shaped, typed } from './rules.ts';

const style = shaped({
	optional: { bold: boolean, italic: boolean, strike: boolean, underline: boolean, code: boolean, highlight: boolean },
});
const leaf = (required: Record<string, Rule>, optional: Record<string, Rule> = {}) =>
	shaped({ required, optional: { style, ...optional } });

/** https://docs.slack.dev/reference/block-kit/blocks/rich-text-block. A piece of text must have at least one character. */
const LEAVES = typed({
	text: leaf({ text: characters(1, 40_000) }),
	link: leaf({ url: characters(1, 3000) }, { text: characters(0, 3000), unsafe: boolean }),
	user: leaf({ user_id: characters(1, 20) }),
	usergroup: leaf({ usergroup_id: characters(1, 20) }),
	channel: leaf({ channel_id: characters(1, 20) }),
	emoji: leaf({ name: characters(1, 100) }, { unicode: anything, skin_tone: anything }),
	broadcast: leaf({ range: oneOf('here', 'channel', 'everyone') }),
	color: leaf({ value: characters(1, 20) }),
	date: leaf({ timestamp: anything, format: characters(1, 200) }, { url: anything, fallback: anything }),
});
const leaves = items(LEAVES, 0, 10_000);
const border = { border: integer(0, 1) };
const section = shaped({ required: { elements: leaves } });
const sections = typed({ rich_text_section: section });

export const RICH_TEXT: Rule = shaped({
	required: {
		elements: items(
			typed({
				rich_text_section: section,
				rich_text_preformatted: shaped({ required: { elements: leaves }, optional: { ...border, language: characters(1, 50) } }),
				rich_text_quote: shaped({ required: { elements: leaves }, optional: border }),
				rich_text_list: shaped({
					required: { style: oneOf('bullet', 'ordered'), elements: items(sections, 1, 1000) },
					optional: { ...border, indent: integer(0, 8), offset: integer(0, 100_000) },
				}),
			}),
			0,
			1000,
		),
	},
	optional: { block_id: characters(1, 255) },
});
