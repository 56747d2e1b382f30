import { ComponentType } from 'discord-api-types/v10';
import { type Fields, isFields, list } from '../fields.ts';
import { checkInModal, checkOptions, checkSelect, SELECTS } from './component-parts.ts';
import { checkBoolean, checkChoice, checkList, checkNumber, checkText, createProblems, type Problems } from './problems.ts';

const { ActionRow, Checkbox, CheckboxGroup, FileUpload, Label, RadioGroup, TextDisplay, TextInput } = ComponentType;
const IN_LABEL: readonly number[] = [TextInput, ...SELECTS, FileUpload, RadioGroup, CheckboxGroup, Checkbox];

/**
 * discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object-modal; refuses a modal that people could
 * not be shown.
 */
export function checkModal(data: Fields): void {
	const problems = createProblems();
	const customIds = new Set<unknown>();
	checkText(problems, 'data.custom_id', data.custom_id, { max: 100 });
	checkText(problems, 'data.title', data.title, { max: 45 });
	checkList(problems, 'data.components', data.components, { max: 5 }, (component, at) => {
		if (component.type === TextDisplay) checkText(problems, `${at}.content`, component.content, { max: 4000 });
		else if (component.type === Label) checkLabel(problems, component, at, customIds);
		else if (component.type === ActionRow) checkOldRow(problems, component, at, customIds);
		else problems.add(`${at}.type`, 'UNION_TYPE_CHOICES', `Value of field "type" must be one of (${ActionRow}, ${TextDisplay}, ${Label}).`);
	});
	problems.refuse();
}

function checkLabel(problems: Problems, label: Fields, at: string, customIds: Set<unknown>): void {
	checkText(problems, `${at}.label`, label.label, { max: 45 });
	checkText(problems, `${at}.description`, label.description, { min: 0, max: 100, required: false });
	const { component } = label;
	if (!isFields(component)) {
		problems.add(`${at}.component`, 'BASE_TYPE_REQUIRED', 'This field is required');
		return;
	}
	const types = IN_LABEL.join(', ');
	if (IN_LABEL.some((type) => type === component.type)) checkInput(problems, component, `${at}.component`, customIds);
	else problems.add(`${at}.component.type`, 'UNION_TYPE_CHOICES', `Value of field "type" must be one of (${types}).`);
}

/** Deprecated, and still shown: a row with one text input, which has its own label. */
function checkOldRow(problems: Problems, row: Fields, at: string, customIds: Set<unknown>): void {
	checkList(problems, `${at}.components`, row.components, { max: 1 }, (input, where) => {
		checkText(problems, `${where}.label`, input.label, { max: 45 });
		if (input.type === TextInput) checkInput(problems, input, where, customIds);
		else problems.add(`${where}.type`, 'UNION_TYPE_CHOICES', `Value of field "type" must be one of (${TextInput},).`);
	});
}

function checkInput(problems: Problems, input: Fields, at: string, customIds: Set<unknown>): void {
	if (customIds.has(input.custom_id))
		problems.add(`${at}.custom_id`, 'COMPONENT_CUSTOM_ID_DUPLICATED', 'Component custom id cannot be duplicated');
	customIds.add(input.custom_id);
	checkNumber(problems, `${at}.id`, input.id, 0, 2 ** 31 - 1);
	checkText(problems, `${at}.custom_id`, input.custom_id, { max: 100 });
	if (SELECTS.some((type) => type === input.type)) checkSelect(problems, at, input, true);
	else if (input.type === TextInput) checkTextInput(problems, input, at);
	else if (input.type === Checkbox) checkBoolean(problems, `${at}.default`, input.default);
	else {
		checkInModal(problems, at, input);
		if (input.type === FileUpload) checkUpload(problems, input, at);
		else checkOptions(problems, at, input, { min: input.type === RadioGroup ? 2 : 1, max: 10 });
	}
}

/** discord.com/developers/docs/components/reference#file-upload */
function checkUpload(problems: Problems, input: Fields, at: string): void {
	checkNumber(problems, `${at}.min_values`, input.min_values, 0, 10);
	checkNumber(problems, `${at}.max_values`, input.max_values, 1, 10);
}

/** discord.com/developers/docs/components/reference#text-input */
function checkTextInput(problems: Problems, input: Fields, at: string): void {
	checkChoice(problems, `${at}.style`, input.style, [1, 2], true);
	checkNumber(problems, `${at}.min_length`, input.min_length, 0, 4000);
	checkNumber(problems, `${at}.max_length`, input.max_length, 1, 4000);
	checkText(problems, `${at}.placeholder`, input.placeholder, { min: 0, max: 100, required: false });
	const longest = typeof input.max_length === 'number' ? Math.min(input.max_length, 4000) : 4000;
	checkText(problems, `${at}.value`, input.value, { min: 0, max: longest, required: false });
}

/** The inputs of a modal in order, each with the label it is shown under. */
export function inputsOf(components: readonly Fields[]): readonly { readonly label: string; readonly input: Fields }[] {
	return components.flatMap((component) => {
		if (component.type === Label && isFields(component.component)) return [{ label: String(component.label), input: component.component }];
		if (component.type === ActionRow) return list(component, 'components').map((input) => ({ label: String(input.label), input }));
		return [];
	});
}
