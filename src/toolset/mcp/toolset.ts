import type { Client } from '@modelcontextprotocol/client';
import { UserError } from '../../errors.ts';
import { plainText } from '../openapi/plain-text.ts';
import type { CallPreview, Toolset } from '../tool.ts';
import { validateArguments } from '../validate-arguments.ts';
import { buildTools } from './build-tools.ts';
import { createCaller } from './caller.ts';
import { CONNECT_TIMEOUT_MS, connectMcp, type McpRoute } from './connect.ts';
import { createMcpConnection } from './connection.ts';
import { cautious } from './effects.ts';
import { readMcpSnapshot } from './read-snapshot.ts';
import { parseSnapshot, snapshotText, takeSnapshot } from './snapshot.ts';
import { spaced } from './spaced.ts';

export interface McpToolsetOptions {
	/** The toolset's name, a TypeScript identifier. */
	readonly name: string;
	/** The stored snapshot. */
	readonly text: string;
	/** Where calls go, for people. */
	readonly address: string;
	readonly route: McpRoute;
	/** Asked for every call: what no response may show. */
	readonly secrets: () => readonly string[];
	/** See `CallerOptions`. */
	readonly onTrouble?: (error: unknown) => void;
	/**
	 * Told when the server says that its tools changed, with a snapshot that is safe to store unseen (`cautious`). Only a connected server can say so.
	 */
	readonly onListChanged?: (snapshot: string) => void;
	/** Milliseconds: of a call that tells no progress, and until an unused connection is closed. */
	readonly limits?: { readonly callMs?: number; readonly idleMs?: number };
}

/** A long list is a second's work for the process that answers everybody, and a server may say as often as it likes that its list has changed. */
const LIST_PAUSE_MS = 30_000;

/**
 * A toolset of an MCP server. It is made of the stored snapshot alone, and connects when a tool is first called; what the server offers by then changes
 * nothing before a new snapshot is stored. Throws UserError `document` when the snapshot cannot be used.
 */
export function openMcpToolset({ name, text, address, route, secrets, onTrouble, onListChanged, limits = {} }: McpToolsetOptions): Toolset {
	const snapshot = parseSnapshot(text);
	const { tools, raw, definitions, skipped } = buildTools(name, snapshot.tools);
	if (tools.size === 0 && !snapshot.locked)
		throw new UserError('document', `The MCP server at ${address} offers no tool that can be called.`);

	const listChanged =
		onListChanged &&
		spaced<{ readonly client: Client; readonly signal: AbortSignal }>(LIST_PAUSE_MS, ({ client, signal }) =>
			takeSnapshot(client, { signal, timeout: CONNECT_TIMEOUT_MS }).then(
				(now) => onListChanged(snapshotText(cautious(snapshot, now))),
				// The server cannot be read now; `/toolset refresh` will say why.
				() => undefined,
			),
		);
	const connection = createMcpConnection(
		(signal) =>
			connectMcp(route, {
				era: snapshot.era,
				signal,
				...(listChanged && { onToolsChanged: (client) => listChanged({ client, signal }) }),
			}),
		limits.idleMs,
	);
	const call = createCaller({ connection, address, secrets, onTrouble, timeoutMs: limits.callMs });

	return {
		name,
		kind: 'mcp',
		title: plainText(snapshot.server.title, 80) || plainText(snapshot.server.name, 80) || name,
		address,
		tools,
		definitions,
		skipped: snapshot.locked ? [{ origin: address, reason: signInFirst(name) }] : skipped,
		async call(tool, args, context) {
			const own = tools.get(tool.name);
			const offered = raw.get(tool.name);
			if (!own || !offered) return { ok: false, kind: 'unknown-tool', message: `${name} has no tool ${tool.name}.` };
			const validated = validateArguments(own.input, definitions, args);
			if (!validated.ok) return { ok: false, kind: 'invalid-arguments', message: validated.message };
			return call(own, offered, validated.args, context);
		},
		preview(tool, args): CallPreview {
			const own = tools.get(tool.name);
			if (!own) throw new UserError('not-found', `${name} has no tool ${tool.name}.`);
			// As they would be sent: numbers that were given as texts are numbers, what counts as not given is left out.
			const validated = validateArguments(own.input, definitions, args);
			return { method: `tools/call ${own.origin}`, url: address, body: validated.ok ? validated.args : args };
		},
		reread: () => readMcpSnapshot(route, { address, signal: AbortSignal.timeout(CONNECT_TIMEOUT_MS) }),
		close: () => connection.close(),
	};
}

function signInFirst(name: string): string {
	return `the server shows its tools to nobody without a credential: set one with /toolset auth ${name}, then read them with /toolset refresh ${name}`;
}
