/** How often and how long a client waits before it gives a server up. */
export interface RetryPolicy {
	/** Requests in all, the first one included. */
	readonly attempts: number;
	/** The wait after the first failure, doubled after each further one. Milliseconds. */
	readonly baseMs: number;
	/** The longest single wait; a server that asks for more is not waited for. Milliseconds. */
	readonly longestWaitMs: number;
}

/** Doubling from 0.5 s is what OpenAI's own clients do; a person in a chat waits 20 s for a busy server, hardly longer. */
export const RETRIES: RetryPolicy = { attempts: 4, baseMs: 500, longestWaitMs: 20_000 };

/**
 * The wait before the request that follows failed request number `attempt` (from 1), in milliseconds: half of it fixed, half random, so that
 * clients that failed together do not come back together.
 */
export function backoffMs(attempt: number, policy: RetryPolicy): number {
	const full = Math.min(policy.baseMs * 2 ** (attempt - 1), policy.longestWaitMs);
	return full / 2 + (Math.random() * full) / 2;
}

/**
 * The wait that a server asks for, in milliseconds: `retry-after-ms` (OpenAI, Azure) or `Retry-After` as seconds or as an HTTP date (RFC 9110,
 * 10.2.3). A date is measured against the server's own clock when it tells it. Undefined when there is none or it cannot be read.
 */
export function retryAfterMs(headers: Headers | undefined, now: number = Date.now()): number | undefined {
	const milliseconds = headers?.get('retry-after-ms')?.trim();
	if (milliseconds && /^\d+(\.\d+)?$/.test(milliseconds)) return Number(milliseconds);
	const value = headers?.get('retry-after')?.trim();
	if (!value) return undefined;
	if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1000;
	// Every HTTP date begins with a day's name; `Date.parse` would take `-5` for a date too.
	const date = /^[a-z]{3,}/i.test(value) ? Date.parse(value) : Number.NaN;
	if (Number.isNaN(date)) return undefined;
	const serverNow = Date.parse(headers?.get('date') ?? '');
	return Math.max(0, date - (Number.isNaN(serverNow) ? now : serverNow));
}

/** A wait in words, rounded up: `45 seconds`, `2 minutes`, `3 hours`. */
export function inWords(ms: number): string {
	const seconds = Math.max(1, Math.ceil(ms / 1000));
	if (seconds < 90) return count(seconds, 'second');
	if (seconds < 90 * 60) return count(Math.ceil(seconds / 60), 'minute');
	return count(Math.ceil(seconds / 3600), 'hour');
}

function count(number: number, unit: string): string {
	return `${number} ${unit}${number === 1 ? '' : 's'}`;
}
