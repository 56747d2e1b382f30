import type { CallToolResult, Client } from '@modelcontextprotocol/client';
import type { JsonObject } from '../../json.ts';
import { DEFAULT_MAX_RESPONSE_BYTES, type EgressFailure } from '../http/egress.ts';
import { createScrubber, type Scrubber } from '../http/scrub.ts';
import type { CallContext, Tool, ToolResponse } from '../tool.ts';
import { type Connected, withLastWords } from './connect.ts';
import type { McpConnection } from './connection.ts';
import { describeCallFailure, describeConnectFailure, type McpFailure } from './failure.ts';
import { callInProgress } from './http-fetch.ts';
import type { McpTool } from './snapshot.ts';
import { unwrapResult } from './unwrap.ts';

/** As long as a call over HTTP (`http/egress.ts`), for each step of which the server tells its progress. */
export const CALL_TIMEOUT_MS = 20_000;
/** However much progress is told. */
export const MAX_CALL_MS = 120_000;

export interface CallerOptions {
	readonly connection: McpConnection;
	/** Of the server, for people. */
	readonly address: string;
	/** Asked for every call: what no response may show. */
	readonly secrets: () => readonly string[];
	/** Told why a server could not be reached or was lost, with what it wrote to its standard error: for the log. */
	readonly onTrouble?: ((error: unknown) => void) | undefined;
	readonly timeoutMs?: number;
}

export type CallMcpTool = (tool: Tool, raw: McpTool, args: JsonObject, context: CallContext) => Promise<ToolResponse>;

/**
 * Calls tools with arguments that were checked before. A call that cannot have reached the server, and a read whose connection broke, is made once more
 * on a new connection; a write that may have arrived is not. Never rejects for what arguments, server or network do.
 */
export function createCaller({ connection, address, secrets, onTrouble, timeoutMs = CALL_TIMEOUT_MS }: CallerOptions): CallMcpTool {
	const attempt = async (raw: McpTool, args: JsonObject, signal: AbortSignal, scrub: Scrubber): Promise<Attempt> => {
		const breaking = new AbortController();
		const ended = AbortSignal.any([signal, breaking.signal]);
		let used: Connected | undefined;
		try {
			const result = await connection.use((connected) => {
				used = connected;
				return callInProgress.run(
					(failure) => breaking.abort(failure),
					() => send(connected.client, raw, args, ended),
				);
			}, signal);
			return { result };
		} catch (error) {
			if (signal.aborted || connection.closed) return { failure: { kind: 'stopped', message: 'The call was stopped.' } };
			return { failure: used ? lost(used, error, breaking.signal, scrub) : notReached(error, scrub) };
		}
	};

	const notReached = (error: unknown, scrub: Scrubber): McpFailure => {
		onTrouble?.(error);
		const { again, ...failure } = describeConnectFailure(error, address, scrub);
		return { ...failure, ...(again && { again: 'unsent' }) };
	};

	const lost = (used: Connected, error: unknown, breaking: AbortSignal, scrub: Scrubber): McpFailure => {
		if (used.overflowed()) return tooLarge;
		const failure = breaking.aborted ? brokenBy(breaking.reason as EgressFailure) : describeCallFailure(error, address, timeoutMs, scrub);
		if (failure.again === 'unsent') connection.retire(used);
		if (failure.kind === 'network') onTrouble?.(new Error(withLastWords(failure.message, used.lastWords()), { cause: error }));
		return failure;
	};

	const send = (client: Client, { name, inputSchema }: McpTool, args: JsonObject, signal: AbortSignal) =>
		client.callTool(
			{ name, arguments: args },
			{
				signal,
				timeout: timeoutMs,
				maxTotalTimeout: Math.max(MAX_CALL_MS, timeoutMs),
				resetTimeoutOnProgress: true,
				onprogress: () => {},
				// For arguments that travel in headers (x-mcp-header, MCP 2026-07-28).
				toolDefinition: { name, inputSchema: { ...inputSchema, type: 'object' } },
			},
		);

	return async (tool, raw, args, { signal, files }) => {
		// Made when something is to be cleared: a call may be what a token was fetched for.
		const scrub: Scrubber = (value) => createScrubber(secrets())(value);
		const first = await attempt(raw, args, signal, scrub);
		const again = first.failure?.again;
		const once = again === 'unsent' || (again === 'broken' && tool.effect === 'read') ? await attempt(raw, args, signal, scrub) : first;
		if (once.failure) return failed(once.failure);
		return unwrapResult(once.result, files, scrub);
	};
}

type Attempt =
	| { readonly result: CallToolResult; readonly failure?: undefined }
	| { readonly failure: McpFailure; readonly result?: undefined };

const SMALLER = 'Ask for less: a filter, fewer items, or a smaller page.';

/** A stdio server ends with it, and whatever else was asked of it at the time. */
const tooLarge: McpFailure = {
	kind: 'too-large',
	message: `A message of the server is larger than ${DEFAULT_MAX_RESPONSE_BYTES / 1024 / 1024} MB. ${SMALLER}`,
};

function brokenBy({ kind, message, reset }: EgressFailure): McpFailure {
	return { kind, message: kind === 'too-large' ? `${message} ${SMALLER}` : message, ...(reset && { again: 'broken' as const }) };
}

function failed({ kind, message, status }: McpFailure): ToolResponse {
	return { ok: false, kind, message, ...(status !== undefined && { status }) };
}
