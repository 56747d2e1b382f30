import { UserError } from '../errors.ts';
import type { ToolsetRecord } from './catalogue.ts';
import { parseTypedForm } from './http/credential-reference.ts';
import { type Credential, parseCredentialReference, type ResolvedCredential, resolveCredential, resolveTyped } from './http/credentials.ts';
import type { Egress } from './http/egress.ts';
import type { KnownSecrets } from './http/known-secrets.ts';
import { createSender } from './http/send.ts';
import { loadOpenApi, readSecurity } from './openapi/load.ts';
import { isFor, type OperatorSecret, refusalOf, type SecretUser } from './operator-secret.ts';
import type { TypedCredential } from './sealed-credentials.ts';
import type { Toolset } from './tool.ts';

export interface OpenToolsetOptions {
	/** The way out for toolsets of a workspace. */
	readonly egressOf: (workspaceId: string) => Egress;
	/** Those of the operator, by name. */
	readonly secrets: ReadonlyMap<string, OperatorSecret>;
	/** Whether workspaces of different owners share this bot: each of the operator's secrets then says whose it is. */
	readonly severalWorkspaces: boolean;
	/** Told of every credential that was typed in. */
	readonly known: KnownSecrets;
	/** Where the document of an example is served for this workspace; undefined when there is no such example. */
	readonly exampleUrl: (name: string, workspaceId: string) => Promise<string> | undefined;
}

const EXAMPLE = 'example:';

/** Whether a source names a toolset that comes with the bot. Its document is not stored, and it takes no credential. */
export function isExample(source: string): boolean {
	return source.startsWith(EXAMPLE);
}

/** Makes a stored record into a toolset that can be called; `typed` is what its credential stands for, where an admin typed that in. */
export type OpenToolset = (record: ToolsetRecord, document: string | undefined, typed?: TypedCredential) => Promise<Toolset>;

export function openToolset(options: OpenToolsetOptions): OpenToolset {
	return async (record, document, typed) => {
		const { text, sourceUrl, egress } = isExample(record.source)
			? await readExample(record, options)
			: { text: storedText(record, document), sourceUrl: record.sourceUrl, egress: options.egressOf(record.workspaceId) };
		let credential: Credential | undefined;
		const { send, preview } = createSender({ egress, credential: () => credential, secrets: hiddenFrom(record, options) });
		const toolset = loadOpenApi({ name: record.name, text, sourceUrl, baseUrl: record.baseUrl, send, previewOperation: preview });
		// Known only now: a credential is bound to the origin that the toolset calls.
		if (record.credential !== undefined)
			credential = credentialOf({ ...record, credential: record.credential }, text, toolset, options, typed);
		if (typed && credential) options.known.add(record.workspaceId, credential.secret);
		return toolset;
	};
}

function storedText(record: ToolsetRecord, document: string | undefined): string {
	if (document !== undefined) return document;
	throw new UserError('storage', `The document of ${record.name} is gone. Remove it with /toolset remove ${record.name} and add it again.`);
}

/** An example is called at the server this process runs for it, and nowhere else. */
async function readExample(record: ToolsetRecord, { exampleUrl, egressOf }: OpenToolsetOptions) {
	const name = record.source.slice(EXAMPLE.length);
	if (record.baseUrl !== undefined || record.credential !== undefined) {
		throw new UserError('bad-input', `The example ${name} comes with the bot: it takes no base URL and no credential.`);
	}
	const sourceUrl = await exampleUrl(name, record.workspaceId);
	if (sourceUrl === undefined) throw new UserError('not-found', `There is no example toolset named ${name}.`);
	const own = egressOf(record.workspaceId).only(new URL(sourceUrl).origin);
	const response = await own.fetch({ method: 'GET', url: sourceUrl, headers: {} }, { signal: AbortSignal.timeout(own.timeoutMs) });
	if (!response.ok) throw new UserError('network', `The example ${name} cannot be read: ${response.message}`);
	return { text: Buffer.from(response.body).toString('utf8'), sourceUrl, egress: own };
}

/** What responses of this workspace's toolsets are cleared of: the secrets that any of them may hold. */
function hiddenFrom({ workspaceId }: ToolsetRecord, { secrets, known, severalWorkspaces }: OpenToolsetOptions): () => readonly string[] {
	const ofOperator = [...secrets.values()].filter((secret) => isFor({ workspaceId, severalWorkspaces }, secret)).map(({ value }) => value);
	return () => [...ofOperator, ...known.typedIn(workspaceId)];
}

function credentialOf(
	record: ToolsetRecord & { readonly credential: string },
	document: string,
	{ address }: Toolset,
	{ secrets, severalWorkspaces }: OpenToolsetOptions,
	typed: TypedCredential | undefined,
): Credential {
	const resolved = typed
		? typedCredential(record, typed, address)
		: operatorCredential(record.credential, document, address, secrets, { workspaceId: record.workspaceId, severalWorkspaces });
	if (!resolved.ok) throw new UserError(typed ? 'bad-input' : 'configuration', resolved.message);
	return resolved.credential;
}

function typedCredential({ name, credential }: ToolsetRecord, typed: TypedCredential, address: string): ResolvedCredential {
	const reference = parseTypedForm(credential ?? '');
	if (!reference) throw new UserError('bad-input', 'Say how the credential is sent: bearer, basic, header:X-Api-Key or query:key.');
	const { origin } = new URL(address);
	if (typed.origin !== undefined && typed.origin !== origin) {
		throw new UserError(
			'not-allowed',
			`The credential of ${name} was given for ${typed.origin}, and its calls now go to ${origin}. Give it again with /toolset auth ${name} if that is right.`,
		);
	}
	return resolveTyped(reference, typed.secret, address);
}

function operatorCredential(
	text: string,
	document: string,
	address: string,
	secrets: ReadonlyMap<string, OperatorSecret>,
	user: SecretUser,
): ResolvedCredential {
	const parsed = parseCredentialReference(text);
	if (!parsed.ok) throw new UserError('bad-input', parsed.message);
	const { name } = parsed.reference;
	const refusal = refusalOf(name, secrets.get(name), user, address);
	if (refusal !== undefined) return { ok: false, message: refusal };
	const schemes = readSecurity(document).map(({ scheme }) => scheme);
	return resolveCredential(parsed.reference, schemes, (each) => secrets.get(each)?.value, address);
}
