import { isJsonObject } from '../json.ts';
import { FILE_HANDLE_NAME, isFileHandleSchema } from '../toolset/file-handle.ts';
import type { JsonSchema, Tool, Toolset } from '../toolset/tool.ts';
import { type Definitions, type Direction, definitionKey, isBare, isNullable, propertiesOf, schemasOf, typesOf } from './declare-schema.ts';
import { literalType, propertyKey } from './declare-text.ts';

/** Said here as well as in the checker's prelude, so that the text is complete by itself. */
const FILE_HANDLE = `\tinterface ${FILE_HANDLE_NAME} { readonly file: string; readonly name: string; readonly mediaType: string; readonly bytes: number }`;

/** Up to this many alternatives, and properties of all of them together, a union of objects can be read without telling them apart first. */
const MAX_READABLE_ALTERNATIVES = 12;
const MAX_READABLE_PROPERTIES = 120;

/**
 * A toolset as one ambient namespace for the type checker, complete and valid TypeScript whatever the document holds. What a document does not
 * declare is `any`: a program that reads it is not at fault.
 */
export function declareToolset(toolset: Toolset): string {
	return [...declarationLines(toolset)].join('\n');
}

/** The same line by line, each written when it is asked for: of thousands of tools, somebody may do something else in between. */
export function* declarationLines({ name, tools, definitions }: Toolset): Generator<string, void, void> {
	const printer = createTypePrinter(definitions);
	yield `declare namespace ${name} {`;
	for (const tool of tools.values()) yield declareFunction(tool, printer.type);
	yield* printer.definitions();
	yield '}\n';
}

function declareFunction({ name, input, output }: Tool, type: TypePrinter['type']): string {
	const properties = propertiesOf(input, 'input');
	const optional = [...properties.values()].some(({ required }) => required) ? '' : '?';
	const args = properties.size === 0 ? '{ [key: string]: never }' : type(input, 'input');
	return `\tfunction ${name}(args${optional}: ${args}): Promise<${output === undefined ? 'any' : type(output, 'output')}>;`;
}

interface TypePrinter {
	type(schema: JsonSchema, direction: Direction): string;
	/** Declarations of every type that was referred to so far, and of those they refer to. */
	definitions(): Iterable<string>;
}

