import { open, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import type { Egress, EgressFailure } from './http/egress.ts';

/** GitHub's document, the largest in common use, has 12 MB. */
const MAX_BYTES = 32 * 1024 * 1024;
const TIMEOUT_MS = 30_000;

export interface DocumentText {
	readonly text: string;
	/** Where the text came from, after redirects, without a fragment: what relative server addresses are relative to. */
	readonly sourceUrl?: string;
}

export interface DocumentSourceOptions {
	readonly egress: Egress;
	/** Whether `source` may be a path on this machine: only where the person who names it is its operator. */
	readonly allowFiles: boolean;
	readonly signal: AbortSignal;
}

/**
 * Reads an API document from an http(s) address or, where allowed, a file: UTF-8, at most 32 MB, within 30 s. Rejects with a UserError
 * (`bad-input`, `not-found`, `not-allowed`, `document`, `network`, `stopped`) that says what to do.
 */
export async function readDocument(source: string, options: DocumentSourceOptions): Promise<DocumentText> {
	const address = source.trim();
	if (address === '') throw new UserError('bad-input', 'Name the address of an OpenAPI document.');
	const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(address)?.[1]?.toLowerCase();
	if (scheme === 'http' || scheme === 'https') return readUrl(address, options);
	if (scheme !== undefined && !isHostAndPort(address)) throw unsupported(scheme, options.allowFiles);
	if (!options.allowFiles)
		throw new UserError(
			'bad-input',
			`${shown(address)} is no http or https address. Give the full address of the document, starting with https://.`,
		);
	return { text: await readTextFile(address) };
}

async function readUrl(address: string, { egress, signal }: DocumentSourceOptions): Promise<DocumentText> {
	if (!URL.canParse(address)) throw new UserError('bad-input', `${shown(address)} is no valid address.`);
	const url = new URL(address);
	url.hash = '';
	const accept = 'application/vnd.oai.openapi+json, application/json, application/yaml, text/yaml, */*;q=0.5';
	const request = { method: 'GET', url: url.href, headers: { accept } };
	const response = await egress.fetch(request, { signal, timeoutMs: TIMEOUT_MS, maxResponseBytes: MAX_BYTES });
	if (!response.ok) throw unreachable(response);
	if (response.status < 200 || response.status > 299) throw badStatus(response.status, url.host);
	return { text: utf8(response.body, `The document at ${url.host}`), sourceUrl: response.url };
}

async function readTextFile(path: string): Promise<string> {
	const expanded = path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path;
	try {
		// Asked before opening: opening a pipe would wait for its writer.
		const stats = await stat(expanded);
		if (stats.isDirectory()) throw new UserError('document', `${shown(path)} is a folder. Name the document in it.`);
		if (!stats.isFile()) throw new UserError('document', `${shown(path)} is not a regular file.`);
		return utf8(await readAtMost(expanded, path), shown(path));
	} catch (error) {
		throw error instanceof UserError ? error : unreadable(path, error);
	}
}

/** The size is measured while reading: what `stat` says need not hold, and is 0 for files the system makes up. */
async function readAtMost(file: string, path: string): Promise<Buffer> {
	const handle = await open(file);
	try {
		const chunks: Buffer[] = [];
		let bytes = 0;
		for await (const chunk of handle.createReadStream({ autoClose: false })) {
			bytes += chunk.length;
			if (bytes > MAX_BYTES)
				throw new UserError('document', `${shown(path)} is larger than ${MAX_BYTES / 1024 / 1024} MB, the most a document may have.`);
			chunks.push(chunk);
		}
		return Buffer.concat(chunks);
	} finally {
		await handle.close();
	}
}

function utf8(bytes: Uint8Array, what: string): string {
	let text: string;
	try {
		text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
	} catch (cause) {
		throw new UserError('document', `${what} is not UTF-8 text. Save it as UTF-8 and try again.`, { cause });
	}
	if (text.trim() === '') throw new UserError('document', `${what} is empty.`);
	return text;
}

function unreachable({ kind, message, cause }: EgressFailure): UserError {
	if (kind === 'stopped') return new UserError('stopped', 'Reading the document was stopped.', { cause });
	if (kind === 'refused') return new UserError('not-allowed', message, { cause });
	const advice = kind === 'too-large' ? 'Use a smaller document.' : 'Check the address and try again.';
	return new UserError(kind === 'too-large' ? 'document' : 'network', `${message} ${advice}`, { cause });
}

/** The server answered, but not with a document. It may be a server of another kind. */
export class UnusableStatus extends UserError {
	constructor(message: string) {
		super('document', message);
	}
}

function badStatus(status: number, host: string): UserError {
	const next =
		status === 401 || status === 403
			? 'It needs a sign-in; use a public address of the document. If it is an MCP server, write mcp: in front of its address.'
			: status === 404 || status === 410
				? 'There is no document at this address; check it.'
				: 'Try again later, or use another address.';
	return new UnusableStatus(`${host} answered with status ${status}. ${next}`);
}

function unreadable(path: string, cause: unknown): UserError {
	const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
	if (code === 'ENOENT' || code === 'ENOTDIR') {
		const advice = /^[\w-]+(\.[\w-]+)+(:\d+)?\//.test(path) ? ` If it is a web address, write https://${path}.` : ' Check the path.';
		return new UserError('not-found', `There is no file ${shown(path)}.${advice}`, { cause });
	}
	if (code === 'EACCES' || code === 'EPERM')
		return new UserError('document', `${shown(path)} may not be read: permission is missing.`, { cause });
	return new UserError('document', `${shown(path)} cannot be read${code === '' ? '' : ` (${code})`}.`, { cause });
}

function unsupported(scheme: string, allowFiles: boolean): UserError {
	const files = allowFiles ? ' For a file, give its path without file://.' : '';
	return new UserError(
		'bad-input',
		`Documents are not read from ${scheme.slice(0, 20)}: addresses. Give one that starts with https:// or http://.${files}`,
	);
}

/** `localhost:3000/openapi.json` looks like the scheme "localhost". */
function isHostAndPort(address: string): boolean {
	return /^[\w.-]+:\d{1,5}(\/|$)/.test(address);
}

function shown(text: string): string {
	return text.length > 200 ? `${text.slice(0, 199)}…` : text;
}
