import { isJsonObject } from '../../json.ts';
import type { JsonSchema } from '../tool.ts';

const prefix = '#/$defs/';

/** The key a schema refers to, or undefined. */
export function referredKey(schema: JsonSchema): string | undefined {
	return typeof schema.$ref === 'string' && schema.$ref.startsWith(prefix) ? schema.$ref.slice(prefix.length) : undefined;
}

/** The schemas directly inside a schema, whatever the keyword. */
export function subschemas(schema: JsonSchema): JsonSchema[] {
	const { properties, items, additionalProperties, allOf, anyOf, prefixItems } = schema;
	const candidates = [items, additionalProperties, ...values(properties), ...list(allOf), ...list(anyOf), ...list(prefixItems)];
	return candidates.filter(isSchema);
}

/** The same schema with every schema directly inside it replaced. */
export function mapSubschemas(schema: JsonSchema, change: (inner: JsonSchema) => JsonSchema): JsonSchema {
	const apply = (inner: unknown): unknown => (isSchema(inner) ? change(inner) : inner);
	const result: Record<string, unknown> = { ...schema };
	for (const keyword of ['items', 'additionalProperties']) if (isSchema(schema[keyword])) result[keyword] = apply(schema[keyword]);
	for (const keyword of ['allOf', 'anyOf', 'prefixItems'])
		if (Array.isArray(schema[keyword])) result[keyword] = list(schema[keyword]).map(apply);
	if (isSchema(schema.properties)) {
		result.properties = Object.fromEntries(Object.entries(schema.properties).map(([name, inner]) => [name, apply(inner)]));
	}
	return result;
}

/**
 * The same definitions without references that lead back to themselves with no object or list in between (`A: { allOf: [A, …] }`, `A -> B -> A`): such a
 * reference says nothing, and following it never ends. It becomes `{}`.
 */
export function withoutEmptyCycles(definitions: ReadonlyMap<string, JsonSchema>): Map<string, JsonSchema> {
	const done = new Map<string, JsonSchema>();
	const open = new Set<string>();

	const visit = (key: string): void => {
		const schema = definitions.get(key);
		if (schema === undefined || done.has(key) || open.has(key)) return;
		open.add(key);
		done.set(key, rewrite(schema));
		open.delete(key);
	};
	const rewrite = (schema: JsonSchema): JsonSchema => {
		const { $ref, ...rest } = schema;
		const key = referredKey(schema);
		if (key !== undefined) visit(key);
		const kept: JsonSchema = key !== undefined && (open.has(key) || !definitions.has(key)) ? rest : schema;
		return {
			...kept,
			...(Array.isArray(kept.allOf) ? { allOf: kept.allOf.filter(isSchema).map(rewrite) } : {}),
			...(Array.isArray(kept.anyOf) ? { anyOf: kept.anyOf.filter(isSchema).map(rewrite) } : {}),
		};
	};
	for (const key of definitions.keys()) visit(key);
	return done;
}

/** The keys that `schemas` refer to, directly or through definitions. */
export function reachableKeys(schemas: readonly JsonSchema[], definitions: ReadonlyMap<string, JsonSchema>): Set<string> {
	const keys = new Set<string>();
	const open = [...schemas];
	for (let schema = open.pop(); schema !== undefined; schema = open.pop()) {
		const key = referredKey(schema);
		const target = key === undefined || keys.has(key) ? undefined : definitions.get(key);
		if (key !== undefined && target !== undefined) {
			keys.add(key);
			open.push(target);
		}
		for (const inner of subschemas(schema)) open.push(inner);
	}
	return keys;
}

function values(map: unknown): unknown[] {
	return isJsonObject(map) ? Object.values(map) : [];
}

function list(value: unknown): unknown[] {
	return Array.isArray(value) ? value : [];
}

function isSchema(value: unknown): value is JsonSchema {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
