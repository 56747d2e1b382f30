/** The stages that call the model; usage and prepared replies are kept by these names. */
export type Stage = 'scaffold' | 'plan' | 'implement' | 'reflect';

export interface ChatMessage {
	/** Never `developer`: local servers do not know it. */
	readonly role: 'system' | 'user' | 'assistant';
	readonly content: string;
}

export interface ModelRequest {
	readonly stage: Stage;
	/** The person's question as typed: what prepared replies are looked up by. A server never sees it except inside `messages`. */
	readonly question: string;
	readonly messages: readonly ChatMessage[];
	readonly signal: AbortSignal;
}

export interface ModelUsage {
	readonly promptTokens: number;
	readonly completionTokens: number;
	/** True when the server left its usage out and the figures are estimated from the text. */
	readonly estimated: boolean;
}

export interface Completion {
	readonly text: string;
	/** What the server says that it answered with; absent where it does not. */
	readonly model?: string;
	readonly usage: ModelUsage;
	readonly ms: number;
}

/**
 * A chat model. Two implementations: `client.ts` (any OpenAI-compatible server) and `prepared.ts` (recorded replies for the first run).
 * Rejects with a UserError: `model-unavailable` (no answer now), `configuration` (key, model name or address is wrong), `model-reply` (an answer
 * that was cut off), `model-not-configured`, or `stopped` when the signal fired. `completionsOf` tells what a failure has cost.
 */
export interface Model {
	/** What people are told answers: a model's name, or that replies are prepared. */
	readonly name: string;
	complete(request: ModelRequest): Promise<Completion>;
}
