import { isJsonObject } from '../../json.ts';
import type { JsonSchema } from '../tool.ts';
import { referredKey } from './definitions.ts';
import { withFiles } from './file-arguments.ts';
import type { BodyBinding, ParameterBinding } from './operation.ts';
import type { ReadBody } from './read-body.ts';
import type { ReadParameter } from './read-parameters.ts';

export interface BuiltInput {
	/** One flat object with all arguments, closed: an argument that does not exist is a mistake. */
	readonly input: JsonSchema;
	readonly bindings: readonly ParameterBinding[];
	readonly body?: BodyBinding;
}

/** What keeps a body from being spread over the arguments. `additionalProperties: true` says no more than leaving it out. */
const flatKeywords = new Set([
	'type',
	'properties',
	'required',
	'additionalProperties',
	'description',
	'examples',
	'default',
	'deprecated',
]);

/**
 * Puts parameters and body together. A body that is a plain object becomes arguments of its own, unless one has the name of a parameter; any other is
 * one argument, `body` (or `requestBody` where that is taken).
 */
export function buildInput(
	{ parameters, body }: { parameters: readonly ReadParameter[]; body?: ReadBody },
	definitions: ReadonlyMap<string, JsonSchema>,
	merge: (schema: JsonSchema) => JsonSchema,
): BuiltInput {
	const properties = new Map(parameters.map(({ binding, schema }) => [binding.argument, merge(schema)]));
	const required = parameters.filter(({ binding }) => binding.required).map(({ binding }) => binding.argument);
	const bindings = parameters.map(({ binding }) => binding);
	if (body === undefined) return { input: inputOf(properties, required), bindings };

	const { contentType, encoding } = body;
	const { schema, fields } = withFileFields(body, merge(body.schema), definitions);
	if (fields !== undefined && [...fields.properties.keys()].every((name) => !properties.has(name))) {
		for (const [name, field] of fields.properties) properties.set(name, field);
		required.push(...fields.required);
		// Documents often leave out that a body is required; one with required properties is.
		const isRequired = body.required || fields.required.length > 0;
		return {
			input: inputOf(properties, required),
			bindings,
			body: { contentType, required: isRequired, from: { fields: [...fields.properties.keys()] }, encoding },
		};
	}
	const argument = freeArgument(properties);
	properties.set(argument, schema);
	if (body.required) required.push(argument);
	return { input: inputOf(properties, required), bindings, body: { contentType, required: body.required, from: { argument }, encoding } };
}

function inputOf(properties: ReadonlyMap<string, JsonSchema>, required: readonly string[]): JsonSchema {
	return {
		type: 'object',
		properties: Object.fromEntries(properties),
		...(required.length === 0 ? {} : { required }),
		additionalProperties: false,
	};
}

/** In multipart bodies, fields that are binary take files. */
function withFileFields(
	{ contentType, encoding }: ReadBody,
	schema: JsonSchema,
	definitions: ReadonlyMap<string, JsonSchema>,
): { schema: JsonSchema; fields: Fields | undefined } {
	const fields = fieldsOf(schema, definitions);
	if (fields === undefined || !contentType.startsWith('multipart/')) return { schema, fields };
	const properties = withFiles(fields.properties, encoding, definitions);
	const { required } = fields;
	return {
		schema: { type: 'object', properties: Object.fromEntries(properties), ...(required.length === 0 ? {} : { required }) },
		fields: { properties, required },
	};
}

interface Fields {
	readonly properties: ReadonlyMap<string, JsonSchema>;
	readonly required: readonly string[];
}

function fieldsOf(schema: JsonSchema, definitions: ReadonlyMap<string, JsonSchema>): Fields | undefined {
	const key = referredKey(schema);
	const object = key === undefined ? schema : definitions.get(key);
	if (object === undefined || object.type !== 'object' || !isJsonObject(object.properties) || isJsonObject(object.additionalProperties)) {
		return key === undefined || object === undefined || referredKey(object) === undefined ? undefined : fieldsOf(object, definitions);
	}
	if (!Object.keys(object).every((keyword) => flatKeywords.has(keyword))) return undefined;
	const properties = new Map(
		Object.entries(object.properties).filter((entry): entry is [string, JsonSchema & (typeof entry)[1]] => isJsonObject(entry[1])),
	);
	const required = Array.isArray(object.required) ? object.required.filter((name): name is string => properties.has(String(name))) : [];
	return properties.size === 0 ? undefined : { properties, required };
}

function freeArgument(taken: ReadonlyMap<string, JsonSchema>): string {
	let name = taken.has('body') ? 'requestBody' : 'body';
	for (let number = 2; taken.has(name); number += 1) name = `requestBody${number}`;
	return name;
}
