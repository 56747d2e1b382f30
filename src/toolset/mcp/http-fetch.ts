import { AsyncLocalStorage } from 'node:async_hooks';
import { ReadableStream } from 'node:stream/web';
import type { FetchLike } from '@modelcontextprotocol/client';
import type { CredentialSource } from '../http/credential-source.ts';
import { applyCredential } from '../http/credentials.ts';
import { DEFAULT_MAX_RESPONSE_BYTES, type Egress, EgressError, type EgressFailure } from '../http/egress.ts';
import type { EgressRequest } from '../http/egress-request.ts';

/** Told why the response of a call will not come. */
export type Broken = (failure: EgressFailure) => void;

/**
 * Around a call: the client reads streams in the background, and a stream that breaks or grows too large would leave the call waiting for its time
 * limit.
 */
export const callInProgress = new AsyncLocalStorage<Broken>();

/** How long a response that has ended may take to be understood. */
const UNDERSTANDING_MS = 1_000;

/**
 * The `fetch` of an MCP client: through the guarded egress, with the credential where it goes to the credential's origin, and with at most 8 MB a
 * response. A stream that is left open for notifications is cut off after as much, and the client opens it again.
 */
export function guardedFetch(egress: Egress, credential?: CredentialSource, maxBytes = DEFAULT_MAX_RESPONSE_BYTES): FetchLike {
	return async (address, init = {}) => {
		const request = { method: init.method ?? 'GET', url: String(address), headers: Object.fromEntries(new Headers(init.headers)) };
		const response = await fetchWithCredential(egress, request, init, credential);
		if (!response.body) return response;
		const { status, statusText } = response;
		const limits = { host: new URL(request.url).host, maxBytes, broken: callInProgress.getStore() };
		const body = ReadableStream.from(limited(response.body as AsyncIterable<Uint8Array>, limits));
		return new Response(body as BodyInit, { status, statusText, headers: [...response.headers] });
	};
}

/** A server that refuses a credential (401) has done nothing (RFC 9110, section 15.5.2): it is asked once more when there is another one. */
async function fetchWithCredential(
	egress: Egress,
	request: EgressRequest,
	init: RequestInit,
	credential: CredentialSource | undefined,
): Promise<Response> {
	if (!credential || new URL(request.url).origin !== credential.origin) return egress.webFetch(request.url, init);
	for (let again = false; ; again = true) {
		const given = await credential.current(init.signal ?? new AbortController().signal);
		if (!given.ok) throw new EgressError({ ...given, reset: false });
		const { url, headers } = applyCredential(request, given.credential);
		const response = await egress.webFetch(url, { ...init, headers });
		if (again || response.status !== 401 || !credential.refused(given.credential)) return response;
		await response.body?.cancel();
	}
}

interface Limits {
	readonly host: string;
	readonly maxBytes: number;
	readonly broken: Broken | undefined;
}

async function* limited(body: AsyncIterable<Uint8Array>, { host, maxBytes, broken }: Limits): AsyncGenerator<Uint8Array> {
	let bytes = 0;
	let resumable = false;
	try {
		for await (const chunk of body) {
			bytes += chunk.length;
			if (bytes > maxBytes) throw new EgressError(tooLarge(host, maxBytes));
			// A stream with event ids can be taken up again, which the client does by itself.
			resumable ||= /^id:/m.test(Buffer.from(chunk).toString('latin1'));
			yield chunk;
		}
	} catch (error) {
		if (error instanceof EgressError) broken?.(error.failure);
		else if (!resumable) broken?.(endedEarly(host));
		throw error;
	}
	if (broken && !resumable) setTimeout(broken, UNDERSTANDING_MS, endedEarly(host)).unref();
}

function tooLarge(host: string, maxBytes: number): EgressFailure {
	return { ok: false, kind: 'too-large', message: `The response of ${host} is larger than ${maxBytes / 1024 / 1024} MB.`, reset: false };
}

function endedEarly(host: string): EgressFailure {
	return { ok: false, kind: 'network', message: `${host} closed the connection before the response was complete.`, reset: true };
}
