import type { IncomingMessage } from 'node:http';
import { problem, type Reply } from './reply.ts';

/** Far above any body of this API: the longest, a note of 200 characters, takes less than 2 KiB however it is escaped. */
const MAX_BODY_BYTES = 16 * 1024;

/** The JSON object a request carries, or the reply that refuses it. Never holds more than the limit in memory. */
export async function readJsonObject(request: IncomingMessage): Promise<{ body: Record<string, unknown> } | { refusal: Reply }> {
	const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
	if (type !== 'application/json') return { refusal: problem(415, 'Send the body as application/json.') };
	const bytes = await readLimited(request);
	if (!bytes) {
		// The rest is read and dropped, so that the client hears the answer instead of a reset connection.
		request.resume();
		return { refusal: problem(413, `The body is larger than ${MAX_BODY_BYTES / 1024} KiB.`, { connection: 'close' }) };
	}
	return parseObject(bytes);
}

async function readLimited(request: IncomingMessage): Promise<Buffer | undefined> {
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of request.iterator({ destroyOnReturn: false })) {
		size += chunk.length;
		if (size > MAX_BODY_BYTES) return undefined;
		chunks.push(chunk);
	}
	return Buffer.concat(chunks);
}

function parseObject(bytes: Buffer): { body: Record<string, unknown> } | { refusal: Reply } {
	let value: unknown;
	try {
		value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
	} catch {
		return { refusal: problem(400, bytes.length === 0 ? 'The body is missing.' : 'The body is not valid JSON in UTF-8.') };
	}
	if (typeof value !== 'object' || value === null || Array.isArray(value))
		return { refusal: problem(400, 'The body must be a JSON object.') };
	return { body: value as Record<string, unknown> };
}
