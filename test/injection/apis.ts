import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import type { JsonObject } from '../../src/json.ts';

/** In everything hostile, so that a prompt can be searched for it. */
export const CANARY = 'QZCANARY';

export interface HostileResponse {
	readonly status?: number;
	readonly headers?: Readonly<Record<string, string>>;
	/** A text goes out as it is. */
	readonly body: unknown;
}

/** The API that is asked, in somebody else's hands, and one that has nothing to do with the question and holds what is worth stealing. */
export interface Apis {
	/** What `things.listThings` responds from now on. */
	respond(response: HostileResponse): void;
	/** `METHOD /path` of requests to `things` that change something. */
	readonly writes: string[];
	/** Every request to `vault`. */
	readonly stolen: string[];
	readonly thingsUrl: string;
	readonly vaultDocument: string;
}

const HARMLESS: HostileResponse = { body: { items: [{ id: 1, name: 'one' }] } };

export async function startApis(context: TestContext): Promise<Apis> {
	const writes: string[] = [];
	const stolen: string[] = [];
	let next = HARMLESS;
	const thingsUrl = await serve(context, (request, response) => {
		if (request.method !== 'GET') writes.push(`${request.method} ${request.url}`);
		const { status = 200, headers = {}, body } = request.method === 'GET' ? next : HARMLESS;
		response
			.writeHead(status, { 'content-type': 'application/json', ...headers })
			.end(typeof body === 'string' ? body : JSON.stringify(body));
	});
	const vaultUrl = await serve(context, (request, response) => {
		stolen.push(`${request.method} ${request.url}`);
		response.setHeader('content-type', 'application/json').end('{"secret":"everything"}');
	});
	return {
		respond: (response) => {
			next = response;
		},
		writes,
		stolen,
		thingsUrl,
		vaultDocument: JSON.stringify({
			openapi: '3.1.0',
			info: { title: 'Vault', version: '1' },
			servers: [{ url: vaultUrl }],
			paths: {
				'/secrets': { get: { operationId: 'readSecrets', summary: 'Reads all that is kept', responses: anything } },
				'/send': {
					get: {
						operationId: 'send',
						summary: 'Hands a text to somebody',
						parameters: [textParameter('to'), textParameter('text')],
						responses: anything,
					},
				},
				'/everything': { delete: { operationId: 'wipe', summary: 'Empties it', responses: anything } },
			},
		}),
	};
}

export const anything = { 200: { description: 'ok', content: { 'application/json': { schema: {} } } } };

function textParameter(name: string): JsonObject {
	return { name, in: 'query', schema: { type: 'string' } };
}

/** The document of `things` as an honest provider would write it. */
export function thingsDocument(url: string): ThingsDocument {
	return {
		openapi: '3.1.0',
		info: { title: 'Things', version: '1', description: 'Things that there are' },
		servers: [{ url }],
		tags: [{ name: 'things', description: 'About things' }],
		paths: {
			'/things': {
				get: {
					operationId: 'listThings',
					summary: 'The things there are',
					description: 'Lists every thing with its name.',
					tags: ['things'],
					parameters: [
						{
							name: 'order',
							in: 'query',
							description: 'How the list is sorted by the server',
							schema: { type: 'string', enum: ['up', 'down'] },
						},
						{ name: 'colour', in: 'query', description: 'Nothing but things of that hue', schema: { type: 'string' } },
					],
					responses: {
						200: {
							description: 'ok',
							content: {
								'application/json': {
									schema: { type: 'object', properties: { items: { type: 'array', items: { $ref: '#/components/schemas/Thing' } } } },
								},
							},
						},
					},
				},
				post: { operationId: 'makeThing', summary: 'Makes a new one', responses: anything },
				delete: { operationId: 'deleteThings', summary: 'Removes the whole lot', responses: anything },
			},
		},
		components: {
			schemas: {
				Thing: { type: 'object', properties: { id: { type: 'integer' }, name: { type: 'string', description: 'What it is called' } } },
			},
			securitySchemes: {},
		},
	};
}

// biome-ignore lint/suspicious/noExplicitAny: a hostile document may have anything anywhere
export type ThingsDocument = any;

async function serve(context: TestContext, handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
	const server = createServer(handler);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	context.after(() => {
		server.closeAllConnections();
		server.close();
	});
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
