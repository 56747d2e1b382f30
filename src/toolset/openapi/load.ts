import { UserError } from '../../errors.ts';
import { isJsonObject, type JsonObject } from '../../json.ts';
import type { CallContext, CallPreview, Effect, JsonSchema, SkippedOperation, Tool, ToolResponse, Toolset } from '../tool.ts';
import { buildInput } from './build-input.ts';
import { reachableKeys, withoutEmptyCycles } from './definitions.ts';
import { describeOperation } from './describe-operation.ts';
import { createMerger } from './merge-all-of.ts';
import { nameOperations } from './names.ts';
import type { Operation } from './operation.ts';
import { pagingArguments } from './paging-arguments.ts';
import { nestingError } from './parse-text.ts';
import { pathOfKey, withoutQueryPlaceholders } from './path-key.ts';
import { plainText } from './plain-text.ts';
import { type ReadBody, readBody } from './read-body.ts';
import { type OpenApiDocument, readDocument } from './read-document.ts';
import { type ReadParameter, readParameters } from './read-parameters.ts';
import { type ReadResponses, readResponses } from './read-responses.ts';
import { resolve } from './reference.ts';
import { createSchemaHash } from './schema-hash.ts';
import { createSchemaReader, type SchemaReader } from './schema-reader.ts';
import { type NamedScheme, securityOf, tokenUrlsOf } from './security.ts';
import { chooseServers, type Servers } from './servers.ts';

/** Sends what an operation describes. Validates the arguments first; never rejects for what arguments, server or network do. */
export type SendOperation = (operation: Operation, args: JsonObject, context: CallContext) => Promise<ToolResponse>;

export interface LoadOptions {
	/** The toolset's name, a TypeScript identifier. */
	readonly name: string;
	/** The document, JSON or YAML. */
	readonly text: string;
	/** Where the text came from. Without it, relative servers cannot be used. */
	readonly sourceUrl?: string;
	/** Where calls go, whatever the document says. */
	readonly baseUrl?: string;
	readonly send: SendOperation;
	readonly previewOperation: (operation: Operation, args: JsonObject) => CallPreview;
}

export interface OpenApiToolset extends Toolset {
	/** Where credentials belong, the most used scheme first. */
	readonly security: readonly NamedScheme[];
}

/** The security schemes that a document's operations ask for, the most used first. A loaded toolset has them as `security`. */
export function readSecurity(text: string): readonly NamedScheme[] {
	return securityOf(readDocument(text));
}

/** The token addresses that a document names for OAuth2 client credentials; see `tokenUrlsOf`. */
export function readTokenUrls(text: string, sourceUrl?: string): readonly string[] {
	return tokenUrlsOf(readDocument(text, sourceUrl), sourceUrl);
}

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/** One operation as the document lists it. */
interface Endpoint {
	/** Lower case. */
	readonly method: string;
	/** See `pathOfKey`. */
	readonly path: string;
	/** The path as it is written in the document. */
	readonly key: string;
	readonly pathItem: JsonObject;
	readonly operation: JsonObject;
	readonly origin: string;
}

/** An operation that can become a tool, its schemas still referring to definitions in progress. */
interface Draft extends Endpoint, ReadResponses {
	readonly baseUrl: string;
	readonly parameters: readonly ReadParameter[];
	readonly body?: ReadBody;
}

interface Context {
	readonly document: OpenApiDocument;
	readonly reader: SchemaReader;
	readonly security: readonly NamedScheme[];
	readonly servers: Servers;
}

/**
 * Makes a toolset of an OpenAPI 3.x or Swagger 2 document. Documents are not validated: whatever can be called becomes a tool, the rest is listed in
 * `skipped` with the reason. Throws UserError `document` when there is nothing to call, `bad-input` when the base URL is none.
 */
export function loadOpenApi(options: LoadOptions): OpenApiToolset {
	try {
		return load(options);
	} catch (error) {
		throw error instanceof RangeError ? nestingError(error) : error;
	}
}

function load(options: LoadOptions): OpenApiToolset {
	const document = readDocument(options.text, options.sourceUrl);
	const reader = createSchemaReader(document);
	const context: Context = { document, reader, security: securityOf(document), servers: chooseServers(document, options) };
	const { endpoints, skipped } = listEndpoints(document);
	const drafts: Draft[] = [];
	for (const endpoint of endpoints) {
		const draft = draftOf(endpoint, context);
		if (typeof draft === 'string') skipped.push({ origin: endpoint.origin, reason: draft });
		else drafts.push(draft);
	}
	if (drafts.length === 0) throw nothingToCall(skipped);
	const { tools, operations, definitions } = buildTools(options.name, drafts, reader.definitions());
	return {
		name: options.name,
		title: titleOf(document) || options.name,
		address: context.servers.baseUrl,
		tools,
		definitions,
		skipped,
		security: context.security,
		async call(tool, args, callContext) {
			const operation = operations.get(tool.name);
			if (operation === undefined) return { ok: false, kind: 'unknown-tool', message: `${options.name} has no tool ${tool.name}.` };
			return options.send(operation, args, callContext);
		},
		preview(tool, args) {
			const operation = operations.get(tool.name);
			if (operation === undefined) throw new UserError('not-found', `${options.name} has no tool ${tool.name}.`);
			return options.previewOperation(operation, args);
		},
	};
}

