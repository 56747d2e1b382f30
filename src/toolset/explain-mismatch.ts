import type { OutputUnit, Schema } from '@cfworker/json-schema';
import type { JsonValue } from '../json.ts';
import { closestName } from './closest-name.ts';

type Checkable = Schema | boolean;

/** A value as JSON, at most 80 characters. */
export function shortened(value: JsonValue): string {
	const text = JSON.stringify(value) ?? 'undefined';
	return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/**
 * One sentence about the innermost thing that is wrong: where, what is expected, what was given. Among alternatives (`anyOf`) the ones that
 * came furthest are named, since the others were not meant.
 */
export function explainMismatch(
	name: string,
	value: JsonValue,
	errors: readonly OutputUnit[],
	schema: Checkable,
	lookup: Readonly<Record<string, Checkable>>,
): string {
	const depthOf = (unit: OutputUnit) => unit.instanceLocation.split('/').length;
	const causes = errors.flatMap((unit) => {
		const expectation = expectationOf(unit, schema, lookup);
		return expectation === undefined ? [] : [{ unit, expectation }];
	});
	const deepest = Math.max(...causes.map(({ unit }) => depthOf(unit)));
	const [first] = causes.filter(({ unit }) => depthOf(unit) === deepest);
	if (!first) return `The argument \`${name}\` does not fit its schema: got ${shortened(value)}.`;
	const { instanceLocation } = first.unit;
	const alternatives = errors.some(({ keyword }) => keyword === 'anyOf');
	const expectations = new Set(
		causes.filter(({ unit }) => unit.instanceLocation === instanceLocation).map(({ expectation }) => expectation),
	);
	const expected = alternatives ? [...expectations].slice(0, 6).join(', or ') : first.expectation;
	const { path, value: given } = locate(name, value, instanceLocation);
	return `The argument \`${path}\` ${expected}${first.unit.keyword === 'false' ? '' : `, but got ${shortened(given)}`}.`;
}

/** What the keyword asks for, in words; undefined for keywords that only pass on what is wrong inside them. */
function expectationOf(unit: OutputUnit, schema: Checkable, lookup: Readonly<Record<string, Checkable>>): string | undefined {
	const expected = keywordValue(unit, schema, lookup);
	switch (unit.keyword) {
		case 'type':
			return `must be ${[expected].flat().map(article).join(' or ')}`;
		case 'enum':
			return `must be one of ${listed(expected)}`;
		case 'const':
			return `must be ${shortened(expected as JsonValue)}`;
		case 'required':
			return `needs the property ${/"(.*)"/s.exec(unit.error)?.[1] ?? ''}`;
		case 'false':
			return `is not known${suggestion(unit, schema, lookup)}`;
		case 'minimum':
			return `must be at least ${expected}`;
		case 'maximum':
			return `must be at most ${expected}`;
		case 'exclusiveMinimum':
			return `must be more than ${expected}`;
		case 'exclusiveMaximum':
			return `must be less than ${expected}`;
		case 'multipleOf':
			return `must be a multiple of ${expected}`;
		case 'minLength':
		case 'maxLength':
			return `must have ${unit.keyword === 'minLength' ? 'at least' : 'at most'} ${expected} characters`;
		case 'minItems':
		case 'maxItems':
			return `must have ${unit.keyword === 'minItems' ? 'at least' : 'at most'} ${expected} items`;
		case 'minProperties':
		case 'maxProperties':
			return `must have ${unit.keyword === 'minProperties' ? 'at least' : 'at most'} ${expected} properties`;
		default:
			return undefined;
	}
}

/** For a property that `additionalProperties: false` forbids: the one that was meant, or those there are. */
function suggestion(unit: OutputUnit, schema: Checkable, lookup: Readonly<Record<string, Checkable>>): string {
	const name = tokensOf(unit.instanceLocation).at(-1) ?? '';
	// The validator gives the instance's place as the keyword's, so the object's schema is looked for by its properties.
	const names = propertyNames(schema, tokensOf(unit.instanceLocation).slice(0, -1), lookup);
	const closest = closestName(name, names);
	if (closest !== undefined) return `; \`${closest}\` is`;
	return names.length === 0 ? '' : `; known are ${names.slice(0, 20).join(', ')}`;
}

/** Names of the properties at a place inside an instance, as far as plain `properties`, `items` and references lead there. */
function propertyNames(schema: Checkable, path: readonly string[], lookup: Readonly<Record<string, Checkable>>): string[] {
	let node: unknown = schema;
	for (const token of [...path, undefined]) {
		for (let hop = 0; hop < 20 && isRecord(node) && typeof node.$ref === 'string'; hop += 1) node = lookup[node.$ref];
		if (!isRecord(node)) return [];
		const properties = isRecord(node.properties) ? node.properties : {};
		if (token === undefined) return Object.keys(properties);
		node = Object.hasOwn(properties, token) ? properties[token] : node.items;
	}
	return [];
}

/** The keyword's value in the schema; `$ref` steps of the location lead into the definitions. */
function keywordValue(unit: OutputUnit, schema: Checkable, lookup: Readonly<Record<string, Checkable>>): unknown {
	let node: unknown = schema;
	for (const token of tokensOf(unit.keywordLocation)) {
		if (!isRecord(node) && !Array.isArray(node)) return undefined;
		const next: unknown = (node as Record<string, unknown>)[token];
		node = token === '$ref' && typeof next === 'string' ? lookup[next] : next;
	}
	return node;
}

/** `#/tags/0/name` in the argument `filter` -> `filter.tags[0].name` */
function locate(name: string, value: JsonValue, location: string): { path: string; value: JsonValue } {
	let path = name;
	let current: JsonValue = value;
	for (const token of tokensOf(location)) {
		path += Array.isArray(current) ? `[${token}]` : `.${token}`;
		if (typeof current === 'object' && current !== null) current = (current as Record<string, JsonValue>)[token] ?? null;
	}
	return { path: path.slice(0, 200), value: current };
}

/** The validator writes its pointers as URI fragments. */
function tokensOf(pointer: string): string[] {
	return pointer
		.split('/')
		.slice(1)
		.map((token) => decodeURIComponent(token).replaceAll('~1', '/').replaceAll('~0', '~'));
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function article(type: unknown): string {
	return type === 'null' ? 'null' : `${/^[aeio]/.test(String(type)) ? 'an' : 'a'} ${type}`;
}

function listed(values: unknown): string {
	const all = Array.isArray(values) ? values : [];
	const more = all.length > 12 ? ` and ${all.length - 12} more` : '';
	return `${all.slice(0, 12).map(shortened).join(', ')}${more}`;
}
