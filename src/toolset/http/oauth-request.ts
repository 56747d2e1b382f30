import { isJsonObject, type JsonValue } from '../../json.ts';
import type { NoCredential } from './credential-source.ts';
import type { Egress, EgressResponse } from './egress.ts';
import { createScrubber } from './scrub.ts';

/** A client that is registered with a token server, and what it asks for. */
export interface OAuth2Client {
	readonly id: string;
	readonly secret: string;
	/** Absolute; see `bindTokens`. */
	readonly tokenUrl: string;
	/** Names of scopes with spaces in between; the server's default when left out. */
	readonly scope?: string;
}

/** How the client says who it is: in the Authorization header, or in the body (RFC 6749, section 2.3.1). */
export type ClientAuthentication = 'basic' | 'post';

export interface IssuedToken {
	readonly ok: true;
	readonly token: string;
	/** Milliseconds from now. */
	readonly lifetimeMs: number;
	/** What the server took. */
	readonly by: ClientAuthentication;
}

/** RFC 6749 recommends that servers say how long a token is good for; where one does not, this is assumed. */
const DEFAULT_LIFETIME_MS = 5 * 60_000;
/** A token goes into a header, of which servers take 8 to 16 KB; and the log is searched for it. */
const MAX_TOKEN = 12_000;
/** Shorter ones would blot out words of the log, where every token is hidden. */
const MIN_TOKEN = 8;
const MAX_RESPONSE_BYTES = 64 * 1024;
const MAX_REASON = 300;

/** How every message begins that says why there is no token, so that the call was not sent at all. */
export const NO_ACCESS_TOKEN = 'No access token: ';

/**
 * Asks for an access token with the client's own credentials (RFC 6749, section 4.4): with the authentication that was taken before, else in the header
 * and, when the server refuses that, in the body. One request at a time, each within the egress's time limit. Never rejects; no message holds a secret.
 */
export async function requestToken(
	egress: Egress,
	client: OAuth2Client,
	known: ClientAuthentication | undefined,
	signal: AbortSignal,
): Promise<IssuedToken | NoCredential> {
	const first = await request(egress, client, known ?? 'basic', signal);
	if (first.ok || !first.unauthenticated || known === 'post') return first;
	const second = await request(egress, client, 'post', signal);
	// Who says that the client is unknown either way says it best the first time: many servers know one way only.
	return second.ok || !second.unauthenticated ? second : first;
}

/** What no text may show of the client: the pair as it was given and as it is sent, whose base64 is another one. */
export function clientSecrets({ id, secret }: Pick<OAuth2Client, 'id' | 'secret'>): readonly string[] {
	return [...new Set([`${id}:${secret}`, `${formEncoded(id)}:${formEncoded(secret)}`])];
}

async function request(
	egress: Egress,
	client: OAuth2Client,
	by: ClientAuthentication,
	signal: AbortSignal,
): Promise<IssuedToken | (NoCredential & { readonly unauthenticated: boolean })> {
	const failed = (kind: NoCredential['kind'], message: string, unauthenticated = false) =>
		({ ok: false, kind, message: NO_ACCESS_TOKEN + message, unauthenticated }) as const;
	const { host, origin } = new URL(client.tokenUrl);
	const response = await egress.fetch(tokenRequest(client, by), { signal, maxResponseBytes: MAX_RESPONSE_BYTES });
	if (!response.ok) return failed(response.kind, response.message);
	// A redirect has left the secret behind; whatever answers there was not asked.
	if (new URL(response.url).origin !== origin) return failed('refused', `${host} redirects to another server.`);
	const answer = read(response);
	if (response.status < 200 || response.status > 299) {
		// Before it is shortened: what is left of a secret that was cut through would not be found.
		const scrubbed = answer === undefined ? undefined : createScrubber(clientSecrets(client))(answer);
		return failed('refused', ...refusal(host, response.status, scrubbed));
	}
	if (!isJsonObject(answer))
		return failed('refused', `${host} answered, but with no token (JSON with an access_token). Check the token address.`);
	const { access_token: token, token_type: type = 'Bearer', expires_in: seconds } = answer;
	if (typeof token !== 'string' || token.length < MIN_TOKEN || token.length > MAX_TOKEN || !/^[\x21-\x7e]+$/.test(token)) {
		return failed('refused', `${host} answered without an access_token that can be sent.`);
	}
	if (String(type).toLowerCase() !== 'bearer')
		return failed('refused', `${host} issues tokens of another type than Bearer, which cannot be sent.`);
	return { ok: true, token, lifetimeMs: lifetime(seconds), by };
}

function tokenRequest({ id, secret, tokenUrl, scope }: OAuth2Client, by: ClientAuthentication) {
	const fields = { grant_type: 'client_credentials', ...(scope === undefined ? {} : { scope }) };
	const body = new URLSearchParams(by === 'post' ? { ...fields, client_id: id, client_secret: secret } : fields).toString();
	// Both parts are form-encoded before they are joined (RFC 6749, section 2.3.1).
	const basic = `Basic ${Buffer.from(`${formEncoded(id)}:${formEncoded(secret)}`).toString('base64')}`;
	return {
		method: 'POST',
		url: tokenUrl,
		headers: {
			accept: 'application/json',
			'content-type': 'application/x-www-form-urlencoded',
			...(by === 'basic' ? { authorization: basic } : {}),
		},
		body,
		// Named in both cases: what carries a secret is never redirected from https to http.
		credentials: { headers: ['authorization'], query: [] },
	};
}

function formEncoded(text: string): string {
	return new URLSearchParams([['', text]]).toString().slice(1);
}

function read({ body }: EgressResponse): JsonValue | undefined {
	try {
		return JSON.parse(Buffer.from(body).toString('utf8'));
	} catch {
		return undefined;
	}
}

/** The words, and whether the server did not believe who asks (RFC 6749, section 5.2); some answer 400 where the client is missing to them. */
function refusal(host: string, status: number, answer: JsonValue | undefined): [message: string, unauthenticated: boolean] {
	const { error, error_description: description } = isJsonObject(answer) ? answer : {};
	const code = typeof error === 'string' && /^[\w.-]{1,60}$/.test(error) ? error : undefined;
	const reason = typeof description === 'string' ? description.replaceAll(/[^\x20-\x7e]+/g, ' ').slice(0, MAX_REASON) : undefined;
	const said = [code, reason].filter((part) => part !== undefined).join(': ');
	const unauthenticated =
		status === 401 || (status === 400 && (code === undefined || code === 'invalid_client' || code === 'invalid_request'));
	const advice = unauthenticated
		? ' Check the client id and the client secret, and set them again.'
		: code === 'invalid_scope'
			? ' Set the credential again with a scope that this client may have.'
			: status === 404
				? ' Check the token address.'
				: '';
	return [`${host} answered with status ${status}${said === '' ? '' : ` (${said})`}.${advice}`, unauthenticated];
}

/** `expires_in` is a number of seconds; some servers write it as a string. */
function lifetime(seconds: JsonValue | undefined): number {
	const number = typeof seconds === 'string' && seconds.trim() !== '' ? Number(seconds) : seconds;
	return typeof number === 'number' && number > 0 ? number * 1000 : DEFAULT_LIFETIME_MS;
}
