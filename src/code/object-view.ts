import { isJsonObject } from '../json.ts';
import type { JsonSchema } from '../toolset/tool.ts';
import {
	type Definitions,
	type Direction,
	definitionKey,
	isBare,
	type Property,
	propertiesOf,
	schemasOf,
	typesOf,
} from './declare-schema.ts';

/** An object type as a flat list of properties. */
export interface ObjectView {
	readonly properties: ReadonlyMap<string, Property>;
	/** The type of further properties, where the schema has one for them. */
	readonly rest?: JsonSchema;
}

/** References to references beyond this are not followed. */
const MAX_HOPS = 8;

/** The schema behind a reference that adds nothing of its own. */
export function followReference(schema: JsonSchema, definitions: Definitions): JsonSchema {
	let current = schema;
	for (let hop = 0; hop < MAX_HOPS; hop += 1) {
		const key = definitionKey(current, definitions);
		if (key === undefined || !isBare(current)) return current;
		current = definitions[key] ?? {};
	}
	return {};
}

/**
 * A function that lists all properties of an object schema, those of its references and bases included; in an output also those of its alternatives,
 * where one that not all of them have is optional. It answers undefined for what is no object.
 */
export function createObjectViews(definitions: Definitions): (schema: JsonSchema, direction: Direction) => ObjectView | undefined {
	const known = { input: new Map<JsonSchema, ObjectView | undefined>(), output: new Map<JsonSchema, ObjectView | undefined>() };

	const view = (schema: JsonSchema, direction: Direction): ObjectView | undefined => {
		if (known[direction].has(schema)) return known[direction].get(schema);
		// A schema that leads back to itself adds nothing to itself.
		known[direction].set(schema, undefined);
		const made = read(schema, direction);
		known[direction].set(schema, made);
		return made;
	};

	const read = (schema: JsonSchema, direction: Direction): ObjectView | undefined => {
		const types = typesOf(schema);
		if (types.length > 1 || (types.length === 1 && types[0] !== 'object')) return undefined;
		const either = alternativesOf(schema, direction);
		if (either === 'no object') return undefined;
		const bases = basesOf(schema, direction);
		if (types.length === 0 && bases.length === 0 && either.size === 0) return undefined;
		const own = isJsonObject(schema.additionalProperties) ? schema.additionalProperties : undefined;
		const rest = own ?? bases.find((base) => base.rest !== undefined)?.rest;
		const properties = new Map([...bases.flatMap((base) => [...base.properties]), ...propertiesOf(schema, direction), ...either]);
		return { properties, ...(rest === undefined ? {} : { rest }) };
	};

	const basesOf = (schema: JsonSchema, direction: Direction): ObjectView[] => {
		const key = definitionKey(schema, definitions);
		const bases = [...(key === undefined ? [] : [definitions[key] ?? {}]), ...schemasOf(schema.allOf)];
		return bases.flatMap((base) => view(base, direction) ?? []);
	};

	/** The alternatives' properties together. Those of an input stay apart: a caller has to pick one. */
	const alternativesOf = (schema: JsonSchema, direction: Direction): ReadonlyMap<string, Property> | 'no object' => {
		const alternatives = schemasOf(schema.anyOf).filter((one) => one.type !== 'null');
		const views = alternatives.flatMap((one) => view(one, direction) ?? []);
		if (views.length === alternatives.length && (direction === 'output' || views.length < 2)) return together(views);
		return isJsonObject(schema.properties) ? new Map() : 'no object';
	};

	return view;
}

function together(views: readonly ObjectView[]): Map<string, Property> {
	const properties = new Map<string, Property>();
	for (const name of new Set(views.flatMap((view) => [...view.properties.keys()]))) {
		const versions = views.flatMap((view) => view.properties.get(name) ?? []);
		const [first] = versions;
		if (first === undefined) continue;
		const values = versions.flatMap(({ schema }) => (Array.isArray(schema.enum) ? schema.enum : []));
		const schema = values.length > 0 ? { ...first.schema, enum: [...new Set(values)] } : first.schema;
		properties.set(name, { schema, required: versions.length === views.length && versions.every(({ required }) => required) });
	}
	return properties;
}
