import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, suite, test } from 'node:test';
import { UserError } from '../../../src/errors.ts';
import type { JsonObject } from '../../../src/json.ts';
import { fixedCredential } from '../../../src/toolset/http/credential-source.ts';
import { createEgress, type Egress } from '../../../src/toolset/http/egress.ts';
import { createSender } from '../../../src/toolset/http/send.ts';
import { loadOpenApi } from '../../../src/toolset/openapi/load.ts';
import type { CallFiles, FileHandle, ToolResponse } from '../../../src/toolset/tool.ts';

const SECRET = 'sup3r-secret-key';
const BYTES = Buffer.from([0, 255, 13, 10, 45, 45, 128, 0]);

interface Answer {
	readonly type?: string;
	readonly disposition?: string;
	readonly body: string | Buffer;
	readonly status?: number;
}

/** A run's files as far as the sender sees them. */
function memoryFiles(): CallFiles & { readonly kept: Map<string, { name: string; mediaType: string; content: Uint8Array }> } {
	const kept = new Map<string, { name: string; mediaType: string; content: Uint8Array }>();
	return {
		kept,
		async put(file) {
			if (file.content.length > 1_000) throw new UserError('bad-input', 'The run has too many files.');
			const id = `f${kept.size}`;
			kept.set(id, file);
			return { file: id, name: file.name, mediaType: file.mediaType, bytes: file.content.length };
		},
		get: async (id) => kept.get(id),
	};
}

