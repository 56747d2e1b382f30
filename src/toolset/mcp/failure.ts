import { ProtocolError, ProtocolErrorCode, SdkError, SdkErrorCode, SdkHttpError, UnauthorizedError } from '@modelcontextprotocol/client';
import { UserError } from '../../errors.ts';
import { EgressError } from '../http/egress.ts';
import type { Scrubber } from '../http/scrub.ts';
import { plainText } from '../openapi/plain-text.ts';
import type { ToolResponse } from '../tool.ts';

/** Why a server was not connected to, or a call not answered. */
export interface McpFailure {
	readonly kind: Extract<ToolResponse, { ok: false }>['kind'];
	/** For people and programs: plain text, at most 2,000 characters. What the server said in it is cleared of secrets before it is cut. */
	readonly message: string;
	readonly status?: number;
	/**
	 * Whether the same call may succeed on a new connection: `unsent` when the server cannot have begun it, `broken` when it may have.
	 */
	readonly again?: 'unsent' | 'broken' | undefined;
}

const MAX_MESSAGE = 2_000;

/** Of a call on a connection that was there. `address` is the server's, for people. */
export function describeCallFailure(error: unknown, address: string, timeoutMs: number, scrub: Scrubber): McpFailure {
	const cause = telling(error);
	if (cause instanceof SdkHttpError) return statusFailure(cause.status, scrub(String(cause.data.text ?? '')), address);
	const code = cause instanceof SdkError ? cause.code : undefined;
	if (code === SdkErrorCode.RequestTimeout) {
		return { kind: 'timed-out', message: `${address} did not answer within ${timeoutMs / 1000} s.` };
	}
	if (code === SdkErrorCode.NotConnected) return { kind: 'network', message: `${address} is not connected.`, again: 'unsent' };
	if (code === SdkErrorCode.ConnectionClosed) {
		return { kind: 'network', message: `${address} ended before it had answered.`, again: 'broken' };
	}
	if (code === SdkErrorCode.UnsupportedResultType) {
		return { kind: 'http', message: `${address} asks for something in the middle of a call, which is not supported.` };
	}
	return describeOther(cause, address, scrub);
}

/** Of connecting: nothing was asked of the server yet. */
export function describeConnectFailure(error: unknown, address: string, scrub: Scrubber): McpFailure {
	const cause = telling(error);
	if (cause instanceof SdkHttpError && [404, 405, 406, 410].includes(cause.status)) {
		return {
			kind: 'http',
			message: `${address} answered with status ${cause.status}: there is no MCP server over streamable HTTP at this address. The older transport (HTTP with SSE) is not supported.`,
			status: cause.status,
		};
	}
	if (cause instanceof SdkHttpError)
		return { ...statusFailure(cause.status, scrub(String(cause.data.text ?? '')), address), again: undefined };
	const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
	if (code === 'ENOENT' || code === 'EACCES') {
		return { kind: 'network', message: `The command line of ${address} cannot be started (${code}). The operator should check it.` };
	}
	if (code === SdkErrorCode.RequestTimeout || (cause instanceof DOMException && cause.name === 'TimeoutError')) {
		return { kind: 'timed-out', message: `${address} did not take up the connection in time.` };
	}
	if (code === SdkErrorCode.ConnectionClosed || code === SdkErrorCode.EraNegotiationFailed) {
		return { kind: 'network', message: `${address} ended the connection while it was being made. The log of the bot has what it said.` };
	}
	return describeOther(cause, address, scrub);
}

function describeOther(cause: unknown, address: string, scrub: Scrubber): McpFailure {
	if (cause instanceof EgressError) {
		const { kind, message, reset } = cause.failure;
		return { kind, message, ...(reset && { again: 'broken' as const }) };
	}
	if (cause instanceof UserError) return { kind: 'network', message: cause.userMessage };
	if (cause instanceof UnauthorizedError) return statusFailure(401, '', address);
	if (cause instanceof ProtocolError) return protocolFailure(cause, scrub);
	return { kind: 'http', message: `${address} did not answer in the Model Context Protocol.` };
}

const TELLING = [EgressError, UserError, ProtocolError, SdkHttpError, UnauthorizedError];

/** The first error of the chain that says something: the client wraps what its transport threw. */
function telling(error: unknown): unknown {
	let current = error;
	for (let hop = 0; hop < 8 && current instanceof Error && !TELLING.some((kind) => current instanceof kind); hop += 1) {
		if (current.cause === undefined) break;
		current = current.cause;
	}
	return current;
}

function protocolFailure({ code, message }: ProtocolError, scrub: Scrubber): McpFailure {
	const said = plainText(scrub(message), MAX_MESSAGE - 100) || 'no reason given';
	if (code === ProtocolErrorCode.InvalidParams) return { kind: 'invalid-arguments', message: `The server refused the arguments: ${said}` };
	return { kind: 'http', message: `The server answered with an error: ${said}` };
}

/**
 * A server that does not know the session (any more) answers with 404 (MCP 2025-11-25, Streamable HTTP, Session Management), and some with 400 and a
 * word about it. It has not begun the call.
 */
function statusFailure(status: number, said: string, address: string): McpFailure {
	if (status === 404 || (status === 400 && /session/i.test(said))) {
		return {
			kind: 'http',
			message: `${address} answered with status ${status}: it knows no such session or address.`,
			status,
			again: 'unsent',
		};
	}
	const advice = status === 401 || status === 403 ? ' Its credential is missing or not accepted; an admin sets it with /toolset auth.' : '';
	const text = advice === '' ? plainText(messageIn(said), 300) : '';
	return { kind: 'http', message: `${address} answered with status ${status}${text && `: ${text}`}.${advice}`, status };
}

/** What a JSON-RPC error says, or the text itself. */
function messageIn(text: string): string {
	try {
		const { error } = JSON.parse(text) as { error?: { message?: unknown } };
		return typeof error?.message === 'string' ? error.message : '';
	} catch {
		return text.replace(/^Error POSTing to endpoint: /, '');
	}
}
