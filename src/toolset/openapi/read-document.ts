import { upgrade } from '@scalar/openapi-upgrader';
import { UserError } from '../../errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { keepCollectionFormats } from './collection-format.ts';
import { mend } from './mend.ts';
import { parseText } from './parse-text.ts';

/** An OpenAPI 3.1 document, whatever version it was written in. Nothing about it is guaranteed beyond `paths` being an object: it is not validated. */
export type OpenApiDocument = JsonObject & { readonly paths: JsonObject };

/**
 * Reads OpenAPI 3.x and Swagger 2, JSON or YAML. External references stay as they are and are never followed. `sourceUrl` is where the text came
 * from, for the scheme of Swagger 2 documents that name none. Throws UserError `document` with what is wrong.
 */
export function readDocument(text: string, sourceUrl?: string): OpenApiDocument {
	const parsed = parseText(text);
	if (!isJsonObject(parsed)) throw unknownFormat(Array.isArray(parsed) ? 'a list' : 'plain text');
	requireOpenApi(parsed);
	const document = upgradeDocument(completeSwagger(mend(parsed), sourceUrl));
	if (!isJsonObject(document.paths) || Object.keys(document.paths).length === 0) {
		throw new UserError('document', 'The document has no paths, so there is nothing to call. Give the complete OpenAPI document.');
	}
	return { ...document, paths: document.paths };
}

function requireOpenApi(document: JsonObject): void {
	const { openapi, swagger } = document;
	const version = String(openapi ?? swagger ?? '');
	if (openapi === undefined ? swagger !== undefined && /^2(\.0)?$/.test(version) : /^3(\.\d|$)/.test(version)) return;
	if (openapi !== undefined || swagger !== undefined) {
		throw unknownFormat(/^[\w.-]{1,20}$/.test(version) ? `a document of version ${version}` : 'a document without a known version');
	}
	throw unknownFormat(formats.find(([, matches]) => matches(document))?.[0] ?? keysOf(document));
}

function unknownFormat(found: string): UserError {
	return new UserError(
		'document',
		`That is not an OpenAPI document but ${found}. Give an OpenAPI 3.x or Swagger 2.0 document in JSON or YAML.`,
	);
}

/** What people upload by mistake, most telling first. */
const formats: readonly (readonly [string, (document: JsonObject) => boolean])[] = [
	['a Postman collection (export it as OpenAPI)', ({ info, item }) => Array.isArray(item) && isJsonObject(info)],
	['an AsyncAPI document', ({ asyncapi }) => asyncapi !== undefined],
	['an Arazzo document', ({ arazzo }) => arazzo !== undefined],
	['a Google discovery document', ({ discoveryVersion }) => discoveryVersion !== undefined],
	['a recorded HTTP session (HAR)', ({ log }) => isJsonObject(log) && Array.isArray(log.entries)],
	['an Insomnia export', ({ __export_format }) => __export_format !== undefined],
	['a Swagger 1 document', ({ swaggerVersion }) => swaggerVersion !== undefined],
	['a list of MCP servers', ({ mcpServers }) => mcpServers !== undefined],
	['a JSON Schema', ({ $schema, properties }) => $schema !== undefined || isJsonObject(properties)],
	[
		'an npm package file',
		({ name, version, dependencies }) => typeof name === 'string' && typeof version === 'string' && isJsonObject(dependencies),
	],
	['an error reply of a server', ({ error, message }) => error !== undefined || typeof message === 'string'],
];

function keysOf(document: JsonObject): string {
	const keys = Object.keys(document)
		.slice(0, 4)
		.map((key) => key.replace(/[^\w.$-]/g, '').slice(0, 30))
		.filter((key) => key !== '');
	return keys.length === 0 ? 'an empty object' : `an object with the keys ${keys.join(', ')}`;
}

/** Swagger 2, "schemes": the default is the scheme the document was fetched with. https goes first where the document leaves a choice. */
function completeSwagger(document: JsonObject, sourceUrl: string | undefined): JsonObject {
	if (document.swagger === undefined) return { ...document, openapi: String(document.openapi) };
	const fallback = sourceUrl?.startsWith('http:') ? 'http' : 'https';
	const given = Array.isArray(document.schemes)
		? document.schemes.filter((scheme): scheme is string => scheme === 'https' || scheme === 'http')
		: [];
	const schemes: JsonValue[] = given.length === 0 ? [fallback] : given.sort().reverse();
	return keepCollectionFormats({ ...document, swagger: '2.0', schemes });
}

function upgradeDocument(document: JsonObject): JsonObject {
	try {
		const upgraded: unknown = upgrade(document, '3.1');
		if (isJsonObject(upgraded)) return upgraded;
	} catch (error) {
		throw new UserError(
			'document',
			'The document is malformed: its parts are not where OpenAPI puts them. Check it with an OpenAPI editor.',
			{ cause: error },
		);
	}
	throw new UserError('document', 'The document is malformed. Check it with an OpenAPI editor.');
}
