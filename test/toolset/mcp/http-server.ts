import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { answer, type Message, type OddTool } from '../../fixtures/mcp/protocol.ts';

export interface HttpExchange {
	readonly message: Message;
	readonly headers: IncomingMessage['headers'];
	readonly response: ServerResponse;
	/** Answers as JSON. */
	reply(result: object): void;
	/** Begins an event stream, and gives what writes a message to it. */
	stream(): (message: object) => void;
}

export interface HttpServerOptions {
	readonly tools: readonly OddTool[];
	/** Answers `tools/list` in place of `tools`. */
	readonly list?: (message: Message) => object;
	readonly call?: (exchange: HttpExchange) => void;
	/** Asked before everything else; true when it has answered. */
	readonly first?: (request: IncomingMessage, response: ServerResponse) => boolean;
	/** Given every stream for notifications that is opened; such streams are refused (405) when left out. */
	readonly onListening?: (send: (message: object) => void) => void;
}

export interface HttpMcpServer {
	readonly url: string;
	readonly origin: string;
	/** Method, path, JSON-RPC method, authorization and session of every request so far. */
	readonly requests: readonly Record<string, string | undefined>[];
	/** Has the server forget all sessions. */
	forget(): void;
}

/** An MCP server over streamable HTTP on a free port, with sessions, whose calls are scripted. */
export async function serveMcp(context: TestContext, { tools, list, call, first, onListening }: HttpServerOptions): Promise<HttpMcpServer> {
	const requests: Record<string, string | undefined>[] = [];
	const sessions = new Set<string>();
	let made = 0;

	const post = (request: IncomingMessage, response: ServerResponse, message: Message) => {
		const session = request.headers['mcp-session-id'];
		const json = (value: object, headers = {}) =>
			response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
		if (message.method === 'initialize') {
			made += 1;
			sessions.add(`session-${made}`);
			return json(answer(message, tools) ?? {}, { 'mcp-session-id': `session-${made}` });
		}
		if (typeof session === 'string' && !sessions.has(session)) return response.writeHead(404).end();
		if (message.id === undefined) return response.writeHead(202).end();
		if (message.method === 'tools/list' && list) return json({ jsonrpc: '2.0', id: message.id, result: list(message) });
		if (message.method !== 'tools/call') return json(answer(message, tools) ?? {});
		const exchange: HttpExchange = {
			message,
			headers: request.headers,
			response,
			reply: (result) => json({ jsonrpc: '2.0', id: message.id, result }),
			stream: () => events(response),
		};
		return call ? call(exchange) : exchange.reply({ content: [] });
	};

	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const body = Buffer.concat(chunks).toString();
			const message = (body === '' ? {} : JSON.parse(body)) as Message;
			requests.push({
				method: request.method,
				url: request.url,
				rpc: message.method,
				authorization: request.headers.authorization,
				session: request.headers['mcp-session-id']?.toString(),
			});
			if (first?.(request, response)) return;
			if (request.method === 'POST') return void post(request, response, message);
			if (request.method === 'GET' && onListening) return onListening(events(response));
			response.writeHead(request.method === 'DELETE' ? 204 : 405).end();
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	context.after(() => {
		server.closeAllConnections();
		server.close();
	});
	const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return { url: `${origin}/mcp`, origin, requests, forget: () => sessions.clear() };
}

function events(response: ServerResponse): (message: object) => void {
	response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
	return (message) => response.write(`event: message\ndata: ${JSON.stringify(message)}\n\n`);
}
