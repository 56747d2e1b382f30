import { UserError } from '../errors.ts';
import type { ToolsetRecord } from './catalogue.ts';
import { parseTypedForm } from './http/credential-reference.ts';
import { type CredentialSource, fixedCredential } from './http/credential-source.ts';
import {
	type CredentialReference,
	parseCredentialReference,
	type ResolvedCredential,
	resolveClient,
	resolveCredential,
	resolveTyped,
} from './http/credentials.ts';
import type { Egress } from './http/egress.ts';
import type { KnownSecrets } from './http/known-secrets.ts';
import { createOAuth2Source } from './http/oauth.ts';
import { bindTokens, type OAuth2Binding } from './http/oauth-binding.ts';
import type { SecurityScheme } from './openapi/operation.ts';
import { isPinnedTo, type OperatorSecret, refusalOf, type SecretUser } from './operator-secret.ts';
import type { TypedCredential } from './sealed-credentials.ts';

/** What credentials are resolved against. */
export interface CredentialContext {
	/** Where calls go: a credential is bound to this origin. */
	readonly address: string;
	/** What the document says of credentials, each asked for once at most. It is trusted in nothing: it can only narrow down what an admin said. */
	readonly declared: {
		readonly schemes: () => readonly SecurityScheme[];
		readonly tokenUrls: () => readonly string[];
	};
	/** Those of the operator, by name. */
	readonly secrets: ReadonlyMap<string, OperatorSecret>;
	/** Whether workspaces of different owners share this bot: each of the operator's secrets then says whose it is. */
	readonly severalWorkspaces: boolean;
	/** Told of every credential that was typed in, and of every token that is issued. */
	readonly known: KnownSecrets;
	/** The workspace's way out, for token servers. */
	readonly egress: Egress;
	/** What was typed in, where that is what the record refers to. */
	readonly typed: TypedCredential | undefined;
}

export interface ToolsetCredential {
	readonly source: CredentialSource;
	/** Where its tokens come from; absent where it is sent as it is. */
	readonly oauth2?: OAuth2Binding;
}

type Recorded = ToolsetRecord & { readonly credential: string };

/**
 * What the credential of a record stands for; undefined where it has none. Throws a UserError when it cannot be had, or may not go where the toolset's
 * calls now go.
 */
export function resolveToolsetCredential(toolset: ToolsetRecord, context: CredentialContext): ToolsetCredential | undefined {
	const { credential: text } = toolset;
	if (text === undefined) {
		if (toolset.oauth2) throw notOAuth2();
		return undefined;
	}
	const record = { ...toolset, credential: text };
	const reference = referenceOf(record, context);
	if (record.oauth2 && reference.kind !== 'oauth2') throw notOAuth2();
	const credential =
		reference.kind === 'oauth2'
			? tokens(record, reference, context)
			: { source: fixedCredential(unwrapped(context, context.typed ? typed(reference, context) : ofOperator(record, reference, context))) };
	if (context.typed) for (const secret of credential.source.secrets()) context.known.add(record.workspaceId, secret);
	return credential;
}

function notOAuth2(): UserError {
	return new UserError('bad-input', 'A token address and a scope belong to OAuth2: name the credential as oauth2:NAME.');
}

function referenceOf({ name, credential }: Recorded, { typed, address }: CredentialContext): CredentialReference {
	if (!typed) {
		const parsed = parseCredentialReference(credential);
		if (!parsed.ok) throw new UserError('bad-input', parsed.message);
		return parsed.reference;
	}
	const reference = parseTypedForm(credential);
	if (!reference) throw new UserError('bad-input', 'Say how the credential is sent: bearer, basic, header:X-Api-Key, query:key or oauth2.');
	const { origin } = new URL(address);
	if (typed.origin !== undefined && typed.origin !== origin) {
		throw new UserError(
			'not-allowed',
			`The credential of ${name} was given for ${typed.origin}, and its calls now go to ${origin}. Give it again with /toolset auth ${name} if that is right.`,
		);
	}
	return reference;
}

type Sent = Exclude<CredentialReference, { kind: 'oauth2' }>;

function typed(reference: Sent, { typed: given, address }: CredentialContext): ResolvedCredential {
	if (reference.kind === 'document') throw new Error('what is typed in has a form');
	return resolveTyped(reference, given?.secret ?? '', address);
}

function ofOperator(record: Recorded, reference: Sent, context: CredentialContext): ResolvedCredential {
	requireAllowed(record, reference, context, context.address);
	const schemes = reference.kind === 'document' ? context.declared.schemes() : [];
	return resolveCredential(reference, schemes, (name) => context.secrets.get(name)?.value, context.address);
}

/** The client's secret goes to the token address alone, and the tokens to the API alone: the operator must allow both. */
function tokens(record: Recorded, reference: CredentialReference & { kind: 'oauth2' }, context: CredentialContext): ToolsetCredential {
	const { address, typed: given, secrets, egress, known } = context;
	const { origin } = new URL(address);
	const secret = secrets.get(reference.name);
	const bound = bindTokens({
		name: record.name,
		settings: record.oauth2 ?? {},
		declared: context.declared.tokenUrls(),
		isTrusted: (tokenUrl) => new URL(tokenUrl).origin === origin || (!given && secret !== undefined && isPinnedTo(secret, tokenUrl)),
	});
	if (!bound.ok) throw new UserError(record.oauth2?.declared ? 'not-allowed' : 'bad-input', bound.message);
	const { binding } = bound;
	if (given?.tokenUrl !== undefined && given.tokenUrl !== binding.tokenUrl) {
		throw new UserError(
			'not-allowed',
			`The credential of ${record.name} was given for another token address. Give it again with /toolset auth ${record.name}.`,
		);
	}
	if (!given) for (const target of [address, binding.tokenUrl]) requireAllowed(record, reference, context, target);
	const resolved = resolveClient(reference, given ? given.secret : secret?.value);
	if (!resolved.ok) throw new UserError(given ? 'bad-input' : 'configuration', resolved.message);
	const { tokenUrl, scope } = binding;
	const source = createOAuth2Source({
		client: { ...resolved.client, tokenUrl, ...(scope !== undefined && { scope }) },
		origin,
		egress,
		onToken: (token) => known.addIssued(record.workspaceId, record.name, token),
	});
	return { source, oauth2: binding };
}

function requireAllowed({ workspaceId }: Recorded, { name }: CredentialReference, context: CredentialContext, target: string): void {
	const user: SecretUser = { workspaceId, severalWorkspaces: context.severalWorkspaces };
	const refusal = refusalOf(name, context.secrets.get(name), user, target);
	if (refusal !== undefined) throw new UserError('configuration', refusal);
}

function unwrapped({ typed: given }: CredentialContext, resolved: ResolvedCredential) {
	if (resolved.ok) return resolved.credential;
	throw new UserError(given ? 'bad-input' : 'configuration', resolved.message);
}
