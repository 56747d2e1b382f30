import { typesOf } from '../../../../src/code/declare-schema.ts';
import { isJsonObject } from '../../../../src/json.ts';
import { dereferenced } from '../../../../src/toolset/checkable-schema.ts';
import type { Toolset } from '../../../../src/toolset/tool.ts';

/** What is further down does not stand in a prompt. */
const DEEPEST = 3;

/**
 * Whether a document leaves open what a program gets: it has no schema of the response, or one in which the response itself, or the entries of a list in
 * it, are of no type or are objects without any property. A single field without a type does not count: no chain fails for it.
 */
export function isUndocumented(output: unknown, definitions: Toolset['definitions']): boolean {
	return output === undefined || isOpen(output, definitions, 0) || hasOpenList(output, definitions, 0);
}

function isOpen(schema: unknown, definitions: Toolset['definitions'], depth: number): boolean {
	const target = dereferenced(schema, definitions);
	if (target.enum !== undefined || target.const !== undefined || propertiesIn(target).length > 0) return false;
	const parts = partsOf(target);
	if (parts.length > 0) return depth < DEEPEST && parts.every((part) => isOpen(part, definitions, depth + 1));
	const types = typesOf(target);
	if (types.length === 0) return target.type !== 'null';
	return types.every((type) =>
		type === 'object' ? !isJsonObject(target.additionalProperties) : type === 'array' && !isJsonObject(target.items),
	);
}

function hasOpenList(schema: unknown, definitions: Toolset['definitions'], depth: number): boolean {
	if (depth > DEEPEST) return false;
	const target = dereferenced(schema, definitions);
	const { items } = target;
	if (typesOf(target).includes('array') && (!isJsonObject(items) || isOpen(items, definitions, 0))) return true;
	return [items, ...propertiesIn(target), ...partsOf(target)].some(
		(part) => isJsonObject(part) && hasOpenList(part, definitions, depth + 1),
	);
}

function propertiesIn({ properties }: Readonly<Record<string, unknown>>): unknown[] {
	return isJsonObject(properties) ? Object.values(properties) : [];
}

function partsOf({ anyOf, allOf }: Readonly<Record<string, unknown>>): unknown[] {
	return [anyOf, allOf].flatMap((parts) => (Array.isArray(parts) ? parts : []));
}
