import { UserError } from '../../errors.ts';
import { isJsonObject } from '../../json.ts';
import type { SkippedOperation } from '../tool.ts';
import { type BuiltTools, buildTools, type Draft } from './build-tools.ts';
import { type Endpoint, listEndpoints } from './endpoints.ts';
import { nestingError } from './parse-text.ts';
import { plainText } from './plain-text.ts';
import { readBody } from './read-body.ts';
import { type OpenApiDocument, readDocument } from './read-document.ts';
import { readParameters } from './read-parameters.ts';
import { readResponses } from './read-responses.ts';
import { createSchemaReader, type SchemaReader } from './schema-reader.ts';
import { type NamedScheme, securityOf, tokenUrlsOf } from './security.ts';
import { chooseServers, type Servers } from './servers.ts';

export interface ApiText {
	/** The toolset's name, a TypeScript identifier. */
	readonly name: string;
	/** The document, JSON or YAML. */
	readonly text: string;
	/** Where the text came from. Without it, relative servers cannot be used. */
	readonly sourceUrl?: string;
	/** Where calls go, whatever the document says. */
	readonly baseUrl?: string;
}

/** What a document says, as plain data: it can cross from one thread to another (structured clone) and is the same there. */
export interface Api extends BuiltTools {
	/** The document's own title, or the toolset's name where it has none. */
	readonly title: string;
	/** Where calls go. */
	readonly address: string;
	readonly skipped: readonly SkippedOperation[];
	/** Where credentials belong, the most used scheme first. */
	readonly security: readonly NamedScheme[];
	/** See `tokenUrlsOf`. */
	readonly tokenUrls: readonly string[];
}

/**
 * Reads an OpenAPI 3.x or Swagger 2 document. Documents are not validated: whatever can be called becomes a tool, the rest is listed in `skipped` with
 * the reason. Throws UserError `document` when there is nothing to call, `bad-input` when the base URL is none.
 */
export function readApi(options: ApiText): Api {
	try {
		return read(options);
	} catch (error) {
		throw error instanceof RangeError ? nestingError(error) : error;
	}
}

interface Context {
	readonly document: OpenApiDocument;
	readonly reader: SchemaReader;
	readonly security: readonly NamedScheme[];
	readonly servers: Servers;
}

function read(options: ApiText): Api {
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
	return {
		title: titleOf(document) || options.name,
		address: context.servers.baseUrl,
		...buildTools(options.name, drafts, reader.definitions()),
		skipped,
		security: context.security,
		tokenUrls: tokenUrlsOf(document, options.sourceUrl),
	};
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
