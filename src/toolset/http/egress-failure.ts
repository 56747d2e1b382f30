import { RefusedDestination } from './connector.ts';
import { BodyTooLarge } from './response-body.ts';

/** Why there is no response. */
export interface EgressFailure {
	readonly ok: false;
	readonly kind: 'refused' | 'network' | 'timed-out' | 'too-large' | 'stopped';
	/** For people and programs: names the host, never the address behind it, the path or a header. */
	readonly message: string;
	/** The connection broke while it was in use: the same request may succeed on a new one. */
	readonly reset: boolean;
	/** For logs only. */
	readonly cause?: unknown;
}

/** What `Egress.webFetch` rejects with. */
export class EgressError extends Error {
	override readonly name = 'EgressError';
	readonly failure: EgressFailure;

	constructor(failure: EgressFailure) {
		super(failure.message, { cause: failure.cause });
		this.failure = failure;
	}
}

const RESET = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

const NETWORK_MESSAGES: Readonly<Record<string, string>> = {
	ENOTFOUND: 'has no address: the name is unknown',
	EAI_AGAIN: 'could not be looked up: the name server does not answer',
	ECONNREFUSED: 'refused the connection',
	EHOSTUNREACH: 'cannot be reached',
	ENETUNREACH: 'cannot be reached',
	ETIMEDOUT: 'did not accept the connection in time',
	UND_ERR_CONNECT_TIMEOUT: 'did not accept the connection in time',
	ECONNRESET: 'closed the connection before the response was complete',
	EPIPE: 'closed the connection before the response was complete',
	UND_ERR_SOCKET: 'closed the connection before the response was complete',
	UND_ERR_HEADERS_OVERFLOW: 'sent more headers than are accepted',
	UND_ERR_INVALID_ARG: 'cannot be sent this request: a header holds characters that HTTP does not allow',
};

export interface FailureContext {
	readonly host: string;
	readonly ended: 'stopped' | 'timed-out' | undefined;
	readonly maxBytes: number;
	readonly timeoutMs: number;
}

/** The failure behind whatever was thrown while a request was made. Never throws. */
export function describeFailure(error: unknown, context: FailureContext): EgressFailure {
	const failure = (kind: EgressFailure['kind'], message: string, reset = false): EgressFailure => ({
		ok: false,
		kind,
		message,
		reset,
		cause: error,
	});
	if (context.ended === 'stopped') return failure('stopped', 'The request was stopped.');
	if (context.ended === 'timed-out') return failure('timed-out', `${context.host} did not answer within ${context.timeoutMs / 1000} s.`);
	if (error instanceof BodyTooLarge) {
		return failure('too-large', `The response of ${context.host} is larger than ${megabytes(context.maxBytes)} MB.`);
	}
	if (error instanceof RefusedDestination) return failure('refused', refusedHost(error.host));
	const code = codeOf(error);
	return failure('network', `${context.host} ${NETWORK_MESSAGES[code] ?? otherMessage(code)}.`, RESET.has(code));
}

export function refusedHost(host: string): string {
	return `${host} is a private or local address, and those are not called. The operator can allow it with ALLOW_PRIVATE_HOSTS.`;
}

function codeOf(error: unknown): string {
	if (typeof error !== 'object' || error === null) return '';
	if ('code' in error && typeof error.code === 'string') return error.code;
	const nested = 'errors' in error && Array.isArray(error.errors) ? error.errors[0] : 'cause' in error ? error.cause : undefined;
	return nested === undefined || nested === error ? '' : codeOf(nested);
}

function otherMessage(code: string): string {
	if (/CERT|SELF_SIGNED|UNABLE_TO_|ISSUER/.test(code)) return 'has a TLS certificate that is not valid';
	if (/^(HPE_|ERR_SSL|ERR_TLS|EPROTO)/.test(code)) return 'does not answer in the protocol of its address';
	if (/^(Z_|ERR_BROTLI|ERR__ERROR)/.test(code)) return 'sent a response that cannot be decompressed';
	return 'could not be reached';
}

function megabytes(bytes: number): number {
	return Math.max(0.1, Math.round((bytes / 1024 / 1024) * 10) / 10);
}
