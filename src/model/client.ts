import { setTimeout as wait } from 'node:timers/promises';
import OpenAI from 'openai';
import PQueue from 'p-queue';
import type { Logger } from 'pino';
import { getGlobalDispatcher } from 'undici';
import { UserError } from '../errors.ts';
import { explainFailure } from './failure.ts';
import type { Completion, Model, ModelRequest } from './model.ts';
import { createParameterMemory } from './parameters.ts';
import { type AnsweredText, readCompletion } from './read-completion.ts';
import { backoffMs, RETRIES, type RetryPolicy } from './retry.ts';

export interface ModelClientOptions {
	/** Left out for a local server that needs none. */
	readonly apiKey?: string;
	/** `http(s)://…/v1`; OpenAI's when left out. */
	readonly baseUrl?: string;
	readonly model: string;
	/** For one request, its whole body included, without the wait for a free slot. Milliseconds. */
	readonly timeoutMs: number;
	/** Requests at the same time, default 4; more wait their turn. */
	readonly maxConcurrency?: number;
	/** Sent only when given: a server may refuse what does not fit its window beside the prompt. */
	readonly maxOutputTokens?: number;
	readonly retry?: Partial<RetryPolicy>;
	readonly logger: Logger;
}

const OPENAI_BASE_URL = 'https://api.openai.com/v1';

/** Local servers ignore the key; the SDK insists on one. */
const NO_KEY = 'none';

/**
 * A chat model behind any server with OpenAI's chat completions API: OpenAI, Azure, Ollama, vLLM, LM Studio, gateways.
 *
 * Replies are not streamed: one JSON body either arrives whole or fails, while an aborted stream ends silently with half a program.
 *
 * Throws a UserError `configuration` when the address or the key cannot be one. `complete` retries what may pass (429, 5xx, connections) and
 * holds its slot meanwhile, so that a busy server is not asked by others instead; a failure that stays is explained in its UserError.
 */
export function createModelClient(options: ModelClientOptions): Model {
	const { model, timeoutMs, logger } = options;
	const policy: RetryPolicy = { ...RETRIES, ...options.retry };
	const origin = originOf(options.baseUrl ?? OPENAI_BASE_URL);
	const client = createSdk(options);
	const queue = new PQueue({ concurrency: options.maxConcurrency ?? 4 });
	const parameters = createParameterMemory(options.maxOutputTokens);

	/** One request, repeated only without a parameter that the server has just refused. */
	async function send({ messages }: ModelRequest, signal: AbortSignal): Promise<AnsweredText> {
		for (;;) {
			const optional = parameters.current();
			const startedAt = performance.now();
			try {
				const body = await client.chat.completions.create({ model, messages: [...messages], ...optional }, { signal, timeout: timeoutMs });
				return readCompletion(body, { messages, model, origin, ms: elapsedSince(startedAt) });
			} catch (error) {
				if (!parameters.learn(error, optional)) throw error;
				logger.info({ model, sent: Object.keys(optional) }, 'the model refuses a parameter; going on without it');
			}
		}
	}

	async function sendWithRetries(request: ModelRequest): Promise<AnsweredText> {
		for (let attempt = 1; ; attempt += 1) {
			// The SDK's own limit ends when an error's body begins.
			const deadline = AbortSignal.timeout(timeoutMs);
			try {
				return await send(request, AbortSignal.any([request.signal, deadline]));
			} catch (error) {
				request.signal.throwIfAborted();
				const timedOut = deadline.aborted || error instanceof OpenAI.APIConnectionTimeoutError;
				const failure = explainFailure(error, { origin, model, hasKey: options.apiKey !== undefined, timeoutMs, timedOut });
				const waitMs = Math.max(failure.retryAfterMs ?? 0, backoffMs(attempt, policy));
				if (!failure.passing || timedOut || attempt >= policy.attempts || waitMs > policy.longestWaitMs) throw failure.error;
				logger.warn(
					{ model, attempt, waitMs: Math.round(waitMs), reason: failure.error.userMessage },
					'the model request failed; trying again',
				);
				await wait(waitMs, undefined, { signal: request.signal });
			}
		}
	}

	async function timed(request: ModelRequest): Promise<Completion> {
		const startedAt = performance.now();
		const answered = await sendWithRetries(request);
		const completion = { ...answered, ms: elapsedSince(startedAt) };
		logger.debug({ model, stage: request.stage, ms: completion.ms, usage: completion.usage }, 'the model answered');
		return completion;
	}

	return {
		name: model,
		async complete(request) {
			try {
				return await queue.add(() => timed(request), { signal: request.signal });
			} catch (error) {
				if (request.signal.aborted) throw new UserError('stopped', 'Stopped while the model was being asked.', { cause: error });
				throw error;
			}
		},
	};
}

function elapsedSince(startedAt: number): number {
	return Math.round(performance.now() - startedAt);
}

/** Sets what the SDK would otherwise read from the environment; what is left to it is OPENAI_CUSTOM_HEADERS, which gateways need. */
function createSdk({ apiKey, baseUrl, timeoutMs }: ModelClientOptions): OpenAI {
	if (apiKey !== undefined && !/^[\x21-\x7e]+$/.test(apiKey)) {
		throw new UserError('configuration', 'OPENAI_API_KEY holds white space or characters that no key has. Copy the key once more.');
	}
	return new OpenAI({
		apiKey: apiKey ?? NO_KEY,
		adminAPIKey: null,
		baseURL: baseUrl ?? OPENAI_BASE_URL,
		organization: null,
		project: null,
		webhookSecret: null,
		maxRetries: 0,
		timeout: timeoutMs,
		logLevel: 'off',
		fetchOptions: { dispatcher: withoutOwnLimits() },
	});
}

/** `fetch` gives up after 300 s without headers or body; a local model may take longer, and `timeoutMs` is the limit that counts. */
function withoutOwnLimits() {
	return getGlobalDispatcher().compose(
		(dispatch) => (options, handler) => dispatch({ ...options, headersTimeout: 0, bodyTimeout: 0 }, handler),
	);
}

function originOf(baseUrl: string): string {
	const url = URL.parse(baseUrl);
	if (!url || !['http:', 'https:'].includes(url.protocol)) {
		throw new UserError('configuration', 'OPENAI_BASE_URL is not a web address. Example: http://localhost:11434/v1 for Ollama.');
	}
	if (url.username !== '' || url.password !== '') {
		throw new UserError('configuration', 'OPENAI_BASE_URL must not hold a user name or password. Put the key in OPENAI_API_KEY.');
	}
	return url.origin;
}
