import { Client, StreamableHTTPClientTransport, type Transport } from '@modelcontextprotocol/client';
import { messageOf } from '../../errors.ts';
import type { CredentialSource } from '../http/credential-source.ts';
import type { Egress } from '../http/egress.ts';
import { guardedFetch } from './http-fetch.ts';
import type { OperatorCommand } from './operator-command.ts';
import { createStdioTransport } from './stdio.ts';
import { unlessAborted } from './unless-aborted.ts';

/** How a server is reached, with everything that takes. */
export type McpRoute =
	| { readonly kind: 'http'; readonly url: string; readonly egress: Egress; readonly credential?: CredentialSource }
	| { readonly kind: 'command'; readonly name: string; readonly command: OperatorCommand };

export interface ConnectOptions {
	/** Of an earlier meeting: `legacy` saves asking for a newer revision first, which starts a stdio server twice. */
	readonly era?: 'legacy' | 'modern';
	/** Besides the client's own limit of half a minute for each step. */
	readonly signal: AbortSignal;
	/** Told when the server says that its list of tools has changed, at most once in a third of a second. */
	readonly onToolsChanged?: (client: Client) => void;
}

export interface Connected {
	readonly client: Client;
	/** What a stdio server wrote to its standard error last, for logs; empty over HTTP. */
	lastWords(): string;
	/** Whether a stdio server was ended because a message of it was too large. */
	overflowed(): boolean;
	/** Ends the session, and the process of a stdio server: asked by closing its input, 2 s later by SIGTERM, 2 s later by SIGKILL. Never rejects. */
	close(): Promise<void>;
}

/** Starting a stdio server may mean that a package is fetched first. */
export const CONNECT_TIMEOUT_MS = 30_000;
/** Of that, how long a server may be silent when it is asked for the newest revision; older ones over stdio often are. */
const PROBE_TIMEOUT_MS = 8_000;
const DEBOUNCE_MS = 300;
/** For ending a session politely. */
const GOODBYE_MS = 2_000;

/**
 * Connects to a server, in the newest revision of the protocol that both know. Nothing is offered to it: no sampling, no elicitation, no roots. Rejects
 * as the client does (see `describeConnectFailure`); nothing stays open then.
 */
export async function connectMcp(route: McpRoute, { era, signal, onToolsChanged }: ConnectOptions): Promise<Connected> {
	const client = new Client(
		{ name: 'toolcoder-bot', version: '1' },
		{
			capabilities: {},
			// What a server says of its results is not compiled into code: programs get them as they come.
			jsonSchemaValidator: { getValidator: () => (input) => ({ valid: true, data: input as never, errorMessage: undefined }) },
			versionNegotiation: { mode: 'auto', probe: { timeoutMs: PROBE_TIMEOUT_MS } },
			inputRequired: { autoFulfill: false },
			...(onToolsChanged && {
				listChanged: { tools: { autoRefresh: false, debounceMs: DEBOUNCE_MS, onChanged: () => onToolsChanged(client) } },
			}),
		},
	);
	let overflowed = false;
	client.onerror = ({ message }) => {
		overflowed ||= message.startsWith('ReadBuffer exceeded');
	};
	const { transport, lastWords, goodbye } = transportOf(route);
	const close = async () => {
		await goodbye().catch(() => undefined);
		await client.close().catch(() => undefined);
	};
	const prior = era === 'legacy' ? { prior: { kind: 'legacy' as const } } : {};
	const connecting = client.connect(transport, { ...prior, signal, timeout: CONNECT_TIMEOUT_MS });
	try {
		await unlessAborted(connecting, signal);
		return { client, lastWords, overflowed: () => overflowed, close };
	} catch (error) {
		// A client that is given up while it asks for the revision would still start its server afterwards.
		connecting.then(close, () => transport.close()).catch(() => undefined);
		await transport.close().catch(() => undefined);
		throw new McpConnectError(error, lastWords());
	}
}

/** Why there is no connection, with what a stdio server wrote to its standard error, for logs. */
export class McpConnectError extends Error {
	override readonly name = 'McpConnectError';

	constructor(cause: unknown, lastWords: string) {
		super(withLastWords(messageOf(cause), lastWords), { cause });
	}
}

export function withLastWords(message: string, lastWords: string): string {
	return lastWords.trim() === '' ? message : `${message} It wrote: ${lastWords.trim()}`;
}

function transportOf(route: McpRoute): { transport: Transport; lastWords: () => string; goodbye: () => Promise<void> } {
	if (route.kind === 'command') {
		const { transport, lastWords } = createStdioTransport(route.command);
		return { transport, lastWords, goodbye: async () => {} };
	}
	const transport = new StreamableHTTPClientTransport(new URL(route.url), { fetch: guardedFetch(route.egress, route.credential) });
	return {
		transport,
		lastWords: () => '',
		goodbye: () => Promise.race([transport.terminateSession(), new Promise<void>((resolve) => setTimeout(resolve, GOODBYE_MS).unref())]),
	};
}
