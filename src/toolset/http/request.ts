import type { JsonObject, JsonValue } from '../../json.ts';
import type { Operation, ParameterBinding } from '../openapi/operation.ts';
import type { FileLookup } from './argument-files.ts';
import { buildBody, isJsonType } from './body.ts';
import type { EgressRequest } from './egress-request.ts';
import { encodeReserved, encodeStrict } from './percent-encoding.ts';
import { expandHeader, expandPath, expandQuery, type Pair, textOf } from './style.ts';

/** What an operation sends for these arguments, without a credential. */
export interface HttpRequest extends EgressRequest {
	readonly body?: string | Uint8Array;
	/** The body before it was serialised, for people. */
	readonly bodyValue?: JsonValue;
}

export type BuiltRequest = { readonly ok: true; readonly request: HttpRequest } | { readonly ok: false; readonly message: string };

/** Described by media types, credentials and the connection, never by a parameter (OpenAPI 3.1, Parameter Object; RFC 9110, section 7). */
const NOT_BY_PARAMETER =
	/^(accept|content-type|authorization|cookie|host|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|expect|content-length|accept-encoding)$/i;

class CannotBuild extends Error {}

/**
 * Serialises arguments that fit `operation.input` by the styles of OpenAPI 3.1. Null is "not given", except inside a JSON body. The message of
 * a failure names the argument. `files` has the contents of the files that the body names. Guarantees: a path value fills exactly its place in the path (never empty, `.` or `..`, slashes stay
 * encoded), the address stays below `baseUrl`, and no value starts another header, cookie or query parameter.
 */
export function buildRequest(operation: Operation, args: JsonObject, files: FileLookup = () => undefined): BuiltRequest {
	try {
		return { ok: true, request: build(operation, args, files) };
	} catch (error) {
		if (error instanceof CannotBuild) return { ok: false, message: error.message };
		if (error instanceof URIError)
			return { ok: false, message: 'An argument holds half of a character (a lone surrogate), which cannot be sent.' };
		throw error;
	}
}

function build(operation: Operation, args: JsonObject, files: FileLookup): HttpRequest {
	const given = operation.parameters.flatMap((parameter) => {
		const value = Object.hasOwn(args, parameter.argument) ? args[parameter.argument] : undefined;
		return value === undefined || value === null ? [] : [{ parameter, value }];
	});
	const of = (place: ParameterBinding['in']) => given.filter(({ parameter }) => parameter.in === place);
	const body = buildBody(operation, args, files);
	if (!body.ok) throw new CannotBuild(body.message);
	const cookies = of('cookie').flatMap(({ parameter, value }) => pairsOf(parameter, value));
	const headers = {
		accept: acceptHeader(operation.accepts),
		...Object.fromEntries(of('header').flatMap(({ parameter, value }) => headerOf(parameter, value))),
		...(cookies.length === 0 ? {} : { cookie: cookies.map(([name, value]) => `${name}=${value}`).join('; ') }),
		...(body.contentType === undefined ? {} : { 'content-type': checkedHeader('the content type', body.contentType) }),
	};
	const query = of('query').flatMap(({ parameter, value }) => pairsOf(parameter, value));
	const url = addressOf(operation, args, query);
	return {
		method: operation.method,
		url,
		headers,
		...(body.contentType === undefined ? {} : { body: body.content, bodyValue: body.value }),
	};
}

function addressOf(operation: Operation, args: JsonObject, query: readonly Pair[]): string {
	const base = new URL(operation.baseUrl);
	const [, template = '', fixed = ''] = /^([^?]*)\??(.*)/s.exec(operation.path) ?? [];
	const path = template.replace(/\{([^{}]*)\}/g, (_, name: string) => pathValue(operation, name, args));
	const search = [base.search.slice(1), ...fixedPairs(fixed, query), ...query.map(([name, value]) => `${name}=${value}`)]
		.filter((part) => part !== '')
		.join('&');
	const basePath = base.pathname.replace(/\/$/, '');
	const url = new URL(`${base.origin}${basePath}${path.startsWith('/') ? '' : '/'}${path}${search === '' ? '' : `?${search}`}`);
	const segments = (text: string) => text.split(/[/\\]/).length;
	const stays =
		url.origin === base.origin &&
		url.pathname.startsWith(`${basePath}/`) &&
		segments(url.pathname) === segments(basePath) + segments(template.replace(/^\//, ''));
	if (!stays) throw new CannotBuild(`The arguments lead outside of the path ${operation.path}.`);
	return url.href;
}

/** What some documents write behind the question mark of a path, unless a declared parameter of that name is sent. */
function fixedPairs(fixed: string, query: readonly Pair[]): string[] {
	const sent = new Set(query.map(([name]) => name));
	return fixed.split('&').filter((pair) => !sent.has(pair.split('=')[0] ?? ''));
}

function pathValue(operation: Operation, name: string, args: JsonObject): string {
	const parameter = operation.parameters.find((candidate) => candidate.in === 'path' && candidate.name === name);
	const value = parameter && Object.hasOwn(args, parameter.argument) ? args[parameter.argument] : undefined;
	const argument = parameter?.argument ?? name;
	if (!parameter || value === undefined || value === null)
		throw new CannotBuild(`The argument ${argument} is missing; it is a part of the path.`);
	const plain = contentText(parameter, value) ?? expandPath({ ...parameter, style: 'simple' }, value, (text) => text);
	if (plain === '' || plain === '.' || plain === '..') {
		throw new CannotBuild(`The argument ${argument} is ${plain === '' ? 'empty' : JSON.stringify(plain)}, which cannot stand in a path.`);
	}
	const content = contentText(parameter, value);
	return content === undefined ? expandPath(parameter, value, encodeStrict) : encodeStrict(content);
}

/** A parameter of a query or cookie as it is sent: names and values, encoded. */
export function pairsOf(parameter: ParameterBinding, value: JsonValue): Pair[] {
	const encode = parameter.allowReserved && parameter.in === 'query' ? encodeReserved : encodeStrict;
	const content = contentText(parameter, value);
	return content === undefined ? expandQuery(parameter, value, encode) : [[encodeStrict(parameter.name), encode(content)]];
}

function headerOf(parameter: ParameterBinding, value: JsonValue): [string, string][] {
	const name = parameter.name.toLowerCase();
	if (NOT_BY_PARAMETER.test(name)) return [];
	if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name))
		throw new CannotBuild(`The document names a header that HTTP does not allow: ${parameter.name}`);
	return [[name, checkedHeader(`the argument ${parameter.argument}`, contentText(parameter, value) ?? expandHeader(parameter, value))]];
}

function checkedHeader(what: string, value: string): string {
	if (/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) return value;
	throw new CannotBuild(`A header cannot hold ${what}: it has line breaks, control characters or characters outside of Latin-1.`);
}

function contentText(parameter: ParameterBinding, value: JsonValue): string | undefined {
	if (parameter.contentType === undefined) return undefined;
	return isJsonType(parameter.contentType) ? JSON.stringify(value) : textOf(value);
}

/** JSON first: where a server offers several, a program can use that best. */
function acceptHeader(accepts: readonly string[]): string {
	const types = accepts.filter((type) => /^[\w.+*-]+\/[\w.+*-]+(; ?[\w.+-]+=[\w.+"-]+)*$/.test(type)).slice(0, 10);
	const isJson = (type: string) => isJsonType(type.split(';')[0] ?? '');
	return types.length === 0
		? 'application/json, */*;q=0.5'
		: [...types.filter(isJson), ...types.filter((type) => !isJson(type))].join(', ');
}
