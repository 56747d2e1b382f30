import type { ChatMessage, ModelUsage } from './model.ts';

/** OpenAI's rule of thumb for English text (help.openai.com, "What are tokens and how to count them?"): one token is about 4 characters. */
const CHARACTERS_PER_TOKEN = 4;

/** What the chat format adds to each message and to the reply (OpenAI cookbook, "How to count tokens with tiktoken": 3 to 4). */
const TOKENS_PER_MESSAGE = 4;

export const NO_USAGE: ModelUsage = { promptTokens: 0, completionTokens: 0, estimated: false };

/** Tokens of a text, estimated from its length. Right within a factor of 2 for English prose and TypeScript; too low for Chinese or Japanese. */
export function estimateTokens(text: string): number {
	return Math.ceil(text.length / CHARACTERS_PER_TOKEN);
}

/** The usage of a call whose server did not tell it. */
export function estimateUsage(messages: readonly ChatMessage[], reply: string): ModelUsage {
	const promptTokens = messages.reduce((sum, message) => sum + TOKENS_PER_MESSAGE + estimateTokens(message.content), 0);
	return { promptTokens, completionTokens: estimateTokens(reply), estimated: true };
}

/** The sum; estimated as soon as one part is. */
export function sumUsages(usages: readonly ModelUsage[]): ModelUsage {
	return usages.reduce(
		(sum, usage) => ({
			promptTokens: sum.promptTokens + usage.promptTokens,
			completionTokens: sum.completionTokens + usage.completionTokens,
			estimated: sum.estimated || usage.estimated,
		}),
		NO_USAGE,
	);
}
