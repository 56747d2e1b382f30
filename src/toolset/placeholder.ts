import { isJsonObject, type JsonValue } from '../json.ts';
import { dereferenced } from './checkable-schema.ts';
import type { JsonSchema, Tool, Toolset } from './tool.ts';

/** What a text of a response is while the call that would give it is withheld: it shows where it is passed on. */
export const WITHHELD = 'withheld';

/** Enough for what programs look up in the answer of a write; recursive schemas end here. */
const MAX_DEPTH = 4;

/** Stands for the response of a call that is not made: of the type that the tool declares, with nothing true in it. An object without a type. */
export function placeholderOf({ output }: Pick<Tool, 'output'>, { definitions }: Pick<Toolset, 'definitions'>): JsonValue {
	return output ? sampleOf(output, definitions, 0) : {};
}

function sampleOf(schema: unknown, definitions: Readonly<Record<string, JsonSchema>>, depth: number): JsonValue {
	const target = dereferenced(schema, definitions);
	const [listed] = Array.isArray(target.enum) ? target.enum : [];
	if (listed !== undefined) return listed;
	if (target.const !== undefined) return target.const;
	const type = [target.type].flat().find((each) => typeof each === 'string' && each !== 'null');
	if (type === undefined && Array.isArray(target.anyOf)) return sampleOf(target.anyOf[0], definitions, depth + 1);
	if (type === 'string') return WITHHELD;
	if (type === 'integer' || type === 'number') return 0;
	if (type === 'boolean') return false;
	if (type === 'array') return [];
	if (type === undefined && target.type === 'null') return null;
	return objectOf(target, definitions, depth);
}

function objectOf(schema: JsonSchema, definitions: Readonly<Record<string, JsonSchema>>, depth: number): JsonValue {
	if (depth >= MAX_DEPTH) return {};
	const bases = Array.isArray(schema.allOf) ? schema.allOf.map((base) => sampleOf(base, definitions, depth + 1)).filter(isJsonObject) : [];
	const properties = isJsonObject(schema.properties) ? Object.entries(schema.properties) : [];
	const own = Object.fromEntries(properties.map(([name, property]) => [name, sampleOf(property, definitions, depth + 1)]));
	return Object.assign({}, ...bases, own);
}
