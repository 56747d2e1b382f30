import { UserError } from '../../errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { MAX_NESTING, nestingError } from './parse-text.ts';

/** Values a document may hold once YAML aliases are written out. GitHub's has 260,000. */
const MAX_VALUES = 4_000_000;

/** Objects under these keys map free names to nodes, so that a key in them is never a keyword. */
const nameMaps = new Set([
	'properties',
	'patternProperties',
	'$defs',
	'definitions',
	'dependentSchemas',
	'schemas',
	'responses',
	'parameters',
	'headers',
	'requestBodies',
	'securitySchemes',
	'securityDefinitions',
	'pathItems',
	'content',
	'encoding',
	'variables',
	'paths',
	'scopes',
	'mapping',
]);

/** Of no use to a tool. Examples alone are half of some documents. */
const unused = new Set(['examples', 'externalDocs', 'tags', 'callbacks', 'links', 'webhooks', 'discriminator', 'xml', '$comment']);

const booleans = new Set([
	'required',
	'nullable',
	'deprecated',
	'readOnly',
	'writeOnly',
	'explode',
	'allowReserved',
	'uniqueItems',
	'exclusiveMinimum',
	'exclusiveMaximum',
	'additionalProperties',
]);

const numbers = new Set([
	'minimum',
	'maximum',
	'minLength',
	'maxLength',
	'minItems',
	'maxItems',
	'minProperties',
	'maxProperties',
	'multipleOf',
]);

const texts = new Set(['description', 'summary', 'title', 'operationId', '$ref', 'format']);

/** Arbitrary data, whatever its keys look like. (Security requirements have free names as keys too.) */
const data = new Set(['default', 'enum', 'const', 'security']);

/** An `example` is worth its place in a prompt only when it is this short. */
const MAX_EXAMPLE_CHARACTERS = 40;

/**
 * A copy of a parsed document with the mistakes of published documents put right (booleans and numbers written as texts, empty entries) and with
 * what no tool needs left out (examples, `x-…`, links). Keys named `__proto__` are dropped. Throws UserError `document` when the document nests too
 * deeply or holds too many values.
 */
export function mend(document: JsonObject): JsonObject {
	let values = 0;

	const count = (depth: number): void => {
		if (depth > MAX_NESTING) throw nestingError();
		values += 1;
		if (values > MAX_VALUES) {
			throw new UserError('document', `The document holds more than ${MAX_VALUES} values. Give one with only the operations you need.`);
		}
	};
	const copy = (value: unknown, depth: number): JsonValue => {
		if (isJsonObject(value)) return node(value, depth);
		count(depth);
		return Array.isArray(value) ? value.map((item) => copy(item, depth + 1)) : primitive(value);
	};
	const names = (map: JsonObject, depth: number): JsonObject => {
		count(depth);
		const kept = Object.entries(map).filter(([name, value]) => name !== '__proto__' && value !== null && value !== undefined);
		return Object.fromEntries(kept.map(([name, value]) => [name, copy(value, depth + 1)]));
	};
	const literal = (value: unknown, depth: number): JsonValue => {
		count(depth);
		if (Array.isArray(value)) return value.map((item) => literal(item, depth + 1));
		if (!isJsonObject(value)) return primitive(value);
		const kept = Object.entries(value).filter(([name]) => name !== '__proto__');
		return Object.fromEntries(kept.map(([name, item]) => [name, literal(item, depth + 1)]));
	};
	const member = (key: string, value: JsonValue, depth: number): JsonValue | undefined => {
		if (nameMaps.has(key) && isJsonObject(value)) return names(value, depth);
		if (data.has(key)) return literal(value, depth);
		const mended = isKept(key, value) ? keyword(key, value) : undefined;
		return mended === undefined ? undefined : copy(mended, depth);
	};
	const node = (source: JsonObject, depth: number): JsonObject => {
		count(depth);
		const result: JsonObject = {};
		for (const [key, value] of Object.entries(source)) {
			const mended = member(key, value, depth + 1);
			if (mended !== undefined) result[key] = mended;
		}
		if (source['x-nullable'] === true || source['x-nullable'] === 'true') result.nullable = true;
		return result;
	};
	return node(document, 0);
}

function isKept(key: string, value: unknown): boolean {
	if (value === null || value === undefined || key === '__proto__' || unused.has(key) || key.startsWith('x-')) return false;
	return key !== 'example' || (!isJsonObject(value) && !Array.isArray(value) && String(value).length <= MAX_EXAMPLE_CHARACTERS);
}

/** The value a keyword should have had; undefined when it makes no sense. */
function keyword(key: string, value: JsonValue): JsonValue | undefined {
	if (booleans.has(key) && typeof value === 'string') return flag(value) ?? (key.startsWith('exclusive') ? numeric(value) : undefined);
	if (numbers.has(key)) return typeof value === 'string' ? numeric(value) : value;
	if (texts.has(key)) return typeof value === 'object' ? undefined : String(value);
	return value;
}

function flag(text: string): boolean | undefined {
	const lower = text.trim().toLowerCase();
	return lower === 'true' ? true : lower === 'false' ? false : undefined;
}

function numeric(text: string): number | undefined {
	const value = Number(text);
	return text.trim() !== '' && Number.isFinite(value) ? value : undefined;
}

/** What YAML knows and JSON does not (dates, NaN, big integers) as JSON. */
function primitive(value: unknown): JsonValue {
	if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
	if (typeof value === 'number') return Number.isFinite(value) ? value : null;
	return value === undefined ? null : String(value);
}
