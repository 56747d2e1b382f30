import { ELEMENTS, IN_ACTIONS, IN_CONTEXT_ACTIONS, IN_INPUT, IN_SECTION } from './elements.ts';
import { RICH_TEXT } from './rich-text.ts';
import { anyText, anything, boolean, characters, items, oneOf, pick, plainText, type Rule, shaped, typed } from './rules.ts';

/** Where blocks can stand. */
export type Surface = 'message' | 'modal' | 'home';

const block_id = characters(1, 255);
const optional = (fields: Record<string, Rule> = {}) => ({ block_id, ...fields });

/** https://docs.slack.dev/reference/block-kit/blocks/table-block; no cell may be empty. */
const cell = typed({
	raw_text: shaped({ required: { text: characters(1, 10_000) } }),
	raw_number: shaped({ required: { value: anything }, optional: { text: anything } }),
	rich_text: RICH_TEXT,
});
const column = shaped({ optional: { align: oneOf('left', 'center', 'right'), is_wrapped: boolean } });

/** Limits of each block's page under https://docs.slack.dev/reference/block-kit/blocks. */
const EVERYWHERE: Readonly<Record<string, Rule>> = {
	actions: shaped({ required: { elements: items(typed(pick(ELEMENTS, IN_ACTIONS)), 1, 25) }, optional: optional() }),
	context: shaped({
		required: {
			elements: items(
				(value, at, report) => (typeOf(value) === 'image' ? ELEMENTS.image(value, at, report) : anyText(3000)(value, at, report)),
				1,
				10,
			),
		},
		optional: optional(),
	}),
	divider: shaped({ optional: optional() }),
	header: shaped({ required: { text: plainText(150) }, optional: optional() }),
	image: shaped({
		required: { alt_text: characters(1, 2000) },
		optional: optional({ image_url: characters(1, 3000), slack_file: anything, title: plainText(2000) }),
	}),
	rich_text: RICH_TEXT,
	section: shaped({
		optional: optional({
			text: anyText(3000),
			fields: items(anyText(2000), 1, 10),
			accessory: typed(pick(ELEMENTS, IN_SECTION)),
			expand: boolean,
		}),
	}),
	video: anything,
};

const inputBlock = (elements: readonly (keyof typeof ELEMENTS)[]): Rule =>
	shaped({
		required: { label: plainText(2000), element: typed(pick(ELEMENTS, elements)) },
		optional: optional({ hint: plainText(2000), optional: boolean, dispatch_action: boolean }),
	});

const IN_MESSAGES: Readonly<Record<string, Rule>> = {
	context_actions: shaped({ required: { elements: items(typed(pick(ELEMENTS, IN_CONTEXT_ACTIONS)), 1, 5) }, optional: optional() }),
	markdown: shaped({ required: { text: characters(1, 12_000) }, optional: optional() }),
	table: shaped({
		required: { rows: items(items(cell, 1, 20), 1, 100) },
		optional: optional({ column_settings: items((value, at, report) => value === null || column(value, at, report), 0, 20) }),
	}),
	plan: anything,
	task_card: anything,
	card: anything,
	carousel: anything,
	data_table: anything,
};

const BLOCKS: Readonly<Record<Surface, Rule>> = {
	message: typed({ ...EVERYWHERE, ...IN_MESSAGES, input: inputBlock(IN_INPUT) }),
	// Only a modal takes files (https://docs.slack.dev/reference/block-kit/block-elements/file-input-element).
	modal: typed({ ...EVERYWHERE, input: inputBlock([...IN_INPUT, 'file_input']) }),
	home: typed({ ...EVERYWHERE, input: inputBlock(IN_INPUT) }),
};

export function blockRule(surface: Surface): Rule {
	return (block, at, report) => {
		BLOCKS[surface](block, at, report);
		const fields = typeof block === 'object' && block !== null ? block : {};
		if (typeOf(block) === 'section' && !('text' in fields) && !('fields' in fields))
			report.add('missing required field: text or fields', at);
		if (typeOf(block) === 'image' && !('image_url' in fields) && !('slack_file' in fields))
			report.add('missing required field: image_url', at);
	};
}

function typeOf(value: unknown): unknown {
	return typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined;
}
