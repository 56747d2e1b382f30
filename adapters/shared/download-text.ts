import { UserError } from '../../src/errors.ts';

/**
 * What a form takes. "There is a 10MB file size limit" (docs.slack.dev/reference/block-kit/block-elements/file-input-element), and Discord takes as much
 * from everybody (discord.com/developers/docs/reference#uploading-files).
 */
export const MOST_UPLOAD_BYTES = 10 * 1024 * 1024;
const TIMEOUT_MS = 30_000;

/** A file of at most `MOST_UPLOAD_BYTES` as UTF-8; redirects are not followed. Rejects with UserError `document` for a larger one, and with anything else. */
export async function downloadText(address: URL, headers: Readonly<Record<string, string>> = {}): Promise<string> {
	const response = await fetch(address, { headers, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
	if (!response.ok || !response.body) throw new Error(`status ${response.status}`);
	const parts: Uint8Array[] = [];
	let bytes = 0;
	for await (const part of response.body) {
		bytes += part.length;
		if (bytes > MOST_UPLOAD_BYTES) throw uploadTooLarge();
		parts.push(part);
	}
	return new TextDecoder().decode(Buffer.concat(parts));
}

export function uploadTooLarge(): UserError {
	const most = MOST_UPLOAD_BYTES / 1024 / 1024;
	return new UserError('document', `The file is larger than ${most} MB, the most a form takes. Give the address of the document instead.`);
}
