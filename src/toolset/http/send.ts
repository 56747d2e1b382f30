import { setTimeout as sleep } from 'node:timers/promises';
import { isJsonObject, type JsonObject } from '../../json.ts';
import type { Operation } from '../openapi/operation.ts';
import type { CallContext, CallFiles, CallPreview, JsonSchema, ToolResponse } from '../tool.ts';
import { validateArguments } from '../validate-arguments.ts';
import { type FileLookup, loadFiles, withoutContents } from './argument-files.ts';
import type { CredentialSource, NoCredential } from './credential-source.ts';
import { applyCredential } from './credentials.ts';
import { decodeResponse } from './decode-response.ts';
import type { Egress, EgressFailure, EgressRequest, EgressResponse } from './egress.ts';
import { nextArguments } from './paging.ts';
import { type BuiltRequest, buildRequest } from './request.ts';
import { keepAsFile } from './response-file.ts';
import { createScrubber, type Scrubber } from './scrub.ts';

const MAX_RETRIES = 2;
/** A server that asks for a longer pause gets no second request: the person is waiting. */
const MAX_PAUSE_MS = 5_000;
const FIRST_PAUSE_MS = 250;
const MAX_MESSAGE = 2_000;
const RETRIED_STATUS = new Set([429, 502, 503, 504]);

export interface SenderOptions {
	readonly egress: Egress;
	/** Asked for every call. */
	readonly credential?: () => CredentialSource | undefined;
	/** Asked for every call: further secrets that no response may show, such as those of other toolsets. The credential's own need not be listed. */
	readonly secrets?: () => readonly string[];
}

/** Calls the operations of one toolset. Their inputs carry the definitions they refer to as `$defs`. */
export interface Sender {
	/**
	 * Validates, builds, adds the credential, sends, decodes. Rejects only with the storage's UserError where a file cannot be read or kept. GET and HEAD are sent again at most twice, after a broken connection
	 * or a status of 429, 502, 503 or 504, with the pause the server asks for up to 5 s, all inside the egress's time limit.
	 */
	send(operation: Operation, args: JsonObject, context: CallContext): Promise<ToolResponse>;
	/** The request without the credential. Arguments that cannot be sent are shown as they are, with the path's template. */
	preview(operation: Operation, args: JsonObject): CallPreview;
}

export function createSender({ egress, credential, secrets = () => [] }: SenderOptions): Sender {
	const scrubber = (source: CredentialSource | undefined) => createScrubber([...(source?.secrets() ?? []), ...secrets()]);
	return {
		async send(operation, args, context) {
			const source = credential?.();
			const loaded = await loadFiles(operation, args, context.files);
			const built = loaded.ok ? prepare(operation, args, loaded.lookup) : loaded;
			if (!built.ok) return { ok: false, kind: 'invalid-arguments', message: scrubber(source)(built.message).slice(0, MAX_MESSAGE) };
			const result = await fetchWithCredential(egress, built.request, source, context.signal);
			// Made only now: a token that was issued on the way is hidden, too.
			const scrub = scrubber(source);
			const response = result.ok ? await received(operation, args, result, context.files, scrub) : failed(result);
			if (response.ok) return response;
			const message = response.message + withheldNote(response.status, built.request.url, source);
			return { ...response, message: scrub(message).slice(0, MAX_MESSAGE) };
		},
		preview(operation, args) {
			const scrub = scrubber(credential?.());
			const built = prepare(operation, args, withoutContents);
			if (!built.ok) return { method: operation.method, url: scrub(operation.baseUrl + operation.path), body: scrub(args) };
			const { method, url, bodyValue } = built.request;
			const headers = Object.entries(built.request.headers).filter(([name]) => name !== 'accept' && name !== 'content-type');
			return {
				method,
				url: scrub(url),
				...(headers.length === 0 ? {} : { headers: scrub(Object.fromEntries(headers)) }),
				...(bodyValue === undefined ? {} : { body: scrub(bodyValue) }),
			};
		},
	};
}

