import type { Config } from '../../src/config.ts';

/** What the console says first: who answers, and what to type. */
export function welcome({ model }: Config, sampleQuestions: readonly string[]): string {
	if (model.configured) {
		const server = model.baseUrl ? ` at ${new URL(model.baseUrl).host}` : '';
		return `ToolCoder Bot, with ${model.name}${server}. Type a question, or /help; /exit leaves.\n`;
	}
	const samples = sampleQuestions.map((question) => `  ${question}`).join('\n');
	return `ToolCoder Bot. No model is configured (set OPENAI_API_KEY, or OPENAI_BASE_URL for Ollama, vLLM…), so these are answered from prepared replies:\n${samples}\nType one of them, or /help; /exit leaves.\n`;
}
