import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { withoutEmptyCycles } from '../openapi/definitions.ts';
import { mend } from '../openapi/mend.ts';
import { createMerger } from '../openapi/merge-all-of.ts';
import { createSchemaReader } from '../openapi/schema-reader.ts';
import type { JsonSchema } from '../tool.ts';

/** Of one tool, as its server gives them. */
export interface RawSchemas {
	readonly input: JsonObject;
	readonly output?: JsonObject;
}

export interface ReadSchemas {
	/** In the order of the tools. They refer to `definitions` only. */
	readonly tools: readonly { readonly input: JsonSchema; readonly output?: JsonSchema }[];
	readonly definitions: ReadonlyMap<string, JsonSchema>;
}

/**
 * The schemas of a server's tools, read by the same reader as those of OpenAPI documents, so that declarations, checks and hashes are alike. Each MCP
 * schema is a document of its own, with its own `$defs`; here they become the parts of one document. Throws UserError `document` when one nests too
 * deeply.
 */
export function readSchemas(tools: readonly RawSchemas[]): ReadSchemas {
	const components: JsonObject = {};
	const place = (schema: JsonObject, index: number, direction: 'input' | 'output'): JsonValue => {
		const key = `${direction}${index}`;
		const { $defs, definitions, ...root } = mend(schema);
		const parts = { ...(isJsonObject(definitions) ? definitions : {}), ...(isJsonObject($defs) ? $defs : {}) };
		let whole = 'Value';
		while (Object.hasOwn(parts, whole)) whole += '_';
		const base = `#/components/${key}/`;
		components[key] = moved({ ...parts, [whole]: root }, base, whole);
		return { $ref: base + whole };
	};
	const placed = tools.map(({ input, output }, index) => ({
		input: place(input, index, 'input'),
		output: output && place(output, index, 'output'),
	}));

	const reader = createSchemaReader({ components });
	const roots = placed.map(({ input, output }) => ({
		input: reader.read(input, 'input'),
		output: output && reader.read(output, 'output'),
	}));
	const acyclic = withoutEmptyCycles(reader.definitions());
	const merge = createMerger(acyclic);
	const definitions = new Map([...acyclic].map(([key, schema]) => [key, merge(schema)]));
	const inPlace = (schema: JsonSchema) => rootOf(schema, definitions);
	return {
		tools: roots.map(({ input, output }) => ({ input: argumentsOf(inPlace(input)), ...(output && { output: inPlace(output) }) })),
		definitions,
	};
}

/**
 * References of a schema (`#`, `#/$defs/Name`, `#/properties/name`) as they lead where it now stands.
 *
 * @param whole the name that the whole of the schema has among its definitions
 */
function moved(value: JsonValue, base: string, whole: string): JsonValue {
	if (Array.isArray(value)) return value.map((item) => moved(item, base, whole));
	if (!isJsonObject(value)) return value;
	const entries = Object.entries(value).map(([key, inner]): [string, JsonValue] => [
		key,
		key === '$ref' && typeof inner === 'string' ? movedReference(inner, base, whole) : moved(inner, base, whole),
	]);
	return Object.fromEntries(entries);
}

function movedReference(reference: string, base: string, whole: string): string {
	const definition = /^#\/(?:\$defs|definitions)\/(.+)$/.exec(reference)?.[1];
	if (definition !== undefined) return base + definition;
	if (reference === '#' || reference === '#/') return base + whole;
	return reference.startsWith('#/') ? `${base}${whole}${reference.slice(1)}` : reference;
}

/** A root that is referred to by nothing but its tool stands in its tool. */
function rootOf(schema: JsonSchema, definitions: ReadonlyMap<string, JsonSchema>): JsonSchema {
	const key = typeof schema.$ref === 'string' ? schema.$ref.replace('#/$defs/', '') : undefined;
	return (key === undefined ? undefined : definitions.get(key)) ?? schema;
}

/** One closed object: an argument that does not exist is a mistake. The alternatives of a union are put side by side; the server checks the rest. */
function argumentsOf(schema: JsonSchema): JsonSchema {
	const alternatives = [schema.anyOf, schema.allOf].flatMap((list) => (Array.isArray(list) ? list : [])).filter(isJsonObject);
	const properties = Object.assign(
		{},
		...alternatives.map((each) => each.properties ?? {}),
		isJsonObject(schema.properties) ? schema.properties : {},
	);
	const required = Array.isArray(schema.required) ? schema.required.filter((name) => Object.hasOwn(properties, name)) : [];
	return { type: 'object', properties, ...(required.length > 0 && { required }), additionalProperties: false };
}
