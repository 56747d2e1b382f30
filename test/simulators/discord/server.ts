import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerCall } from './rest/answer-call.ts';
import { readBody } from './rest/read-body.ts';
import type { Route } from './rest/routes.ts';
import type { World } from './world.ts';

const API = /^\/api\/v(\d+)(\/.*)$/;

/** Listens on a free port of this machine. `world` is asked for at every request, for it needs the port to be made. */
export async function listen(world: () => World, routes: readonly Route[]): Promise<Server> {
	const server = createServer((request, response) => {
		const url = new URL(request.url ?? '/', 'http://discord');
		const [, version, pathname = ''] = API.exec(url.pathname) ?? [];
		if (version !== '10') return sendOther(world(), url, response);
		const { method = 'GET', headers } = request;
		const { authorization = '' } = headers;
		const call = { method, pathname, query: url.searchParams, authorization, body: readBody(request) };
		void answerCall(world(), routes, call).then((answer) => {
			// A reset, which clients try again after, and not an orderly end.
			if (answer === 'cut') request.socket.resetAndDestroy();
			else response.writeHead(answer.status, answer.headers).end(answer.status === 204 ? undefined : answer.body);
		});
	});
	server.on('upgrade', (request, socket, head) => world().gateway.accept(request, socket, head));
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return server;
}

export function originOf(server: Server): string {
	const address = server.address() as AddressInfo;
	return `http://127.0.0.1:${address.port}`;
}

function sendOther(world: World, url: URL, response: ServerResponse): void {
	const file = world.attachments.download(url.pathname);
	if (file) {
		response.writeHead(200, { 'content-type': file.type }).end(file.content);
		return;
	}
	const isApi = url.pathname.startsWith('/api/');
	const body = isApi ? { message: 'Invalid API version', code: 50041 } : { message: '404: Not Found', code: 0 };
	response.writeHead(isApi ? 400 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
