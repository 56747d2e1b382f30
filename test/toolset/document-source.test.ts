import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { type ErrorCode, UserError } from '../../src/errors.ts';
import { readDocument } from '../../src/toolset/document-source.ts';
import { createEgress, type Egress } from '../../src/toolset/http/egress.ts';
import { type LocalServer, serve } from './http/local-server.ts';

const signal = new AbortController().signal;

suite('readDocument', () => {
	let folder: string;
	let server: LocalServer;
	let egress: Egress;
	let strict: Egress;

	const read = (source: string, allowFiles = true) => readDocument(source, { egress, allowFiles, signal });
	const rejects = (promise: Promise<unknown>, code: ErrorCode, message: RegExp) =>
		assert.rejects(promise, (error) => {
			assert.ok(error instanceof UserError, String(error));
			assert.match(error.userMessage, message);
			assert.equal(error.code, code);
			return true;
		});

	before(async () => {
		folder = await mkdtemp(join(tmpdir(), 'document-source-'));
		await writeFile(join(folder, 'api.yaml'), 'openapi: 3.1.0 # ü\n');
		await writeFile(join(folder, 'utf16.json'), Buffer.from('\ufeff{}', 'utf16le'));
		await writeFile(join(folder, 'empty.json'), ' \n');
		await writeFile(join(folder, 'huge.json'), '');
		await truncate(join(folder, 'huge.json'), 32 * 1024 * 1024 + 1);
		execFileSync('mkfifo', [join(folder, 'pipe')]);
		server = await serve(({ url }, response) => {
			if (url === '/api.json') return response.end('{"openapi":"3.1.0"}');
			if (url === '/moved') return response.writeHead(301, { location: '/api.json' }).end();
			if (url === '/to-private') return response.writeHead(302, { location: 'http://10.0.0.1/' }).end();
			if (url === '/huge') return response.writeHead(200, { 'content-length': String(40 * 1024 * 1024) }).end('x');
			if (url === '/binary') return response.end(Buffer.from([0xff, 0xfe, 0x00]));
			if (url === '/silent') return;
			return response.writeHead(Number(url.slice(1))).end();
		});
		egress = createEgress({ allowPrivateHosts: [], allowLoopback: true });
		strict = createEgress({ allowPrivateHosts: [], allowLoopback: false });
	});
	after(async () => {
		await Promise.all([egress.close(), strict.close(), server.close()]);
		await rm(folder, { recursive: true });
	});

	suite('files', () => {
		test('are refused where they are not allowed, without a look at them', async () => {
			for (const source of [join(folder, 'api.yaml'), 'api.yaml', '/etc/passwd', '../x', 'C:\\api.yaml', join(folder, 'missing')]) {
				await rejects(read(source, false), 'bad-input', /https:\/\//);
			}
		});

		test('that are no document are explained', async () => {
			await rejects(read(join(folder, 'missing.yaml')), 'not-found', /no file.*missing\.yaml.*Check the path/);
			await rejects(read(join(folder, 'api.yaml', 'x')), 'not-found', /no file/);
			await rejects(read('api.example.com/openapi.json'), 'not-found', /write https:\/\/api\.example\.com\/openapi\.json/);
			await rejects(read(folder), 'document', /is a folder/);
			await rejects(read(join(folder, 'pipe')), 'document', /not a regular file/);
			await rejects(read('/dev/zero'), 'document', /not a regular file/);
			await rejects(read(join(folder, 'utf16.json')), 'document', /not UTF-8/);
			await rejects(read(join(folder, 'empty.json')), 'document', /is empty/);
			await rejects(read(join(folder, 'huge.json')), 'document', /larger than 32 MB/);
			await rejects(read('bad\0name'), 'document', /cannot be read/);
			await rejects(read(`/${'x'.repeat(5_000)}`), 'document', /cannot be read \(ENAMETOOLONG\)/);
		});

		test('are read as UTF-8', async () => assert.deepEqual(await read(join(folder, 'api.yaml')), { text: 'openapi: 3.1.0 # ü\n' }));
	});

	suite('addresses', () => {
		test('of other kinds are refused', async () => {
			for (const source of ['file:///etc/passwd', 'ftp://example.com/x', 'data:application/json,{}', 'javascript:alert(1)', 'gopher://x']) {
				for (const allowFiles of [true, false]) await rejects(read(source, allowFiles), 'bad-input', /not read from|https:\/\//);
			}
			await rejects(read('file:///etc/passwd', true), 'bad-input', /without file:\/\//);
			await rejects(read('  '), 'bad-input', /Name the address/);
			await rejects(read('http://'), 'bad-input', /no valid address/);
		});

		test('that are private are refused with the way out', async () => {
			await rejects(
				readDocument(`${server.origin}/api.json`, { egress: strict, allowFiles: true, signal }),
				'not-allowed',
				/127\.0\.0\.1.*ALLOW_PRIVATE_HOSTS/,
			);
			await rejects(read(`${server.origin}/to-private`), 'not-allowed', /10\.0\.0\.1.*ALLOW_PRIVATE_HOSTS/);
		});

		test('that answer otherwise are explained', async () => {
			await rejects(read(`${server.origin}/404`), 'document', /status 404\. There is no document/);
			await rejects(read(`${server.origin}/401`), 'document', /status 401\. It needs a sign-in/);
			await rejects(read(`${server.origin}/500`), 'document', /status 500\. Try again/);
			await rejects(read(`${server.origin}/204`), 'document', /is empty/);
			await rejects(read(`${server.origin}/huge`), 'document', /larger than 32 MB/);
			await rejects(read(`${server.origin}/binary`), 'document', /not UTF-8/);
		});

		test('nobody listens on are a network failure', async () => {
			const gone = await serve((_, response) => response.end());
			await gone.close();
			await rejects(read(gone.origin), 'network', /refused the connection.*Check the address/);
		});

		test('end with the signal as stopped', async () => {
			const controller = new AbortController();
			const reading = readDocument(`${server.origin}/silent`, { egress, allowFiles: false, signal: controller.signal });
			setTimeout(() => controller.abort(), 30);
			await rejects(reading, 'stopped', /stopped/);
		});

		test('are read, and named as they are after redirects', async () => {
			const expected = { text: '{"openapi":"3.1.0"}', sourceUrl: `${server.origin}/api.json` };
			assert.deepEqual(await read(`${server.origin}/api.json#x`), expected);
			assert.deepEqual(await read(` ${server.origin}/moved `), expected);
		});
	});
});
