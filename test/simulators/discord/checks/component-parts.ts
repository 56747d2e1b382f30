import { ButtonStyle, ComponentType } from 'discord-api-types/v10';
import { type Fields, isFields, nested, text } from '../fields.ts';
import { checkBoolean, checkChoice, checkLength, checkList, checkNumber, checkText, type Problems } from './problems.ts';

export const SELECTS: readonly number[] = [
	ComponentType.StringSelect,
	ComponentType.UserSelect,
	ComponentType.RoleSelect,
	ComponentType.MentionableSelect,
	ComponentType.ChannelSelect,
];

/** discord.com/developers/docs/components/reference#button */
export function checkButton(problems: Problems, at: string, button: Fields): void {
	checkChoice(problems, `${at}.style`, button.style, [1, 2, 3, 4, 5, 6], true);
	checkText(problems, `${at}.label`, button.label, { max: 80, required: false });
	checkBoolean(problems, `${at}.disabled`, button.disabled);
	if (button.emoji !== undefined && button.emoji !== null) checkEmoji(problems, `${at}.emoji`, button.emoji);
	if (button.style === ButtonStyle.Premium) {
		checkText(problems, `${at}.sku_id`, button.sku_id, { max: 20 });
		return;
	}
	if (button.label === undefined && button.emoji === undefined)
		problems.add(at, 'BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED', 'A button must have a label or an emoji');
	if (button.style !== ButtonStyle.Link) {
		checkText(problems, `${at}.custom_id`, button.custom_id, { max: 100 });
		if (button.url !== undefined) problems.add(`${at}.url`, 'BUTTON_COMPONENT_INVALID_URL', 'Only link buttons can have a url');
		return;
	}
	checkText(problems, `${at}.url`, button.url, { max: 512 });
	const url = text(button, 'url');
	if (url !== undefined && !/^(https?|discord):\/\/\S+$/.test(url))
		problems.add(`${at}.url`, 'URL_TYPE_INVALID_URL', 'Not a well formed URL.');
	if (button.custom_id !== undefined)
		problems.add(at, 'BUTTON_COMPONENT_CUSTOM_ID_AND_URL_MUTUALLY_EXCLUSIVE', 'A custom id and url cannot both be specified');
}

/** An emoji of Unicode by itself, or a custom one by its id. */
export function checkEmoji(problems: Problems, at: string, emoji: unknown): void {
	const name = isFields(emoji) ? text(emoji, 'name') : undefined;
	if (isFields(emoji) && text(emoji, 'id')) return;
	const one = /^\p{RGI_Emoji}$/v;
	if (name === undefined || !(one.test(name) || one.test(`${name}\u{fe0f}`)))
		problems.add(`${at}.name`, 'COMPONENT_INVALID_EMOJI', 'Invalid emoji');
}

/** discord.com/developers/docs/components/reference#string-select and those that follow it. */
export function checkSelect(problems: Problems, at: string, select: Fields, inModal: boolean): void {
	checkText(problems, `${at}.custom_id`, select.custom_id, { max: 100 });
	checkText(problems, `${at}.placeholder`, select.placeholder, { min: 0, max: 150, required: false });
	checkNumber(problems, `${at}.min_values`, select.min_values, 0, 25);
	checkNumber(problems, `${at}.max_values`, select.max_values, 1, 25);
	checkBoolean(problems, `${at}.disabled`, select.disabled);
	if (inModal) checkInModal(problems, at, select);
	if (select.type === ComponentType.StringSelect) checkOptions(problems, at, select, { min: 1, max: 25 });
}

/**
 * What inputs of a modal have in common: discord.com/developers/docs/components/reference#string-select-string-select-structure, its
 * notes.
 */
export function checkInModal(problems: Problems, at: string, input: Fields): void {
	checkBoolean(problems, `${at}.required`, input.required);
	if (input.disabled) problems.add(`${at}.disabled`, 'COMPONENT_DISABLED_IN_MODAL', 'Components cannot be disabled in a modal');
	if (input.required !== false && input.min_values === 0)
		problems.add(`${at}.min_values`, 'COMPONENT_REQUIRED_MIN_VALUES', 'min_values must be at least 1 when required is true');
}

export function checkOptions(
	problems: Problems,
	at: string,
	component: Fields,
	length: { readonly min: number; readonly max: number },
): void {
	const values = new Set<unknown>();
	checkList(problems, `${at}.options`, component.options, length, (option, where) => {
		checkText(problems, `${where}.label`, option.label, { max: 100 });
		checkText(problems, `${where}.value`, option.value, { max: 100 });
		checkText(problems, `${where}.description`, option.description, { min: 0, max: 100, required: false });
		if (nested(option, 'emoji')) checkEmoji(problems, `${where}.emoji`, option.emoji);
		if (values.has(option.value))
			problems.add(`${where}.value`, 'SELECT_COMPONENT_OPTION_VALUE_DUPLICATED', 'The specified option value is already used');
		values.add(option.value);
	});
	const count = Array.isArray(component.options) ? component.options.length : 0;
	const [min, max] = [component.min_values ?? 1, component.max_values ?? 1];
	if (typeof max === 'number' && max > count && component.max_values !== undefined)
		problems.add(`${at}.max_values`, 'SELECT_COMPONENT_MAX_VALUES_TOO_LARGE', 'max_values is greater than the number of options');
	if (typeof min === 'number' && typeof max === 'number' && min > max)
		problems.add(`${at}.min_values`, 'SELECT_COMPONENT_MIN_VALUES_TOO_LARGE', 'min_values is greater than max_values');
	const defaults = (Array.isArray(component.options) ? component.options : []).filter(
		(option) => isFields(option) && option.default === true,
	);
	if (typeof max === 'number' && defaults.length > max) checkLength(problems, `${at}.options`, defaults.length, 0, max);
}
