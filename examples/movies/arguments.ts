import { Validator } from '@cfworker/json-schema';
import type { Argument, ArgumentSchema } from './document.ts';

/**
 * Everything an operation may be given. The document's schemas were applied: an operation finds the arguments it declares, required ones and
 * those with a default always, and no others.
 */
export interface Arguments {
	readonly movie_id: number;
	readonly person_id: number;
	readonly collection_id: number;
	readonly query: string;
	readonly page: number;
	readonly value: number;
	readonly sort_by: string;
	readonly year?: number;
	readonly with_genres?: readonly number[];
	readonly with_people?: readonly number[];
	readonly original_language?: string;
	readonly country?: string;
	readonly released_from?: string;
	readonly released_to?: string;
	readonly runtime_min?: number;
	readonly runtime_max?: number;
	readonly vote_average_min?: number;
	readonly note?: string;
}

/** What a request carries, by where it was found. */
export interface Given {
	readonly path: Readonly<Record<string, string>>;
	readonly query: URLSearchParams;
	readonly body: Readonly<Record<string, unknown>>;
}

/** The arguments, or in one sentence what is wrong with them. */
export function readArguments(declared: readonly Argument[], given: Given): { args: Arguments } | { wrong: string } {
	const unknown = unknownName(declared, given);
	if (unknown !== undefined) return { wrong: `There is no argument "${unknown}" here; this operation takes ${namesOf(declared)}.` };
	const args: Record<string, unknown> = {};
	for (const argument of declared) {
		if (given.query.getAll(argument.name).length > 1) return { wrong: `The argument "${argument.name}" was given more than once.` };
		const value = givenValue(argument, given);
		if (value === undefined) {
			if (argument.required) return { wrong: `The argument "${argument.name}" is missing; it must be ${describe(argument.schema)}.` };
			if (argument.schema.default !== undefined) args[argument.name] = argument.schema.default;
			continue;
		}
		if (!new Validator({ ...argument.schema }, '2020-12').validate(value).valid)
			return { wrong: `The argument "${argument.name}" must be ${describe(argument.schema)}.` };
		args[argument.name] = value;
	}
	return { args: args as unknown as Arguments };
}

function unknownName(declared: readonly Argument[], given: Given): string | undefined {
	const names = (place: Argument['in']) => new Set(declared.filter((argument) => argument.in === place).map(({ name }) => name));
	const [query, body] = [names('query'), names('body')];
	return [...given.query.keys()].find((name) => !query.has(name)) ?? Object.keys(given.body).find((name) => !body.has(name));
}

function namesOf(declared: readonly Argument[]): string {
	return declared.length === 0 ? 'none' : declared.map(({ name }) => name).join(', ');
}

function givenValue(argument: Argument, given: Given): unknown {
	if (argument.in === 'body') return given.body[argument.name];
	const text = argument.in === 'path' ? given.path[argument.name] : (given.query.get(argument.name) ?? undefined);
	return text === undefined ? undefined : fromText(text, argument.schema);
}

/** Text that is no number stays text, which the schema then refuses. */
function fromText(text: string, schema: ArgumentSchema): unknown {
	const { items } = schema;
	if (schema.type === 'array' && items) return text.split(',').map((item) => fromText(item, items));
	const isNumber = schema.type === 'integer' ? /^-?\d{1,15}$/.test(text) : schema.type === 'number' && /^-?\d{1,9}(\.\d{1,9})?$/.test(text);
	return isNumber ? Number(text) : text;
}

function describe(schema: ArgumentSchema): string {
	if (schema.enum) return `one of ${schema.enum.join(', ')}`;
	if (schema.items)
		return `a comma-separated list of ${range(schema.minItems ?? 0, schema.maxItems)} items, each ${describe(schema.items)}`;
	if (schema.format === 'date') return 'a date such as 2019-12-25';
	if (schema.type === 'string') return `a text of ${range(schema.minLength ?? 0, schema.maxLength)} characters`;
	const steps = schema.multipleOf === undefined ? '' : ` in steps of ${schema.multipleOf}`;
	return `${schema.type === 'integer' ? 'a whole number' : 'a number'} of ${range(schema.minimum, schema.maximum)}${steps}`;
}

function range(least: number | undefined, most: number | undefined): string {
	if (most === undefined) return `at least ${least}`;
	return least === most ? `${least}` : `${least} to ${most}`;
}
