import { applyCredential, type Credential } from './credentials.ts';
import type { EgressRequest } from './egress-request.ts';

/** Gives each call of a toolset the credential that it carries. */
export interface CredentialSource {
	/** The only origin that anything of it is sent to with a call. */
	readonly origin: string;
	/** What no response and no message may show: what it was made of and what it has given. */
	secrets(): readonly string[];
	/** The credential to send now, which may have to be asked for; the reason where there is none. Never rejects; ends with the signal. */
	current(signal: AbortSignal): Promise<GivenCredential>;
	/** To be told when a server has refused what was given (401). True when `current` gives another one from now on. */
	refused(credential: Credential): boolean;
}

export type GivenCredential = { readonly ok: true; readonly credential: Credential } | NoCredential;

/** Why a call cannot carry its credential and is not sent: what `ToolResponse` calls it. */
export interface NoCredential {
	readonly ok: false;
	readonly kind: 'refused' | 'network' | 'timed-out' | 'too-large' | 'stopped';
	/** For people and programs, without any secret. */
	readonly message: string;
}

/** A secret that is sent as it is, the same for every call. */
export function fixedCredential(credential: Credential): CredentialSource {
	return {
		origin: credential.origin,
		secrets: () => [credential.secret],
		current: async () => ({ ok: true, credential }),
		refused: () => false,
	};
}

/**
 * The headers that carry the credential to `url`, for connections that are opened with headers; none where `url` is of another origin. A credential
 * that travels in the address has no header: use `applyCredential`.
 */
export async function credentialHeaders(
	source: CredentialSource,
	url: string,
	signal: AbortSignal,
): Promise<{ readonly ok: true; readonly headers: EgressRequest['headers'] } | NoCredential> {
	const given = await source.current(signal);
	if (!given.ok) return given;
	return { ok: true, headers: applyCredential({ method: 'GET', url, headers: {} }, given.credential).headers };
}
