import { isJsonObject } from '../json.ts';
import { FILE_HANDLE_NAME, isFileHandleSchema } from '../toolset/file-handle.ts';
import type { JsonSchema } from '../toolset/tool.ts';
import { type Definitions, type Direction, isNullable, type Property, schemasOf, typesOf } from './declare-schema.ts';
import { commentText, literalType, propertyKey } from './declare-text.ts';
import { createObjectViews, followReference, type ObjectView } from './object-view.ts';

/** How much of a type is shown. */
export interface Detail {
	/** Things inside one another. A mere envelope around lists (a page of results) does not count. */
	readonly depth: number;
	/** Properties of one object that are shown with their type; the rest is named in a comment. */
	readonly fields: number;
	/** Names in such a comment. */
	readonly names: number;
	/** Listed values of an enumeration. */
	readonly values: number;
}

export interface CompactPrinter {
	type(schema: JsonSchema, direction: Direction): string;
	/** True when there was more to print than `maxTypes`: the text is incomplete then. */
	isOver(): boolean;
}

/** Types inside one another, whatever they are: lists of lists never end otherwise. */
const MAX_LEVELS = 14;

/**
 * The type of a value as a person would note it down: inline, references followed, alternatives of objects shown as one, and cut off below a depth
 * with the names of what lies there in a comment. Ends for recursive schemas; `maxTypes` bounds the work for wide ones.
 */
export function createCompactPrinter(definitions: Definitions, detail: Detail, maxTypes: number): CompactPrinter {
	const viewOf = createObjectViews(definitions);
	let left = maxTypes;

	function type(schema: JsonSchema, direction: Direction, depth: number, level: number): string {
		left -= 1;
		if (left < 0 || level > MAX_LEVELS) return 'unknown';
		const target = followReference(schema, definitions);
		if (isFileHandleSchema(target)) return FILE_HANDLE_NAME;
		return orNull(enumeration(target, detail.values) ?? structure(target, direction, depth, level), target);
	}

	function structure(schema: JsonSchema, direction: Direction, depth: number, level: number): string {
		const view = viewOf(schema, direction);
		if (view !== undefined) return object(view, direction, depth, level);
		const alternatives = schemasOf(schema.anyOf).filter((one) => one.type !== 'null');
		const shown = alternatives.slice(0, 4).map((one) => type(one, direction, depth, level + 1));
		if (shown.length > 0) return [...new Set(shown), ...(alternatives.length > 4 ? ['…'] : [])].join(' | ');
		const [member] = schemasOf(schema.allOf);
		if (member !== undefined) return type(member, direction, depth, level + 1);
		const types = typesOf(schema).map((name) =>
			name === 'array' ? array(schema, direction, depth, level) : primitive(name, schema, direction),
		);
		return types.length === 0 ? 'unknown' : [...new Set(types)].join(' | ');
	}

	function array(schema: JsonSchema, direction: Direction, depth: number, level: number): string {
		const items = isJsonObject(schema.items) ? type(schema.items, direction, depth, level + 1) : 'unknown';
		return / [|&/] /.test(items) && !items.endsWith('}') ? `(${items})[]` : `${items}[]`;
	}

	function object({ properties, rest }: ObjectView, direction: Direction, depth: number, level: number): string {
		if (properties.size === 0) return rest === undefined ? 'object' : `{ [key: string]: ${type(rest, direction, depth + 1, level + 1)} }`;
		const inner = isEnvelope(properties, definitions, level) ? depth : depth + 1;
		const isTooDeep = inner > detail.depth;
		const shown = isTooDeep
			? new Set<string>()
			: choose(properties, depth === 0 ? detail.fields : Math.ceil(detail.fields / 2), definitions);
		const fields = [...properties]
			.filter(([name]) => shown.has(name))
			.map(
				([name, property]) => `${propertyKey(name)}${property.required ? '' : '?'}: ${type(property.schema, direction, inner, level + 1)}`,
			);
		const hint = namesHint(
			ranked(properties, definitions).filter((name) => !shown.has(name)),
			isTooDeep ? Math.min(5, detail.names) : Math.ceil(detail.names / (depth + 1)),
		);
		return fields.length === 0 && hint === '' ? 'object' : `{ ${[fields.join('; '), hint].filter((part) => part !== '').join(' ')} }`;
	}

	return {
		type: (schema, direction) => type(schema, direction, 0, 0),
		isOver: () => left < 0,
	};
}

