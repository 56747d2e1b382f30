import { isJsonObject, type JsonObject } from '../../json.ts';
import type { JsonSchema } from '../tool.ts';
import { directionSensitive } from './direction-sensitive.ts';
import { plainText } from './plain-text.ts';
import { isLocal, resolve, segmentsOf, valueAt } from './reference.ts';
import { type Direction, enumOf, formatOf, limitsOf, typeOf } from './schema-keywords.ts';

const MAX_DESCRIPTION_CHARACTERS = 300;

/** Reads the schemas of one OpenAPI 3.1 document as plain JSON Schema. */
export interface SchemaReader {
	/**
	 * The schema as JSON Schema 2020-12 that refers to `#/$defs/<key>` only. What cannot be known is `{}`: references to other documents or to nowhere.
	 * Constraints that only a server can judge are left out (`pattern`, since a hostile expression could stall whoever checks it; `not`, `if`, dependent
	 * and unevaluated properties), and `oneOf` becomes `anyOf`, since published documents let the alternatives overlap. So the result never refuses a
	 * value that the document accepts. An input has no readOnly properties, an output no writeOnly ones.
	 */
	read(schema: unknown, direction: Direction): JsonSchema;
	/** Everything that was referred to so far, by key. Keys consist of letters, digits, `_`, `.` and `-`. */
	definitions(): Map<string, JsonSchema>;
}

export function createSchemaReader(document: JsonObject): SchemaReader {
	const keys = new Map<string, string>();
	const usedKeys = new Set<string>();
	const suffixes = new Map<string, number>();
	const definitions = new Map<string, JsonSchema>();
	const waiting: { key: string; reference: string; direction: Direction }[] = [];
	const sensitive = directionSensitive(document);

	function read(schema: unknown, direction: Direction): JsonSchema {
		if (schema === false) return { not: {} };
		if (!isJsonObject(schema)) return {};
		if (typeof schema.$ref !== 'string') return readKeywords(schema, direction);
		const { $ref, ...siblings } = schema;
		const key = keyOf($ref, direction);
		const rest = readKeywords(siblings, direction);
		return key === undefined ? rest : { $ref: `#/$defs/${key}`, ...rest };
	}

	function keyOf(reference: string, direction: Direction): string | undefined {
		if (!isLocal(reference) || typeof valueAt(document, reference) !== 'object') return undefined;
		const isInputVariant = direction === 'input' && sensitive(reference);
		const identity = `${isInputVariant ? 'input' : 'any'} ${reference}`;
		const known = keys.get(identity);
		if (known !== undefined) return known;
		const key = freeKey(`${nameOf(reference)}${isInputVariant ? 'Input' : ''}`);
		keys.set(identity, key);
		waiting.push({ key, reference, direction });
		return key;
	}

	function freeKey(wanted: string): string {
		let key = wanted;
		// Goes on where the last one of this name ended: of an MCP server's schemas thousands want the same.
		let number = suffixes.get(wanted) ?? 2;
		for (; usedKeys.has(key); number += 1) key = `${wanted}-${number}`;
		suffixes.set(wanted, number);
		usedKeys.add(key);
		return key;
	}

	function readKeywords(schema: JsonObject, direction: Direction): JsonSchema {
		const type = typeOf(schema);
		const isNullableUnion = schema.nullable === true && type === undefined;
		const branches = [...listOf(schema.oneOf), ...listOf(schema.anyOf)].map((branch) => read(branch, direction));
		if (isNullableUnion && branches.length > 0) branches.push({ type: 'null' });
		const allOf = listOf(schema.allOf).map((member) => read(member, direction));
		const description = plainText(schema.description, MAX_DESCRIPTION_CHARACTERS);
		const prefix = listOf(schema.prefixItems).map((item) => read(item, direction));
		return withoutUndefined({
			type,
			enum: enumOf(schema, type),
			const: schema.const,
			...readProperties(schema, direction),
			additionalProperties: additionalOf(schema, direction),
			prefixItems: prefix.length === 0 ? undefined : prefix,
			items: itemsOf(schema, direction),
			allOf: allOf.length === 0 ? undefined : allOf,
			anyOf: branches.length === 0 || branches.some(acceptsAll) ? undefined : branches,
			...limitsOf(schema),
			format: formatOf(schema),
			description: description === '' ? undefined : description,
			default: schema.default,
			deprecated: schema.deprecated === true ? true : undefined,
			examples: examplesOf(schema),
		});
	}

	function readProperties(schema: JsonObject, direction: Direction): { properties?: JsonSchema; required?: readonly string[] } {
		const required = new Set(listOf(schema.required).filter((name) => typeof name === 'string'));
		if (!isJsonObject(schema.properties)) return required.size === 0 ? {} : { required: [...required] };
		const properties: [string, JsonSchema][] = [];
		for (const [name, property] of Object.entries(schema.properties)) {
			if (isHidden(property, direction)) required.delete(name);
			else {
				properties.push([name, read(property, direction)]);
				if (isJsonObject(property) && property.required === true) required.add(name);
			}
		}
		return { properties: Object.fromEntries(properties), ...(required.size === 0 ? {} : { required: [...required] }) };
	}

	function isHidden(property: unknown, direction: Direction): boolean {
		const target = resolve(document, property);
		const mark = direction === 'input' ? 'readOnly' : 'writeOnly';
		return (isJsonObject(property) && property[mark] === true) || (target.kind === 'found' && target.value[mark] === true);
	}

	function additionalOf(schema: JsonObject, direction: Direction): JsonSchema | boolean | undefined {
		const { additionalProperties, patternProperties } = schema;
		if (isJsonObject(patternProperties) && Object.keys(patternProperties).length > 0) return true;
		if (typeof additionalProperties === 'boolean') return additionalProperties;
		if (!isJsonObject(additionalProperties)) return undefined;
		const values = read(additionalProperties, direction);
		return acceptsAll(values) ? true : values;
	}

	/** A list of item schemas is a tuple of older drafts: any of them may stand anywhere. */
	function itemsOf(schema: JsonObject, direction: Direction): JsonSchema | undefined {
		if (Array.isArray(schema.items)) return { anyOf: schema.items.map((item) => read(item, direction)) };
		return isJsonObject(schema.items) ? read(schema.items, direction) : undefined;
	}

	return {
		read,
		definitions() {
			for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
				definitions.set(next.key, read(valueAt(document, next.reference), next.direction));
			}
			return definitions;
		},
	};
}

function nameOf(reference: string): string {
	const segments = segmentsOf(reference);
	const named = segments.length === 3 && segments[0] === 'components' ? segments.slice(2) : segments;
	return (
		named
			.join('-')
			.replace(/[^\w.-]+/g, '_')
			.slice(0, 100) || 'schema'
	);
}

function examplesOf(schema: JsonObject): readonly unknown[] | undefined {
	const [example] = listOf(schema.examples);
	return typeof example === 'string' || typeof example === 'number' ? [example] : undefined;
}

function acceptsAll(schema: JsonSchema): boolean {
	return Object.keys(schema).every((keyword) => keyword === 'description' || keyword === 'examples' || keyword === 'default');
}

function listOf(value: unknown): readonly unknown[] {
	return Array.isArray(value) ? value : [];
}

function withoutUndefined(schema: JsonSchema): JsonSchema {
	return Object.fromEntries(Object.entries(schema).filter(([, value]) => value !== undefined));
}
