import type { Config } from '../config.ts';
import type { Check } from './check.ts';

/**
 * That the address and the key can be ones and, when `asking`, that a server with this API is there and takes the key. None without a model.
 */
export function checkModel({ model }: Pick<Config, 'model'>, asking: boolean): readonly Check[] {
	if (!model.configured) return [];
	const { apiKey, baseUrl, name } = model;
	const run = async (signal: AbortSignal) => {
		// Only where it is used: the library takes a fifth of a second to load.
		if (asking) {
			const { probeServer } = await import('../model/probe.ts');
			return `The model server at ${await probeServer({ apiKey, baseUrl, model: name }, signal)} answers.`;
		}
		const { createSdk, originOf } = await import('../model/sdk.ts');
		createSdk({ apiKey, baseUrl, timeoutMs: model.timeoutMs });
		return `The model server is ${originOf(baseUrl)}.`;
	};
	return [{ settings: 'OPENAI_BASE_URL, OPENAI_API_KEY', run }];
}
