import { isJsonObject, type JsonObject } from '../../json.ts';
import type { JsonSchema } from '../tool.ts';
import { DELIMITER } from './collection-format.ts';
import type { ParameterBinding } from './operation.ts';
import { queryPlaceholders } from './path-key.ts';
import { plainText } from './plain-text.ts';
import type { OpenApiDocument } from './read-document.ts';
import { resolve } from './reference.ts';
import type { SchemaReader } from './schema-reader.ts';
import { isCredential, isToken, type NamedScheme } from './security.ts';

export interface ReadParameter {
	readonly binding: ParameterBinding;
	readonly schema: JsonSchema;
}

/** Decided elsewhere in the request (OpenAPI 3.1, Parameter Object: such definitions shall be ignored). */
const ignoredHeaders = new Set(['accept', 'content-type', 'authorization']);

const MAX_DESCRIPTION_CHARACTERS = 300;

const styles: Readonly<Record<ParameterBinding['in'], readonly ParameterBinding['style'][]>> = {
	path: ['simple', 'label', 'matrix'],
	query: ['form', 'spaceDelimited', 'pipeDelimited', 'deepObject'],
	header: ['simple'],
	cookie: ['form'],
};

/**
 * The parameters of an operation, those of its path included: path first, then the required ones. A text instead is the reason why the operation
 * cannot be called. Placeholders of the path that nobody declares are texts. Parameters that carry a credential are left out.
 */
export function readParameters(
	operation: { path: string; pathItem: JsonObject; operation: JsonObject },
	context: { document: OpenApiDocument; reader: SchemaReader; security: readonly NamedScheme[] },
): ReadParameter[] | string {
	const declared = declaredParameters(operation, context.document);
	if (typeof declared === 'string') return declared;
	const inQuery = queryPlaceholders(operation.path);
	const usable: ReadParameter[] = [];
	for (const node of declared) {
		const parameter = readParameter(inQuery.has(String(node.name)) ? { ...node, in: 'query' } : node, operation.path, context.reader);
		if (typeof parameter === 'string') return parameter;
		if (parameter !== undefined && !isCredential(parameter.binding, context.security)) usable.push(parameter);
	}
	const complete = [...usable, ...undeclared(operation.path, usable)].map((parameter) => renamed(parameter, inQuery));
	return withArgumentNames(complete.sort((a, b) => rank(a) - rank(b)));
}

/** An operation's parameter replaces that of its path with the same name and place. */
function declaredParameters(
	{ pathItem, operation }: { pathItem: JsonObject; operation: JsonObject },
	document: OpenApiDocument,
): JsonObject[] | string {
	const byPlace = new Map<string, JsonObject>();
	for (const node of [...listOf(pathItem.parameters), ...listOf(operation.parameters)]) {
		const target = resolve(document, node);
		if (target.kind === 'external') return 'a parameter is described in another document, and such references are not followed';
		if (target.kind === 'missing') return 'a parameter refers to a part of the document that does not exist';
		byPlace.set(`${target.value.in} ${target.value.name}`, target.value);
	}
	return [...byPlace.values()];
}

/** Undefined when nothing is lost by leaving it out. */
function readParameter(node: JsonObject, path: string, reader: SchemaReader): ReadParameter | string | undefined {
	const { name, in: place } = node;
	if (typeof name !== 'string' || !isPlace(place) || !isSendable(name, place)) {
		return node.required === true ? 'a required parameter has no name, or none that can be sent' : undefined;
	}
	if (place === 'path' && !path.includes(`{${name}}`)) return undefined;
	if (place === 'header' && ignoredHeaders.has(name.toLowerCase())) return undefined;
	const [contentType, media] = Object.entries(isJsonObject(node.content) ? node.content : {})[0] ?? [];
	const style = styles[place].find((known) => known === node.style) ?? styles[place][0] ?? 'simple';
	return {
		binding: {
			argument: name,
			name,
			in: place,
			required: node.required === true || place === 'path',
			style,
			explode: typeof node.explode === 'boolean' ? node.explode : style === 'form' || style === 'deepObject',
			allowReserved: node.allowReserved === true,
			...(typeof node[DELIMITER] === 'string' ? { delimiter: node[DELIMITER] } : {}),
			...(contentType === undefined || node.schema !== undefined ? {} : { contentType }),
		},
		schema: withAnnotations(reader.read(node.schema ?? (isJsonObject(media) ? media.schema : undefined), 'input'), node),
	};
}

function isSendable(name: string, place: ParameterBinding['in']): boolean {
	return place === 'header' || place === 'cookie' ? isToken(name) : name !== '' && name !== '__proto__';
}

function withAnnotations(schema: JsonSchema, node: JsonObject): JsonSchema {
	const description = plainText(node.description, MAX_DESCRIPTION_CHARACTERS);
	const [example] = listOf(node.examples);
	return {
		...schema,
		...(description === '' ? {} : { description }),
		...(node.deprecated === true ? { deprecated: true } : {}),
		...(typeof example === 'string' || typeof example === 'number' ? { examples: [example] } : {}),
	};
}

/** The argument keeps the placeholder's name, the request gets that of the query parameter. */
function renamed({ binding, schema }: ReadParameter, inQuery: ReadonlyMap<string, string>): ReadParameter {
	const name = binding.in === 'query' ? inQuery.get(binding.name) : undefined;
	return name === undefined ? { binding, schema } : { binding: { ...binding, name }, schema };
}

function undeclared(path: string, parameters: readonly ReadParameter[]): ReadParameter[] {
	const [template = ''] = path.split('?');
	const inPath = [...template.matchAll(/\{([^{}]+)\}/g)].map((match) => match[1] ?? '');
	return [
		...missing('path', inPath, parameters).map((name) =>
			textParameter({ name, in: 'path', required: true, style: 'simple', explode: false }),
		),
		...missing('query', queryPlaceholders(path).keys(), parameters).map((name) =>
			textParameter({ name, in: 'query', required: false, style: 'form', explode: true }),
		),
	];
}

function missing(place: ParameterBinding['in'], names: Iterable<string>, parameters: readonly ReadParameter[]): string[] {
	const declared = new Set(parameters.filter(({ binding }) => binding.in === place).map(({ binding }) => binding.name));
	return [...new Set(names)].filter((name) => !declared.has(name));
}

function textParameter(binding: Omit<ParameterBinding, 'argument' | 'allowReserved'>): ReadParameter {
	return { binding: { ...binding, argument: binding.name, allowReserved: false }, schema: { type: 'string' } };
}

/** Of parameters with the same name the first keeps it; others get their place as a suffix. */
function withArgumentNames(parameters: readonly ReadParameter[]): ReadParameter[] {
	const taken = new Set(parameters.map(({ binding }) => binding.argument));
	const first = new Set<string>();
	return parameters.map(({ binding, schema }) => {
		let { argument } = binding;
		if (first.has(argument)) {
			argument = `${binding.argument}_${binding.in}`;
			for (let number = 2; taken.has(argument); number += 1) argument = `${binding.argument}_${binding.in}${number}`;
			taken.add(argument);
		}
		first.add(argument);
		return { binding: { ...binding, argument }, schema };
	});
}

function rank({ binding }: ReadParameter): number {
	return binding.in === 'path' ? 0 : binding.required ? 1 : 2;
}

function isPlace(place: unknown): place is ParameterBinding['in'] {
	return place === 'path' || place === 'query' || place === 'header' || place === 'cookie';
}

function listOf(value: unknown): readonly unknown[] {
	return Array.isArray(value) ? value : [];
}
