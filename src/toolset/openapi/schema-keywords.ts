import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { NUMERIC_KEYWORDS, SCHEMA_TYPES } from '../checkable-schema.ts';

/** Whether a value is sent or received. */
export type Direction = 'input' | 'output';

/** What people write instead of JSON Schema's types. */
const misnomers: Readonly<Record<string, string>> = {
	bool: 'boolean',
	int: 'integer',
	int32: 'integer',
	int64: 'integer',
	long: 'integer',
	float: 'number',
	double: 'number',
	decimal: 'number',
	str: 'string',
	text: 'string',
	date: 'string',
	datetime: 'string',
	'date-time': 'string',
	uuid: 'string',
	file: 'string',
	list: 'array',
	map: 'object',
};

/** Formats that tell the writer of a call what to write. */
const formats = new Set(['date', 'date-time', 'time', 'duration', 'uuid', 'email', 'uri', 'binary']);

/** The type, mended; derived from `properties` or `items` where it is missing. Undefined when anything goes. */
export function typeOf(schema: JsonObject): string | string[] | undefined {
	const type = schema.nullable === true && typeof schema.type === 'string' ? [schema.type, 'null'] : schema.type;
	if (Array.isArray(type)) {
		const known = [...new Set(type.flatMap((name) => knownType(name) ?? []))];
		return known.length === 0 || known.length < new Set(type).size ? undefined : known.length === 1 ? known[0] : known;
	}
	if (type !== undefined) return knownType(type);
	if (isJsonObject(schema.properties)) return 'object';
	if (schema.items !== undefined) return 'array';
	return typeof schema.contentMediaType === 'string' || typeof schema.contentEncoding === 'string' ? 'string' : undefined;
}

function knownType(type: JsonValue): string | undefined {
	const name = String(type).toLowerCase();
	if (SCHEMA_TYPES.has(name)) return name;
	return Object.hasOwn(misnomers, name) ? misnomers[name] : undefined;
}

/** The listed values, each of the declared type where that is one primitive (`type: string, enum: [1, 2]` is common). */
export function enumOf(schema: JsonObject, type: string | string[] | undefined): JsonValue[] | undefined {
	if (!Array.isArray(schema.enum)) return undefined;
	const nullable = schema.nullable === true || (Array.isArray(type) && type.includes('null'));
	const declared = Array.isArray(type) ? type.filter((name) => name !== 'null') : [type];
	const values = declared.length === 1 ? schema.enum.map((value) => converted(value, declared[0])) : schema.enum;
	if (values.length === 0) return undefined;
	return [...new Set(nullable ? [...values, null] : values)];
}

function converted(value: JsonValue, type: string | undefined): JsonValue {
	if (type === 'string' && (typeof value === 'number' || typeof value === 'boolean')) return String(value);
	if ((type === 'integer' || type === 'number') && typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)))
		return Number(value);
	if (type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
	return value;
}

/** Bounds that are numbers. */
export function limitsOf(schema: JsonObject): Record<string, number> {
	const known: Record<string, number> = {};
	for (const name of NUMERIC_KEYWORDS) {
		const value = schema[name];
		if (typeof value === 'number' && (value >= 0 || name.endsWith('imum')) && (value > 0 || name !== 'multipleOf')) known[name] = value;
	}
	return known;
}

export function formatOf(schema: JsonObject): string | undefined {
	if (schema.contentMediaType === 'application/octet-stream') return 'binary';
	return typeof schema.format === 'string' && formats.has(schema.format) ? schema.format : undefined;
}