/** `/* overview popularity … *\/`, empty when there is nothing to name. */
export function namesHint(names: readonly string[], limit: number, label = ''): string {
	const shown = names.slice(0, limit);
	if (shown.length === 0) return '';
	return `/* ${label}${commentText(shown.join(' '), 900)}${shown.length < names.length ? ' …' : ''} */`;
}

function choose(properties: ReadonlyMap<string, Property>, fields: number, definitions: Definitions): Set<string> {
	// Showing one more costs less than the comment that would name it.
	if (properties.size <= fields + 1) return new Set(properties.keys());
	return new Set(ranked(properties, definitions).slice(0, fields));
}

/** Property names, those a program is most likely to need first: what identifies and names a thing, what one iterates, what links to other things. */
function ranked(properties: ReadonlyMap<string, Property>, definitions: Definitions): string[] {
	return [...properties]
		.map(([name, { schema }], index) => ({ name, index, weight: weight(name, schema, definitions) }))
		.sort((a, b) => b.weight - a.weight || a.index - b.index)
		.map(({ name }) => name);
}

const telling: readonly (readonly [RegExp, number])[] = [
	[/^id$/i, 12],
	[/^(name|title|full_?name|label|login|user_?name)$/i, 11],
	[/^(results?|items|data|entries|records|values|output)$/i, 11],
	[/^(_|x-|adult$|video$|href$|uri$|url$|node_id$|external_|original_|available_)|(_url|_urls|_links|_path)$/i, 0],
	[/^(job|status|state|type|kind|role|key|value|text|message|email|error|author|content|path|department|character|description)$/i, 6],
	[/(_id|[a-z]Id)$/, 5],
	[/(date|_at$|time|year|count|total|amount|price|score|average|rating|number|popularity)/i, 4],
];

function weight(name: string, schema: JsonSchema, definitions: Definitions): number {
	const target = followReference(schema, definitions);
	const byName = (telling.find(([pattern]) => pattern.test(name))?.[1] ?? 2) + (Array.isArray(target.enum) ? 3 : 0);
	if (isJsonObject(target.items)) return byName + (isList(target, definitions) ? 5 : 1);
	if (isJsonObject(target.properties) && Object.values(target.properties).some((inner) => isList(inner, definitions))) return byName + 5;
	return byName + (isObject(target) ? 3.5 : 0);
}

function isObject(schema: JsonSchema): boolean {
	return schema.properties !== undefined || schema.allOf !== undefined || schema.anyOf !== undefined;
}

/** Something that only holds lists or things: it has no name and no identity of its own (a response may repeat the id that was asked for). */
function isEnvelope(properties: ReadonlyMap<string, Property>, definitions: Definitions, level: number): boolean {
	const schemas = [...properties.values()].map(({ schema }) => schema);
	if (properties.has('name') || properties.has('title')) return false;
	if (level === 0 && schemas.some((schema) => isList(schema, definitions))) return true;
	if (properties.has('id')) return false;
	return schemas.some((schema) => isList(schema, definitions) || isObject(followReference(schema, definitions)));
}

function isList(schema: unknown, definitions: Definitions): boolean {
	const target = isJsonObject(schema) ? followReference(schema, definitions) : {};
	return isJsonObject(target.items) && isObject(followReference(target.items, definitions));
}

function enumeration(schema: JsonSchema, limit: number): string | undefined {
	const values = (Array.isArray(schema.enum) ? schema.enum : schema.const === undefined ? [] : [schema.const]).filter(
		(value) => value !== null,
	);
	const literals = values.map(literalType).filter((literal) => literal !== undefined);
	if (literals.length === 0 || literals.length < values.length) return undefined;
	const rest = typeof values.at(-1) === 'string' ? ['string'] : ['number'];
	return [...new Set(literals.slice(0, limit)), ...(literals.length > limit ? rest : [])].join(' | ');
}

function primitive(name: string, { format }: JsonSchema, direction: Direction): string {
	const type = name === 'integer' ? 'number' : name;
	return direction === 'input' && (format === 'date' || format === 'date-time') ? `${type} /* ${format} */` : type;
}

function orNull(type: string, schema: JsonSchema): string {
	const nullable = isNullable(schema) || schemasOf(schema.anyOf).some((one) => one.type === 'null');
	if (!nullable) return type;
	return type === 'unknown' ? 'null' : `${type} | null`;
}
