import { setTimeout as wait } from 'node:timers/promises';
import OpenAI from 'openai';
import type { Logger } from 'pino';
import { explainFailure, type FailureContext } from './failure.ts';
import { backoffMs, RETRIES, type RetryPolicy } from './retry.ts';

export interface RetryOptions {
	/** What is asked: its time limit is for one request, the whole body included. */
	readonly server: Omit<FailureContext, 'timedOut'>;
	/** Differences from `RETRIES`. */
	readonly retry?: Partial<RetryPolicy>;
	readonly signal: AbortSignal;
	readonly logger: Logger;
	/** Of each failure that is tried again; `warn` when left out. */
	readonly level?: 'warn' | 'debug';
	/** Asked after a failure that may pass: when it says no, nothing is tried again. */
	readonly worthwhile?: () => boolean;
}

/**
 * What `send` gives, asked again while the failure may pass (429, 5xx, connections) and time is left; never after a request that ran into its own limit.
 * Rejects with the explained UserError of the last failure, or with the reason of `signal`.
 */
export async function withRetries<T>(
	send: (signal: AbortSignal) => Promise<T>,
	{ server, retry, signal, logger, level = 'warn', worthwhile = () => true }: RetryOptions,
): Promise<T> {
	const policy: RetryPolicy = { ...RETRIES, ...retry };
	const { model, timeoutMs } = server;
	for (let attempt = 1; ; attempt += 1) {
		// The SDK's own limit ends when an error's body begins.
		const deadline = AbortSignal.timeout(timeoutMs);
		try {
			return await send(AbortSignal.any([signal, deadline]));
		} catch (error) {
			signal.throwIfAborted();
			const timedOut = deadline.aborted || error instanceof OpenAI.APIConnectionTimeoutError;
			const failure = explainFailure(error, { ...server, timedOut });
			const waitMs = Math.max(failure.retryAfterMs ?? 0, backoffMs(attempt, policy));
			const used = attempt >= policy.attempts || waitMs > policy.longestWaitMs;
			if (!failure.passing || timedOut || used || !worthwhile()) throw failure.error;
			logger[level](
				{ model, attempt, waitMs: Math.round(waitMs), reason: failure.error.userMessage },
				'the model request failed; trying again',
			);
			await wait(waitMs, undefined, { signal });
		}
	}
}
