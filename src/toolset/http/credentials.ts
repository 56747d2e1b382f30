import type { SecurityScheme } from '../openapi/operation.ts';
import { type CredentialReference, type SentReference, secretVariable, TYPED, type TypedReference } from './credential-reference.ts';
import type { EgressRequest } from './egress-request.ts';
import { MIN_TYPED_LENGTH } from './known-secrets.ts';
import { MIN_SECRET_LENGTH } from './scrub.ts';

export { type CredentialReference, parseCredentialReference } from './credential-reference.ts';

/** A secret and how it is sent. Lives in memory only, for one toolset. */
export interface Credential {
	readonly scheme: SecurityScheme;
	/** For `basic` it is `user:password`. */
	readonly secret: string;
	/** The only origin it is ever sent to (`https://api.example.com`). A refreshed document that names another server gets nothing. */
	readonly origin: string;
}

export type ResolvedCredential = { readonly ok: true; readonly credential: Credential } | { readonly ok: false; readonly message: string };

/**
 * @param schemes what the document declares; a reference without a form needs exactly one
 * @param secretOf the value of `TOOLSET_SECRET_<name>`, undefined when it is not set
 * @param baseUrl of the toolset; the credential is bound to its origin
 */
export function resolveCredential(
	reference: SentReference,
	schemes: readonly SecurityScheme[],
	secretOf: (name: string) => string | undefined,
	baseUrl: string,
): ResolvedCredential {
	const scheme = reference.kind === 'document' ? onlyScheme(schemes, reference.name) : schemeOf(reference);
	if ('message' in scheme) return { ok: false, message: scheme.message };
	if (!URL.canParse(baseUrl)) return { ok: false, message: 'The toolset has no address that a credential could be sent to.' };
	const variable = secretVariable(reference);
	const secret = secretOf(reference.name)?.trim();
	if (!secret) return { ok: false, message: notSet(variable) };
	return bound(secret, scheme, baseUrl, objectionTo(secret, scheme, variable, MIN_SECRET_LENGTH));
}

/** The same for a secret that was typed in; `reference` says how it is sent. It has at least 8 characters. */
export function resolveTyped(reference: SentReference & TypedReference, typed: string, baseUrl: string): ResolvedCredential {
	const scheme = schemeOf(reference);
	const secret = typed.trim();
	return bound(secret, scheme, baseUrl, objectionTo(secret, scheme, 'The credential', MIN_TYPED_LENGTH));
}

export type ResolvedClient =
	| { readonly ok: true; readonly client: { readonly id: string; readonly secret: string } }
	| { readonly ok: false; readonly message: string };

/**
 * The client that an `oauth2` reference stands for.
 *
 * @param text `client_id:client_secret`, as it was typed in or as the operator's variable holds it; undefined when that is not set
 */
export function resolveClient(reference: CredentialReference & { readonly kind: 'oauth2' }, text: string | undefined): ResolvedClient {
	const typed = reference.name === TYPED;
	const what = typed ? 'The credential' : secretVariable(reference);
	const pair = text?.trim() ?? '';
	if (pair === '') return { ok: false, message: notSet(what) };
	const colon = pair.indexOf(':');
	if (colon < 1 || /\p{Cc}/u.test(pair))
		return { ok: false, message: `${what} must hold client_id:client_secret for OAuth2, on one line.` };
	const [id, secret] = [pair.slice(0, colon), pair.slice(colon + 1)];
	const shortest = typed ? MIN_TYPED_LENGTH : MIN_SECRET_LENGTH;
	if (secret.length < shortest)
		return { ok: false, message: tooShort(typed ? 'The client secret' : `The client secret in ${what}`, shortest) };
	return { ok: true, client: { id, secret } };
}

function notSet(variable: string): string {
	return `The environment variable ${variable} is not set. Set it where the bot runs and restart the bot.`;
}

function tooShort(what: string, shortest: number): string {
	return `${what} is too short to be a secret (fewer than ${shortest} characters).`;
}

