import { isJsonObject, type JsonObject } from '../../json.ts';

/**
 * Whether the schema behind a reference differs between input and output: it holds a readOnly or writeOnly property, or refers to a schema that does.
 * Reads each of the components' schemas once.
 */
export function directionSensitive(document: JsonObject): (reference: string) => boolean {
	const components = isJsonObject(document.components) ? document.components : {};
	const schemas = isJsonObject(components.schemas) ? components.schemas : {};
	const usedBy = new Map<string, string[]>();
	const sensitive = new Set<string>();
	const fresh: string[] = [];

	for (const [name, schema] of Object.entries(schemas)) {
		const reference = `#/components/schemas/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
		const { references, isMarked } = scan(schema);
		for (const target of references) {
			const users = usedBy.get(target);
			if (users === undefined) usedBy.set(target, [reference]);
			else users.push(reference);
		}
		if (isMarked) fresh.push(reference);
	}
	for (let reference = fresh.pop(); reference !== undefined; reference = fresh.pop()) {
		if (sensitive.has(reference)) continue;
		sensitive.add(reference);
		for (const user of usedBy.get(reference) ?? []) fresh.push(user);
	}
	return (reference) => sensitive.has(reference);
}

function scan(schema: unknown): { references: Set<string>; isMarked: boolean } {
	const references = new Set<string>();
	let isMarked = false;
	const open: unknown[] = [schema];
	for (let node = open.pop(); node !== undefined; node = open.pop()) {
		if (Array.isArray(node)) for (const item of node) open.push(item);
		if (!isJsonObject(node)) continue;
		if (typeof node.$ref === 'string') references.add(node.$ref);
		if (node.readOnly === true || node.writeOnly === true) isMarked = true;
		for (const value of Object.values(node)) open.push(value);
	}
	return { references, isMarked };
}
