import { json, type LocalServer, type ReceivedRequest, serve } from './local-server.ts';

export const CLIENT_ID = 'bot client/1';
/** With characters that every encoding changes. */
export const CLIENT_SECRET = 'cl1ent+s3cret/&=ü:x';

export interface TokenServer extends LocalServer {
	readonly tokenUrl: string;
	/** Tokens issued so far, in order. */
	readonly issued: readonly string[];
	/** Whether the API should take it. */
	isGood(authorization: string | undefined): boolean;
	/** From now on none of those issued so far is good. */
	revoke(): void;
}

export interface TokenServerOptions {
	/** What the server takes; both ways by default. */
	readonly takes?: readonly ('basic' | 'post')[];
	/** Of the response to a known client; `{ expires_in: 3600 }` by default. */
	readonly fields?: Readonly<Record<string, unknown>>;
	/** Called, and awaited, before a token is issued. */
	readonly beforeIssuing?: () => Promise<void>;
	readonly secret?: string;
}

/** A token server as RFC 6749 has it, on a free port: `POST /token` with the client's own credentials. */
export async function startTokenServer(options: TokenServerOptions = {}): Promise<TokenServer> {
	const { takes = ['basic', 'post'], fields = { expires_in: 3600 }, beforeIssuing, secret = CLIENT_SECRET } = options;
	const issued: string[] = [];
	let revoked = 0;
	const server = await serve(async (request, response) => {
		const form = new URLSearchParams(request.body);
		if (request.method !== 'POST' || request.url !== '/token') return json(response, { error: 'not_found' }, 404);
		if (!takes.some((way) => credentialsOf(request, way) === `${CLIENT_ID}\n${secret}`)) {
			return json(response, { error: 'invalid_client', error_description: `no: ${request.headers.authorization} ${request.body}` }, 401);
		}
		if (form.get('grant_type') !== 'client_credentials') return json(response, { error: 'unsupported_grant_type' }, 400);
		if (form.get('scope') === 'admin') return json(response, { error: 'invalid_scope' }, 400);
		await beforeIssuing?.();
		const token = `token-${issued.length + 1}-${crypto.randomUUID()}`;
		issued.push(token);
		json(response, { access_token: token, token_type: 'bearer', ...fields });
	});
	return {
		...server,
		tokenUrl: `${server.origin}/token`,
		issued,
		isGood: (authorization) => issued.slice(revoked).some((token) => authorization === `Bearer ${token}`),
		revoke() {
			revoked = issued.length;
		},
	};
}

function credentialsOf({ headers, body }: ReceivedRequest, way: 'basic' | 'post'): string | undefined {
	const form = new URLSearchParams(body);
	if (way === 'post') return form.has('client_id') ? `${form.get('client_id')}\n${form.get('client_secret')}` : undefined;
	const [, encoded] = /^Basic (\S+)$/.exec(headers.authorization ?? '') ?? [];
	const parts = encoded && Buffer.from(encoded, 'base64').toString().split(':');
	return parts ? parts.map((part) => new URLSearchParams(`x=${part}`).get('x')).join('\n') : undefined;
}
