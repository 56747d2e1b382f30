import type { NewCredential } from '../../src/toolset/catalogue.ts';
import { parseCredentialReference, parseTypedForm } from '../../src/toolset/http/credential-reference.ts';

/** How an API wants its credential, as forms offer it. */
export const CREDENTIAL_KINDS = {
	bearer: 'Bearer token',
	basic: 'User name and password',
	header: 'API key in a header',
	query: 'API key in the address',
} as const;
export type CredentialKind = keyof typeof CREDENTIAL_KINDS;

/** What a credential form holds; what was left empty is left out. */
export interface CredentialInput {
	readonly kind?: string;
	/** Of an API key: the header or parameter. */
	readonly parameter?: string;
	readonly secret?: string;
	readonly reference?: string;
}

/** The credential and the field that holds it, or what is wrong with a field. Problems never repeat what was typed. */
export type ReadCredential =
	| { readonly ok: true; readonly credential: NewCredential; readonly field: keyof CredentialInput }
	| { readonly ok: false; readonly problem: string; readonly field: keyof CredentialInput };

export function readCredentialInput({ kind = 'bearer', parameter = '', secret, reference }: CredentialInput): ReadCredential {
	if (secret !== undefined && reference !== undefined) return wrong('reference', 'Type a secret, or name one of the operator, not both.');
	if (reference !== undefined) {
		const parsed = parseCredentialReference(reference);
		return parsed.ok ? { ok: true, credential: { reference }, field: 'reference' } : wrong('reference', parsed.message);
	}
	if (secret === undefined) return wrong('secret', 'Type a secret, or name one that the operator has set.');
	if (/\p{Cc}/u.test(secret)) return wrong('secret', 'A secret has no line breaks or tabs in it. Paste it once more.');
	if (kind === 'basic' && !secret.includes(':'))
		return wrong('secret', 'Type user name and password with a colon in between, like user:password.');
	const sendAs = kind === 'header' || kind === 'query' ? `${kind}:${parameter}` : kind;
	if (parseTypedForm(sendAs)) return { ok: true, credential: { form: sendAs, secret }, field: 'secret' };
	return wrong('parameter', `Type the name of the ${kind === 'header' ? 'header, for example X-Api-Key' : 'parameter, for example key'}.`);
}

function wrong(field: keyof CredentialInput, problem: string): ReadCredential {
	return { ok: false, problem, field };
}

/** Why nothing can be typed in: Markdown. */
export const NO_KEY =
	'Secrets cannot be typed here: the operator has not set `ENCRYPTION_KEY`, without which they could not be kept safely. The operator can set `TOOLSET_SECRET_NAME` instead; name that below.';

/** What a form says about naming a secret. */
export const REFERENCE_HINT =
	'The NAME of a variable TOOLSET_SECRET_NAME, or bearer:NAME, basic:NAME, header:X-Api-Key:NAME, query:key:NAME.';
