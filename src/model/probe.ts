import { UserError } from '../errors.ts';
import { explainFailure } from './failure.ts';
import { webPage } from './read-completion.ts';
import { createSdk, originOf, type ServerOptions } from './sdk.ts';

/** The list of models is an answer of milliseconds. */
const PROBE_MS = 8000;

/**
 * Asks the server for its models, which costs nothing, and gives its scheme, host and port. Rejects with a UserError: `configuration` when the address
 * leads elsewhere or the key is refused, `model-unavailable` when the server does not answer or is in trouble.
 *
 * Whether it has the model that is set is not looked at: many servers list no models, or others than they answer to.
 */
export async function probeServer(
	options: Omit<ServerOptions, 'timeoutMs'> & { readonly model: string },
	signal: AbortSignal,
): Promise<string> {
	const { apiKey, baseUrl, model } = options;
	const origin = originOf(baseUrl);
	const client = createSdk({ ...options, timeoutMs: PROBE_MS });
	const deadline = AbortSignal.timeout(PROBE_MS);
	try {
		const body: unknown = await client.get('/models', { signal: AbortSignal.any([signal, deadline]), timeout: PROBE_MS });
		if (typeof body === 'string' && /^\s*</.test(body)) throw webPage(origin);
	} catch (error) {
		if (isAnswered(error)) return origin;
		const timedOut = deadline.aborted;
		throw explainFailure(error, { origin, model, hasKey: apiKey !== undefined, timeoutMs: PROBE_MS, timedOut }).error;
	}
	return origin;
}

/** A refusal of anything but the key: not every server has such a list, and not every key may see it. */
function isAnswered(error: unknown): boolean {
	if (error instanceof UserError || !(error instanceof Error) || !('status' in error)) return false;
	const status = Number(error.status);
	return status >= 400 && status < 500 && status !== 401 && status !== 408;
}
