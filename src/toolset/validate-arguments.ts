import { createContext, Script } from 'node:vm';
import { validate } from '@cfworker/json-schema';
import { isDeeperThan, isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { type CheckableSchemas, checkableSchemas, dereferenced, SchemaTooComplex } from './checkable-schema.ts';
import { closestName } from './closest-name.ts';
import { explainMismatch, shortened } from './explain-mismatch.ts';
import type { JsonSchema } from './tool.ts';

export type ValidatedArguments = { readonly ok: true; readonly args: JsonObject } | { readonly ok: false; readonly message: string };

type Definitions = Readonly<Record<string, JsonSchema>>;

const MAX_DEPTH = 64;
const MAX_PROBLEMS = 5;
const MAX_MESSAGE = 2_000;
/** Milliseconds that all patterns of one call may take together; a pattern that needs longer is not checked. */
const PATTERN_BUDGET_MS = 50;

/**
 * Checks arguments against a tool's input before anything is sent, and returns them as they should be sent:
 * - unknown arguments are refused, required ones must be there; null counts as "not given" unless the argument's schema accepts null
 * - a number or boolean is turned into text where only text is accepted; text of a number or boolean into that, where only that is
 *   accepted (also inside lists). An integer beyond 2^53 may be given as its digits and stays text, since a number would lose some
 * - types, enumerations, limits and nested structure are checked by interpretation, no code is generated; see `checkableSchemas` for
 *   what is left to the server
 * - a `pattern` of an argument or of the items of a list runs with a time limit, and counts as matched when it is invalid or does not end
 *
 * The message names each argument, what is expected and what was given, for a model to mend the call. At most 2,000 characters. Never throws.
 */
export function validateArguments(input: JsonSchema, definitions: Definitions, args: JsonObject): ValidatedArguments {
	if (!isJsonObject(args)) return failed([`The arguments must be one object, but got ${shortened(args)}.`]);
	if (isDeeperThan(args, MAX_DEPTH)) return failed([`The arguments are nested more than ${MAX_DEPTH} levels deep.`]);
	const properties = isJsonObject(input.properties) ? input.properties : {};
	const required = Array.isArray(input.required) ? input.required.filter((name) => typeof name === 'string') : [];
	const given = Object.entries(args).filter(([name, value]) => {
		return (
			value !== undefined &&
			(value !== null || !Object.hasOwn(properties, name) || typesOf(properties[name], definitions)?.has('null') !== false)
		);
	});

	const problems = given
		.filter(([name]) => !Object.hasOwn(properties, name))
		.map(([name]) => unknownArgument(name, Object.keys(properties)));
	for (const name of required)
		if (!given.some(([other]) => other === name)) problems.push(missingArgument(name, properties[name], definitions));
	const known = given.filter(([name]) => Object.hasOwn(properties, name));
	const coerced = known.map(([name, value]): [string, JsonValue] => [name, coerce(value, properties[name], definitions)]);
	const schemas = checkableSchemas(definitions);
	const matches = createPatternCheck();
	for (const [name, value] of coerced) {
		const problem =
			mismatch(name, value, properties[name], schemas, definitions) ?? patternMismatch(name, value, properties[name], definitions, matches);
		if (problem !== undefined) problems.push(problem);
	}
	return problems.length > 0 ? failed(problems) : { ok: true, args: Object.fromEntries(coerced) };
}

function failed(problems: readonly string[]): ValidatedArguments {
	const more = problems.length > MAX_PROBLEMS ? [`And ${problems.length - MAX_PROBLEMS} more.`] : [];
	return { ok: false, message: [...problems.slice(0, MAX_PROBLEMS), ...more].join(' ').slice(0, MAX_MESSAGE) };
}

function unknownArgument(name: string, names: readonly string[]): string {
	const closest = closestName(name, names);
	const shown = `${names.slice(0, 20).join(', ')}${names.length > 20 ? ', …' : ''}`;
	const advice = closest === undefined ? (names.length === 0 ? 'There are none.' : `There are: ${shown}.`) : `Did you mean \`${closest}\`?`;
	return `There is no argument \`${name.slice(0, 60)}\`. ${advice}`;
}

function missingArgument(name: string, schema: unknown, definitions: Definitions): string {
	const types = [...(typesOf(schema, definitions) ?? [])].join(' or ');
	return `The required argument \`${name}\`${types === '' ? '' : ` (${types})`} is missing.`;
}

function mismatch(
	name: string,
	value: JsonValue,
	schema: unknown,
	schemas: CheckableSchemas,
	definitions: Definitions,
): string | undefined {
	if (isBigInteger(value) && typesOf(schema, definitions)?.has('integer')) return undefined;
	const checkable = schemas.of(schema);
	try {
		const { valid, errors } = validate(value, checkable, '2020-12', schemas.lookup);
		return valid ? undefined : explainMismatch(name, value, errors, checkable, schemas.lookup);
	} catch (error) {
		if (error instanceof URIError) return `The argument \`${name}\` has a property name with half of a character (a lone surrogate) in it.`;
		// A reference that leads to itself ends in the stack limit; both mean that no value can be held against this schema.
		if (!(error instanceof SchemaTooComplex) && !(error instanceof RangeError)) throw error;
		return `The argument \`${name}\` cannot be checked: its schema in the API document refers to itself without end.`;
	}
}

/** The JSON types a schema accepts as far as they are named; undefined when it does not say. */
function typesOf(schema: unknown, definitions: Definitions, depth = 0): ReadonlySet<string> | undefined {
	if (depth > 8) return undefined;
	const target = dereferenced(schema, definitions);
	const named = (Array.isArray(target.type) ? target.type : [target.type]).filter((type) => typeof type === 'string');
	if (named.length > 0) return new Set(target.nullable === true ? [...named, 'null'] : named);
	if (Array.isArray(target.enum)) return new Set(target.enum.map(typeName));
	const alternatives = Array.isArray(target.anyOf) ? target.anyOf : Array.isArray(target.oneOf) ? target.oneOf : undefined;
	if (alternatives) {
		const parts = alternatives.map((part) => typesOf(part, definitions, depth + 1));
		return parts.includes(undefined) ? undefined : new Set(parts.flatMap((part) => [...(part ?? [])]));
	}
	if (!Array.isArray(target.allOf)) return undefined;
	return target.allOf.map((part) => typesOf(part, definitions, depth + 1)).find((part) => part !== undefined);
}

function typeName(value: JsonValue): string {
	return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
}

function coerce(value: JsonValue, schema: unknown, definitions: Definitions): JsonValue {
	if (Array.isArray(value)) {
		const { items } = dereferenced(schema, definitions);
		return isJsonObject(items) ? value.map((item) => (Array.isArray(item) ? item : coerce(item, items, definitions))) : value;
	}
	const types = typesOf(schema, definitions);
	if (!types || typeof value === 'object' || types.has(typeof value) || (typeof value === 'number' && types.has('integer'))) return value;
	if (typeof value !== 'string') return types.has('string') ? String(value) : value;
	if (types.has('boolean') && (value === 'true' || value === 'false')) return value === 'true';
	const wantsNumber = types.has('number') || types.has('integer');
	return wantsNumber && /^-?\d+(\.\d+)?$/.test(value) && !isBigInteger(value) ? Number(value) : value;
}

function isBigInteger(value: JsonValue): boolean {
	return typeof value === 'string' && /^-?\d{1,30}$/.test(value) && !Number.isSafeInteger(Number(value));
}

function patternMismatch(
	name: string,
	value: JsonValue,
	schema: unknown,
	definitions: Definitions,
	matches: (pattern: string, text: string) => boolean,
): string | undefined {
	const target = dereferenced(schema, definitions);
	if (Array.isArray(value)) {
		const problems = value.map((item, index) =>
			Array.isArray(item) ? undefined : patternMismatch(`${name}[${index}]`, item, target.items, definitions, matches),
		);
		return problems.find((problem) => problem !== undefined);
	}
	if (typeof value !== 'string' || typeof target.pattern !== 'string' || matches(target.pattern, value)) return undefined;
	return `The argument \`${name}\` must match the pattern ${target.pattern.slice(0, 200)}, but got ${shortened(value)}.`;
}

/**
 * Regular expressions of a document may take exponential time. V8 can stop them only through the time limit of a script, so a fixed script runs
 * them in an empty context; pattern and text are its data.
 */
function createPatternCheck(): (pattern: string, text: string) => boolean {
	let run: ((pattern: string, text: string) => boolean) | undefined;
	let left = PATTERN_BUDGET_MS;
	return (pattern, text) => {
		if (left < 1) return true;
		run ??= patternRunner(() => Math.max(1, Math.floor(left)));
		const started = performance.now();
		try {
			return run(pattern, text);
		} catch {
			return true;
		} finally {
			left -= performance.now() - started;
		}
	};
}

function patternRunner(timeout: () => number): (pattern: string, text: string) => boolean {
	const data: { pattern: string; text: string } = Object.assign(Object.create(null), { pattern: '', text: '' });
	const context = createContext(data);
	// Without `u` for older syntax such as `\-`, but never where that would turn a property escape into plain letters.
	const compile =
		'try { return new RegExp(pattern, "u"); } catch (error) { if (/\\\\[pPu]{/.test(pattern)) throw error; return new RegExp(pattern); }';
	const script = new Script(`(() => { ${compile} })().test(text)`);
	return (pattern, text) => {
		data.pattern = pattern;
		data.text = text;
		return script.runInContext(context, { timeout: timeout() }) === true;
	};
}
