import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import pino from 'pino';
import { createModelClient, type ModelClientOptions } from '../../src/model/client.ts';
import type { Model, ModelRequest } from '../../src/model/model.ts';

/** What a client sent. */
export interface SentRequest {
	readonly url: string;
	readonly headers: IncomingMessage['headers'];
	readonly body: Record<string, unknown>;
}

export interface ModelServer {
	readonly origin: string;
	/** `…/v1` */
	readonly baseUrl: string;
	readonly requests: SentRequest[];
}

/** Answers request number `index`, from 0. */
export type Answer = (response: ServerResponse, index: number, request: SentRequest) => void;

/** A real HTTP server on a free port, closed with its connections when the test ends. */
export async function startServer(context: TestContext, answer: Answer): Promise<ModelServer> {
	const requests: SentRequest[] = [];
	const server = createServer(async (request, response) => {
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk);
		const text = Buffer.concat(chunks).toString();
		const sent = { url: request.url ?? '', headers: request.headers, body: text === '' ? {} : JSON.parse(text) };
		requests.push(sent);
		answer(response, requests.length - 1, sent);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	context.after(() => {
		server.closeAllConnections();
		server.close();
	});
	const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return { origin, baseUrl: `${origin}/v1`, requests };
}

export function sendJson(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
	response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** The body of a finished completion; `change` replaces properties of its only choice. */
export function completionBody(content: unknown, change: Record<string, unknown> = {}): Record<string, unknown> {
	return {
		id: 'c1',
		object: 'chat.completion',
		choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop', ...change }],
		usage: { prompt_tokens: 12, completion_tokens: 3, total_tokens: 15 },
	};
}

export function errorBody(message: string, more: Record<string, unknown> = {}): Record<string, unknown> {
	return { error: { message, ...more } };
}

/** A client that waits a millisecond where the real one waits half a second. */
export function quickClient(baseUrl: string, options: Partial<ModelClientOptions> = {}): Model {
	const retry = { baseMs: 1, ...options.retry };
	return createModelClient({
		apiKey: 'sk-secret',
		model: 'm1',
		timeoutMs: 5000,
		logger: pino({ level: 'silent' }),
		baseUrl,
		...options,
		retry,
	});
}

export function ask(change: Partial<ModelRequest> = {}): ModelRequest {
	return {
		stage: 'scaffold',
		question: 'How many?',
		messages: [
			{ role: 'system', content: 'Write a scaffold.' },
			{ role: 'user', content: 'How many?' },
		],
		signal: new AbortController().signal,
		...change,
	};
}
