import type { Logger } from 'pino';
import type { Config } from './config.ts';
import type { Circuit } from './model/circuit.ts';
import type { Embedder } from './model/embeddings.ts';
import type { Model } from './model/model.ts';
import type { Permits } from './model/permits.ts';

/**
 * The chat model that is set, behind `circuit` and, where requests are shared with other processes, `permits`; undefined when none is. Loaded only where it is used: the library takes a fifth of a second. Rejects
 * with a UserError `configuration` when the address or the key cannot be one.
 */
export async function createConfiguredModel(
	{ model }: Config,
	circuit: Circuit,
	permits: Permits | undefined,
	logger: Logger,
): Promise<Model | undefined> {
	if (!model.configured) return undefined;
	const { createModelClient } = await import('./model/client.ts');
	const { apiKey, baseUrl, name, timeoutMs, concurrency } = model;
	return createModelClient({ apiKey, baseUrl, model: name, timeoutMs, maxConcurrency: concurrency, circuit, permits, logger });
}

/**
 * Undefined also where nothing would be asked: sample questions are answered without a server. Without a circuit: whoever asks it leaves it alone
 * for a while after each failure, and a model for vectors may fail where the chat model does not.
 */
export async function createConfiguredEmbedder({ model }: Config, logger: Logger): Promise<Embedder | undefined> {
	if (!model.configured || model.embedding === undefined) return undefined;
	const { createEmbedder } = await import('./model/embeddings.ts');
	const { apiKey, baseUrl, timeoutMs } = model;
	return createEmbedder({ apiKey, baseUrl, timeoutMs, model: model.embedding, logger });
}

/** What processes that hand runs to one another ask the model for at once, all together. */
export async function createModelPermits({ model, queueUrl }: Config, logger: Logger): Promise<Permits | undefined> {
	if (!model.configured || queueUrl === undefined) return undefined;
	const { createSharedPermits } = await import('./model/permits.ts');
	return createSharedPermits({ url: queueUrl, name: 'model', limit: model.concurrency, logger });
}
