import { isDeepStrictEqual } from 'node:util';
import { isJsonObject } from '../../json.ts';
import type { JsonSchema } from '../tool.ts';
import { mapSubschemas, referredKey } from './definitions.ts';

/** Beyond this, copying the properties of a base into every schema that extends it would bloat a document. */
const MAX_PROPERTIES = 400;

const annotations = new Set(['description', 'default', 'deprecated', 'examples']);
const objectKeywords = new Set([...annotations, 'type', 'properties', 'required', 'additionalProperties']);

type PlainObject = JsonSchema & { readonly properties?: Record<string, JsonSchema>; readonly required?: readonly string[] };

/**
 * Writes `allOf` out where that is simple: a single member, or objects that add properties to one another (one level of each definition; what its
 * properties hold is copied as it is). Other schemas stay as they are. The definitions must have no empty cycles.
 */
export function createMerger(definitions: ReadonlyMap<string, JsonSchema>): (schema: JsonSchema) => JsonSchema {
	const expanded = new Map<string, JsonSchema>();

	function merge(schema: JsonSchema): JsonSchema {
		const inner = mapSubschemas(schema, merge);
		return Array.isArray(inner.allOf) ? mergeMembers(inner, inner.allOf) : inner;
	}

	function mergeMembers(schema: JsonSchema, allOf: readonly JsonSchema[]): JsonSchema {
		const { allOf: _, ...host } = schema;
		const members = allOf.filter((member) => !isEmpty(member));
		const [only] = members;
		if (only === undefined) return host;
		if (members.length === 1 && addsNothing(host, only)) return { ...only, ...host };
		const objects = [...members, ...(isEmpty(host) ? [] : [host])].map(content);
		return mergeObjects(objects, host.description) ?? { ...host, allOf: members };
	}

	/** What a member says itself, or the definition it stands for. */
	function content(member: JsonSchema): JsonSchema {
		const { $ref: _, ...siblings } = member;
		const key = referredKey(member);
		return key !== undefined && isEmpty(siblings) ? expand(key) : member;
	}

	function expand(key: string): JsonSchema {
		const source = definitions.get(key) ?? {};
		const known = expanded.get(key);
		const result = known ?? content(Array.isArray(source.allOf) ? mergeMembers(source, source.allOf) : source);
		expanded.set(key, result);
		return result;
	}

	return merge;
}

function isEmpty(schema: JsonSchema): boolean {
	return Object.keys(schema).every((keyword) => annotations.has(keyword));
}

function addsNothing(host: JsonSchema, member: JsonSchema): boolean {
	return Object.keys(host).every((keyword) => annotations.has(keyword) || isDeepStrictEqual(host[keyword], member[keyword]));
}

function mergeObjects(schemas: readonly JsonSchema[], description: unknown): JsonSchema | undefined {
	const properties = new Map<string, JsonSchema>();
	const required = new Set<string>();
	for (const schema of schemas) {
		if (!isPlainObject(schema)) return undefined;
		for (const [name, property] of Object.entries(schema.properties ?? {})) properties.set(name, both(properties.get(name), property));
		for (const name of schema.required ?? []) required.add(name);
	}
	if (properties.size > MAX_PROPERTIES) return undefined;
	return {
		type: 'object',
		properties: Object.fromEntries(properties),
		...(required.size === 0 ? {} : { required: [...required] }),
		...(schemas.some((schema) => schema.additionalProperties === false) ? { additionalProperties: false } : {}),
		...(typeof description === 'string' ? { description } : {}),
	};
}

function isPlainObject(schema: JsonSchema): schema is PlainObject {
	const { type, properties, required, additionalProperties } = schema;
	return (
		(type === 'object' || (type === undefined && (properties !== undefined || required !== undefined))) &&
		!isJsonObject(additionalProperties) &&
		Object.keys(schema).every((keyword) => objectKeywords.has(keyword))
	);
}

/** A property that two members declare: the one that says more, or both. */
function both(first: JsonSchema | undefined, second: JsonSchema): JsonSchema {
	if (first === undefined || isEmpty(first) || isDeepStrictEqual(first, second)) return second;
	return isEmpty(second) ? first : { allOf: [first, second] };
}
