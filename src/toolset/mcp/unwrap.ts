import type { CallToolResult } from '@modelcontextprotocol/client';
import { UserError } from '../../errors.ts';
import { isDeeperThan, type JsonObject, type JsonValue } from '../../json.ts';
import { plainFileName } from '../http/file-name.ts';
import type { Scrubber } from '../http/scrub.ts';
import { plainText } from '../openapi/plain-text.ts';
import type { CallFiles, ToolResponse } from '../tool.ts';

/** Deeper JSON overflows the stack of whatever walks it later. */
const MAX_JSON_DEPTH = 200;
const MAX_MESSAGE = 2_000;

type Content = CallToolResult['content'][number];

/**
 * What a program gets of a tool's result: its structured content where there is some, else the content without its wrapping. One text is that text, or
 * what it holds where that is a JSON object or list; several parts are a list. Pictures, sound and bytes become files, links become `{ uri, name }`,
 * embedded texts `{ uri, text }`. A result that says it is an error is a failure with its text. What the server promised of the value is not checked:
 * the call has been made, and a program can often use what came.
 *
 * Files that are too large or too many for the run make it a failure of kind `too-large`. Rejects with a UserError when the storage fails.
 *
 * @param scrub takes secrets out of the result before anything of it is cut or kept as a file
 */
export async function unwrapResult(
	given: CallToolResult,
	files: CallFiles | undefined,
	scrub: Scrubber = (value) => value,
): Promise<ToolResponse> {
	// Whatever walks it later, the scrubber first, does so by recursion. The value itself lies one level below.
	if (isDeeperThan(given as JsonObject, MAX_JSON_DEPTH + 1)) return TOO_DEEP;
	const result = scrub(given as JsonObject) as CallToolResult;
	const content = result.content ?? [];
	if (result.isError === true) {
		const said = plainText(content.flatMap((part) => (part.type === 'text' ? part.text : [])).join(' '), MAX_MESSAGE);
		return { ok: false, kind: 'http', message: said || 'The tool failed without saying why.' };
	}
	if (result.structuredContent !== undefined) return { ok: true, value: result.structuredContent as JsonValue };
	try {
		const value = await unwrapContent(content, files);
		return isDeeperThan(value, MAX_JSON_DEPTH) ? TOO_DEEP : { ok: true, value };
	} catch (error) {
		if (!(error instanceof UserError) || error.code === 'storage') throw error;
		return { ok: false, kind: 'too-large', message: error.userMessage };
	}
}

const TOO_DEEP: ToolResponse = {
	ok: false,
	kind: 'http',
	message: `The result is nested more than ${MAX_JSON_DEPTH} levels deep, which a program cannot read.`,
};

async function unwrapContent(content: readonly Content[], files: CallFiles | undefined): Promise<JsonValue> {
	const values: JsonValue[] = [];
	for (const part of content) values.push(await unwrapPart(part, files));
	return values.length === 1 ? (values[0] ?? null) : values.length === 0 ? null : values;
}

async function unwrapPart(part: Content, files: CallFiles | undefined): Promise<JsonValue> {
	switch (part.type) {
		case 'text':
			return parsed(part.text);
		case 'image':
		case 'audio':
			return keep(part.data, part.type, part.mimeType, files);
		case 'resource_link':
			return { uri: part.uri, name: part.name, ...(part.mimeType === undefined ? {} : { mediaType: part.mimeType }) };
		case 'resource': {
			const { uri, mimeType } = part.resource;
			if ('text' in part.resource) return { uri, text: part.resource.text };
			return keep(part.resource.blob, uri.split(/[?#]/)[0]?.replace(/[/\\]+$/, '') ?? '', mimeType ?? '', files);
		}
		default:
			return null;
	}
}

/** An object or a list; a bare number or word stays the text it is, since digits may be an identifier. */
function parsed(text: string): JsonValue {
	if (!/^\s*[[{]/.test(text)) return text;
	try {
		return JSON.parse(text) as JsonValue;
	} catch {
		return text;
	}
}

/** Where there is nowhere to keep a file, what is known of it. Name and type stand in headers when it is sent on, and on people's screens. */
async function keep(base64: string, called: string, declared: string, files: CallFiles | undefined): Promise<JsonValue> {
	const mediaType = /^\s*([\w.+-]{1,127}\/[\w.+-]{1,127})\s*(;|$)/.exec(declared)?.[1]?.toLowerCase() ?? 'application/octet-stream';
	const name = plainFileName(called, mediaType);
	const content = Buffer.from(base64, 'base64');
	if (!files) return { name, mediaType, bytes: content.length };
	return { ...(await files.put({ name, mediaType, content })) };
}
