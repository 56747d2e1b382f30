import { APIConnectionError, APIError } from 'openai';
import { type ErrorCode, UserError } from '../errors.ts';
import { ModelOutage } from './outage.ts';
import { inWords, retryAfterMs } from './retry.ts';

/** Why a request to a model server failed. */
export interface Failure {
	/** Names cause and next step; what the server said is in its cause only. A `ModelOutage` when the server is what fails. */
	readonly error: UserError;
	/** True when the same request may succeed a little later. */
	readonly passing: boolean;
	/** The wait the server asked for. Milliseconds. */
	readonly retryAfterMs?: number;
}

export interface FailureContext {
	/** Scheme, host and port of the server: safe to show, unlike the rest of an address. */
	readonly origin: string;
	readonly model: string;
	readonly hasKey: boolean;
	readonly timeoutMs: number;
	/** The time limit ended the request. */
	readonly timedOut: boolean;
}

/** Whatever a request to a model server threw, explained. Never throws. */
export function explainFailure(error: unknown, context: FailureContext): Failure {
	if (error instanceof UserError) return { error, passing: false };
	if (error instanceof APIError && typeof error.status === 'number') return explainStatus(error, error.status, context);
	if (context.timedOut) return { error: overTime(error, context), passing: false };
	if (error instanceof SyntaxError) return { error: brokenReply(error, context), passing: true };
	return explainConnection(error, context);
}

function explainStatus(error: APIError, status: number, context: FailureContext): Failure {
	const wait = retryAfterMs(error.headers);
	const { code, message, symptom } =
		status === 429 || status === 402 ? limitMessage(error, wait, context) : statusMessage(error, status, wait, context);
	if (symptom === undefined) return { error: new UserError(code, message, { cause: error }), passing: false, retryAfterMs: wait };
	return { error: new ModelOutage(message, { origin: context.origin, symptom, cause: error }), passing: true, retryAfterMs: wait };
}

interface Explanation {
	readonly code: ErrorCode;
	readonly message: string;
	/** Of an outage, which may pass. */
	readonly symptom?: string;
}

function limitMessage(error: APIError, wait: number | undefined, { origin }: FailureContext): Explanation {
	if (error.status === 402 || error.code === 'insufficient_quota' || error.type === 'insufficient_quota') {
		return {
			code: 'model-unavailable',
			message: `The credit or quota of the account at ${origin} is used up. Check its plan and billing, or set another OPENAI_API_KEY.`,
		};
	}
	return {
		code: 'model-unavailable',
		message: `The model server at ${origin} takes no more requests at the moment (HTTP 429). Try again in ${inWords(wait ?? 60_000)}.`,
		symptom: 'it takes no more requests (HTTP 429)',
	};
}

function statusMessage(error: APIError, status: number, wait: number | undefined, context: FailureContext): Explanation {
	const { origin, model, hasKey } = context;
	if (status === 401 || status === 403) return { code: 'configuration', message: refusedKey(status, origin, model, hasKey) };
	if (status === 404 || status === 405) {
		return {
			code: 'configuration',
			message: `The server at ${origin} does not know the model ${model}, or the address is wrong (HTTP ${status}). Check MODEL, and that OPENAI_BASE_URL leads to a chat completions API (it usually ends in /v1).`,
		};
	}
	if (status === 413 || isContextOverflow(error)) {
		return {
			code: 'model-unavailable',
			message: `The question and what goes with it are too long for the model ${model}. Ask for something narrower, or set MODEL to a model with a larger context window (a local server may have to be told to use its whole window).`,
		};
	}
	if (status >= 500 || status === 408 || status === 409 || status === 425) {
		const moment = wait === undefined ? 'a minute' : inWords(wait);
		return {
			code: 'model-unavailable',
			message: `The model server at ${origin} failed (HTTP ${status}). Try again in ${moment}.`,
			// 501 and 505: what was asked is not there, and will not be there in a second.
			...(status !== 501 && status !== 505 && { symptom: `it answers with HTTP ${status}` }),
		};
	}
	return {
		code: 'model-unavailable',
		message: `The model server at ${origin} refused the request (HTTP ${status}). Check that MODEL (${model}) is a chat model of this server; the log has what the server said.`,
	};
}

function refusedKey(status: number, origin: string, model: string, hasKey: boolean): string {
	if (!hasKey) return `The model server at ${origin} asks for a key (HTTP ${status}). Set OPENAI_API_KEY.`;
	if (status === 401) return `The model server at ${origin} refused the key (HTTP 401). Check OPENAI_API_KEY.`;
	return `The model server at ${origin} refused access (HTTP 403). Check that OPENAI_API_KEY may use the model ${model}, and from this network.`;
}

/** OpenAI and Azure have a code for it; vLLM, llama.cpp, LM Studio and gateways only have words. */
function isContextOverflow(error: APIError): boolean {
	if (error.code === 'context_length_exceeded' || error.type === 'exceed_context_size_error') return true;
	if (error.status !== 400 && error.status !== 422) return false;
	return /context (?:length|window|size)|maximum (?:context|input) |prompt is too long|too many (?:input )?tokens/i.test(error.message);
}

function overTime(cause: unknown, { model, timeoutMs, origin }: FailureContext): UserError {
	return new ModelOutage(
		`The model ${model} at ${origin} did not finish its reply within ${timeoutMs / 1000} seconds. Try again, ask for something smaller, or raise MODEL_TIMEOUT_SECONDS.`,
		{ origin, symptom: `no whole reply comes within ${timeoutMs / 1000} seconds`, cause },
	);
}

function brokenReply(cause: unknown, { origin }: FailureContext): UserError {
	const message = `The reply of the model server at ${origin} is broken: it is no whole JSON text. Try again in a minute.`;
	return new ModelOutage(message, { origin, symptom: 'its replies are no whole JSON text', cause });
}

function explainConnection(error: unknown, { origin }: FailureContext): Failure {
	const code = systemCode(error);
	const fail = (symptom: string, message: string, passing: boolean): Failure => ({
		error: new ModelOutage(message, { origin, symptom, cause: error }),
		passing,
	});
	if (code === 'ECONNREFUSED')
		return fail(
			'nothing answers there',
			`Nothing answers at ${origin}. Is the model server running? Start it, or correct OPENAI_BASE_URL.`,
			true,
		);
	if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
		const message = `The name of the model server ${origin} cannot be resolved. Check OPENAI_BASE_URL and the network.`;
		return fail('its name cannot be resolved', message, code === 'EAI_AGAIN');
	}
	if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO|^EPROTO$/.test(code)) {
		return fail(
			'no secure connection can be made to it',
			`No secure connection to ${origin}: it does not speak TLS, or its certificate is not trusted. Check http:// or https:// in OPENAI_BASE_URL; name a private certificate authority in NODE_EXTRA_CA_CERTS.`,
			false,
		);
	}
	if (error instanceof APIConnectionError || code !== '') {
		const message = `The connection to the model server at ${origin} failed or broke off. Check the network, and try again in a minute.`;
		return fail('connections to it fail or break off', message, true);
	}
	return {
		error: new UserError('internal', 'The request to the model failed inside the bot. The log has the details.', { cause: error }),
		passing: false,
	};
}

/** The code of the system or of undici, found along the causes; empty when there is none. */
function systemCode(error: unknown): string {
	for (let cause = error, depth = 0; cause instanceof Error && depth < 8; cause = cause.cause, depth += 1) {
		if ('code' in cause && typeof cause.code === 'string') return cause.code;
		if (cause instanceof AggregateError && cause.errors.length > 0) return systemCode(cause.errors[0]);
	}
	return '';
}
