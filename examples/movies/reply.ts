import { STATUS_CODES } from 'node:http';

/** An answer to a request before it is written. */
export interface Reply {
	readonly status: number;
	readonly headers?: Readonly<Record<string, string>>;
	/** Sent as JSON; nothing is sent when left out. */
	readonly body?: unknown;
}

export function ok(body: unknown): Reply {
	return { status: 200, body };
}

/** A failure as problem JSON (RFC 9457). */
export function problem(status: number, detail: string, headers: Readonly<Record<string, string>> = {}): Reply {
	return {
		status,
		headers: { 'content-type': 'application/problem+json', ...headers },
		body: { type: 'about:blank', title: STATUS_CODES[status], status, detail },
	};
}