function bound(secret: string, scheme: SecurityScheme, baseUrl: string, objection: string | undefined): ResolvedCredential {
	if (objection !== undefined) return { ok: false, message: objection };
	return { ok: true, credential: { scheme, secret, origin: new URL(baseUrl).origin } };
}

/**
 * The request with the credential in it, whatever the arguments put there before. The same request, unchanged, when it goes to another
 * origin than the credential's.
 */
export function applyCredential(request: EgressRequest, { scheme, secret, origin }: Credential): EgressRequest {
	if (new URL(request.url).origin !== origin) return request;
	switch (scheme.type) {
		case 'bearer':
			return withHeader(request, 'authorization', `Bearer ${secret}`);
		case 'basic':
			return withHeader(request, 'authorization', `Basic ${Buffer.from(secret).toString('base64')}`);
		case 'apiKey':
			if (scheme.in === 'header') return withHeader(request, scheme.name, secret);
			return scheme.in === 'query' ? withQuery(request, scheme.name, secret) : withCookie(request, scheme.name, secret);
	}
}

function schemeOf(reference: SentReference & TypedReference): SecurityScheme {
	if ('parameter' in reference) return { type: 'apiKey', in: reference.kind, name: reference.parameter };
	return { type: reference.kind };
}

function onlyScheme(schemes: readonly SecurityScheme[], name: string): SecurityScheme | { readonly message: string } {
	const forms = [...new Set(schemes.map((scheme) => `${formOf(scheme)}:${name}`))];
	const [first] = schemes;
	if (first && forms.length === 1) return first;
	const reason = first ? `The document declares several kinds of credentials` : 'The document does not say how its credential is sent';
	const choices = first ? forms : [`bearer:${name}`, `basic:${name}`, `header:X-Api-Key:${name}`, `query:api_key:${name}`];
	return { message: `${reason}. Say which one to use: ${choices.join(', ')}.` };
}

function formOf(scheme: SecurityScheme): string {
	return scheme.type === 'apiKey' ? `${scheme.in}:${scheme.name}` : scheme.type;
}

/** What is wrong with a secret, without a character of it. */
function objectionTo(secret: string, scheme: SecurityScheme, what: string, shortest: number): string | undefined {
	if (secret.length < shortest) return tooShort(what, shortest);
	if (scheme.type === 'basic') return secret.includes(':') ? undefined : `${what} must hold user:password for basic authentication.`;
	const goesIntoHeader = scheme.type === 'bearer' || scheme.in !== 'query';
	if (goesIntoHeader && !/^[\x20-\x7e]+$/.test(secret)) return `${what} holds characters that cannot be sent in a header.`;
	if (scheme.type === 'apiKey' && scheme.in === 'cookie' && /[;,"\\\s]/.test(secret)) {
		return `${what} holds characters that cannot be sent in a cookie.`;
	}
	return undefined;
}

function withHeader(request: EgressRequest, name: string, value: string): EgressRequest {
	const others = Object.entries(request.headers).filter(([other]) => other.toLowerCase() !== name.toLowerCase());
	return marked({ ...request, headers: { ...Object.fromEntries(others), [name]: value } }, { headers: [name], query: [] });
}

function withQuery(request: EgressRequest, name: string, value: string): EgressRequest {
	const url = new URL(request.url);
	const others = url.search
		.slice(1)
		.split('&')
		.filter((pair) => pair !== '' && !new URLSearchParams(pair).has(name));
	const own = `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
	url.search = [...others, own].join('&');
	return marked({ ...request, url: url.href }, { headers: [], query: [name] });
}

function withCookie(request: EgressRequest, name: string, value: string): EgressRequest {
	const cookie = Object.entries(request.headers).find(([header]) => header.toLowerCase() === 'cookie')?.[1] ?? '';
	const others = cookie.split('; ').filter((pair) => pair !== '' && !pair.startsWith(`${name}=`));
	return withHeader(request, 'cookie', [...others, `${name}=${value}`].join('; '));
}

function marked(request: EgressRequest, credentials: NonNullable<EgressRequest['credentials']>): EgressRequest {
	return { ...request, credentials };
}
