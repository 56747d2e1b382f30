import type { EgressRequest } from './egress-request.ts';

const SWITCHES_TO_GET = new Set([301, 302, 303]);
const KEEPS_METHOD = new Set([307, 308]);
/** Headers that say nothing about who asks; every other one stays with its origin, because an API key may travel under any name. */
const CARRIED_ACROSS_ORIGINS = new Set(['accept', 'accept-language', 'user-agent', 'content-type']);

export type Redirect =
	| { readonly kind: 'none' }
	| { readonly kind: 'follow'; readonly request: EgressRequest }
	| { readonly kind: 'refuse'; readonly message: string };

/**
 * What a response asks to be requested next. The method rules are those of the Fetch standard (HTTP-redirect fetch). On another origin
 * only harmless headers and no query credential are sent; a request that is not GET or HEAD is never repeated there, and a request with
 * credentials never goes on from https to http.
 */
export function nextRequest(request: EgressRequest, status: number, location: string | undefined): Redirect {
	if (location === undefined || !(SWITCHES_TO_GET.has(status) || KEEPS_METHOD.has(status))) return { kind: 'none' };
	const from = new URL(request.url);
	if (!URL.canParse(location, from)) return refuse('an address that cannot be read');
	const to = new URL(location, from);
	to.hash = '';
	if (to.protocol !== 'https:' && to.protocol !== 'http:') return refuse(`an address that is not http or https`);
	if (from.protocol === 'https:' && to.protocol === 'http:' && hasCredentials(request)) {
		return refuse('unencrypted http, and the credential must not go there');
	}

	const turnsToGet = status === 303 ? request.method !== 'HEAD' : SWITCHES_TO_GET.has(status) && request.method === 'POST';
	const method = turnsToGet ? 'GET' : request.method;
	const kept = turnsToGet ? withoutBody(request) : request;
	if (to.origin === from.origin) return follow({ ...kept, method, url: to.href });
	if (method !== 'GET' && method !== 'HEAD') return refuse(`another server (${to.host}), and a ${method} is not repeated there`);
	// `delete` writes the whole query anew, which breaks signed addresses: only where there is something to delete.
	for (const name of request.credentials?.query ?? []) if (to.searchParams.has(name)) to.searchParams.delete(name);
	const headers = Object.entries(kept.headers).filter(([name]) => CARRIED_ACROSS_ORIGINS.has(name.toLowerCase()));
	return follow({ method, url: to.href, headers: Object.fromEntries(headers), ...(kept.body === undefined ? {} : { body: kept.body }) });
}

function withoutBody(request: EgressRequest): EgressRequest {
	const { body: _body, ...rest } = request;
	const headers = Object.entries(request.headers).filter(([name]) => !/^content-/i.test(name));
	return { ...rest, headers: Object.fromEntries(headers) };
}

function hasCredentials(request: EgressRequest): boolean {
	if (request.credentials && request.credentials.headers.length + request.credentials.query.length > 0) return true;
	return Object.keys(request.headers).some((name) => /^(authorization|cookie)$/i.test(name));
}

function follow(request: EgressRequest): Redirect {
	return { kind: 'follow', request };
}

function refuse(target: string): Redirect {
	return { kind: 'refuse', message: `The server redirects to ${target}.` };
}
