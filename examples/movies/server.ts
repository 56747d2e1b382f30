import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { type ApiDocument, readDocument } from './document.ts';
import { buildFilmWorld } from './film-world.ts';
import { type Handler, operationHandlers } from './operations.ts';
import { problem, type Reply } from './reply.ts';
import { route } from './router.ts';
import { emptyShelf } from './shelf.ts';

const HOST = '127.0.0.1';
/** The port of the address in openapi.json. */
const DEFAULT_PORT = 4747;
const DOCUMENT_PATH = '/openapi.json';

/**
 * Serves the film world on this computer only, on a free port unless one is named, with an empty watchlist and no ratings. `GET /openapi.json`
 * describes it. `url` has no trailing slash. `close` ends open connections too. Rejects when the port cannot be had.
 */
export async function startMovies(options: { port?: number } = {}): Promise<{ url: string; close(): Promise<void> }> {
	const document = await readDocument();
	const handlers = operationHandlers(buildFilmWorld(), emptyShelf());
	const server = createServer();
	// An unfinished request may wait this long; the connection is then closed with a 408.
	server.requestTimeout = 10_000;
	server.headersTimeout = 5_000;
	const url = await listening(server, options.port ?? 0);
	server.on('request', (request: IncomingMessage, response: ServerResponse) => {
		void answer(request, url, document, handlers).then((reply) => send(reply, request, response));
	});
	return { url, close: () => closed(server) };
}

async function answer(
	request: IncomingMessage,
	url: string,
	document: ApiDocument,
	handlers: Readonly<Record<string, Handler>>,
): Promise<Reply> {
	const path = request.url?.split('?')[0];
	const describes = path === DOCUMENT_PATH && (request.method === 'GET' || request.method === 'HEAD');
	if (describes) return { status: 200, body: document.servedFrom(url) };
	try {
		return await route(request, document.operations, handlers);
	} catch {
		return problem(500, 'The film world could not answer; this is a fault of the example.');
	}
}

function send(reply: Reply, request: IncomingMessage, response: ServerResponse): void {
	const text = reply.body === undefined ? '' : JSON.stringify(reply.body);
	const described = text === '' ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
	response.writeHead(reply.status, { ...described, ...reply.headers });
	response.end(request.method === 'HEAD' ? undefined : text);
}

/** The address, once the server has it. */
async function listening(server: Server, port: number): Promise<string> {
	server.listen(port, HOST);
	await once(server, 'listening');
	return `http://${HOST}:${(server.address() as AddressInfo).port}`;
}

function closed(server: Server): Promise<void> {
	return new Promise((resolve) => {
		server.close(() => resolve());
		server.closeAllConnections();
	});
}

if (import.meta.main) {
	try {
		const { values } = parseArgs({ options: { port: { type: 'string', default: String(DEFAULT_PORT) } } });
		const { url } = await startMovies({ port: Number(values.port) });
		process.stdout.write(`Movies are at ${url}, described by ${url}${DOCUMENT_PATH}. Press Ctrl-C to stop.\n`);
	} catch (error) {
		process.stderr.write(`The movies could not be started: ${error instanceof Error ? error.message : error}. Choose another --port.\n`);
		process.exitCode = 1;
	}
}
