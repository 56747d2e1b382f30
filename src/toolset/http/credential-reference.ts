/**
 * Where a toolset's secret comes from and how it is sent, as an admin names it. Holds no secret and may be stored. `name` is the part after
 * `TOOLSET_SECRET_` of the operator's environment variable.
 */
export type CredentialReference =
	| { readonly kind: 'document'; readonly name: string }
	| { readonly kind: 'bearer' | 'basic'; readonly name: string }
	| { readonly kind: 'header' | 'query' | 'cookie'; readonly parameter: string; readonly name: string };

export type ParsedReference =
	| { readonly ok: true; readonly reference: CredentialReference }
	| { readonly ok: false; readonly message: string };

const FORMS = 'NAME, bearer:NAME, basic:NAME, header:X-Api-Key:NAME, query:api_key:NAME or cookie:session:NAME';
const EXPLANATION = `NAME stands for the environment variable TOOLSET_SECRET_NAME that the operator sets; the secret itself is never typed here.`;

/**
 * Reads what follows `--auth`. Names are upper-cased. A message never repeats the text: people paste secrets where a name belongs.
 */
export function parseCredentialReference(text: string): ParsedReference {
	const parts = text.trim().split(':');
	const name = nameOf(parts.at(-1) ?? '');
	if (name === undefined) return { ok: false, message: `The credential reference has no usable name. Write ${FORMS}. ${EXPLANATION}` };
	if (looksLikeSecret(name)) return { ok: false, message: `The reference looks like a secret itself. ${EXPLANATION} Write ${FORMS}.` };
	const reference = referenceOf(parts.slice(0, -1), name);
	return reference
		? { ok: true, reference }
		: { ok: false, message: `The credential reference cannot be read. Write ${FORMS}. ${EXPLANATION}` };
}

/** The variable the operator sets. */
export function secretVariable(reference: CredentialReference): string {
	return `TOOLSET_SECRET_${reference.name}`;
}

function referenceOf(form: readonly string[], name: string): CredentialReference | undefined {
	const kind = form[0]?.toLowerCase();
	const parameter = form[1];
	if (form.length === 0) return { kind: 'document', name };
	if (form.length === 1 && (kind === 'bearer' || kind === 'basic')) return { kind, name };
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
