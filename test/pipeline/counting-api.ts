import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface CountingApi {
	/** `METHOD /path` of every request, in the order they came. */
	readonly requests: readonly string[];
	readonly document: string;
	/** Resolves when this request has come. */
	came(request: string): Promise<void>;
	/** Holds this request back until `release`, as `GET /slow` is. */
	hold(request: string): void;
	/** What is held back is answered from now on. */
	release(): void;
	/** The next such request is counted, and answered with this status, or with nothing: its connection breaks. */
	fail(request: string, how: number | 'broken'): void;
	close(): void;
}

export interface CountingApiOptions {
	/** It has an operation `removeThings`, too. */
	readonly removable?: boolean;
}

/** An API on which every write counts: `makeThing` makes a new one each time; `getSlow` answers when it is released. */
export async function startCountingApi({ removable = false }: CountingApiOptions = {}): Promise<CountingApi> {
	const requests: string[] = [];
	const waiting: { request: string; resolve: () => void }[] = [];
	const held = new Set(['GET /slow']);
	const failures = new Map<string, number | 'broken'>();
	const gate = Promise.withResolvers<void>();
	const server = createServer(async (incoming, response) => {
		const request = `${incoming.method} ${incoming.url}`;
		requests.push(request);
		for (const waiter of waiting) if (waiter.request === request) waiter.resolve();
		if (held.has(request)) await gate.promise;
		const failure = failures.get(request);
		failures.delete(request);
		if (failure === 'broken') return incoming.socket.destroy();
		if (failure !== undefined) response.statusCode = failure;
		response.setHeader('content-type', 'application/json').end(JSON.stringify({ count: requests.length }));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const counted = { type: 'object', required: ['count'], properties: { count: { type: 'integer' } } };
	const operation = (operationId: string) => ({
		operationId,
		responses: { 200: { description: 'ok', content: { 'application/json': { schema: counted } } } },
	});
	return {
		requests,
		document: JSON.stringify({
			openapi: '3.1.0',
			info: { title: 'Things', version: '1' },
			servers: [{ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }],
			paths: {
				'/things': {
					get: operation('listThings'),
					post: operation('makeThing'),
					...(removable && { delete: operation('removeThings') }),
				},
				'/slow': { get: operation('getSlow') },
			},
		}),
		came: (request) => (requests.includes(request) ? Promise.resolve() : new Promise((resolve) => waiting.push({ request, resolve }))),
		hold: (request) => held.add(request),
		release: () => gate.resolve(),
		fail: (request, how) => failures.set(request, how),
		close() {
			server.closeAllConnections();
			server.close();
		},
	};
}
