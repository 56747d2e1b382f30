import type { NewCredential } from '../../src/toolset/catalogue.ts';
import { parseCredentialReference, parseTypedForm } from '../../src/toolset/http/credential-reference.ts';

/** How an API wants its credential, as forms offer it. */
export const CREDENTIAL_KINDS = {
	bearer: 'Bearer token',
	basic: 'User name and password',
	header: 'API key in a header',
	query: 'API key in the address',
} as const;

/** After it was saved: whether the API takes it is not known yet. */
export function savedWords(toolset: string): string {
	return `Calls of \`${toolset}\` carry the credential now. \`/toolset test ${toolset}\` shows whether the API takes it.`;
}

/** What stands in place of a reference in `/toolset auth <name> oauth2`, to be asked for a client instead of a secret. */
export function asksForClient(reference: unknown): boolean {
	return typeof reference === 'string' && reference.trim().toLowerCase() === 'oauth2';
}

/** What a credential form holds; what was left empty is left out. */
export interface CredentialInput {
	/** Of `CREDENTIAL_KINDS`, or `oauth2`. */
	readonly kind?: string;
	/** Of an API key: the header or parameter. */
	readonly parameter?: string;
	readonly secret?: string;
	readonly reference?: string;
	/** Of OAuth2, like the two that follow; the secret is then the client's. */
	readonly clientId?: string;
	readonly tokenUrl?: string;
	readonly scope?: string;
}

/** The credential and the field that holds it, or what is wrong with a field. Problems never repeat what was typed. */
export type ReadCredential =
	| { readonly ok: true; readonly credential: NewCredential; readonly field: keyof CredentialInput }
	| { readonly ok: false; readonly problem: string; readonly field: keyof CredentialInput };

export function readCredentialInput(input: CredentialInput): ReadCredential {
	const { kind = 'bearer', parameter = '', secret, reference, clientId } = input;
	if (secret !== undefined && reference !== undefined) return wrong('reference', 'Type a secret, or name one of the operator, not both.');
	if (reference !== undefined) {
		const parsed = parseCredentialReference(reference);
		return parsed.ok ? { ok: true, credential: { reference, ...oauth2Of(input) }, field: 'reference' } : wrong('reference', parsed.message);
	}
	if (secret === undefined) return wrong('secret', 'Type a secret, or name one that the operator has set.');
	if (/\p{Cc}/u.test(secret)) return wrong('secret', 'A secret has no line breaks or tabs in it. Paste it once more.');
	if (kind === 'oauth2') {
		if (clientId === undefined) return wrong('clientId', 'Type the client id.');
		if (/[:\p{Cc}]/u.test(clientId)) return wrong('clientId', 'A client id has no colon and no line breaks in it.');
		return { ok: true, credential: { form: kind, secret: `${clientId}:${secret}`, ...oauth2Of(input) }, field: 'secret' };
	}
	if (kind === 'basic' && !secret.includes(':'))
		return wrong('secret', 'Type user name and password with a colon in between, like user:password.');
	const sendAs = kind === 'header' || kind === 'query' ? `${kind}:${parameter}` : kind;
	if (parseTypedForm(sendAs)) return { ok: true, credential: { form: sendAs, secret }, field: 'secret' };
	return wrong('parameter', `Type the name of the ${kind === 'header' ? 'header, for example X-Api-Key' : 'parameter, for example key'}.`);
}

function oauth2Of({ tokenUrl, scope }: CredentialInput): Pick<NewCredential, 'oauth2'> {
	if (tokenUrl === undefined && scope === undefined) return {};
	return { oauth2: { ...(tokenUrl !== undefined && { tokenUrl }), ...(scope !== undefined && { scope }) } };
}

function wrong(field: keyof CredentialInput, problem: string): ReadCredential {
	return { ok: false, problem, field };
}

/** Why nothing can be typed in: Markdown. */
export const NO_KEY =
	'Secrets cannot be typed here: the operator has not set `ENCRYPTION_KEY`, without which they could not be kept safely. The operator can set `TOOLSET_SECRET_NAME` instead; name that below.';

/** What a form says about naming a secret. */
export const REFERENCE_HINT =
	'The NAME of a variable TOOLSET_SECRET_NAME, or bearer:NAME, basic:NAME, header:X-Api-Key:NAME, query:key:NAME, oauth2:NAME.';

/** Opens the form of OAuth2. */
export function clientCommand(toolset: string): string {
	return `/toolset auth ${toolset} oauth2`;
}

/** Opens the form again that this was typed into. */
export function formCommand(toolset: string, credential: NewCredential): string {
	return 'form' in credential && credential.form === 'oauth2' ? clientCommand(toolset) : `/toolset auth ${toolset}`;
}

/** How that form is found; the command follows. */
export const CLIENT_HINT = 'For OAuth2 with a client id and a client secret, type';

/** What the fields of OAuth2 are called, and what is said about them. */
export const CLIENT_FIELDS = {
	clientId: { label: 'Client id' },
	secret: { label: 'Client secret' },
	tokenUrl: { label: 'Token address', hint: 'Needed where the document does not say, or says another server than that of the API.' },
	scope: { label: 'Scopes', hint: 'With spaces in between. What the server gives by default when left out.' },
} as const;
