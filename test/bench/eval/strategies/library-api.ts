import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A library over HTTP that documents some of its responses. */
export interface LibraryApi {
	/** `METHOD /path?query` of every request, in the order they came. */
	readonly requests: readonly string[];
	readonly address: string;
	readonly document: string;
	close(): void;
}

const BOOKS = [
	{ id: 7, title: 'Kindred', pages: 264, shelf: { room: 'North' } },
	{ id: 9, title: 'Dawn', pages: 248, shelf: { room: 'South' } },
];

/**
 * `listBooks` says what it responds; `getBook` and `makeLoan`, which writes, do not; `listRooms` says that it is a list and no more; `getClosed` always fails.
 */
export async function startLibraryApi(): Promise<LibraryApi> {
	const requests: string[] = [];
	const server = createServer((request, response) => {
		const { method, url = '' } = request;
		requests.push(`${method} ${url}`);
		const [status, value] = respond(method ?? '', URL.parse(url, 'http://library')?.pathname ?? '');
		response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return {
		requests,
		address,
		document: JSON.stringify({ openapi: '3.1.0', info: { title: 'Library', version: '1' }, servers: [{ url: address }], paths: PATHS }),
		close() {
			server.closeAllConnections();
			server.close();
		},
	};
}

function respond(method: string, path: string): readonly [number, unknown] {
	if (path === '/books') return [200, { results: BOOKS.map(({ id, title }) => ({ id, title })) }];
	if (path === '/rooms') return [200, BOOKS.map(({ shelf }) => shelf)];
	if (path === '/loans' && method === 'POST') return [201, { loan: 31 }];
	const book = BOOKS.find(({ id }) => path === `/books/${id}`);
	return book ? [200, book] : [path === '/closed' ? 503 : 404, { error: `nothing at ${path}` }];
}

const json = (schema: object) => ({ description: 'ok', content: { 'application/json': { schema } } });
const id = { name: 'id', in: 'path', required: true, schema: { type: 'integer' } };
const listed = { type: 'object', properties: { id: { type: 'integer' }, title: { type: 'string' } } };
const loan = { type: 'object', required: ['book'], properties: { book: { type: 'integer' } } };

const PATHS = {
	'/books': {
		get: {
			operationId: 'listBooks',
			responses: { 200: json({ type: 'object', properties: { results: { type: 'array', items: listed } } }) },
		},
	},
	'/books/{id}': { get: { operationId: 'getBook', parameters: [id], responses: { 200: { description: 'ok' } } } },
	'/rooms': { get: { operationId: 'listRooms', responses: { 200: json({ type: 'array', items: { type: 'object' } }) } } },
	'/loans': {
		post: {
			operationId: 'makeLoan',
			requestBody: { required: true, content: { 'application/json': { schema: loan } } },
			responses: { 201: { description: 'ok' } },
		},
	},
	'/closed': { get: { operationId: 'getClosed', responses: { 200: json(listed) } } },
};
