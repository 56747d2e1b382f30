import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** `METHOD /path` of the operations, and what each is called in a program. */
export const OPERATIONS = {
	countItems: 'GET /items',
	listOrders: 'GET /orders',
	makeOrder: 'POST /orders',
	noteOrder: 'POST /notes',
	getReceipt: 'GET /receipt',
} as const;
export type Operation = keyof typeof OPERATIONS;

/** A shop's HTTP API whose every request is on record, by the item it is about. */
export interface Shop {
	readonly origin: string;
	/** OpenAPI; `origin` is where a program is to send its calls. */
	document(origin: string): string;
	/** Requests for this item that were carried out. */
	count(operation: Operation, name: string): number;
	close(): void;
}

export async function startShop(): Promise<Shop> {
	const done: { readonly request: string; readonly name: string }[] = [];
	const orders: string[] = [];
	const server = createServer(async (incoming, response) => {
		const url = new URL(incoming.url ?? '/', 'http://shop');
		const name = url.searchParams.get('name') ?? (await nameIn(incoming));
		const request = `${incoming.method} ${url.pathname}`;
		done.push({ request, name });
		if (request === OPERATIONS.getReceipt) return response.setHeader('content-type', 'application/pdf').end(`%PDF-1.7 ${name}`);
		if (request === OPERATIONS.makeOrder) orders.push(name);
		const numbers = orders.flatMap((ordered, index) => (ordered === name ? [index + 1] : []));
		response.setHeader('content-type', 'application/json').end(JSON.stringify({ left: 7, number: orders.length, numbers, lines: [] }));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		document,
		count: (operation, name) => done.filter((each) => each.name === name && each.request === OPERATIONS[operation]).length,
		close() {
			server.closeAllConnections();
			server.close();
		},
	};
}

async function nameIn(incoming: IncomingMessage): Promise<string> {
	let text = '';
	for await (const chunk of incoming.setEncoding('utf8')) text += chunk;
	return (JSON.parse(text || '{}') as { name?: string }).name ?? '';
}

const INTEGER = { type: 'integer' };
const json = (properties: Readonly<Record<string, object>>) => ({
	'application/json': { schema: { type: 'object', required: Object.keys(properties), properties } },
});
const answers = (content: object) => ({ responses: { 200: { description: 'ok', content } } });
const NAME = [{ name: 'name', in: 'query', required: true, schema: { type: 'string' } }];

function document(origin: string): string {
	const order = { requestBody: { required: true, content: json({ name: { type: 'string' } }) } };
	const lines = { type: 'array', items: { type: 'string' } };
	return JSON.stringify({
		openapi: '3.1.0',
		info: { title: 'Shop', version: '1' },
		servers: [{ url: origin }],
		paths: {
			'/items': { get: { operationId: 'countItems', parameters: NAME, ...answers(json({ left: INTEGER })) } },
			'/orders': {
				get: { operationId: 'listOrders', parameters: NAME, ...answers(json({ numbers: { type: 'array', items: INTEGER } })) },
				post: { operationId: 'makeOrder', ...order, ...answers(json({ number: INTEGER, lines })) },
			},
			'/notes': { post: { operationId: 'noteOrder', ...order, ...answers(json({ number: INTEGER })) } },
			'/receipt': {
				get: {
					operationId: 'getReceipt',
					parameters: NAME,
					...answers({ 'application/pdf': { schema: { type: 'string', format: 'binary' } } }),
				},
			},
		},
	});
}
