import { isJsonObject, type JsonObject } from '../../json.ts';
import { FILE_HANDLE_SCHEMA } from '../file-handle.ts';
import { mediaKind } from '../media-kind.ts';
import type { JsonSchema } from '../tool.ts';
import { isJson, type MediaType, mediaTypes } from './media-types.ts';
import type { OpenApiDocument } from './read-document.ts';
import { resolve } from './reference.ts';
import type { SchemaReader } from './schema-reader.ts';

export interface ReadResponses {
	/** Of what a program receives; undefined when the document does not say. */
	readonly output?: JsonSchema;
	/** Media types of successful responses, JSON first. */
	readonly accepts: readonly string[];
	/** A successful response has a Link header (RFC 8288). */
	readonly announcesPages: boolean;
}

/** The JSON of the best successful response: 200, 201, the other 2xx, `default`. Without JSON it is a text, a file handle, or `null` where nothing is sent (204, 205). */
export function readResponses(
	operation: JsonObject,
	{ document, reader }: { document: OpenApiDocument; reader: SchemaReader },
): ReadResponses {
	const successes = successfulResponses(operation.responses).map(([status, node]) => {
		const target = resolve(document, node);
		return {
			status,
			media: target.kind === 'found' ? mediaTypes(target.value.content) : [],
			headers: target.kind === 'found' && isJsonObject(target.value.headers) ? Object.keys(target.value.headers) : [],
		};
	});
	const media = successes.flatMap((response) => response.media);
	const json = media.find(({ type, node }) => isJson(type) && node.schema !== undefined);
	const output = json === undefined ? withoutJson(successes, media) : outputOf(reader.read(json.node.schema, 'output'));
	const accepts = [...new Set(media.map(({ type }) => type))].sort((a, b) => Number(isJson(b)) - Number(isJson(a)));
	const announcesPages = successes.some(({ headers }) => headers.some((name) => name.toLowerCase() === 'link'));
	return { accepts, announcesPages, ...(output === undefined || Object.keys(output).length === 0 ? {} : { output }) };
}

/** Swagger 2 documents declare files among responses that all are JSON by name. */
function outputOf(schema: JsonSchema): JsonSchema {
	return schema.format === 'binary' ? { anyOf: [FILE_HANDLE_SCHEMA, { type: 'string' }] } : schema;
}

function withoutJson(successes: readonly { status: string }[], media: readonly MediaType[]): JsonSchema | undefined {
	if (media.some(({ type }) => isJson(type))) return undefined;
	const kinds = new Set(media.map(({ type }) => mediaKind(type)));
	if (kinds.size > 1) return undefined;
	if (kinds.has('text')) return { type: 'string' };
	if (kinds.has('binary')) return FILE_HANDLE_SCHEMA;
	if (kinds.has('unknown')) return undefined;
	return successes.some(({ status }) => status === '204' || status === '205') && !successes.some(({ status }) => status === '200')
		? { type: 'null' }
		: undefined;
}

function successfulResponses(responses: unknown): [string, unknown][] {
	const entries = Object.entries(isJsonObject(responses) ? responses : {});
	const rank = (status: string): number =>
		/^2\d\d$/.test(status) ? Number(status) : status.toUpperCase() === '2XX' ? 300 : status === 'default' ? 301 : 0;
	return entries.filter(([status]) => rank(status) > 0).sort(([a], [b]) => rank(a) - rank(b));
}