function listEndpoints(document: OpenApiDocument): { endpoints: Endpoint[]; skipped: SkippedOperation[] } {
	const endpoints: Endpoint[] = [];
	const skipped: SkippedOperation[] = [];
	for (const [key, node] of Object.entries(document.paths)) {
		if (key.startsWith('x-')) continue;
		const target = resolve(document, node);
		if (target.kind === 'found') endpoints.push(...endpointsOf(key, target.value));
		else
			skipped.push({
				origin: key,
				reason:
					target.kind === 'external'
						? 'it is described in another document, and such references are not followed'
						: 'it refers to a part of the document that does not exist',
			});
	}
	return { endpoints, skipped };
}

function endpointsOf(key: string, pathItem: JsonObject): Endpoint[] {
	const path = pathOfKey(key);
	return methods.flatMap((method) => {
		const operation = pathItem[method];
		return isJsonObject(operation) ? [{ method, path, key, pathItem, operation, origin: `${method.toUpperCase()} ${key}` }] : [];
	});
}

function draftOf(endpoint: Endpoint, context: Context): Draft | string {
	if (endpoint.method === 'trace') return 'its method TRACE only shows what was sent';
	const baseUrl = context.servers.forOperation(endpoint.pathItem, endpoint.operation);
	if (baseUrl === undefined) return 'it is served from another address than the rest, where credentials must not be sent';
	const parameters = readParameters(endpoint, context);
	if (typeof parameters === 'string') return parameters;
	const body = readBody(endpoint, context);
	if (typeof body === 'string') return body;
	return { ...endpoint, ...readResponses(endpoint.operation, context), baseUrl, parameters, ...(body === undefined ? {} : { body }) };
}

function nothingToCall(skipped: readonly SkippedOperation[]): UserError {
	const [first] = skipped;
	const detail = first === undefined ? '' : ` (${plainText(first.origin, 80)}: ${first.reason})`;
	return new UserError(
		'document',
		`The document has no operation that can be called${detail}. Give the complete OpenAPI document, with everything in one file.`,
	);
}

function titleOf(document: OpenApiDocument): string {
	return plainText(isJsonObject(document.info) ? document.info.title : undefined, 80);
}

interface Built {
	readonly tools: Map<string, Tool>;
	readonly operations: Map<string, Operation>;
	readonly definitions: Record<string, JsonSchema>;
}

function buildTools(toolset: string, drafts: readonly Draft[], read: ReadonlyMap<string, JsonSchema>): Built {
	const acyclic = withoutEmptyCycles(read);
	const merge = createMerger(acyclic);
	const definitions = new Map([...acyclic].map(([key, schema]) => [key, merge(schema)]));
	const hash = createSchemaHash(definitions);
	const names = nameOperations(drafts.map(({ method, key, operation }) => ({ method, path: key, operationId: operation.operationId })));
	const tools = new Map<string, Tool>();
	const operations = new Map<string, Operation>();
	for (const [index, draft] of drafts.entries()) {
		const name = names[index] ?? draft.origin;
		const { input, bindings, body } = buildInput(draft, definitions, merge);
		const output = draft.output === undefined ? {} : { output: merge(draft.output) };
		const effect = effectOf(draft.method);
		const schemaHash = hash({ input, ...output, effect });
		const paging = pagingArguments(draft.method, input, definitions);
		tools.set(name, {
			toolset,
			name,
			...describeOperation(draft.operation, draft.origin),
			effect,
			input,
			...output,
			schemaHash,
			origin: draft.origin,
			...(paging !== undefined || (draft.announcesPages && effect === 'read') ? { paged: true } : {}),
		});
		operations.set(name, {
			method: draft.method.toUpperCase(),
			path: withoutQueryPlaceholders(draft.path),
			baseUrl: draft.baseUrl,
			parameters: bindings,
			...(body === undefined ? {} : { body }),
			accepts: draft.accepts,
			...(paging === undefined ? {} : { paging }),
			input: selfContained(input, definitions),
		});
	}
	const reachable = reachableKeys(
		[...tools.values()].flatMap(({ input, output }) => (output === undefined ? [input] : [input, output])),
		definitions,
	);
	return { tools, operations, definitions: pick(definitions, reachable) };
}

/** The schema with the definitions it needs, so that a validator needs nothing else. */
function selfContained(input: JsonSchema, definitions: ReadonlyMap<string, JsonSchema>): JsonSchema {
	const keys = reachableKeys([input], definitions);
	return keys.size === 0 ? input : { ...input, $defs: pick(definitions, keys) };
}

function pick(definitions: ReadonlyMap<string, JsonSchema>, keys: ReadonlySet<string>): Record<string, JsonSchema> {
	return Object.fromEntries([...definitions].filter(([key]) => keys.has(key)));
}

function effectOf(method: string): Effect {
	if (method === 'delete') return 'destructive';
	return method === 'get' || method === 'head' || method === 'options' ? 'read' : 'write';
}
