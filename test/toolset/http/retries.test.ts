import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { createEgress, type Egress } from '../../../src/toolset/http/egress.ts';
import { createSender } from '../../../src/toolset/http/send.ts';
import type { Operation } from '../../../src/toolset/openapi/operation.ts';
import { json, type LocalServer, serve } from './local-server.ts';

suite('a call whose connection breaks after the request has arrived', () => {
	let server: LocalServer;
	let egress: Egress;
	before(async () => {
		server = await serve((request, response) => {
			if (request.url.startsWith('/breaks')) response.destroy();
			else if (request.url.startsWith('/half')) {
				response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
				response.write('{"a":', () => response.destroy());
			} else json(response, {});
		});
		egress = createEgress({ allowPrivateHosts: [], allowLoopback: true, timeoutMs: 10_000 });
	});
	after(async () => {
		await egress.close();
		await server.close();
	});

	const call = (method: string, path: string) => {
		const target: Operation = { method, path, baseUrl: server.origin, parameters: [], accepts: [], input: { type: 'object' } };
		return createSender({ egress }).send(target, {}, { signal: new AbortController().signal });
	};
	const arrivals = (method: string, path: string) =>
		server.requests.filter((request) => request.method === method && request.url === path).length;

	for (const path of ['/breaks', '/half']) {
		for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
			test(`${method} ${path} goes out once, on a connection that was used before, too`, async () => {
				await call('GET', '/warm');
				const response = await call(method, path);
				assert.deepEqual([response.ok, !response.ok && response.kind], [false, 'network']);
				assert.equal(arrivals(method, path), 1);
			});
		}
		test(`GET ${path} goes out three times`, async () => {
			await call('GET', path);
			assert.equal(arrivals('GET', path), 3);
		});
	}
});
