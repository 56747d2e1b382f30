import type { Logger } from 'pino';
import { UserError } from '../errors.ts';
import { isJsonObject } from '../json.ts';
import type { RetryPolicy } from './retry.ts';
import { createSdk, originOf, type ServerOptions } from './sdk.ts';
import { withRetries } from './with-retries.ts';

export interface EmbedderOptions extends ServerOptions {
	/** A model of the server that makes vectors of texts. */
	readonly model: string;
	readonly retry?: Partial<RetryPolicy>;
	readonly logger: Logger;
}

export interface Embedder {
	/** The model's name: vectors of another one cannot be compared with these. */
	readonly name: string;
	/**
	 * A vector for each text, in their order, all of one length. What may pass is tried again as for the chat model. Rejects with a UserError that says
	 * what is wrong with the server or its reply, or with the reason of `signal`.
	 */
	embed(texts: readonly string[], signal: AbortSignal): Promise<readonly Float32Array[]>;
}

/**
 * Vectors of texts from any server with OpenAI's embeddings API. Throws a UserError `configuration` when the address or the key cannot be one.
 */
export function createEmbedder(options: EmbedderOptions): Embedder {
	const { model, timeoutMs, logger, retry, apiKey } = options;
	const origin = originOf(options.baseUrl);
	const client = createSdk(options);
	const server = { origin, model, hasKey: apiKey !== undefined, timeoutMs };
	return {
		name: model,
		embed: (texts, signal) =>
			withRetries(
				async (limited) => {
					// Without the format the SDK asks for base64, which several local servers do not know.
					const body = await client.embeddings.create(
						{ model, input: [...texts], encoding_format: 'float' },
						{ signal: limited, timeout: timeoutMs },
					);
					const vectors = vectorsIn(body, texts.length);
					if (vectors) return vectors;
					throw new UserError(
						'model-reply',
						`The server at ${origin} sent no vectors of one length for ${texts.length} texts. Check that EMBEDDING_MODEL (${model}) is an embedding model of this server.`,
					);
				},
				// Whoever asks tells once that there are no vectors.
				{ server, retry, signal, logger, level: 'debug' },
			),
	};
}

/** Undefined unless there are `count` of them, of one length and all of numbers. */
function vectorsIn(body: unknown, count: number): Float32Array[] | undefined {
	if (!isJsonObject(body) || !Array.isArray(body.data) || body.data.length !== count) return undefined;
	const entries = body.data.filter(isJsonObject).toSorted((a, b) => Number(a.index ?? 0) - Number(b.index ?? 0));
	const vectors = entries.flatMap(({ embedding }) => (isVector(embedding) ? [Float32Array.from(embedding)] : []));
	const length = vectors[0]?.length;
	return vectors.length === count && vectors.every((vector) => vector.length === length) ? vectors : undefined;
}

function isVector(value: unknown): value is number[] {
	return Array.isArray(value) && value.length > 0 && value.every((number) => typeof number === 'number' && Number.isFinite(number));
}
