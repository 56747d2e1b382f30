import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import type { Operation, ParameterBinding } from '../openapi/operation.ts';
import type { JsonSchema } from '../tool.ts';
import { pairsOf } from './request.ts';

/**
 * The arguments of the same operation that ask for the page at an address, which may be relative to `from`: its query read back into the query's
 * arguments, everything else as it was. Undefined when the address is on another host than the operation's (that it be http there and https here means
 * nothing), or asks for nothing else than `args` did: it is then no page that these arguments can reach.
 */
export function argumentsOfLink(operation: Operation, args: JsonObject, address: string, from: string): JsonObject | undefined {
	if (!URL.canParse(address, from)) return undefined;
	const url = new URL(address, from);
	if (!/^https?:$/.test(url.protocol) || url.host !== new URL(operation.baseUrl).host) return undefined;
	const inQuery = operation.parameters.filter((parameter) => parameter.in === 'query');
	const pairs = [...url.searchParams];
	const read = inQuery.flatMap((parameter) => {
		const value = valueIn(pairs, parameter, args[parameter.argument], operation.input);
		return value === undefined ? [] : [[parameter.argument, value] as const];
	});
	const others = Object.entries(args).filter(([name]) => !inQuery.some(({ argument }) => argument === name));
	const next = Object.fromEntries([...others, ...read]);
	return read.length === 0 || canonicalJson(next) === canonicalJson(args) ? undefined : next;
}

/** What the query says of a parameter; the value as it was given where it says the same, so that nothing is lost on structured ones. */
function valueIn(
	pairs: readonly (readonly [string, string])[],
	parameter: ParameterBinding,
	given: JsonValue | undefined,
	input: JsonSchema,
): JsonValue | undefined {
	if (given !== undefined && given !== null && isIn(pairs, parameter, given)) return given;
	const texts = pairs.filter(([name]) => name === parameter.name || name === `${parameter.name}[]`).map(([, text]) => text);
	const [text] = texts;
	if (text === undefined || parameter.contentType !== undefined) return undefined;
	const schema = schemaOf(input, parameter.argument);
	if (!typesOf(schema).includes('array')) return typed(text, schema);
	const items = isJsonObject(schema.items) ? schema.items : {};
	return (parameter.explode ? texts : text.split(delimiterOf(parameter))).map((item) => typed(item, items));
}

function isIn(pairs: readonly (readonly [string, string])[], parameter: ParameterBinding, given: JsonValue): boolean {
	const written = new URLSearchParams(
		pairsOf(parameter, given)
			.map(([name, value]) => `${name}=${value}`)
			.join('&'),
	);
	const wanted = [...written];
	return wanted.length > 0 && wanted.every(([name, value]) => pairs.some((pair) => pair[0] === name && pair[1] === value));
}

function delimiterOf({ style, delimiter }: ParameterBinding): string {
	return delimiter ?? (style === 'spaceDelimited' ? ' ' : style === 'pipeDelimited' ? '|' : ',');
}

/** As the input declares it: a number where a text would be refused. */
export function typed(value: string | number, schema: JsonSchema): JsonValue {
	const types = typesOf(schema);
	const takesText = types.length === 0 || types.includes('string');
	if (takesText) return types.length === 0 ? value : String(value);
	if (types.includes('boolean') && (value === 'true' || value === 'false')) return value === 'true';
	return value !== '' && Number.isFinite(Number(value)) ? Number(value) : value;
}

/** The schema of an argument, behind a reference. */
export function schemaOf(input: JsonSchema, argument: string): JsonSchema {
	const properties = isJsonObject(input.properties) ? input.properties : {};
	const schema = Object.hasOwn(properties, argument) ? properties[argument] : undefined;
	if (!isJsonObject(schema)) return {};
	const definitions = isJsonObject(input.$defs) ? input.$defs : {};
	const target = typeof schema.$ref === 'string' ? definitions[schema.$ref.replace('#/$defs/', '')] : undefined;
	return isJsonObject(target) ? target : schema;
}

function typesOf(schema: JsonSchema): string[] {
	const own = Array.isArray(schema.type) ? schema.type : [schema.type];
	const inner = Array.isArray(schema.anyOf) ? schema.anyOf.flatMap((each) => (isJsonObject(each) ? typesOf(each) : [])) : [];
	return [...own, ...inner].filter((type): type is string => typeof type === 'string' && type !== 'null');
}