/** The value, and what the next page is asked for with. */
async function received(
	operation: Operation,
	args: JsonObject,
	result: EgressResponse,
	files: CallFiles | undefined,
	scrub: Scrubber,
): Promise<ToolResponse> {
	const decoded = decodeResponse(result, operation.accepts, scrub);
	const response = decoded.ok === 'file' ? await keepAsFile(result, decoded.mediaType, files, scrub) : decoded;
	const next = response.ok ? nextArguments(operation, args, result, response.value) : undefined;
	return response.ok && next !== undefined ? { ...response, next: scrub(next) } : response;
}

function prepare(operation: Operation, args: JsonObject, files: FileLookup): BuiltRequest {
	const definitions = isJsonObject(operation.input.$defs) ? (operation.input.$defs as Readonly<Record<string, JsonSchema>>) : {};
	const validated = validateArguments(operation.input, definitions, args);
	return validated.ok ? buildRequest(operation, validated.args, files) : validated;
}

/**
 * With the credential, where it goes to the credential's origin. A server that refuses it (401) has done nothing (RFC 9110, section 15.5.2), so any request
 * is sent once more when there is another one.
 */
async function fetchWithCredential(
	egress: Egress,
	request: EgressRequest,
	source: CredentialSource | undefined,
	signal: AbortSignal,
): Promise<EgressResponse | EgressFailure | NoCredential> {
	if (!source || new URL(request.url).origin !== source.origin) return fetchWithRetries(egress, request, signal);
	for (let again = false; ; again = true) {
		const given = await source.current(signal);
		if (!given.ok) return given;
		const result = await fetchWithRetries(egress, applyCredential(request, given.credential), signal);
		const isRefused = result.ok && result.status === 401 && new URL(result.url).origin === source.origin;
		if (again || !isRefused || !source.refused(given.credential)) return result;
	}
}

async function fetchWithRetries(egress: Egress, request: EgressRequest, signal: AbortSignal): Promise<EgressResponse | EgressFailure> {
	const deadline = performance.now() + egress.timeoutMs;
	for (let attempt = 0; ; attempt += 1) {
		const left = Math.max(1, deadline - performance.now());
		const result = await egress.fetch(request, { signal, timeoutMs: left });
		const pause = attempt < MAX_RETRIES ? pauseBeforeRetry(request.method, result, attempt) : undefined;
		if (pause === undefined || performance.now() + pause >= deadline) return withTotal(result, egress.timeoutMs);
		try {
			await sleep(pause, undefined, { signal });
		} catch {
			return { ok: false, kind: 'stopped', message: 'The request was stopped.', reset: false };
		}
	}
}

/** Milliseconds until the next attempt; undefined when there is none. */
function pauseBeforeRetry(method: string, result: EgressResponse | EgressFailure, attempt: number): number | undefined {
	if (method !== 'GET' && method !== 'HEAD') return undefined;
	const growing = FIRST_PAUSE_MS * 2 ** attempt;
	if (!result.ok) return result.reset ? growing : undefined;
	if (!RETRIED_STATUS.has(result.status)) return undefined;
	const asked = retryAfterMs(result.headers['retry-after']);
	if (asked === undefined) return growing;
	return asked <= MAX_PAUSE_MS ? asked : undefined;
}

/** Retry-After is a number of seconds or a date (RFC 9110, section 10.2.3). */
function retryAfterMs(header: string | undefined): number | undefined {
	if (header === undefined) return undefined;
	if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1_000;
	const date = Date.parse(header);
	return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

/** The last attempt had only what was left of the time; people hear of the whole. */
function withTotal(result: EgressResponse | EgressFailure, timeoutMs: number): EgressResponse | EgressFailure {
	if (result.ok || result.kind !== 'timed-out') return result;
	return { ...result, message: result.message.replace(/within [\d.]+ s/, `within ${timeoutMs / 1000} s`) };
}

function failed({ kind, message }: Pick<EgressFailure, 'kind' | 'message'>): ToolResponse & { readonly ok: false } {
	const advice = kind === 'too-large' ? ' Ask for less: a filter, fewer fields, or a smaller page.' : '';
	return { ok: false, kind, message: message + advice };
}

function withheldNote(status: number | undefined, url: string, credential: CredentialSource | undefined): string {
	if (!credential || (status !== 401 && status !== 403) || new URL(url).origin === credential.origin) return '';
	return ` The toolset's credential belongs to ${credential.origin} and is not sent to ${new URL(url).origin}.`;
}
