import { anyText, anything, boolean, characters, integer, items, oneOf, plainText, type Rule, shaped } from './rules.ts';

/** Limits of https://docs.slack.dev/reference/block-kit/composition-objects and of each element's page under …/block-elements. */
const ACTION_ID = characters(1, 255);

const confirm = shaped({
	required: { title: plainText(100), text: anyText(300), confirm: plainText(30), deny: plainText(30) },
	optional: { style: oneOf('primary', 'danger') },
});
const option = shaped({
	required: { text: anyText(75), value: characters(1, 150) },
	optional: { description: anyText(75), url: characters(1, 3000) },
});
const optionGroup = shaped({ required: { label: plainText(75), options: items(option, 1, 100) } });
const dispatch = shaped({ required: { trigger_actions_on: items(oneOf('on_enter_pressed', 'on_character_entered'), 1, 2) } });
const focus = { focus_on_load: boolean };
const placeholder = { placeholder: plainText(150) };
const actionable = { action_id: ACTION_ID };

const choices = { options: items(option, 1, 100), option_groups: items(optionGroup, 1, 100) };
const feedback = shaped({
	required: { text: plainText(75), value: characters(1, 2000) },
	optional: { accessibility_label: characters(1, 75) },
});
const input = { ...actionable, ...focus, ...placeholder, initial_value: characters(0, 3000), dispatch_action_config: dispatch };
const picker = (initial: string): Rule =>
	shaped({ optional: { ...actionable, ...focus, ...placeholder, confirm, [initial]: anything, timezone: anything } });
const menu = (...more: readonly string[]): Rule =>
	shaped({ optional: { ...actionable, ...focus, ...placeholder, confirm, ...Object.fromEntries(more.map((name) => [name, anything])) } });

/** Every element by its type. */
export const ELEMENTS = {
	button: shaped({
		required: { text: plainText(75) },
		optional: {
			...actionable,
			confirm,
			url: characters(1, 3000),
			value: characters(0, 2000),
			style: oneOf('primary', 'danger'),
			accessibility_label: characters(1, 75),
		},
	}),
	icon_button: shaped({
		required: { icon: oneOf('trash'), text: plainText(75) },
		optional: {
			...actionable,
			confirm,
			value: characters(0, 2000),
			accessibility_label: characters(1, 75),
			visible_to_user_ids: items(characters(1, 20), 0, 1000),
		},
	}),
	feedback_buttons: shaped({ required: { positive_button: feedback, negative_button: feedback }, optional: actionable }),
	image: shaped({ required: { alt_text: characters(1, 2000) }, optional: { image_url: characters(1, 3000), slack_file: anything } }),
	static_select: shaped({ optional: { ...actionable, ...focus, ...placeholder, ...choices, confirm, initial_option: option } }),
	multi_static_select: shaped({
		optional: {
			...actionable,
			...focus,
			...placeholder,
			...choices,
			confirm,
			initial_options: items(option, 1, 100),
			max_selected_items: integer(1, 100),
		},
	}),
	overflow: shaped({ required: { options: items(option, 1, 5) }, optional: { ...actionable, confirm } }),
	radio_buttons: shaped({
		required: { options: items(option, 1, 10) },
		optional: { ...actionable, ...focus, confirm, initial_option: option },
	}),
	checkboxes: shaped({
		required: { options: items(option, 1, 10) },
		optional: { ...actionable, ...focus, confirm, initial_options: items(option, 1, 10) },
	}),
	users_select: menu('initial_user'),
	conversations_select: menu('initial_conversation', 'default_to_current_conversation', 'filter', 'response_url_enabled'),
	channels_select: menu('initial_channel', 'response_url_enabled'),
	external_select: menu('initial_option', 'min_query_length'),
	datepicker: picker('initial_date'),
	timepicker: picker('initial_time'),
	datetimepicker: picker('initial_date_time'),
	plain_text_input: shaped({ optional: { ...input, multiline: boolean, min_length: integer(0, 3000), max_length: integer(1, 3000) } }),
	url_text_input: shaped({ optional: input }),
	email_text_input: shaped({ optional: input }),
	number_input: shaped({
		required: { is_decimal_allowed: boolean },
		optional: { ...input, min_value: characters(1, 40), max_value: characters(1, 40) },
	}),
	file_input: shaped({ optional: { ...actionable, filetypes: items(characters(1, 40), 1, 100), max_files: integer(1, 10) } }),
} satisfies Record<string, Rule>;

type ElementType = keyof typeof ELEMENTS;

const CHOOSERS = [
	...(['checkboxes', 'datepicker', 'datetimepicker', 'radio_buttons', 'timepicker', 'static_select', 'multi_static_select'] as const),
	...(['users_select', 'conversations_select', 'channels_select', 'external_select'] as const),
];
/** What https://docs.slack.dev/reference/block-kit/block-elements allows where. */
export const IN_ACTIONS: readonly ElementType[] = ['button', 'overflow', ...CHOOSERS];
export const IN_SECTION: readonly ElementType[] = ['button', 'image', 'overflow', ...CHOOSERS];
export const IN_CONTEXT_ACTIONS: readonly ElementType[] = ['feedback_buttons', 'icon_button'];
export const IN_INPUT: readonly ElementType[] = ['plain_text_input', 'url_text_input', 'email_text_input', 'number_input', ...CHOOSERS];
