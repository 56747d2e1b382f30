import { isJsonObject, type JsonObject, type JsonValue } from '../../../../src/json.ts';
import type { JsonSchema } from '../../../../src/toolset/tool.ts';

/** Deeper parts are left open: declarations do not show them. */
const DEEPEST = 6;
/** Entries of a list that are looked at. */
const SAMPLE = 20;
/** Objects with more are tables by key, or nothing a prompt has room for: the first ones stand for the rest. */
const MOST_PROPERTIES = 60;

/** The schema that all of these values have: what is in each object is required, and what was seen in none is not in it. At least one value. */
export function observedSchema(values: readonly JsonValue[]): JsonSchema {
	return schemaOf(values, 0);
}

function schemaOf(values: readonly JsonValue[], depth: number): JsonSchema {
	if (values.length === 0 || depth > DEEPEST) return {};
	const types = [...new Set(values.map(typeOf))];
	const objects = values.filter(isJsonObject);
	const lists = values.filter(Array.isArray);
	const entries = lists.flatMap((list) => list.slice(0, SAMPLE));
	return {
		type: types.length === 1 ? types[0] : types,
		...(objects.length > 0 && objectSchema(objects, depth)),
		...(entries.length > 0 && { items: schemaOf(entries, depth + 1) }),
	};
}

function objectSchema(objects: readonly JsonObject[], depth: number): JsonSchema {
	const names = [...new Set(objects.flatMap((object) => Object.keys(object)))].slice(0, MOST_PROPERTIES);
	const properties = names.map((name) => {
		const values = objects.flatMap((object) => (Object.hasOwn(object, name) ? [object[name] ?? null] : []));
		return [name, schemaOf(values, depth + 1)] as const;
	});
	return {
		properties: Object.fromEntries(properties),
		required: names.filter((name) => objects.every((object) => Object.hasOwn(object, name))),
	};
}

function typeOf(value: JsonValue): string {
	if (value === null) return 'null';
	return Array.isArray(value) ? 'array' : typeof value;
}
