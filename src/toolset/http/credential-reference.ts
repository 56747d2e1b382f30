import { isPin } from '../operator-secret.ts';

/**
 * Where a toolset's secret comes from and how it is sent. Holds no secret and may be stored. `name` is the part after `TOOLSET_SECRET_` of the
 * operator's environment variable, or `*` for what was typed in and is stored sealed.
 */
export type CredentialReference =
	| { readonly kind: 'document'; readonly name: string }
	| { readonly kind: 'bearer' | 'basic'; readonly name: string }
	| { readonly kind: 'header' | 'query' | 'cookie'; readonly parameter: string; readonly name: string }
	/** `client_id:client_secret`, for which access tokens are issued: these are sent. */
	| { readonly kind: 'oauth2'; readonly name: string };

/** How a secret is sent that was typed in. */
export type TypedReference = Exclude<CredentialReference, { kind: 'document' }>;

/** One whose secret is sent as it is. */
export type SentReference = Exclude<CredentialReference, { kind: 'oauth2' }>;

export type ParsedReference =
	| { readonly ok: true; readonly reference: CredentialReference }
	| { readonly ok: false; readonly message: string };

const FORMS = 'NAME, bearer:NAME, basic:NAME, header:X-Api-Key:NAME, query:api_key:NAME, cookie:session:NAME or oauth2:NAME';
const EXPLANATION = `NAME stands for the environment variable TOOLSET_SECRET_NAME that the operator sets; the secret itself is never typed here.`;

/** The name of what was typed in. */
export const TYPED = '*';

/**
 * Reads what follows `--auth`. Names are upper-cased. A message never repeats the text: people paste secrets where a name belongs.
 */
export function parseCredentialReference(text: string): ParsedReference {
	const parts = text.trim().split(':');
	const name = nameOf(parts.at(-1) ?? '');
	if (name === undefined) return { ok: false, message: `The credential reference has no usable name. Write ${FORMS}. ${EXPLANATION}` };
	if (isPin(name))
		return { ok: false, message: `Variables that end in _HOSTS or _WORKSPACES hold no secret. ${EXPLANATION} Write ${FORMS}.` };
	if (looksLikeSecret(name)) return { ok: false, message: `The reference looks like a secret itself. ${EXPLANATION} Write ${FORMS}.` };
	const reference = referenceOf(parts.slice(0, -1), name);
	return reference
		? { ok: true, reference }
		: { ok: false, message: `The credential reference cannot be read. Write ${FORMS}. ${EXPLANATION}` };
}

/**
 * Reads how a secret that was typed in is sent: `bearer`, `basic`, `header:X-Api-Key`, `query:key`, `cookie:session` or `oauth2`, as it is stored with
 * `:*` behind it. Undefined when it is none of these. People cannot type such a reference: `parseCredentialReference` refuses it.
 */
export function parseTypedForm(form: string): TypedReference | undefined {
	const reference = referenceOf(form.trim().replace(/:\*$/, '').split(':'), TYPED);
	return reference?.kind === 'document' ? undefined : reference;
}

/** The text of a reference: what the readers above take. */
export function referenceText(reference: CredentialReference): string {
	const parameter = 'parameter' in reference ? [reference.parameter] : [];
	return [...(reference.kind === 'document' ? [] : [reference.kind, ...parameter]), reference.name].join(':');
}

/** The stored reference in words, with the variable and without the value: `header X-Api-Key, from TOOLSET_SECRET_CRM`. */
export function describeReference(text: string): string {
	const typed = text.endsWith(`:${TYPED}`) ? parseTypedForm(text) : undefined;
	if (typed) return `${shape(typed)}, typed in`;
	const parsed = parseCredentialReference(text);
	return parsed.ok ? `${shape(parsed.reference)}, from ${secretVariable(parsed.reference)}` : 'unreadable';
}

function shape(reference: CredentialReference): string {
	if ('parameter' in reference) return `${reference.kind} ${reference.parameter}`;
	return reference.kind === 'document' ? 'as the document says' : reference.kind;
}

/** The variable the operator sets. */
export function secretVariable(reference: CredentialReference): string {
	return `TOOLSET_SECRET_${reference.name}`;
}

function referenceOf(form: readonly string[], name: string): CredentialReference | undefined {
	const kind = form[0]?.toLowerCase();
	const parameter = form[1];
	if (form.length === 0) return { kind: 'document', name };
	if (form.length === 1 && (kind === 'bearer' || kind === 'basic' || kind === 'oauth2')) return { kind, name };
	if (form.length !== 2 || parameter === undefined) return undefined;
	if (kind === 'query' && /^[\x21-\x7e]{1,100}$/.test(parameter)) return { kind, parameter, name };
	// Field names and cookie names are tokens (RFC 9110, section 5.6.2).
	if ((kind === 'header' || kind === 'cookie') && /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/.test(parameter)) return { kind, parameter, name };
	return undefined;
}

function nameOf(text: string): string | undefined {
	const bare = text.trim().replace(/^TOOLSET_SECRET_/i, '');
	return /^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(bare) ? bare.toUpperCase() : undefined;
}

/** Long, with digits and without a word boundary: 32 hexadecimal digits are a legal variable name, but nobody's choice of one. */
function looksLikeSecret(name: string): boolean {
	return name.length >= 20 && !name.includes('_') && (name.match(/\d/g)?.length ?? 0) >= 3;
}
