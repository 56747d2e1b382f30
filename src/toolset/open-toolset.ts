import { UserError } from '../errors.ts';
import type { OpenedToolset, ToolsetRecord } from './catalogue.ts';
import type { Egress } from './http/egress.ts';
import type { KnownSecrets } from './http/known-secrets.ts';
import { createSender } from './http/send.ts';
import type { OperatorCommand } from './mcp/operator-command.ts';
import { mcpRoute } from './mcp/route.ts';
import { isMcpSnapshot } from './mcp/snapshot.ts';
import { isMcpSource } from './mcp/source.ts';
import { isFor, type OperatorSecret } from './operator-secret.ts';
import type { TypedCredential } from './sealed-credentials.ts';
import { resolveToolsetCredential, type ToolsetCredential } from './toolset-credential.ts';

export interface OpenToolsetOptions {
	/** The way out for toolsets of a workspace. */
	readonly egressOf: (workspaceId: string) => Egress;
	/** Those of the operator, by name. */
	readonly secrets: ReadonlyMap<string, OperatorSecret>;
	/** Whether workspaces of different owners share this bot: each of the operator's secrets then says whose it is. */
	readonly severalWorkspaces: boolean;
	/** Told of every credential that was typed in, and of every access token. */
	readonly known: KnownSecrets;
	/** The operator's command lines for MCP servers, by name; none when left out. */
	readonly commands?: ReadonlyMap<string, OperatorCommand>;
	/**
	 * Told when an MCP server that is connected says that its tools changed, with what could be stored of them now. It is safe to store unseen: no tool
	 * in it is called more freely than in what is stored, and a new one counts as one that destroys (`mcp/effects.ts`).
	 */
	readonly onListChanged?: (record: ToolsetRecord, snapshot: string) => void;
	/** Told why an MCP server could not be reached or was lost at a call, for the log: who called hears it in fewer words. */
	readonly onTrouble?: (record: ToolsetRecord, error: unknown) => void;
	/** Where the document of an example is served for this workspace. Rejects with a UserError, which names those there are, for any other. */
	readonly exampleUrl: (name: string, workspaceId: string) => Promise<string>;
}

const EXAMPLE = 'example:';

/** Whether a source names a toolset that comes with the bot. Its document is not stored, and it takes no credential. */
export function isExample(source: string): boolean {
	return source.startsWith(EXAMPLE);
}

/** Makes a stored record into a toolset that can be called; `typed` is what its credential stands for, where an admin typed that in. */
export type OpenToolset = (record: ToolsetRecord, document: string | undefined, typed?: TypedCredential) => Promise<OpenedToolset>;

export function openToolset(options: OpenToolsetOptions): OpenToolset {
	return async (record, document, typed) => {
		if (isMcpSource(record.source) || (document !== undefined && isMcpSnapshot(document))) return openMcp(record, document, typed, options);
		const { text, sourceUrl, egress } = isExample(record.source)
			? await readExample(record, options)
			: { text: storedText(record, document), sourceUrl: record.sourceUrl, egress: options.egressOf(record.workspaceId) };
		let credential: ToolsetCredential | undefined;
		const { send, preview } = createSender({ egress, credential: () => credential?.source, secrets: hiddenFrom(record, options) });
		// Only where it is used: with the readers of YAML and older documents it takes the processor 50 ms to load.
		const { openOpenApi } = await import('./openapi/load.ts');
		const toolset = await openOpenApi({ name: record.name, text, sourceUrl, baseUrl: record.baseUrl, send, previewOperation: preview });
		// Known only now: a credential is bound to the origin that the toolset calls.
		const declared = { schemes: () => toolset.security.map(({ scheme }) => scheme), tokenUrls: () => toolset.tokenUrls };
		const context = { ...options, declared, egress, address: toolset.address, typed };
		credential = resolveToolsetCredential(record, context);
		return credential?.oauth2 ? { ...toolset, oauth2: credential.oauth2 } : toolset;
	};
}

/** Made of what is stored; the server is met at the first call. */
async function openMcp(
	record: ToolsetRecord,
	document: string | undefined,
	typed: TypedCredential | undefined,
	options: OpenToolsetOptions,
): Promise<OpenedToolset> {
	if (record.baseUrl !== undefined) {
		throw new UserError('bad-input', 'An MCP server has one address, the one it is connected by: leave the base URL out.');
	}
	const { workspaceId, name, source } = record;
	const { egressOf, commands = new Map<string, OperatorCommand>(), onListChanged, onTrouble } = options;
	const { route, address, credential } = mcpRoute(source, record, { ...options, commands, egress: egressOf(workspaceId), typed });
	const hidden = hiddenFrom(record, options);
	const handed = route.kind === 'command' ? Object.values(route.command.environment) : [];
	// Only where it is used: the client takes a quarter of a second to load.
	const { openMcpToolset } = await import('./mcp/toolset.ts');
	const toolset = openMcpToolset({
		name,
		text: storedText(record, document),
		address,
		route,
		secrets: () => [...handed, ...(credential?.source.secrets() ?? []), ...hidden()],
		...(onTrouble && { onTrouble: (error) => onTrouble(record, error) }),
		...(onListChanged && { onListChanged: (snapshot) => onListChanged(record, snapshot) }),
	});
	return credential?.oauth2 ? { ...toolset, oauth2: credential.oauth2 } : toolset;
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
	const own = egressOf(record.workspaceId).only(new URL(sourceUrl).origin);
	const response = await own.fetch({ method: 'GET', url: sourceUrl, headers: {} }, { signal: AbortSignal.timeout(own.timeoutMs) });
	if (!response.ok) throw new UserError('network', `The example ${name} cannot be read: ${response.message}`);
	return { text: Buffer.from(response.body).toString('utf8'), sourceUrl, egress: own };
}

/** What responses of this workspace's toolsets are cleared of: the secrets that any of them may hold. */
function hiddenFrom({ workspaceId }: ToolsetRecord, { secrets, known, severalWorkspaces }: OpenToolsetOptions): () => readonly string[] {
	const ofOperator = [...secrets.values()].filter((secret) => isFor({ workspaceId, severalWorkspaces }, secret)).map(({ value }) => value);
	return () => [...ofOperator, ...known.of(workspaceId)];
}
