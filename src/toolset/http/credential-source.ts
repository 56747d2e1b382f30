import type { Credential } from './credentials.ts';

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
