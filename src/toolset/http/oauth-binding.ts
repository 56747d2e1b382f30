/**
 * Where the tokens that a toolset's calls carry come from, as it was when an admin set the credential. A document cannot change it: the client's secret
 * goes to this address alone.
 */
export interface OAuth2Binding {
	/** Absolute, http or https. */
	readonly tokenUrl: string;
	/** Names of scopes with spaces in between; the server's default when left out. */
	readonly scope?: string;
	/** The token addresses that the document named then. */
	readonly declared: readonly string[];
}

/** The same while it is being set: what the admin said. */
export type OAuth2Settings = Partial<OAuth2Binding>;

export type BoundTokens = { readonly ok: true; readonly binding: OAuth2Binding } | { readonly ok: false; readonly message: string };

export interface BindTokensOptions {
	/** The toolset's name. */
	readonly name: string;
	readonly settings: OAuth2Settings;
	/** The token addresses that the document names now. */
	readonly declared: readonly string[];
	/** Whether the document's word is enough for this address: the credential may go to its server anyway. */
	readonly isTrusted: (tokenUrl: string) => boolean;
}

/** RFC 6749, section 3.3: scope tokens with single spaces in between. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/;

/**
 * Binds the tokens of a toolset to the address the admin gave, or else to the only one that the document names where that is trusted. What is bound
 * already stays so: when the document has come to name another address, that one gets nothing, and neither does the former.
 */
export function bindTokens({ name, settings, declared, isTrusted }: BindTokensOptions): BoundTokens {
	const { tokenUrl: given, scope, declared: formerly } = settings;
	if (scope !== undefined && !SCOPE.test(scope))
		return wrong('The scope cannot be read. Write the names of scopes with single spaces in between.');
	const chosen = given === undefined ? onlyTrusted(declared, isTrusted) : readTokenUrl(given);
	if (typeof chosen === 'object') return chosen;
	const added = formerly && declared.find((address) => address !== chosen && !formerly.includes(address));
	if (added !== undefined) {
		return wrong(
			`The document of ${name} now says that access tokens come from ${added}, and the credential of ${name} was given for ${chosen}. Nothing is sent to either. Give the credential again with /toolset auth ${name} if that is right.`,
		);
	}
	return { ok: true, binding: { tokenUrl: chosen, ...(scope !== undefined && { scope }), declared: formerly ?? declared } };
}

const SAY_IT =
	'Give the address where access tokens come from (--token-url in a command), for example https://auth.example.com/oauth/token.';

function onlyTrusted(declared: readonly string[], isTrusted: (tokenUrl: string) => boolean): string | ReturnType<typeof wrong> {
	const [only, ...others] = declared;
	if (only === undefined) return wrong(`The document does not say where access tokens come from. ${SAY_IT}`);
	if (others.length > 0) return wrong(`The document names several addresses of access tokens: ${declared.join(', ')}. ${SAY_IT}`);
	if (isTrusted(only)) return only;
	return wrong(
		`The document says that access tokens come from ${only}, which is another server than that of the API. If the client secret may be sent there, give that address yourself (--token-url in a command).`,
	);
}

function readTokenUrl(text: string): string | ReturnType<typeof wrong> {
	const url = URL.parse(text.trim());
	const usable = url && (url.protocol === 'https:' || url.protocol === 'http:') && url.username === '' && url.password === '';
	if (!usable) return wrong(`The token address cannot be used. ${SAY_IT}`);
	url.hash = '';
	return url.href;
}

function wrong(message: string): { readonly ok: false; readonly message: string } {
	return { ok: false, message };
}
