import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { createEgress, EgressError, type EgressOptions } from '../../../src/toolset/http/egress.ts';
import { json, serve } from './local-server.ts';

function openEgress(context: TestContext, options: Partial<EgressOptions> = {}) {
	const egress = createEgress({ allowPrivateHosts: [], allowLoopback: true, ...options });
	context.after(() => egress.close());
	return egress;
}

const failureOf = (promise: Promise<unknown>) =>
	promise.then(
		() => assert.fail('it was answered'),
		(error: unknown) => (error instanceof EgressError ? error.failure : assert.fail(String(error))),
	);

describe('the fetch for libraries', () => {
	test('sends nothing to where requests are not sent', async (context) => {
		const server = await serve((_request, response) => json(response, {}));
		context.after(server.close);
		const closed = openEgress(context, { allowLoopback: false });
		const open = openEgress(context);
		const refusals: readonly (readonly [typeof open, string, RequestInit?])[] = [
			[closed, server.origin],
			[closed, 'http://[::ffff:127.0.0.1]/'],
			[closed, 'http://169.254.169.254/latest/meta-data'],
			[open, 'file:///etc/passwd'],
			[open, `http://user:password@127.0.0.1:${server.port}/`],
			[open, server.origin, { method: 'CONNECT' }],
			[open, server.origin, { headers: { host: 'other.example' } }],
			[open, 'not an address'],
		];
		for (const [egress, url, init] of refusals) assert.equal((await failureOf(egress.webFetch(url, init))).kind, 'refused', url);
		const resolving = openEgress(context, { resolve: async () => [{ address: '10.0.0.1', family: 4 }] });
		assert.equal((await failureOf(resolving.webFetch('http://public.example/'))).kind, 'refused');
		assert.deepEqual(server.requests, []);
	});

	test('leaves redirects to who asked, whatever they ask for', async (context) => {
		const server = await serve((_request, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end());
		context.after(server.close);
		const response = await openEgress(context).webFetch(server.origin, { redirect: 'follow' });
		assert.deepEqual([response.status, response.headers.get('location')], [302, 'http://127.0.0.1:1/']);
		assert.equal(server.requests.length, 1);
	});

	test('gives a body while it comes, and ends with its signal and with the egress', async (context) => {
		const server = await serve((request, response) => {
			if (request.url === '/silent') return;
			response.writeHead(200).write('first');
		});
		context.after(server.close);
		const egress = openEgress(context);
		const response = await egress.webFetch(server.origin);
		const first = await response.body?.getReader().read();
		assert.equal(Buffer.from(first?.value ?? []).toString(), 'first');
		const stopped = await failureOf(egress.webFetch(`${server.origin}/silent`, { signal: AbortSignal.timeout(50) }));
		assert.equal(stopped.kind, 'stopped');
		const waiting = failureOf(egress.webFetch(`${server.origin}/silent`));
		await egress.close();
		assert.equal((await waiting).kind, 'stopped');
		assert.equal((await failureOf(egress.webFetch(server.origin))).kind, 'stopped');
	});

	test('names what broke', async (context) => {
		const server = await serve((_request, response) => response.destroy());
		const egress = openEgress(context);
		const broken = await failureOf(egress.webFetch(server.origin));
		assert.deepEqual([broken.kind, broken.reset], ['network', true]);
		await server.close();
		const refused = await failureOf(egress.webFetch(server.origin));
		assert.match(refused.message, /^127\.0\.0\.1:\d+ refused the connection\.$/);
	});
});
