import type { Schema } from '@cfworker/json-schema';
import { isJsonObject, type JsonObject } from '../json.ts';
import type { JsonSchema } from './tool.ts';

type Checkable = Schema | boolean;

/** The types of JSON Schema. */
export const SCHEMA_TYPES: ReadonlySet<string> = new Set(['array', 'boolean', 'integer', 'null', 'number', 'object', 'string']);

/** The keywords of JSON Schema whose value is a number. */
export const NUMERIC_KEYWORDS = [
	'minimum',
	'maximum',
	'exclusiveMinimum',
	'exclusiveMaximum',
	'multipleOf',
	'minLength',
	'maxLength',
	'minItems',
	'maxItems',
	'minProperties',
	'maxProperties',
] as const;

/** More references than this in one check come from a schema that contains itself many times over; an honest one needs hundreds. */
const MAX_REFERENCES = 50_000;

/** The schema refers to itself so often that a value cannot be checked against it. */
export class SchemaTooComplex extends Error {
	override readonly name = 'SchemaTooComplex';
}

export interface CheckableSchemas {
	/** See `checkable`. */
	of(schema: unknown): Checkable;
	/** For the validator: `#/$defs/<key>` -> checkable schema, made when it is asked for. Throws SchemaTooComplex beyond 50,000 questions. */
	readonly lookup: Record<string, Checkable>;
}

/**
 * Schemas of documents, reduced to what can be checked without harm: documents are full of keywords with the wrong kind of value, on which a
 * validator throws, and may hold regular expressions that never end.
 *
 * Left out are `pattern`, `patternProperties` and `format` (an annotation in JSON Schema 2020-12), `uniqueItems` (quadratic), and keywords that
 * turn stricter when something inside them is left out (`not`, `if`, `contains`, `unevaluated…`). `oneOf` counts as `anyOf`, because alternatives
 * that differ in such a keyword only would all match. So a checkable schema accepts everything that the original accepts; the
 * server has the last word on the rest. Properties marked `readOnly` are not required: requests leave them out (OpenAPI 3.1, Schema Object).
 */
export function checkableSchemas(definitions: Readonly<Record<string, JsonSchema>>): CheckableSchemas {
	const made = new Map<string, Checkable>();
	const of = (schema: unknown) => checkable(schema, definitions);
	let questions = 0;
	const lookup = new Proxy<Record<string, Checkable>>(
		{},
		{
			get(_, reference) {
				questions += 1;
				if (questions > MAX_REFERENCES) throw new SchemaTooComplex();
				const key = String(reference);
				const known = made.get(key) ?? of(definitionOf(key, definitions));
				made.set(key, known);
				return known;
			},
		},
	);
	return { of, lookup };
}

/** The schema behind a chain of references; an unknown one, or a cycle, accepts anything. */
export function dereferenced(schema: unknown, definitions: Readonly<Record<string, JsonSchema>>): JsonObject {
	let current = schema;
	for (let hop = 0; hop < 20 && isJsonObject(current); hop += 1) {
		if (typeof current.$ref !== 'string') return current;
		current = definitionOf(current.$ref, definitions);
	}
	return {};
}

function definitionOf(reference: string, definitions: Readonly<Record<string, JsonSchema>>): JsonSchema | undefined {
	const key = reference.startsWith('#/$defs/') ? reference.slice('#/$defs/'.length) : '';
	return Object.hasOwn(definitions, key) ? definitions[key] : undefined;
}

function checkable(schema: unknown, definitions: Readonly<Record<string, JsonSchema>>): Checkable {
	if (typeof schema === 'boolean') return schema;
	if (!isJsonObject(schema)) return true;
	const of = (part: unknown) => checkable(part, definitions);
	const keywords = { ...scalarKeywords(schema), ...objectKeywords(schema, of), ...listKeywords(schema, of), ...combinations(schema, of) };
	const isKnown = typeof schema.$ref === 'string' && definitionOf(schema.$ref, definitions) !== undefined;
	return { ...keywords, ...(isKnown ? { $ref: schema.$ref } : {}) } as Schema;
}

type Keywords = Record<string, unknown>;

function scalarKeywords(schema: JsonObject): Keywords {
	const keywords: Keywords = Object.fromEntries(
		NUMERIC_KEYWORDS.filter((keyword) => Number.isFinite(schema[keyword])).map((keyword) => [keyword, schema[keyword]]),
	);
	const type = typesOf(schema);
	if (type !== undefined) keywords.type = type;
	if (schema.const !== undefined) keywords.const = schema.const;
	if (Array.isArray(schema.enum) && schema.enum.length > 0) keywords.enum = schema.enum;
	return keywords;
}

function objectKeywords(schema: JsonObject, of: (part: unknown) => Checkable): Keywords {
	const keywords: Keywords = { required: requiredOf(schema) };
	if (isJsonObject(schema.properties)) {
		keywords.properties = Object.fromEntries(Object.entries(schema.properties).map(([name, part]) => [name, of(part)]));
	}
	if (!schema.patternProperties && isSchema(schema.additionalProperties)) keywords.additionalProperties = of(schema.additionalProperties);
	return keywords;
}

function listKeywords(schema: JsonObject, of: (part: unknown) => Checkable): Keywords {
	const keywords: Keywords = {};
	// `items` with a list is how drafts before 2020-12 write `prefixItems`.
	const tuple = [schema.prefixItems, schema.items].find(Array.isArray);
	if (tuple) keywords.prefixItems = tuple.map(of);
	if (isSchema(schema.items)) keywords.items = of(schema.items);
	return keywords;
}

function combinations(schema: JsonObject, of: (part: unknown) => Checkable): Keywords {
	const keywords: Keywords = {};
	const partsOf = (keyword: string): Checkable[] => {
		const parts = schema[keyword];
		return Array.isArray(parts) ? parts.map(of) : [];
	};
	const [any, one, all] = [partsOf('anyOf'), partsOf('oneOf'), partsOf('allOf')];
	if (any.length > 0) keywords.anyOf = any;
	if (one.length > 0) all.push({ anyOf: one } as Schema);
	if (all.length > 0) keywords.allOf = all;
	return keywords;
}

function isSchema(value: unknown): boolean {
	return typeof value === 'boolean' || isJsonObject(value);
}

/** Known types only: `file` and `any` of older documents say nothing. `nullable` (OpenAPI 3.0) adds null. */
function typesOf(schema: JsonObject): string | string[] | undefined {
	const declared = (Array.isArray(schema.type) ? schema.type : [schema.type]).filter((type) => typeof type === 'string');
	const known = declared.filter((type) => SCHEMA_TYPES.has(type));
	if (known.length === 0 || known.length < declared.length) return undefined;
	if (schema.nullable === true) known.push('null');
	return known.length === 1 ? known[0] : known;
}

function requiredOf(schema: JsonObject): string[] {
	const properties = isJsonObject(schema.properties) ? schema.properties : {};
	const isReadOnly = (name: string) => {
		const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
		return isJsonObject(property) && property.readOnly === true;
	};
	return (Array.isArray(schema.required) ? schema.required : [])
		.filter((name) => typeof name === 'string')
		.filter((name) => !isReadOnly(name));
}