suite('files', () => {
	let egress: Egress;
	let answer: Answer = { body: '' };
	let arrived: { type: string; body: Buffer } = { type: '', body: Buffer.alloc(0) };
	const server = createServer((request, response: ServerResponse) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			arrived = { type: request.headers['content-type'] ?? '', body: Buffer.concat(chunks) };
			response.writeHead(answer.status ?? 200, {
				...(answer.type && { 'content-type': answer.type }),
				...(answer.disposition && { 'content-disposition': answer.disposition }),
			});
			response.end(answer.body);
		});
	});
	before(async () => {
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		egress = createEgress({ allowPrivateHosts: [], allowLoopback: true });
	});
	after(async () => {
		await egress.close();
		server.close();
	});

	const toolsetWith = (operation: JsonObject) => {
		const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
		const key = { scheme: { type: 'bearer' as const }, secret: SECRET, origin };
		const { send, preview } = createSender({ egress, credential: () => fixedCredential(key) });
		const method = operation.requestBody === undefined ? 'get' : 'post';
		const text = JSON.stringify({
			openapi: '3.1.0',
			info: {},
			servers: [{ url: origin }],
			paths: { '/reports/may': { [method]: operation } },
		});
		return loadOpenApi({ name: 'api', text, send, previewOperation: preview });
	};
	const call = async (operation: JsonObject, args: JsonObject, files?: CallFiles): Promise<ToolResponse> => {
		const toolset = toolsetWith(operation);
		const [tool] = toolset.tools.values();
		assert.ok(tool);
		return toolset.call(tool, args, { signal: AbortSignal.timeout(5_000), ...(files && { files }) });
	};
	const promising = (...types: string[]): JsonObject => ({
		responses: { 200: { description: '', content: Object.fromEntries(types.map((type) => [type, {}])) } },
	});
	const got = async (given: Answer, files: CallFiles | undefined = memoryFiles(), operation: JsonObject = {}) => {
		answer = given;
		const response = await call(operation, {}, files);
		return response.ok ? response.value : response;
	};

	suite('that are received', () => {
		test('are kept with name, type and size, declared or not', async () => {
			const files = memoryFiles();
			const handle = { file: 'f0', name: 'may.pdf', mediaType: 'application/pdf', bytes: 8 };
			const given = { type: 'application/pdf; x=1', disposition: 'attachment; filename="may.pdf"', body: BYTES };
			assert.deepEqual(await got(given, files), handle);
			assert.deepEqual(Buffer.from(files.kept.get('f0')?.content ?? []), BYTES);
			assert.deepEqual(await got(given, memoryFiles(), promising('application/pdf')), handle);
			assert.deepEqual(await got({ body: BYTES }), { file: 'f0', name: 'file.bin', mediaType: 'application/octet-stream', bytes: 8 });
		});

		test('are bytes by their type even where they could be read as text', async () => {
			for (const type of ['application/pdf', 'image/png', 'application/zip'])
				assert.equal(((await got({ type, body: 'abc' })) as unknown as FileHandle).bytes, 3, type);
		});

		test('are whatever comes where nothing but files is promised', async () => {
			for (const type of ['text/plain', 'application/json', 'application/octet-stream'])
				assert.equal(
					((await got({ type, body: '[1]' }, memoryFiles(), promising('application/zip'))) as unknown as FileHandle).bytes,
					3,
					type,
				);
		});

		test('are not texts: CSV, XML, text of no particular type', async () => {
			for (const type of ['text/csv', 'application/xml', 'application/octet-stream', 'application/vnd.example.diff', ''])
				assert.equal(await got({ type, body: 'a,b\n1,2' }), 'a,b\n1,2', type);
			assert.deepEqual(await got({ type: 'application/problem+json', body: '{"a":1}' }), { a: 1 });
		});

		test('have secrets taken out where they are text', async () => {
			const files = memoryFiles();
			await got({ type: 'application/octet-stream', body: `key=${SECRET}` }, files, promising('application/octet-stream'));
			assert.equal(Buffer.from(files.kept.get('f0')?.content ?? []).toString(), 'key=[secret]');
			await got({ type: 'image/png', disposition: `inline; filename=${SECRET}.png`, body: BYTES }, files);
			assert.equal(files.kept.get('f1')?.name, '[secret].png');
		});

		test('are failures where there is no place, too many, or an error', async () => {
			answer = { type: 'image/png', body: BYTES };
			const nowhere = await call({}, {});
			assert.match(nowhere.ok ? '' : nowhere.message, /image\/png \(8 bytes\), which a program cannot read/);
			answer = { type: 'image/png', body: Buffer.alloc(2_000) };
			assert.deepEqual(await call({}, {}, memoryFiles()), {
				ok: false,
				kind: 'too-large',
				message: 'The run has too many files.',
				status: 200,
			});
			const files = memoryFiles();
			answer = { type: 'image/png', body: BYTES, status: 404 };
			assert.equal((await call({}, {}, files)).ok, false);
			answer = { type: 'text/html', body: '<title>Sign in</title>' };
			const page = await call(promising('application/pdf'), {}, files);
			assert.match(page.ok ? '' : page.message, /HTML page.*Sign in/);
			assert.equal(files.kept.size, 0);
		});

		test('reject when the storage fails', async () => {
			answer = { type: 'image/png', body: BYTES };
			const broken = { ...memoryFiles(), put: () => Promise.reject(new UserError('storage', 'down')) };
			await assert.rejects(call({}, {}, broken), (error) => error instanceof UserError && error.code === 'storage');
		});
	});

	suite('that are sent', () => {
		const body = (type: string, media: JsonObject = {}): JsonObject => ({ requestBody: { required: true, content: { [type]: media } } });
		const form = body('multipart/form-data', {
			schema: {
				type: 'object',
				properties: {
					title: { type: 'string' },
					photo: { type: 'string', format: 'binary' },
					more: { type: 'array', items: { type: 'string', format: 'binary' } },
					scan: {},
				},
			},
			encoding: { scan: { contentType: 'application/pdf' } },
		});
		const stored = async () => {
			const files = memoryFiles();
			const picture = { ...(await files.put({ name: 'a "b".png', mediaType: 'image/png', content: BYTES })) };
			const note = { ...(await files.put({ name: 'note.pdf', mediaType: 'application/pdf', content: Buffer.from('ü') })) };
			return { files, picture, note };
		};

		test('are the body, with their own type where the document leaves it open', async () => {
			const { files, picture } = await stored();
			answer = { body: '' };
			for (const [type, expected] of [
				['image/*', 'image/png'],
				['application/octet-stream', 'image/png'],
				['image/jpeg', 'image/jpeg'],
			] as const) {
				assert.ok((await call(body(type), { body: picture }, files)).ok);
				assert.deepEqual(arrived, { type: expected, body: BYTES });
			}
			assert.ok((await call(body('image/jpeg'), { body: 'still a text' }, files)).ok);
			assert.equal(arrived.body.toString(), 'still a text');
		});

		test('are parts with name and type, alone, in lists and beside texts', async () => {
			const { files, picture, note } = await stored();
			answer = { body: '' };
			const response = await call(form, { title: 'ü', photo: picture, more: [picture, 'text'], scan: note }, files);
			assert.ok(response.ok, JSON.stringify(response));
			const boundary = /boundary=(\S+)/.exec(arrived.type)?.[1] ?? '';
			const bytes = BYTES.toString('latin1');
			const png = (name: string) =>
				`Content-Disposition: form-data; name="${name}"; filename="a %22b%22.png"\r\nContent-Type: image/png\r\n\r\n${bytes}\r\n`;
			assert.equal(
				arrived.body.toString('latin1').replaceAll(boundary, 'B'),
				[
					'--B\r\nContent-Disposition: form-data; name="title"\r\n\r\nÃ¼\r\n',
					`--B\r\n${png('photo')}`,
					`--B\r\n${png('more')}`,
					'--B\r\nContent-Disposition: form-data; name="more"; filename="more"\r\nContent-Type: application/octet-stream\r\n\r\ntext\r\n',
					'--B\r\nContent-Disposition: form-data; name="scan"; filename="note.pdf"\r\nContent-Type: application/pdf\r\n\r\nÃ¼\r\n',
					'--B--\r\n',
				].join(''),
			);
		});

		test('must be files of this run, given whole', async () => {
			const { files, picture } = await stored();
			const foreign = await call(body('image/png'), { body: { ...picture, file: 'f9' } }, files);
			assert.match(foreign.ok ? '' : foreign.message, /"f9" is no file of this run/);
			for (const wrong of [{ file: 'f0' }, { ...picture, path: '/etc/passwd' }, [7]])
				assert.equal((await call(body('image/png'), { body: wrong as JsonObject }, files)).ok, false, JSON.stringify(wrong));
			const nowhere = await call(body('image/png'), { body: { ...picture } });
			assert.match(nowhere.ok ? '' : nowhere.message, /no file of this run/);
		});

		test('are shown in previews by their handles', async () => {
			const { picture } = await stored();
			const toolset = toolsetWith(form);
			const [tool] = toolset.tools.values();
			assert.ok(tool);
			assert.deepEqual(toolset.preview(tool, { photo: picture }).body, { photo: picture });
		});

		test('stay objects in JSON', async () => {
			const { files, picture } = await stored();
			answer = { body: '' };
			assert.ok((await call(body('application/json', { schema: {} }), { body: { attached: picture } }, files)).ok);
			assert.deepEqual(JSON.parse(arrived.body.toString()), { attached: picture });
		});
	});
});
