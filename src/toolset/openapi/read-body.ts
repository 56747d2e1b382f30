import { isJsonObject, type JsonObject } from '../../json.ts';
import { mediaKind } from '../media-kind.ts';
import type { JsonSchema } from '../tool.ts';
import { orFile } from './file-arguments.ts';
import { isForm, isJson, mediaTypes } from './media-types.ts';
import type { BodyBinding } from './operation.ts';
import type { OpenApiDocument } from './read-document.ts';
import { resolve } from './reference.ts';
import type { SchemaReader } from './schema-reader.ts';

export interface ReadBody {
	readonly contentType: string;
	readonly required: boolean;
	readonly schema: JsonSchema;
	readonly encoding: BodyBinding['encoding'];
}

/** Methods whose body has no meaning (RFC 9110). */
const withoutBody = new Set(['get', 'head', 'options', 'trace']);

/** The body of an operation in the media type that suits programs best, undefined when it has none. A text is the reason why it cannot be called. */
export function readBody(
	{ method, operation }: { method: string; operation: JsonObject },
	{ document, reader }: { document: OpenApiDocument; reader: SchemaReader },
): ReadBody | string | undefined {
	if (withoutBody.has(method) || !isJsonObject(operation.requestBody)) return undefined;
	const target = resolve(document, operation.requestBody);
	if (target.kind === 'external') return 'its body is described in another document, and such references are not followed';
	if (target.kind === 'missing') return 'its body refers to a part of the document that does not exist';
	const [media] = mediaTypes(target.value.content);
	if (media === undefined) return undefined;
	const isStructured = isJson(media.type) || isForm(media.type);
	return {
		contentType: media.type,
		required: target.value.required === true,
		schema: isStructured ? reader.read(media.node.schema, 'input') : rawBody(media.type),
		encoding: isForm(media.type) ? readEncoding(media.node.encoding) : {},
	};
}

/** A text, or where that is not certain, a text or a file. */
function rawBody(mediaType: string): JsonSchema {
	const schema = { type: 'string', description: `The body, as ${mediaType}` };
	return mediaKind(mediaType) === 'text' ? schema : orFile(schema);
}

function readEncoding(encoding: unknown): BodyBinding['encoding'] {
	const entries = Object.entries(isJsonObject(encoding) ? encoding : {}).filter((entry): entry is [string, JsonObject] =>
		isJsonObject(entry[1]),
	);
	return Object.fromEntries(
		entries.map(([name, { style, explode, contentType, allowReserved }]) => [
			name,
			{
				...(typeof style === 'string' ? { style } : {}),
				...(typeof explode === 'boolean' ? { explode } : {}),
				...(typeof contentType === 'string' ? { contentType } : {}),
				...(typeof allowReserved === 'boolean' ? { allowReserved } : {}),
			},
		]),
	);
}
