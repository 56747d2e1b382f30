import type { Fields } from '../fields.ts';
import { type ErrorTree, Refusal } from '../refusal.ts';

/** What is wrong with a body, by where it is: discord.com/developers/docs/reference#error-messages. */
export interface Problems {
	/** `at` is a path such as `components.0.label`; empty for the body itself. */
	add(at: string, code: string, message: string): void;
	/** Refuses with all that was found, or does nothing. */
	refuse(): void;
}

export function createProblems(): Problems {
	const found: { readonly at: string; readonly code: string; readonly message: string }[] = [];
	return {
		add: (at, code, message) => void found.push({ at, code, message }),
		refuse() {
			if (found.length > 0) throw new Refusal(400, 50035, 'Invalid Form Body', treeOf(found));
		},
	};
}

function treeOf(found: readonly { readonly at: string; readonly code: string; readonly message: string }[]): ErrorTree {
	const root: Record<string, unknown> = {};
	for (const { at, code, message } of found) {
		let node = root;
		for (const name of at.split('.').filter((part) => part !== '')) {
			node[name] ??= {};
			node = node[name] as Record<string, unknown>;
		}
		node._errors = [...((node._errors as unknown[] | undefined) ?? []), { code, message }];
	}
	return root as ErrorTree;
}

interface Length {
	readonly min?: number;
	readonly max: number;
	/** Default true. */
	readonly required?: boolean;
}

/** Text of this many characters. */
export function checkText(problems: Problems, at: string, value: unknown, { min = 1, max, required = true }: Length): void {
	if (value === undefined || value === null) {
		if (required) problems.add(at, 'BASE_TYPE_REQUIRED', 'This field is required');
	} else if (typeof value !== 'string') problems.add(at, 'STRING_TYPE_CONVERT', 'Could not interpret as string.');
	else if (value.length < min || value.length > max) checkLength(problems, at, value.length, min, max);
}

/** How many there are, of characters or items. */
export function checkLength(problems: Problems, at: string, length: number, min: number, max: number): void {
	if (length >= min && length <= max) return;
	if (min === 0) problems.add(at, 'BASE_TYPE_MAX_LENGTH', `Must be ${max} or fewer in length.`);
	else problems.add(at, 'BASE_TYPE_BAD_LENGTH', `Must be between ${min} and ${max} in length.`);
}

export function checkNumber(problems: Problems, at: string, value: unknown, min: number, max: number, required = false): void {
	if (value === undefined || value === null) {
		if (required) problems.add(at, 'BASE_TYPE_REQUIRED', 'This field is required');
	} else if (typeof value !== 'number' || !Number.isInteger(value)) problems.add(at, 'NUMBER_TYPE_COERCE', `Value "${value}" is not int.`);
	else if (value < min) problems.add(at, 'NUMBER_TYPE_MIN', `int value should be greater than or equal to ${min}.`);
	else if (value > max) problems.add(at, 'NUMBER_TYPE_MAX', `int value should be less than or equal to ${max}.`);
}

export function checkChoice(problems: Problems, at: string, value: unknown, choices: readonly (string | number)[], required = false): void {
	if (value === undefined || value === null) {
		if (required) problems.add(at, 'BASE_TYPE_REQUIRED', 'This field is required');
	} else if (!choices.some((choice) => choice === value))
		problems.add(at, 'BASE_TYPE_CHOICES', `Value must be one of {${choices.join(', ')}}.`);
}

export function checkBoolean(problems: Problems, at: string, value: unknown): void {
	if (value !== undefined && value !== null && typeof value !== 'boolean')
		problems.add(at, 'BOOLEAN_TYPE_CONVERT', 'Must be either true or false.');
}

/** A list of objects of this length, each looked at by `check`. */
export function checkList(
	problems: Problems,
	at: string,
	value: unknown,
	length: Length,
	check: (item: Fields, at: string, index: number) => void,
): void {
	if (value === undefined || value === null) {
		if (length.required ?? true) problems.add(at, 'BASE_TYPE_REQUIRED', 'This field is required');
		return;
	}
	if (!Array.isArray(value)) {
		problems.add(at, 'LIST_TYPE_CONVERT', 'Only iterables may be used in a ListType');
		return;
	}
	checkLength(problems, at, value.length, length.min ?? 1, length.max);
	for (const [index, item] of value.entries()) {
		if (typeof item === 'object' && item !== null && !Array.isArray(item)) check(item as Fields, `${at}.${index}`, index);
		else problems.add(`${at}.${index}`, 'MODEL_TYPE_CONVERT', 'Only dictionaries may be used in a ModelType');
	}
}
