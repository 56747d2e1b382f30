import { APIError } from 'openai';

/** The part of a request that some servers and models refuse. */
export interface OptionalParameters {
	readonly temperature?: 0;
	readonly max_tokens?: number;
	readonly max_completion_tokens?: number;
}

/** What may be sent to one server and model; learns from its refusals. */
export interface ParameterMemory {
	current(): OptionalParameters;
	/**
	 * Remembers what the server refused with this error. True when the request is worth repeating with `current()`; never true more often than
	 * there are parameters to give up.
	 */
	learn(error: unknown, sent: OptionalParameters): boolean;
}

/**
 * Temperature 0 for answers that repeat themselves. Reasoning models refuse it, and want `max_completion_tokens` in place of `max_tokens`
 * (OpenAI, "Reasoning models"); older local servers know `max_tokens` only.
 */
export function createParameterMemory(maxOutputTokens: number | undefined): ParameterMemory {
	const refused = new Set<string>();
	return {
		current() {
			return {
				...(!refused.has('temperature') && { temperature: 0 as const }),
				...limit(maxOutputTokens, refused),
			};
		},
		learn(error, sent) {
			const name = Object.keys(sent).find((parameter) => isRefusal(error, parameter));
			if (name === undefined) return false;
			refused.add(name);
			return true;
		},
	};
}

function limit(maxOutputTokens: number | undefined, refused: ReadonlySet<string>): OptionalParameters {
	if (maxOutputTokens === undefined || refused.has('max_completion_tokens')) return {};
	return refused.has('max_tokens') ? { max_completion_tokens: maxOutputTokens } : { max_tokens: maxOutputTokens };
}

/** `param` names it where the server follows OpenAI; the others have it in their words. */
function isRefusal(error: unknown, parameter: string): boolean {
	if (!(error instanceof APIError) || (error.status !== 400 && error.status !== 422)) return false;
	if (error.param) return error.param === parameter;
	return new RegExp(`\\b${parameter}\\b`).test(error.message);
}
