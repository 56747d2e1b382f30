import { APIError } from 'openai';
import { UserError } from '../errors.ts';
import { isJsonObject } from '../json.ts';
import type { ChatMessage, ModelUsage } from './model.ts';
import { ModelError } from './model-error.ts';
import { estimateUsage } from './usage.ts';

export interface AnsweredText {
	readonly text: string;
	/** As the server names it, at most 200 characters. */
	readonly model?: string;
	readonly usage: ModelUsage;
}

export interface AskedRequest {
	readonly messages: readonly ChatMessage[];
	readonly model: string;
	/** Scheme, host and port of the server. */
	readonly origin: string;
	/** How long the server took. Milliseconds. */
	readonly ms: number;
}

/**
 * The text and usage in the body of a chat completion that came with a success status.
 *
 * Trusts nothing: proxies and gateways answer 200 with a web page, with an error object, or with a reply that breaks off. Throws an `APIError`
 * for an error object, and a UserError for whatever else is not a finished reply.
 */
export function readCompletion(body: unknown, request: AskedRequest): AnsweredText {
	const reply = typeof body === 'string' ? parseLoosely(body, request.origin) : body;
	if (!isJsonObject(reply)) throw notAModelServer(request.origin);
	const choice = Array.isArray(reply.choices) ? reply.choices[0] : undefined;
	throwReportedError(reply);
	if (!isJsonObject(choice)) throw notAModelServer(request.origin);
	throwReportedError(choice);

	const text = textOf(choice.message);
	const usage = usageOf(reply.usage) ?? estimateUsage(request.messages, text);
	requireFinished(choice.finish_reason, { text, usage }, request);
	const { model } = reply;
	return { text, usage, ...(typeof model === 'string' && model !== '' && { model: model.slice(0, 200) }) };
}

/** Some local servers send JSON as text/plain. */
function parseLoosely(body: string, origin: string): unknown {
	if (/^\s*<(?:!doctype|html|head|\?xml)/i.test(body)) throw webPage(origin);
	try {
		return JSON.parse(body);
	} catch {
		throw notAModelServer(origin);
	}
}

/** Gateways such as OpenRouter report a failure of the server behind them inside a 200. */
function throwReportedError(holder: { [key: string]: unknown }): void {
	const { error } = holder;
	if (!isJsonObject(error)) return;
	const code = Number(error.code);
	const status = code >= 400 && code <= 599 ? code : 502;
	throw APIError.generate(status, { error }, undefined, new Headers());
}

/** A text, or the text parts of a list of parts (reasoning parts are left out). */
function textOf(message: unknown): string {
	if (!isJsonObject(message)) return '';
	const { content } = message;
	if (typeof content === 'string') return content;
	if (!Array.isArray(content)) return '';
	return content.map((part) => (isJsonObject(part) && typeof part.text === 'string' ? part.text : '')).join('');
}

/** Undefined when it is left out or makes no sense: no prompt has 0 tokens. */
function usageOf(usage: unknown): ModelUsage | undefined {
	if (!isJsonObject(usage)) return undefined;
	const { prompt_tokens: promptTokens, completion_tokens: completionTokens } = usage;
	if (!isCount(promptTokens) || !isCount(completionTokens) || promptTokens === 0) return undefined;
	return { promptTokens, completionTokens, estimated: false };
}

function isCount(value: unknown): value is number {
	return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** The names of other reasons differ between servers (`stop`, `eos`, `end_turn`), so anything but a known failure counts as finished. */
function requireFinished(reason: unknown, answered: AnsweredText, { origin, model, ms }: AskedRequest): void {
	const completions = [{ ...answered, ms }];
	if (typeof reason !== 'string' || reason === '') {
		throw new ModelError(
			'model-unavailable',
			`The reply of ${model} broke off before its end. Try again; if it happens every time, the server at ${origin} does not follow the chat completions API.`,
			{ completions, cause: new Error('the completion has no finish_reason') },
		);
	}
	if (['length', 'max_tokens'].includes(reason.toLowerCase())) {
		throw new ModelError(
			'model-reply',
			`The reply of ${model} was cut off at the server's output limit. Ask for something smaller, raise the limit of the server, or set MODEL to a model with a longer output.`,
			{ completions, cause: new Error(`finish_reason ${reason}`) },
		);
	}
	if (reason === 'content_filter') {
		throw new ModelError('model-reply', `The provider of ${model} blocked the reply by its content filter. Put the question differently.`, {
			completions,
			cause: new Error('finish_reason content_filter'),
		});
	}
}

/** For what came in place of an answer, with a status of success. */
export function webPage(origin: string): UserError {
	return new UserError(
		'configuration',
		`${origin} answered with a web page instead of a model's reply: OPENAI_BASE_URL is probably wrong. It usually ends in /v1, for example http://localhost:11434/v1 for Ollama.`,
	);
}

function notAModelServer(origin: string): UserError {
	return new UserError(
		'configuration',
		`${origin} answered, but not with a chat completion. Check OPENAI_BASE_URL: it usually ends in /v1, for example http://localhost:11434/v1 for Ollama.`,
	);
}
