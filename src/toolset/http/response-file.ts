import { UserError } from '../../errors.ts';
import type { CallFiles, ToolResponse } from '../tool.ts';
import type { EgressResponse } from './egress.ts';
import { fileName } from './file-name.ts';
import type { Scrubber } from './scrub.ts';

/**
 * Keeps the body of a response as a file of the run and gives its handle as the value. Where the bytes are text, secrets are taken out of it. Without a
 * place for files it is a failure of kind `http`, and one of kind `too-large` when the run has too many. Rejects when the storage fails.
 */
export async function keepAsFile(
	{ status, headers, body, url }: EgressResponse,
	mediaType: string,
	files: CallFiles | undefined,
	scrub: Scrubber,
): Promise<ToolResponse> {
	const type = mediaType === '' ? 'application/octet-stream' : mediaType;
	if (files === undefined) {
		return { ok: false, kind: 'http', message: `The response is ${type} (${body.length} bytes), which a program cannot read.`, status };
	}
	const name = scrub(fileName(headers['content-disposition'], url, type));
	try {
		const { file, bytes } = await files.put({ name, mediaType: type, content: scrubbed(body, scrub) });
		return { ok: true, value: { file, name, mediaType: type, bytes }, status };
	} catch (error) {
		if (!(error instanceof UserError) || error.code === 'storage') throw error;
		return { ok: false, kind: 'too-large', message: error.userMessage, status };
	}
}

function scrubbed(body: Uint8Array, scrub: Scrubber): Uint8Array {
	let text: string;
	try {
		text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
	} catch {
		return body;
	}
	const clean = scrub(text);
	return clean === text ? body : new TextEncoder().encode(clean);
}
