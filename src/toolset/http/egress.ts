import { Agent, type Dispatcher, fetch as fetchOfUndici } from 'undici';
import { createGuardedConnector, type Resolve, resolveWithSystem } from './connector.ts';
import { describeFailure, EgressError, type EgressFailure, refusedHost } from './egress-failure.ts';
import { createEgressPolicy, createOriginPolicy, type EgressPolicy, type EgressPolicyOptions } from './egress-policy.ts';
import type { EgressRequest } from './egress-request.ts';
import { nextRequest } from './redirect.ts';
import { ACCEPTED_ENCODINGS, BodyTooLarge, readBody } from './response-body.ts';

export { EgressError, type EgressFailure } from './egress-failure.ts';
export type { EgressRequest } from './egress-request.ts';

export const DEFAULT_TIMEOUT_MS = 20_000;
export const DEFAULT_MAX_RESPONSE_BYTES = 8 * 1024 * 1024;
const MAX_REDIRECTS = 5;
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
/** Headers that the connection itself owns. A request that sets one could reach another virtual host or smuggle a second request. */
const CONNECTION_HEADERS =
	/^(host|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|expect|content-length|accept-encoding|http2-settings|:.*)$/i;

export interface EgressResponse {
	readonly ok: true;
	/** Any status; 4xx and 5xx are responses, too. */
	readonly status: number;
	/** Lower-case names; repeated headers joined with a comma. */
	readonly headers: Readonly<Record<string, string>>;
	/** Decompressed. */
	readonly body: Uint8Array;
	/** Where the response came from, after redirects. */
	readonly url: string;
}

export interface FetchLimits {
	readonly signal: AbortSignal;
	/** Milliseconds for everything: name, connection, redirects, body. */
	readonly timeoutMs?: number;
	readonly maxResponseBytes?: number;
}

/** The one way from this program to servers that users and documents name. */
export interface Egress {
	/** Never rejects. A refused destination, redirects included, gets no byte of the request. */
	fetch(request: EgressRequest, limits: FetchLimits): Promise<EgressResponse | EgressFailure>;
	/**
	 * The same way as `fetch` of the Fetch standard, for libraries that read a response while it comes. Redirects are not followed: they come back as
	 * responses, whatever `init` asks for. There is no limit but the signal of `init`: who reads the body counts it. Rejects with EgressError.
	 */
	webFetch(url: string | URL, init?: RequestInit): Promise<Response>;
	/**
	 * A way to this origin and nowhere else, though it be a private or local address. For a server that this program runs itself; never for an
	 * origin that somebody named.
	 */
	only(origin: string): Egress;
	/** Ends open requests as `stopped`, also those of what `only` gave. */
	close(): Promise<void>;
	/** The limit of a fetch that names none. */
	readonly timeoutMs: number;
}

export interface EgressOptions extends EgressPolicyOptions {
	readonly timeoutMs?: number;
	readonly maxResponseBytes?: number;
	/** Looks names up; the operating system by default. */
	readonly resolve?: Resolve;
}

/** Throws a UserError of code `configuration` when `allowPrivateHosts` has an entry that cannot be read. */
export function createEgress(options: EgressOptions): Egress {
	return createGuardedEgress(createEgressPolicy(options), options);
}

function createGuardedEgress(policy: EgressPolicy, options: EgressOptions): Egress {
	const agent = new Agent({ connect: createGuardedConnector(policy, options.resolve ?? resolveWithSystem), maxHeaderSize: 32 * 1024 });
	const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
	const own = new Map<string, Egress>();
	return {
		timeoutMs,
		only(origin) {
			const known = own.get(origin) ?? createGuardedEgress(createOriginPolicy(origin), options);
			own.set(origin, known);
			return known;
		},
		async fetch(request, limits) {
			const controller = new AbortController();
			const timer = setTimeout(() => controller.abort(), limits.timeoutMs ?? timeoutMs);
			const signal = AbortSignal.any([limits.signal, controller.signal]);
			const maxBytes = limits.maxResponseBytes ?? options.maxResponseBytes ?? DEFAULT_MAX_RESPONSE_BYTES;
			const failed = (error: unknown, url: string) => {
				const ended = limits.signal.aborted || agent.destroyed ? 'stopped' : controller.signal.aborted ? 'timed-out' : undefined;
				return describeFailure(error, { host: new URL(url).host, ended, maxBytes, timeoutMs: limits.timeoutMs ?? timeoutMs });
			};
			try {
				return await followRedirects({ agent, policy, signal, maxBytes, failed }, request);
			} finally {
				clearTimeout(timer);
			}
		},
		async webFetch(url, init = {}) {
			const headers = { 'user-agent': 'toolcoder-bot', ...Object.fromEntries(new Headers(init.headers)) };
			const method = init.method ?? 'GET';
			const objection = objectionTo({ method, url: String(url), headers }, policy);
			if (objection) throw new EgressError({ ok: false, kind: 'refused', message: objection, reset: false });
			try {
				// undici's own: the `fetch` of Node takes no agent of another version.
				const request = { ...init, headers, redirect: 'manual', dispatcher: agent } as Parameters<typeof fetchOfUndici>[1];
				return (await fetchOfUndici(url, request)) as unknown as Response;
			} catch (error) {
				const ended = init.signal?.aborted || agent.destroyed ? 'stopped' : undefined;
				const cause = error instanceof TypeError && error.cause !== undefined ? error.cause : error;
				throw new EgressError(describeFailure(cause, { host: new URL(url).host, ended, maxBytes: 0, timeoutMs }));
			}
		},
		async close() {
			await Promise.all([agent.destroy(), ...[...own.values()].map((each) => each.close())]);
		},
	};
}

