import { ApplicationCommandOptionType, ApplicationCommandType } from 'discord-api-types/v10';
import { type Fields, list, nested, text } from '../fields.ts';
import { checkBoolean, checkChoice, checkList, checkNumber, checkText, type Problems } from './problems.ts';

/** discord.com/developers/docs/interactions/application-commands#application-command-object-application-command-naming */
const NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;
/** Of names, descriptions and values together, the same page, "maximum of 8000 characters". */
const LARGEST_COMMAND = 8000;
const { Attachment, Integer, Number: Decimal, String: Text, Subcommand, SubcommandGroup } = ApplicationCommandOptionType;

export function checkCommand(problems: Problems, command: Fields, at: string): void {
	const type = command.type ?? ApplicationCommandType.ChatInput;
	checkChoice(problems, `${at}.type`, type, [1, 2, 3]);
	if (type === ApplicationCommandType.ChatInput) {
		checkName(problems, `${at}.name`, command.name);
		checkText(problems, `${at}.description`, command.description, { max: 100 });
		checkOptions(problems, command, at, 0);
	} else {
		checkText(problems, `${at}.name`, command.name, { max: 32 });
		if (text(command, 'description'))
			problems.add(`${at}.description`, 'APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION', 'Context menu commands cannot have description');
		if (list(command, 'options').length > 0)
			problems.add(`${at}.options`, 'APPLICATION_COMMAND_CONTEXT_MENU_OPTIONS', 'Context menu commands cannot have options');
	}
	checkEach(problems, `${at}.contexts`, command.contexts, [0, 1, 2]);
	checkEach(problems, `${at}.integration_types`, command.integration_types, [0, 1]);
	const permissions = command.default_member_permissions;
	if (permissions !== undefined && permissions !== null && !/^\d+$/.test(String(permissions)))
		problems.add(`${at}.default_member_permissions`, 'NUMBER_TYPE_COERCE', `Value "${String(permissions)}" is not int.`);
	checkBoolean(problems, `${at}.nsfw`, command.nsfw);
	if (sizeOf(command) > LARGEST_COMMAND)
		problems.add(at, 'APPLICATION_COMMAND_TOO_LARGE', `Command exceeds maximum size (${LARGEST_COMMAND})`);
}

function checkName(problems: Problems, at: string, name: unknown): void {
	if (typeof name !== 'string') checkText(problems, at, name, { max: 32 });
	else if (!NAME.test(name) || name !== name.toLowerCase()) problems.add(at, 'APPLICATION_COMMAND_INVALID_NAME', 'Command name is invalid');
}

function checkEach(problems: Problems, at: string, value: unknown, choices: readonly number[]): void {
	if (value === undefined || value === null) return;
	const items: readonly unknown[] = Array.isArray(value) ? value : [];
	if (items.length === 0) problems.add(at, 'BASE_TYPE_BAD_LENGTH', `Must be between 1 and ${choices.length} in length.`);
	for (const [index, item] of items.entries()) checkChoice(problems, `${at}.${index}`, item, choices);
	if (new Set(items).size < items.length) problems.add(at, 'SET_TYPE_ALREADY_CONTAINS_VALUE', 'The set already contains this value');
}

/** Subcommands stand beside nothing else, groups only at the top. */
function checkOptions(problems: Problems, parent: Fields, at: string, depth: number): void {
	const names = new Set<unknown>();
	let optionalSeen = false;
	checkList(problems, `${at}.options`, parent.options, { min: 0, max: 25, required: false }, (option, where) => {
		checkOption(problems, option, where, depth);
		if (names.has(option.name)) problems.add(where, 'APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS', 'Option name already exists');
		names.add(option.name);
		if (option.required === true && optionalSeen)
			problems.add(where, 'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID', 'Required options must be placed before non-required options');
		optionalSeen ||= option.required !== true;
	});
	const kinds = new Set(list(parent, 'options').map((option) => option.type === Subcommand || option.type === SubcommandGroup));
	if (kinds.size > 1)
		problems.add(
			`${at}.options`,
			'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID',
			'Sub-command and sub-command group option types are mutually exclusive to all other types',
		);
}

const BASIC: readonly number[] = [3, 4, 5, 6, 7, 8, 9, 10, Attachment];
/** By depth: at the top, within a group, within a subcommand. */
const ALLOWED: readonly (readonly number[])[] = [[Subcommand, SubcommandGroup, ...BASIC], [Subcommand], BASIC];

function checkOption(problems: Problems, option: Fields, at: string, depth: number): void {
	checkChoice(problems, `${at}.type`, option.type, ALLOWED[depth] ?? BASIC, true);
	checkName(problems, `${at}.name`, option.name);
	checkText(problems, `${at}.description`, option.description, { max: 100 });
	checkBoolean(problems, `${at}.required`, option.required);
	if (option.type === SubcommandGroup) checkOptions(problems, option, at, 1);
	else if (option.type === Subcommand) checkOptions(problems, option, at, 2);
	else checkParameter(problems, option, at);
}

function checkParameter(problems: Problems, option: Fields, at: string): void {
	const isText = option.type === Text;
	const isNumber = option.type === Integer || option.type === Decimal;
	checkList(problems, `${at}.choices`, option.choices, { min: 0, max: 25, required: false }, (choice, where) => {
		checkText(problems, `${where}.name`, choice.name, { max: 100 });
		if (isText) checkText(problems, `${where}.value`, choice.value, { max: 100 });
		else if (!isNumber || typeof choice.value !== 'number') problems.add(`${where}.value`, 'NUMBER_TYPE_COERCE', 'Value is not int.');
	});
	const hasChoices = list(option, 'choices').length > 0;
	if (option.autocomplete === true && (hasChoices || !(isText || isNumber)))
		problems.add(`${at}.autocomplete`, 'APPLICATION_COMMAND_AUTOCOMPLETE_INVALID', 'This option cannot have autocomplete');
	checkNumber(problems, `${at}.min_length`, option.min_length, 0, 6000);
	checkNumber(problems, `${at}.max_length`, option.max_length, 1, 6000);
	if (!isText && (option.min_length !== undefined || option.max_length !== undefined))
		problems.add(at, 'APPLICATION_COMMAND_OPTION_LENGTH_INVALID', 'Only string options have a length');
}

/** Of each field the longest of its translations counts. */
function sizeOf(part: Fields): number {
	const own = ['name', 'description'].map((field) => {
		const translated = Object.values(nested(part, `${field}_localizations`) ?? {}).map((value) => String(value).length);
		return Math.max(text(part, field)?.length ?? 0, ...translated);
	});
	const choices = list(part, 'choices').map((choice) => sizeOf(choice) + String(choice.value).length);
	const options = list(part, 'options').map(sizeOf);
	return [...own, ...choices, ...options].reduce((sum, size) => sum + size, 0);
}