function createTypePrinter(definitions: Definitions): TypePrinter {
	const names = new Map<string, string>();
	const usedNames = new Set(['Promise', FILE_HANDLE_NAME]);
	let usesFiles = false;
	const waiting: { name: string; key: string; direction: Direction }[] = [];

	function type(schema: JsonSchema, direction: Direction): string {
		if (isFileHandleSchema(schema)) {
			usesFiles = true;
			return FILE_HANDLE_NAME;
		}
		const key = definitionKey(schema, definitions);
		const parts = key === undefined ? [] : [nameOf(key, direction)];
		if (!isBare(schema)) parts.push(...constraints(schema, direction));
		return joined(parts, ' & ');
	}

	/** What a schema demands, each part of the intersection on its own. */
	function constraints(schema: JsonSchema, direction: Direction): string[] {
		const values = Array.isArray(schema.enum) ? schema.enum : schema.const === undefined ? [] : [schema.const];
		const literals = values.flatMap((value) => literalType(value) ?? []);
		if (literals.length > 0 && literals.length === values.length) return [joined(literals, ' | ')];
		const members = schemasOf(schema.allOf).map((member) => type(member, direction));
		const alternatives = union(schemasOf(schema.anyOf), direction);
		const isDecided = members.length > 0 || (alternatives !== undefined && alternatives !== 'any');
		const own = isDecided && !isJsonObject(schema.properties) ? undefined : ownType(schema, direction);
		return [own, ...members, alternatives].filter((part): part is string => part !== undefined && part !== 'any');
	}

	function ownType(schema: JsonSchema, direction: Direction): string {
		const types = typesOf(schema).map((name) => {
			if (name === 'object') return object(schema, direction);
			if (name === 'array') return array(schema, direction);
			return name === 'integer' ? 'number' : name === 'string' || name === 'number' || name === 'boolean' ? name : 'any';
		});
		return joined(isNullable(schema) ? [...types, 'null'] : types, ' | ');
	}

	function array(schema: JsonSchema, direction: Direction): string {
		const items = [...schemasOf(schema.prefixItems), ...(isJsonObject(schema.items) ? [schema.items] : [])];
		const types = items.map((item) => type(item, direction));
		return `${grouped(joined(types, ' | '))}[]`;
	}

	function object(schema: JsonSchema, direction: Direction): string {
		const properties = propertiesOf(schema, direction);
		const { additionalProperties } = schema;
		const values = isJsonObject(additionalProperties) ? type(additionalProperties, direction) : 'any';
		if (properties.size === 0) return `{ [key: string]: ${values} }`;
		const fields = [...properties].map(
			([name, property]) => `${propertyKey(name)}${property.required ? '' : '?'}: ${type(property.schema, direction)}`,
		);
		if (additionalProperties === true || (isJsonObject(additionalProperties) && values === 'any')) fields.push('[key: string]: any');
		const own = `{ ${fields.join('; ')} }`;
		return isJsonObject(additionalProperties) && values !== 'any' ? `(${own} & { [key: string]: ${values} })` : own;
	}

	/** In an output, alternatives that lack a property have it as `undefined`: programs may ask `a.title ?? a.name` before they know which one it is. */
	function union(alternatives: readonly JsonSchema[], direction: Direction): string | undefined {
		if (alternatives.length === 0) return undefined;
		const keys =
			direction === 'output' && alternatives.length <= MAX_READABLE_ALTERNATIVES ? alternatives.map((one) => keysOf(one, 0)) : [];
		const all = new Set(keys.flatMap((known) => [...(known ?? [])]));
		const isReadable = all.size > 0 && all.size <= MAX_READABLE_PROPERTIES;
		const types = alternatives.map((alternative, index) => {
			const known = keys[index];
			const missing = isReadable && known !== undefined ? [...all].filter((name) => !known.has(name)) : [];
			const text = type(alternative, direction);
			return missing.length === 0
				? text
				: `(${grouped(text)} & { ${missing.map((name) => `${propertyKey(name)}?: undefined`).join('; ')} })`;
		});
		return types.includes('any') ? 'any' : joined(types, ' | ');
	}

	/** The names of all properties of an object type, or undefined when it is none or is open. */
	function keysOf(schema: JsonSchema, hops: number): Set<string> | undefined {
		const key = definitionKey(schema, definitions);
		if (key !== undefined && isBare(schema)) return hops > 10 ? undefined : keysOf(definitions[key] ?? {}, hops + 1);
		const isClosed =
			schema.type === 'object' &&
			isJsonObject(schema.properties) &&
			schema.additionalProperties !== true &&
			!isJsonObject(schema.additionalProperties);
		return isClosed && key === undefined && schema.allOf === undefined && schema.anyOf === undefined
			? new Set(propertiesOf(schema, 'output').keys())
			: undefined;
	}

	function nameOf(key: string, direction: Direction): string {
		const identity = `${direction} ${key}`;
		const known = names.get(identity);
		if (known !== undefined) return known;
		const wanted = `${typeName(key)}${direction === 'input' ? 'Input' : ''}`;
		let name = wanted;
		for (let number = 2; usedNames.has(name); number += 1) name = `${wanted}${number}`;
		usedNames.add(name);
		names.set(identity, name);
		waiting.push({ name, key, direction });
		return name;
	}

	return {
		type,
		*definitions() {
			for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
				const text = type(definitions[next.key] ?? {}, next.direction);
				const isObject = text.startsWith('{') && keysOf(definitions[next.key] ?? {}, 0) !== undefined;
				yield isObject ? `\tinterface ${next.name} ${text}` : `\ttype ${next.name} = ${text};`;
			}
			if (usesFiles) yield FILE_HANDLE;
		},
	};
}

/** `movie-list-object` -> `MovieListObject` */
function typeName(key: string): string {
	const words = key.match(/[A-Za-z0-9]+/g) ?? ['Type'];
	const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
	return /^\d/.test(name) ? `T${name}` : name;
}

/** Parts each once; `any` when there are none. */
function joined(parts: readonly string[], operator: ' | ' | ' & '): string {
	const distinct = [...new Set(parts)];
	if (distinct.length === 0 || (operator === ' | ' && distinct.includes('any'))) return 'any';
	if (distinct.length === 1) return distinct[0] ?? 'any';
	return distinct.map((part) => (operator === ' & ' ? grouped(part) : part)).join(operator);
}

/** Parentheses around a type that an operator would tear apart. */
function grouped(type: string): string {
	return /^[\w$]+$/.test(type) || isOneGroup(type) ? type : `(${type})`;
}

function isOneGroup(type: string): boolean {
	return /^\{[^{}]*\}$|^'[^']*'$/.test(type);
}
