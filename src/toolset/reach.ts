import { type DocumentText, readDocument, UnusableStatus } from './document-source.ts';
import { createEgress, type Egress } from './http/egress.ts';
import { createKnownSecrets } from './http/known-secrets.ts';
import { type McpRouteOptions, type McpUser, mcpRoute } from './mcp/route.ts';
import { isMcpSource } from './mcp/source.ts';
import { isOperator } from './operator-secret.ts';

/** What calls of toolsets, and the documents that toolsets are made of, can be at. */
export interface Reach {
	readonly egress: Egress;
	/**
	 * An API document, or what is stored of an MCP server (`mcp:…`, or an address that answers like one). Rejects as `document-source.ts` and
	 * `readMcpSnapshot` say, with `stopped` after half a minute.
	 *
	 * @param user who wants to connect the source, and with which credential; without one, an MCP server that wants a credential cannot be read
	 */
	readDocument(source: string, user?: McpUser): Promise<DocumentText>;
}

/** The rights of every workspace in one process: whoever administers a workspace of a chat is not the operator of this machine. */
export interface Reaches {
	/** At the console: also files and loopback addresses of this machine. */
	readonly operator: Reach;
	/** In a chat: neither of them. */
	readonly chat: Reach;
	of(workspaceId: string): Reach;
	close(): Promise<void>;
}

export interface ReachOptions {
	/** Private addresses that are open to all; see `EgressPolicyOptions`. */
	readonly allowPrivateHosts: readonly string[];
	/** What MCP servers may be reached with; nothing but their addresses when left out. */
	readonly mcp?: Omit<McpRouteOptions, 'egress' | 'typed'>;
}

/** For reading a document from elsewhere: the largest take seconds. */
const DOCUMENT_TIMEOUT_MS = 30_000;

/** Throws a UserError of code `configuration` when `allowPrivateHosts` has an entry that cannot be read. */
export function createReaches(options: ReachOptions): Reaches {
	const operator = createReach(options, true);
	const chat = createReach(options, false);
	return {
		operator,
		chat,
		of: (workspaceId) => (isOperator(workspaceId) ? operator : chat),
		async close() {
			await Promise.all([operator.egress.close(), chat.egress.close()]);
		},
	};
}

function createReach({ allowPrivateHosts, mcp = NOTHING }: ReachOptions, thisMachine: boolean): Reach {
	const egress = createEgress({ allowPrivateHosts, allowLoopback: thisMachine });
	const nobody: McpUser = { workspaceId: thisMachine ? 'console:' : '', name: '' };
	const readMcp = async (source: string, user: McpUser | undefined, signal: AbortSignal): Promise<DocumentText> => {
		const { route, address } = mcpRoute(source, user ?? nobody, { ...mcp, egress });
		// Only where it is used: the client takes a quarter of a second to load.
		const { readMcpSnapshot } = await import('./mcp/read-snapshot.ts');
		return { text: await readMcpSnapshot(route, { address, signal, acceptLocked: user !== undefined && isMcpSource(source) }) };
	};
	return {
		egress,
		async readDocument(source, user) {
			const signal = AbortSignal.timeout(DOCUMENT_TIMEOUT_MS);
			if (isMcpSource(source)) return readMcp(source, user, signal);
			try {
				return await readDocument(source, { egress, allowFiles: thisMachine, signal });
			} catch (error) {
				// An MCP server takes no plain GET (MCP 2025-11-25, Streamable HTTP). Whether it is one, it says itself.
				if (!(error instanceof UnusableStatus)) throw error;
				return readMcp(source, user, signal).catch(() => Promise.reject(error));
			}
		},
	};
}

const NOTHING: NonNullable<ReachOptions['mcp']> = {
	commands: new Map(),
	secrets: new Map(),
	severalWorkspaces: true,
	known: createKnownSecrets([]),
};
