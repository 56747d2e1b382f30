import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { outboundRetries } from '../../../src/observability/signals.ts';

/**
 * What a failed call of a platform leaves behind:
 * - `rate-limited`: nothing; it may be made again after that time
 * - `refused`: nothing; the same call would be refused again
 * - `unreached`: nothing; the platform never saw it
 * - `unknown`: it may have been carried out
 */
export type CallFailure =
	| { readonly kind: 'rate-limited'; readonly retryAfterMs: number }
	| { readonly kind: 'refused' | 'unreached' | 'unknown' };

export interface Patience {
	/** The platform that is called, for statistics. */
	readonly platform?: string;
	/** Undefined for anything that is no failed call. */
	readonly failureOf: (error: unknown) => CallFailure | undefined;
	/** Aborted when this process closes: no wait outlives it. */
	readonly closing: AbortSignal;
	readonly logger: Logger;
	/** How often it is tried; being told to wait does not count. */
	readonly attempts?: number;
	/** Before the second attempt; each further wait is twice as long. */
	readonly firstWaitMs?: number;
	/** No wait begins that would end later than this after the first attempt. */
	readonly limitMs?: number;
	/** It must not happen twice: it is repeated only when certainly nothing was sent. */
	readonly once?: boolean;
	/** Told of every rate limit, for others who would run into it. */
	readonly onRateLimit?: (ms: number) => void;
	/** Of whoever asked for it: heeded while waiting, as long as certainly nothing was sent. */
	readonly signal?: AbortSignal;
}

/** Waits of 1, 2, 4, 8 and 16 s: half a minute of trouble is outlasted. */
const ATTEMPTS = 6;
const FIRST_WAIT_MS = 1_000;
const LIMIT_MS = 300_000;

/**
 * Calls a platform until it is done: waits out rate limits, repeats what failed for no reason of ours, gives up at once on a refusal. `work` must bear
 * repetition. It gets the signal of whoever asked, until something may have been sent. Rejects with the last error, or with the reason of a signal.
 */
export async function callPatiently<T>(work: (signal?: AbortSignal) => Promise<T>, patience: Patience): Promise<T> {
	const { platform = 'other', failureOf, closing, logger, attempts = ATTEMPTS, firstWaitMs = FIRST_WAIT_MS, limitMs = LIMIT_MS } = patience;
	const deadline = performance.now() + limitMs;
	let { signal } = patience;
	for (let failures = 0; ; ) {
		closing.throwIfAborted();
		signal?.throwIfAborted();
		try {
			return await work(signal);
		} catch (error) {
			const failure = failureOf(error);
			if (!failure || failure.kind === 'refused' || (patience.once && failure.kind === 'unknown')) throw error;
			closing.throwIfAborted();
			if (failure.kind === 'unknown') signal = undefined;
			if (failure.kind === 'rate-limited') patience.onRateLimit?.(failure.retryAfterMs);
			else failures++;
			const waitMs = failure.kind === 'rate-limited' ? failure.retryAfterMs : firstWaitMs * 2 ** (failures - 1);
			if (failures >= attempts || performance.now() + waitMs > deadline) throw error;
			outboundRetries.signal({ platform, cause: failure.kind });
			logger.debug({ err: error, waitMs }, 'a call of a chat platform is repeated');
			await wait(waitMs, closing, signal);
		}
	}
}

/** Ends early when a signal is aborted; the caller looks. */
async function wait(ms: number, closing: AbortSignal, signal?: AbortSignal): Promise<void> {
	await delay(ms, undefined, { signal: signal ? AbortSignal.any([closing, signal]) : closing }).catch(() => {});
}
