import { UserError } from '../../errors.ts';
import { createScrubber } from '../http/scrub.ts';
import { CONNECT_TIMEOUT_MS, connectMcp, type McpRoute } from './connect.ts';
import { describeConnectFailure, type McpFailure } from './failure.ts';
import { lockedSnapshot, snapshotText, takeSnapshot } from './snapshot.ts';

export interface ReadSnapshotOptions {
	/** Of the server, for people. */
	readonly address: string;
	readonly signal: AbortSignal;
	/** Whether a server that wants a credential and was given none is worth storing: one can be set afterwards. */
	readonly acceptLocked?: boolean;
}

/**
 * What is stored of an MCP server: its tools, read now on a connection of its own. Rejects with a UserError (`network`, `document`, `not-allowed`, `stopped`) that says what to do.
 */
export async function readMcpSnapshot(route: McpRoute, { address, signal, acceptLocked = false }: ReadSnapshotOptions): Promise<string> {
	try {
		const connected = await connectMcp(route, { signal });
		try {
			return snapshotText(await takeSnapshot(connected.client, { signal, timeout: CONNECT_TIMEOUT_MS }));
		} finally {
			await connected.close();
		}
	} catch (error) {
		if (error instanceof UserError) throw error;
		const failure = describeConnectFailure(
			error,
			address,
			createScrubber(route.kind === 'http' ? (route.credential?.secrets() ?? []) : []),
		);
		const isLocked = failure.status === 401 || failure.status === 403;
		if (isLocked && acceptLocked && route.kind === 'http' && !route.credential) return snapshotText(lockedSnapshot());
		throw asUserError(failure, route, error);
	}
}

function asUserError({ kind, message }: McpFailure, route: McpRoute, cause: unknown): UserError {
	if (kind === 'refused') return new UserError('not-allowed', message, { cause });
	if (kind === 'http' || kind === 'too-large') return new UserError('document', message, { cause });
	// What keeps a command line from being started says itself what to do.
	return new UserError('network', route.kind === 'http' ? `${message} Check the address and try again.` : message, { cause });
}
