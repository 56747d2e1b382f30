import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Fields, isFields } from './fields.ts';
import { authorize } from './methods/oauth.ts';
import { answerResponseUrl } from './methods/response-url.ts';
import { downloadFile, receiveUpload } from './methods/transfers.ts';
import { Refusal } from './refusal.ts';
import { callApi } from './web-api.ts';
import type { World } from './world.ts';

export interface HttpResponse {
	readonly status: number;
	readonly headers?: Record<string, string>;
	readonly body?: string | Buffer;
}

/** Listens on a free port of this machine. `world` is asked for at every request, for it needs the port to be made. */
export async function listen(world: () => World): Promise<Server> {
	const server = createServer((request, response) => {
		respond(world(), request, response).catch((error: unknown) => {
			response.statusCode = 500;
			response.end(`The simulator failed: ${error instanceof Error ? error.stack : String(error)}`);
		});
	});
	server.on('upgrade', (request, socket, head) => world().sockets.accept(request, socket, head));
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return server;
}

export function originOf(server: Server): string {
	const address = server.address() as AddressInfo;
	return `http://127.0.0.1:${address.port}`;
}

async function respond(world: World, request: IncomingMessage, response: ServerResponse): Promise<void> {
	const { status, headers = {}, body } = await route(world, request);
	if (status === 0) {
		response.destroy();
		return;
	}
	response.writeHead(status, headers);
	response.end(body);
}

async function route(world: World, request: IncomingMessage): Promise<HttpResponse> {
	const url = new URL(request.url ?? '/', world.origin);
	const authorization = request.headers.authorization ?? '';
	const body = await readBody(request);
	const contentType = request.headers['content-type'] ?? '';
	if (url.pathname.startsWith('/api/')) {
		const fields = { ...Object.fromEntries(url.searchParams), ...parseBody(body.toString(), contentType) };
		const answer = await callApi(world, { method: url.pathname.slice('/api/'.length), fields, authorization });
		const headers = { 'content-type': 'application/json; charset=utf-8', ...answer.headers };
		return { status: answer.status, headers, body: JSON.stringify(answer.body) };
	}
	if (url.pathname === '/oauth/v2/authorize') return await openAuthorizePage(world, url);
	if (url.pathname.startsWith('/upload/')) return await receiveUpload(world, url.pathname, contentType, body);
	if (url.pathname.startsWith('/files-pri/')) return await downloadFile(world, url, authorization);
	if (url.pathname.startsWith('/actions/'))
		return await answerResponseUrl(world, url.pathname, parseBody(body.toString(), 'application/json'));
	return { status: 404, body: 'Not found' };
}

async function openAuthorizePage(world: World, url: URL): Promise<HttpResponse> {
	try {
		return { status: 302, headers: { location: await authorize(world, url.searchParams) } };
	} catch (error) {
		if (error instanceof Refusal) return { status: 400, body: error.code };
		throw error;
	}
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk);
	return Buffer.concat(chunks);
}

function parseBody(body: string, contentType: string): Fields {
	if (!contentType.includes('json')) return Object.fromEntries(new URLSearchParams(body));
	try {
		const parsed: unknown = JSON.parse(body);
		return isFields(parsed) ? parsed : {};
	} catch {
		return {};
	}
}
