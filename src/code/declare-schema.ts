import { isJsonObject } from '../json.ts';
import type { JsonSchema, Toolset } from '../toolset/tool.ts';
import { isNameLike } from './declare-text.ts';

export type Definitions = Toolset['definitions'];

/** Whether a value is sent or received. */
export type Direction = 'input' | 'output';

export interface Property {
	readonly schema: JsonSchema;
	readonly required: boolean;
}

const annotations = new Set(['description', 'default', 'deprecated', 'examples', 'title', '$ref']);

/** The key of the definition a schema refers to, when it exists. */
export function definitionKey(schema: JsonSchema, definitions: Definitions): string | undefined {
	const key = typeof schema.$ref === 'string' ? schema.$ref.replace('#/$defs/', '') : undefined;
	return key !== undefined && Object.hasOwn(definitions, key) ? key : undefined;
}

/** True when a schema says nothing about its value beyond its reference. */
export function isBare(schema: JsonSchema): boolean {
	return Object.keys(schema).every((keyword) => annotations.has(keyword));
}

export function schemasOf(value: unknown): JsonSchema[] {
	return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** The types a schema allows, `null` left out; empty when it does not say. */
export function typesOf(schema: JsonSchema): string[] {
	const types = Array.isArray(schema.type) ? schema.type : [schema.type];
	return types.filter((type): type is string => typeof type === 'string' && type !== 'null');
}

export function isNullable(schema: JsonSchema): boolean {
	return Array.isArray(schema.type) ? schema.type.includes('null') : schema.type === 'null';
}

/**
 * The properties written in a schema itself. Most documents never say which properties a response has for sure: an output without `required` has
 * all of them, or every program would have to guard every step. Names that are no names are left out.
 */
export function propertiesOf(schema: JsonSchema, direction: Direction): Map<string, Property> {
	const required = Array.isArray(schema.required) ? new Set(schema.required) : undefined;
	const entries = isJsonObject(schema.properties) ? Object.entries(schema.properties).filter(([name]) => isNameLike(name)) : [];
	return new Map(
		entries.map(([name, property]) => [
			name,
			{ schema: isJsonObject(property) ? property : {}, required: required === undefined ? direction === 'output' : required.has(name) },
		]),
	);
}
