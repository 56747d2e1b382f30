import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, suite, test } from 'node:test';
import type { JsonObject } from '../../../src/json.ts';
import { createEgress, type Egress } from '../../../src/toolset/http/egress.ts';
import { createSender } from '../../../src/toolset/http/send.ts';
import { loadOpenApi } from '../../../src/toolset/openapi/load.ts';
import { collectionFormats, type Vector, vectors } from './vectors.ts';

interface Arrived {
	readonly target: string;
	readonly headers: IncomingHttpHeaders;
	/** Latin-1, so that every byte is seen. */
	readonly body: string;
}

suite('requests as they arrive', () => {
	let arrived: Arrived | undefined;
	let egress: Egress;
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			arrived = { target: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString('latin1') };
			response.writeHead(204).end();
		});
	});
	const host = () => `127.0.0.1:${(server.address() as AddressInfo).port}`;

	before(async () => {
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		egress = createEgress({ allowPrivateHosts: [], allowLoopback: true });
	});
	after(async () => {
		await egress.close();
		server.close();
	});

	/** What the server got when the document's one operation was called. */
	async function call(document: JsonObject, args: JsonObject): Promise<Arrived> {
		const { send, preview } = createSender({ egress });
		const toolset = loadOpenApi({ name: 'api', text: JSON.stringify(document), send, previewOperation: preview });
		const [tool] = toolset.tools.values();
		assert.ok(tool);
		arrived = undefined;
		const response = await toolset.call(tool, args, { signal: AbortSignal.timeout(5000) });
		assert.ok(response.ok, JSON.stringify(response));
		return arrived ?? assert.fail('nothing arrived');
	}

	for (const vector of vectors) {
		test(vector.name, async () => {
			const got = await call(documentOf(vector, host()), vector.args);
			const { target, headers = {}, body = '' } = vector.expected;
			const boundary = /boundary=(\S+)/.exec(got.headers['content-type'] ?? '')?.[1] ?? 'BOUNDARY';
			const shown = (text: unknown) => String(text).replaceAll(boundary, 'BOUNDARY');
			assert.equal(got.target, target ?? pathOf(vector));
			assert.equal(shown(got.body), body);
			for (const [name, value] of Object.entries(headers)) assert.equal(shown(got.headers[name]), value);
			const expectedLength = body === '' ? undefined : String(Buffer.from(got.body, 'latin1').length);
			assert.equal(got.headers['content-length'], expectedLength);
			for (const name of ['cookie', 'content-type']) if (!(name in headers)) assert.equal(got.headers[name], undefined);
		});
	}

	for (const [place, format, expected] of collectionFormats) {
		test(`Swagger 2, a list in ${place} as ${format ?? 'the default'}`, async () => {
			const parameter = { name: 'v', in: place, type: 'array', items: { type: 'string' }, required: place === 'path' };
			const document = {
				swagger: '2.0',
				info: { title: 'Vectors', version: '1' },
				host: host(),
				schemes: ['http'],
				paths: {
					[place === 'path' ? '/p/{v}' : '/p']: {
						[place === 'formData' ? 'post' : 'get']: {
							consumes: ['application/x-www-form-urlencoded'],
							parameters: [{ ...parameter, ...(format && { collectionFormat: format }) }],
							responses: { 204: { description: '' } },
						},
					},
				},
			};
			const got = await call(document, { v: ['a', 'b c'] });
			if (place === 'header') assert.equal(got.headers.v, expected);
			else if (place === 'formData') assert.equal(got.body, expected);
			else assert.equal(got.target, place === 'path' ? `/p/${expected}` : `/p?${expected}`);
		});
	}
});

function pathOf({ path, parameters = [] }: Vector): string {
	return path ?? (parameters.some((parameter) => parameter.in === 'path') ? '/p/{v}' : '/p');
}

function documentOf(vector: Vector, host: string): JsonObject {
	const parameters = (vector.parameters ?? []).map((parameter) => ({
		name: 'v',
		...('content' in parameter ? {} : { schema: {} }),
		...(parameter.in === 'path' && { required: true }),
		...parameter,
	}));
	const operation: JsonObject = { parameters, responses: { 204: { description: '' } } };
	return {
		openapi: '3.1.0',
		info: { title: 'Vectors', version: '1' },
		servers: [{ url: `http://${host}` }],
		paths: {
			[pathOf(vector)]: vector.requestBody === undefined ? { get: operation } : { post: { ...operation, requestBody: vector.requestBody } },
		},
	};
}
