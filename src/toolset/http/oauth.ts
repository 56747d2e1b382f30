import type { CredentialSource, GivenCredential, NoCredential } from './credential-source.ts';
import type { Credential } from './credentials.ts';
import type { Egress } from './egress.ts';
import { type ClientAuthentication, clientSecrets, type OAuth2Client, requestToken } from './oauth-request.ts';

export interface OAuth2Options {
	readonly client: OAuth2Client;
	/** The only origin that tokens are sent to: that of the API. The client's secret goes to `client.tokenUrl` alone. */
	readonly origin: string;
	/** The way to the token server, guarded like every other. */
	readonly egress: Egress;
	/** Told of every token before it is used, so that logs and other toolsets hide it. */
	readonly onToken?: (token: string) => void;
	/** Milliseconds of a clock that never goes back. */
	readonly now?: () => number;
}

/** A token is asked for anew this long before it ends, or a tenth of its life: the call that carries it takes time, too. */
const MARGIN_MS = 30_000;
/** A response may still show the token before the current one. */
const REMEMBERED = 2;

/**
 * Access tokens by OAuth2 client credentials (RFC 6749, section 4.4), kept in memory until shortly before they end. However many calls need one at the
 * same time, it is asked for once. A token that the API refuses is dropped, and the next call asks for another. A failure is not kept.
 */
export function createOAuth2Source({
	client,
	origin,
	egress,
	onToken = () => {},
	now = () => performance.now(),
}: OAuth2Options): CredentialSource {
	const ownSecrets = clientSecrets(client);
	let tokens: readonly string[] = [];
	let by: ClientAuthentication | undefined;
	let held: { readonly credential: Credential; readonly until: number } | undefined;
	let asking: Promise<GivenCredential> | undefined;

	async function ask(): Promise<GivenCredential> {
		// For all who wait: that one of them stops must not stop the others. The egress has a time limit of its own.
		const issued = await requestToken(egress, client, by, new AbortController().signal);
		if (!issued.ok) return { ok: false, kind: issued.kind, message: issued.message };
		onToken(issued.token);
		tokens = [issued.token, ...tokens].slice(0, REMEMBERED);
		by = issued.by;
		const credential: Credential = { scheme: { type: 'bearer' }, secret: issued.token, origin };
		held = { credential, until: now() + issued.lifetimeMs - Math.min(MARGIN_MS, issued.lifetimeMs / 10) };
		return { ok: true, credential };
	}

	return {
		origin,
		secrets: () => [...ownSecrets, ...tokens],
		async current(signal) {
			if (held && now() < held.until) return { ok: true, credential: held.credential };
			asking ??= ask().finally(() => {
				asking = undefined;
			});
			return unlessStopped(asking, signal);
		},
		refused({ secret }) {
			// Another call may have had it replaced already.
			if (held?.credential.secret === secret) held = undefined;
			return true;
		},
	};
}

async function unlessStopped(given: Promise<GivenCredential>, signal: AbortSignal): Promise<GivenCredential> {
	const { promise, resolve } = Promise.withResolvers<NoCredential>();
	const stop = () => resolve({ ok: false, kind: 'stopped', message: 'The request was stopped.' });
	signal.addEventListener('abort', stop, { once: true });
	if (signal.aborted) stop();
	try {
		return await Promise.race([promise, given]);
	} finally {
		signal.removeEventListener('abort', stop);
	}
}
