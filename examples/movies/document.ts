import { readFile } from 'node:fs/promises';

/** A JSON Schema, reduced to the keywords that arguments of this document use. */
export interface ArgumentSchema {
	readonly type: 'integer' | 'number' | 'string' | 'array';
	readonly default?: unknown;
	readonly enum?: string[];
	readonly format?: string;
	readonly items?: ArgumentSchema;
	readonly minimum?: number;
	readonly maximum?: number;
	readonly multipleOf?: number;
	readonly minLength?: number;
	readonly maxLength?: number;
	readonly minItems?: number;
	readonly maxItems?: number;
}

export interface Argument {
	readonly name: string;
	readonly in: 'path' | 'query' | 'body';
	readonly required: boolean;
	readonly schema: ArgumentSchema;
}

export interface Operation {
	readonly id: string;
	/** Upper case. */
	readonly method: string;
	/** The templated path in its parts, for example `['movie', '{movie_id}']`. */
	readonly segments: readonly string[];
	readonly arguments: readonly Argument[];
}

export interface ApiDocument {
	/** The document as it is served from this address. */
	servedFrom(url: string): unknown;
	/** More literal paths before templated ones, as OpenAPI has them matched. */
	readonly operations: readonly Operation[];
}

interface Reference {
	readonly $ref?: string;
}
interface BodySchema {
	readonly required: readonly string[];
	readonly properties: Readonly<Record<string, ArgumentSchema>>;
}
interface RawOperation {
	readonly operationId: string;
	readonly parameters?: readonly ((Partial<Argument> & Omit<Argument, 'required'>) | Reference)[];
	readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: Reference } } };
}
interface RawDocument {
	readonly servers: readonly { readonly description: string }[];
	readonly paths: Readonly<Record<string, Readonly<Record<string, RawOperation>>>>;
}

/** Reads openapi.json, which decides the routes and arguments of the server: what it does not describe is not answered. */
export async function readDocument(): Promise<ApiDocument> {
	const document: RawDocument = JSON.parse(await readFile(new URL('openapi.json', import.meta.url), 'utf8'));
	const operations = Object.entries(document.paths).flatMap(([path, item]) =>
		Object.entries(item).map(([method, operation]) => ({
			id: operation.operationId,
			method: method.toUpperCase(),
			segments: path.slice(1).split('/'),
			arguments: argumentsOf(document, operation),
		})),
	);
	return {
		servedFrom: (url) => ({ ...document, servers: [{ url, description: document.servers[0]?.description }] }),
		operations: operations.sort((a, b) => templates(a) - templates(b)),
	};
}

function templates(operation: Operation): number {
	return operation.segments.filter((segment) => segment.startsWith('{')).length;
}

function argumentsOf(document: RawDocument, operation: RawOperation): Argument[] {
	const parameters = (operation.parameters ?? []).map((parameter) => resolved<Argument>(document, parameter));
	const body = operation.requestBody && resolved<BodySchema>(document, operation.requestBody.content['application/json'].schema);
	const fields = Object.entries(body?.properties ?? {}).map(([name, schema]) => ({ name, in: 'body' as const, schema }));
	return [...parameters, ...fields.map((field) => ({ ...field, required: body?.required.includes(field.name) ?? false }))].map(
		(argument) => ({
			...argument,
			required: argument.required ?? false,
		}),
	);
}

/** The value itself, or what its `#/…` reference points at. */
function resolved<Value>(document: RawDocument, value: unknown): Value {
	const reference = (value as Reference).$ref;
	if (reference === undefined) return value as Value;
	const keys = reference.slice(2).split('/');
	return keys.reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], document) as Value;
}