interface Exchange {
	readonly agent: Agent;
	readonly policy: EgressPolicy;
	readonly signal: AbortSignal;
	readonly maxBytes: number;
	readonly failed: (error: unknown, url: string) => EgressFailure;
}

async function followRedirects(exchange: Exchange, first: EgressRequest): Promise<EgressResponse | EgressFailure> {
	let request = first;
	for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
		const objection = objectionTo(request, exchange.policy);
		if (objection) return { ok: false, kind: 'refused', message: objection, reset: false };
		try {
			const response = await send(exchange, request);
			const redirect = nextRequest(request, response.statusCode, one(response.headers.location));
			if (redirect.kind === 'none') return await receive(exchange, request, response);
			discard(response);
			if (redirect.kind === 'refuse') return { ok: false, kind: 'refused', message: redirect.message, reset: false };
			request = redirect.request;
		} catch (error) {
			return exchange.failed(error, request.url);
		}
	}
	return { ok: false, kind: 'network', message: `The server redirected more than ${MAX_REDIRECTS} times.`, reset: false };
}

/** Why a request must not be sent, in words for people; undefined when it may. Names are checked again when they are resolved. */
function objectionTo(request: EgressRequest, policy: EgressPolicy): string | undefined {
	if (!URL.canParse(request.url)) return 'The address of the request cannot be read.';
	const url = new URL(request.url);
	if (url.protocol !== 'https:' && url.protocol !== 'http:') return `Only http and https addresses are called, not ${url.protocol}`;
	if (url.username || url.password)
		return 'Addresses with a user name or password in them are not called; use a credential of the toolset.';
	if (!METHODS.has(request.method)) return `The method ${request.method.slice(0, 20)} is not sent.`;
	const owned = Object.keys(request.headers).find((name) => CONNECTION_HEADERS.test(name));
	if (owned) return `The header ${owned} cannot be set by a request.`;
	const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
	return policy.allowsHost({ host: url.hostname, port }) ? undefined : refusedHost(url.host);
}

function send(exchange: Exchange, request: EgressRequest): Promise<Dispatcher.ResponseData> {
	const url = new URL(request.url);
	const response = exchange.agent.request({
		origin: url.origin,
		path: url.pathname + url.search,
		method: request.method as Dispatcher.HttpMethod,
		headers: { 'user-agent': 'toolcoder-bot', ...lowerCased(request.headers), 'accept-encoding': ACCEPTED_ENCODINGS },
		body: request.body ?? null,
		signal: exchange.signal,
		headersTimeout: 0,
		bodyTimeout: 0,
	});
	return unlessAborted(response, exchange.signal);
}

/** undici does not end a request that still waits for its connection; this does. A response that comes too late is thrown away. */
async function unlessAborted(response: Promise<Dispatcher.ResponseData>, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
	const { promise: aborted, reject } = Promise.withResolvers<never>();
	const onAbort = () => {
		reject(signal.reason);
		response.then(discard, () => undefined);
	};
	if (signal.aborted) onAbort();
	signal.addEventListener('abort', onAbort, { once: true });
	try {
		return await Promise.race([response, aborted]);
	} finally {
		signal.removeEventListener('abort', onAbort);
	}
}

function discard(response: Dispatcher.ResponseData): void {
	response.body.on('error', () => undefined).destroy();
}

async function receive(exchange: Exchange, request: EgressRequest, response: Dispatcher.ResponseData): Promise<EgressResponse> {
	const headers = Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), one(value, ', ') ?? '']));
	const { 'content-length': length, 'content-encoding': encoding } = headers;
	if (request.method !== 'HEAD' && Number(length) > exchange.maxBytes) {
		discard(response);
		throw new BodyTooLarge();
	}
	const body = await readBody(response.body, encoding, exchange.maxBytes, exchange.signal);
	return { ok: true, status: response.statusCode, headers, body, url: request.url };
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
	return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function one(value: string | string[] | undefined, separator?: string): string | undefined {
	if (!Array.isArray(value)) return value;
	return separator === undefined ? value[0] : value.join(separator);
}
