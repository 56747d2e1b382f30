import { UserError } from '../../errors.ts';
import type { ToolsetRecord } from '../catalogue.ts';
import type { Egress } from '../http/egress.ts';
import type { KnownSecrets } from '../http/known-secrets.ts';
import type { OperatorSecret } from '../operator-secret.ts';
import type { TypedCredential } from '../sealed-credentials.ts';
import { resolveToolsetCredential, type ToolsetCredential } from '../toolset-credential.ts';
import type { McpRoute } from './connect.ts';
import { commandFor, type OperatorCommand } from './operator-command.ts';
import { addressOf, mcpTarget } from './source.ts';

/** Of a record: who wants to reach the server, and with which credential. */
export type McpUser = Pick<ToolsetRecord, 'workspaceId' | 'name' | 'credential' | 'oauth2'>;

export interface McpRouteOptions {
	readonly egress: Egress;
	/** The operator's command lines, by name. */
	readonly commands: ReadonlyMap<string, OperatorCommand>;
	/** Those of the operator, by name. */
	readonly secrets: ReadonlyMap<string, OperatorSecret>;
	/** Whether workspaces of different owners share this bot: each secret and command line of the operator then says whose it is. */
	readonly severalWorkspaces: boolean;
	/** Told of every credential that was typed in, and of every access token. */
	readonly known: KnownSecrets;
	/** What was typed in, where that is what the record refers to. */
	readonly typed?: TypedCredential | undefined;
}

/**
 * The way to the MCP server of a source. Throws a UserError when the source names none, when its command line is not for this user, and when its
 * credential cannot be had or may not go there. A secret without a form (`--auth CRM`) is sent as a bearer token (MCP 2025-11-25, Authorization).
 */
export function mcpRoute(
	source: string,
	user: McpUser,
	options: McpRouteOptions,
): { readonly route: McpRoute; readonly address: string; readonly credential?: ToolsetCredential } {
	const target = mcpTarget(source);
	const address = addressOf(target);
	if (target.kind === 'command') {
		if (user.credential !== undefined) {
			throw new UserError(
				'bad-input',
				'A server that the operator starts takes no credential: what it needs, the operator hands it (MCP_COMMAND_…_ENV).',
			);
		}
		const owner = { workspaceId: user.workspaceId, severalWorkspaces: options.severalWorkspaces };
		return { route: { ...target, command: commandFor(target.name, options.commands, owner) }, address };
	}
	const credential = resolveToolsetCredential(
		{ ...user, source, addedAt: '', addedBy: '' },
		{ ...options, typed: options.typed, address, declared: { schemes: () => [{ type: 'bearer' }], tokenUrls: () => [] } },
	);
	if (!credential) return { route: { ...target, egress: options.egress }, address };
	return { route: { ...target, egress: options.egress, credential: credential.source }, address, credential };
}
