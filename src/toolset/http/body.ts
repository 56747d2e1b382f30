import { randomUUID } from 'node:crypto';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { isFileHandle } from '../file-handle.ts';
import type { BodyBinding, Operation, ParameterBinding } from '../openapi/operation.ts';
import type { FileContent, FileLookup } from './argument-files.ts';
import { encodeForm, encodeReserved, encodeStrict } from './percent-encoding.ts';
import { expandQuery, type Pair, textOf } from './style.ts';

export type BuiltBody =
	| { readonly ok: true; readonly contentType: string; readonly content: string | Uint8Array; readonly value: JsonValue }
	| { readonly ok: true; readonly contentType?: undefined }
	| { readonly ok: false; readonly message: string };

/**
 * The request body: JSON, a form, multipart, or one text or file as it is. Without a given field an optional body is not sent at all. A file goes out with
 * its own name and type where the media type leaves them open.
 */
export function buildBody(operation: Operation, args: JsonObject, files: FileLookup): BuiltBody {
	const binding = operation.body;
	if (!binding) return { ok: true };
	const value = bodyValue(binding, args);
	if (value === undefined) return { ok: true };
	const mediaType = (binding.contentType.split(';')[0] ?? '').trim().toLowerCase();
	const sent = (content: string | Uint8Array, contentType = binding.contentType): BuiltBody => ({ ok: true, contentType, content, value });
	if (mediaType === '*/*' || mediaType === 'application/*') return sent(JSON.stringify(value), 'application/json');
	if (isJsonType(mediaType)) return sent(JSON.stringify(value));
	if (mediaType === 'application/x-www-form-urlencoded') return sent(formText(binding, propertiesOf(value)));
	if (mediaType.startsWith('multipart/')) {
		const boundary = `toolcoder-${randomUUID()}`;
		const schemas = operation.input.properties as Readonly<Record<string, unknown>> | undefined;
		return sent(
			multipartBody(binding, propertiesOf(value), boundary, { schemas: schemas ?? {}, files }),
			`${mediaType}; boundary=${boundary}`,
		);
	}
	const file = isFileHandle(value) ? files(value.file) : undefined;
	if (file)
		return sent(file.content, mediaType.includes('*') || mediaType === 'application/octet-stream' ? file.mediaType : binding.contentType);
	if (typeof value === 'string') return sent(value, mediaType.includes('*') ? 'application/octet-stream' : binding.contentType);
	return { ok: false, message: `The body is sent as ${mediaType}: give it as one text or a file.` };
}

export function isJsonType(mediaType: string): boolean {
	return /^[\w.+-]+\/([\w.+-]+\+)?json$/i.test(mediaType);
}

function bodyValue(binding: BodyBinding, args: JsonObject): JsonValue | undefined {
	if ('argument' in binding.from) return Object.hasOwn(args, binding.from.argument) ? args[binding.from.argument] : undefined;
	const given = binding.from.fields.filter((field) => Object.hasOwn(args, field) && args[field] !== undefined);
	if (given.length === 0 && !binding.required) return undefined;
	return Object.fromEntries(given.map((field) => [field, args[field] ?? null]));
}

/** A form has fields. A value without names, which a body argument can be, is sent under `value`. */
function propertiesOf(value: JsonValue): [string, JsonValue][] {
	const object = typeof value === 'object' && value !== null && !Array.isArray(value) ? value : { value };
	return Object.entries(object).filter(([, item]) => item !== null);
}

/** A field with a style is written like a query parameter, any other by its content type (OpenAPI 3.1, Encoding Object). */
function formText(binding: BodyBinding, properties: readonly [string, JsonValue][]): string {
	const pairs = properties.flatMap(([name, value]) => {
		const encoding = encodingOf(binding, name);
		if (encoding.style === undefined && encoding.explode === undefined && encoding.allowReserved === undefined) {
			return partsOf(value).map((part): Pair => [encodeForm(name), encodeForm(textOf(part))]);
		}
		const style = (encoding.style ?? 'form') as ParameterBinding['style'];
		return expandQuery(
			{ name, style, explode: encoding.explode ?? style === 'form' },
			value,
			encoding.allowReserved ? encodeReserved : encodeStrict,
		);
	});
	return pairs.map(([name, value]) => `${name}=${value}`).join('&');
}

interface PartSources {
	readonly schemas: Readonly<Record<string, unknown>>;
	readonly files: FileLookup;
}

/** RFC 7578: one part a value, lists as several parts of one name. The boundary is random: no value can be made to contain it. */
function multipartBody(
	binding: BodyBinding,
	properties: readonly [string, JsonValue][],
	boundary: string,
	{ schemas, files }: PartSources,
): string | Uint8Array {
	const pieces: (string | Uint8Array)[] = properties.flatMap(([name, value]) => {
		const contentType = partType(encodingOf(binding, name).contentType, schemas[name]);
		return partsOf(value).flatMap((part) => {
			const file = isFileHandle(part) ? files(part.file) : undefined;
			return [`--${boundary}\r\n`, ...(file ? filePart(name, file) : [partText(name, part, contentType)]), '\r\n'];
		});
	});
	const end = `--${boundary}--\r\n`;
	if (pieces.every((piece) => typeof piece === 'string')) return pieces.join('') + end;
	return Buffer.concat([...pieces, end].map((piece) => Buffer.from(piece)));
}

function filePart(name: string, file: FileContent): (string | Uint8Array)[] {
	const type = /^[\w.+-]+\/[\w.+-]+$/.test(file.mediaType) ? file.mediaType : 'application/octet-stream';
	const disposition = `Content-Disposition: form-data; name="${quotedName(name)}"; filename="${quotedName(file.name)}"`;
	return [`${disposition}\r\nContent-Type: ${type}\r\n\r\n`, file.content];
}

function partText(name: string, value: JsonValue, contentType: string | undefined): string {
	const isFile = contentType !== undefined && !isJsonType(contentType) && contentType !== 'text/plain';
	const type = contentType ?? (typeof value === 'object' ? 'application/json' : undefined);
	const quoted = quotedName(name);
	const disposition = `Content-Disposition: form-data; name="${quoted}"${isFile ? `; filename="${quoted}"` : ''}`;
	const text = type !== undefined && isJsonType(type) ? JSON.stringify(value) : textOf(value);
	return `${disposition}\r\n${type === undefined ? '' : `Content-Type: ${type}\r\n`}\r\n${text}`;
}

function partType(declared: string | undefined, schema: unknown): string | undefined {
	const first = declared?.split(',')[0]?.trim();
	if (first !== undefined && /^[\w.+-]+\/[\w.+-]+$/.test(first)) return first;
	return first !== undefined || isBinary(schema) ? 'application/octet-stream' : undefined;
}

/** `format: binary`, alone, beside a file, or in a list of either. */
function isBinary(schema: unknown): boolean {
	if (!isJsonObject(schema)) return false;
	const alternatives = Array.isArray(schema.anyOf) ? schema.anyOf : [];
	return schema.format === 'binary' || alternatives.some(isBinary) || isBinary(schema.items);
}

function partsOf(value: JsonValue): JsonValue[] {
	return Array.isArray(value) ? value.filter((item) => item !== null) : [value];
}

function encodingOf(binding: BodyBinding, name: string): BodyBinding['encoding'][string] {
	return (Object.hasOwn(binding.encoding, name) ? binding.encoding[name] : undefined) ?? {};
}

/** As browsers do (HTML standard, multipart/form-data encoding algorithm). */
function quotedName(name: string): string {
	return name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
