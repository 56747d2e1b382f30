import PQueue from 'p-queue';
import type { Logger } from 'pino';
import { UserError } from '../errors.ts';
import { type ModelCallEnded, modelCalls } from '../observability/signals.ts';
import type { Circuit } from './circuit.ts';
import type { Completion, Model, ModelRequest } from './model.ts';
import { createParameterMemory } from './parameters.ts';
import type { Permits } from './permits.ts';
import { type AnsweredText, readCompletion } from './read-completion.ts';
import type { RetryPolicy } from './retry.ts';
import { createSdk, originOf, type ServerOptions } from './sdk.ts';
import { withRetries } from './with-retries.ts';

/** The time limit is for one request, its whole body included, without the wait for a free slot. */
export interface ModelClientOptions extends ServerOptions {
	readonly model: string;
	/** Requests at the same time, default 4; more wait their turn. */
	readonly maxConcurrency?: number;
	/** Shared with other processes: no more requests at once than there are of them, either. */
	readonly permits?: Permits;
	/** Sent only when given: a server may refuse what does not fit its window beside the prompt. */
	readonly maxOutputTokens?: number;
	readonly retry?: Partial<RetryPolicy>;
	/** Refuses requests at once while the server is down; without it each is tried. */
	readonly circuit?: Circuit;
	readonly logger: Logger;
}

/**
 * A chat model behind any server with OpenAI's chat completions API: OpenAI, Azure, Ollama, vLLM, LM Studio, gateways.
 *
 * Replies are not streamed: one JSON body either arrives whole or fails, while an aborted stream ends silently with half a program.
 *
 * Throws a UserError `configuration` when the address or the key cannot be one. `complete` retries what may pass (429, 5xx, connections) and
 * holds its slot meanwhile, so that a busy server is not asked by others instead; a failure that stays is explained in its UserError.
 */
export function createModelClient(options: ModelClientOptions): Model {
	const { model, timeoutMs, circuit, logger } = options;
	const origin = originOf(options.baseUrl);
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

	async function timed(request: ModelRequest): Promise<Completion> {
		const startedAt = performance.now();
		const answered = await withRetries((signal) => send(request, signal), {
			server: { origin, model, hasKey: options.apiKey !== undefined, timeoutMs },
			retry: options.retry,
			signal: request.signal,
			logger,
			worthwhile: () => circuit?.state !== 'open',
		});
		const completion = { ...answered, ms: elapsedSince(startedAt) };
		logger.debug({ model, stage: request.stage, ms: completion.ms, usage: completion.usage }, 'the model answered');
		return completion;
	}

	async function permitted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
		const release = await options.permits?.acquire(signal);
		try {
			return await work();
		} finally {
			release?.();
		}
	}

	function traced(request: ModelRequest): Promise<Completion> {
		const { stage, messages } = request;
		return modelCalls.trace({ model, stage, origin, messages }, () => timed(request), endedAs);
	}

	return {
		name: model,
		async complete(request) {
			try {
				// In its slot, so that those who waited for one while the server went down are refused as well.
				const ask = () => permitted(request.signal, () => (circuit ? circuit.run(() => traced(request), request.signal) : traced(request)));
				return await queue.add(ask, { signal: request.signal });
			} catch (error) {
				if (request.signal.aborted) throw new UserError('stopped', 'Stopped while the model was being asked.', { cause: error });
				throw error;
			}
		},
	};
}

function endedAs({ text, usage, model }: Completion): ModelCallEnded {
	const { promptTokens, completionTokens } = usage;
	return { promptTokens, completionTokens, text, ...(model !== undefined && { model }) };
}

function elapsedSince(startedAt: number): number {
	return Math.round(performance.now() - startedAt);
}
