import type { IncomingMessage } from 'node:http';
import { type Fields, isFields } from '../fields.ts';
import { Refusal, refusal } from '../refusal.ts';
import type { UploadedFile } from '../state/attachments.ts';

export interface Body {
	/** JSON, of whatever kind; undefined when there is none. */
	readonly json: unknown;
	readonly fields: Fields;
	/** By the number in `files[n]`. */
	readonly files: ReadonlyMap<string, UploadedFile>;
}

/** JSON, or a form with `payload_json` and `files[n]`: discord.com/developers/docs/reference#uploading-files */
export async function readBody(request: IncomingMessage): Promise<Body> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk);
	const raw = Buffer.concat(chunks);
	const type = request.headers['content-type'] ?? '';
	if (raw.byteLength === 0) return { json: undefined, fields: {}, files: new Map() };
	if (type.startsWith('multipart/form-data')) return await readForm(raw, type);
	if (!type.startsWith('application/json')) {
		const message = 'Expected "Content-Type" header to be one of {\'application/json\'}.';
		throw new Refusal(400, 50035, 'Invalid Form Body', { _errors: [{ code: 'CONTENT_TYPE_INVALID', message }] });
	}
	const json = parse(raw.toString());
	return { json, fields: isFields(json) ? json : {}, files: new Map() };
}

async function readForm(raw: Buffer, type: string): Promise<Body> {
	const form = await new Response(new Uint8Array(raw), { headers: { 'content-type': type } }).formData();
	const files = new Map<string, UploadedFile>();
	let json: unknown;
	const others: Fields = {};
	for (const [name, value] of form) {
		if (typeof value === 'string' && name !== 'payload_json') others[name] = value;
		if (name === 'payload_json') json = parse(typeof value === 'string' ? value : await value.text());
		const [, number] = /^files\[(\d+)\]$/.exec(name) ?? [];
		if (number !== undefined && typeof value !== 'string')
			files.set(number, { name: value.name, content: Buffer.from(await value.arrayBuffer()) });
	}
	const fields = isFields(json) ? json : others;
	return { json: json ?? others, fields, files };
}

function parse(json: string): unknown {
	try {
		return JSON.parse(json);
	} catch {
		throw refusal(50109);
	}
}
