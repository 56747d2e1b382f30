import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { JsonObject } from '../../../src/json.ts';
import { type CredentialSource, fixedCredential } from '../../../src/toolset/http/credential-source.ts';
import type { Credential } from '../../../src/toolset/http/credentials.ts';
import { createEgress, type Egress } from '../../../src/toolset/http/egress.ts';
import { createSender } from '../../../src/toolset/http/send.ts';
import type { Operation, ParameterBinding, SecurityScheme } from '../../../src/toolset/openapi/operation.ts';
import type { ToolResponse } from '../../../src/toolset/tool.ts';
import { json, type LocalServer, serve } from './local-server.ts';

const SECRET = 'sup3r/secret+key';

suite('sender', () => {
	let server: LocalServer;
	let egress: Egress;
	const attempts = new Map<string, number>();

	const operation = (path: string, more: Partial<Operation> = {}): Operation => ({
		method: 'GET',
		path,
		baseUrl: server.origin,
		parameters: [],
		accepts: ['application/json'],
		input: { type: 'object', properties: {} },
		...more,
	});
	const credential = (scheme: SecurityScheme, origin = server.origin): Credential => ({ scheme, secret: SECRET, origin });
	const signal = new AbortController().signal;
	const call = (target: Operation, args: JsonObject = {}, key?: Credential) =>
		createSender({ egress, credential: () => key && fixedCredential(key) }).send(target, args, { signal });
	const failure = (response: ToolResponse) => (response.ok ? assert.fail(`succeeded: ${JSON.stringify(response)}`) : response);
	const attempt = (path: string) => attempts.set(path, (attempts.get(path) ?? 0) + 1).get(path) ?? 0;

	before(async () => {
		server = await serve((request, response) => {
			const path = request.url.split('?')[0] ?? '';
			const count = attempt(`${request.method} ${path}`);
			const plain = (contentType: string, body: string | Buffer, status = 200) =>
				response.writeHead(status, { 'content-type': contentType }).end(body);
			switch (path) {
				case '/echo':
					return json(response, request);
				case '/echo-error':
					return json(response, { message: `bad key ${request.headers.authorization} ${request.url}` }, 400);
				case '/long-error':
					return json(response, { message: `${'x'.repeat(990)}${request.headers.authorization}` }, 400);
				case '/plus-json':
					return plain('application/vnd.api+json; charset=utf-8', '\ufeff{"a":1}');
				case '/csv':
					return plain('text/csv', 'a,b\n1,2\n');
				case '/latin1':
					return plain('text/plain; charset=iso-8859-1', Buffer.from('caf\xe9', 'latin1'));
				case '/untyped':
					return response.end('{"a":1}');
				case '/empty':
					return plain('application/json', '');
				case '/nothing':
					return response.writeHead(204).end();
				case '/bad-json':
					return plain('application/json', '{"a":');
				case '/deep':
					return plain('application/json', '['.repeat(40_000) + ']'.repeat(40_000));
				case '/png':
					return plain('image/png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3]));
				case '/login':
					return plain('text/html', '<html><head><title>Sign in</title></head><body>Please sign in</body></html>');
				case '/proxy-error':
					return plain('text/html', `<html><title>502</title><body>${'<p>down</p>'.repeat(5_000)}</body></html>`, 500);
				case '/missing':
					return json(response, { status_message: 'No such movie' }, 404);
				case '/unauthorised':
					return json(response, {}, 401);
				case '/big':
					return plain('text/plain', 'x'.repeat(200_000));
				case '/silent':
					return;
				case '/flaky':
					return count < 3 ? response.destroy() : json(response, { count });
				case '/busy':
					return count < 2 ? response.writeHead(503, { 'retry-after': '0' }).end() : json(response, { count });
				case '/very-busy':
					return response.writeHead(429, { 'retry-after': '3600' }).end();
				case '/pausing':
					return response.writeHead(503, { 'retry-after': '4' }).end();
				case '/always-down':
					return response.writeHead(503, { 'retry-after': new Date(Date.now() - 5_000).toUTCString() }).end();
				case '/moved':
					return response.writeHead(302, { location: '/echo' }).end();
				default:
					return json(response, {}, 404);
			}
		});
		egress = createEgress({ allowPrivateHosts: [], allowLoopback: true, timeoutMs: 5_000, maxResponseBytes: 100_000 });
	});
	after(async () => {
		await egress.close();
		await server.close();
	});

	suite('arguments', () => {
		const input = {
			type: 'object',
			properties: { id: { $ref: '#/$defs/Id' } },
			required: ['id'],
			$defs: { Id: { type: 'integer', minimum: 1 } },
		};
		const parameter: ParameterBinding = {
			argument: 'id',
			name: 'id',
			in: 'path',
			required: true,
			style: 'simple',
			explode: false,
			allowReserved: false,
		};
		const target = () => operation('/movies/{id}', { input, parameters: [parameter] });

		test('are checked before anything is sent, definitions included', async () => {
			const sent = server.requests.length;
			const wrong: JsonObject[] = [{}, { id: 0 }, { id: 'x' }, { id: 1, extra: true }];
			for (const args of wrong) {
				assert.equal(failure(await call(target(), args)).kind, 'invalid-arguments');
			}
			assert.equal(server.requests.length, sent);
		});

		test('are sent in their coerced form', async () => {
			await call(target(), { id: '7' });
			assert.equal(server.requests.at(-1)?.url, '/movies/7');
		});
	});

	suite('responses', () => {
		const values: [string, unknown][] = [
			['/plus-json', { a: 1 }],
			['/csv', 'a,b\n1,2\n'],
			['/latin1', 'café'],
			['/untyped', { a: 1 }],
			['/empty', null],
			['/nothing', null],
		];
		for (const [path, value] of values) {
			test(`${path} is ${JSON.stringify(value)}`, async () => {
				const response = await call(operation(path));
				assert.deepEqual(response.ok && response.value, value);
			});
		}

		const failures: [string, ToolResponse extends infer R ? (R extends { kind: infer K } ? K : never) : never, RegExp][] = [
			['/bad-json', 'http', /no valid JSON/],
			['/deep', 'http', /nested more than 200 levels/],
			['/png', 'http', /image\/png \(8 bytes\)/],
			['/login', 'http', /HTML page instead of data: Sign in/],
			['/missing', 'http', /^404 Not Found: No such movie$/],
			['/big', 'too-large', /larger than 0\.1 MB.*smaller page/],
		];
		for (const [path, kind, message] of failures) {
			test(`${path} is a failure: ${message.source}`, async () => {
				const response = failure(await call(operation(path)));
				assert.equal(response.kind, kind);
				assert.match(response.message, message);
			});
		}

		test('an HTML error page is shortened', async () => {
			const response = failure(await call(operation('/proxy-error')));
			assert.equal(response.status, 500);
			assert.ok(response.message.length < 400, response.message);
		});

		test('an HTML page is text where the operation promises HTML', async () => {
			const response = await call(operation('/login', { accepts: ['text/html'] }));
			assert.match(String(response.ok && response.value), /<title>Sign in/);
		});
	});

	suite('waiting', () => {
		test('too long is timed-out, with the whole limit in the message', async () => {
			const hasty = createEgress({ allowPrivateHosts: [], allowLoopback: true, timeoutMs: 150 });
			const response = failure(await createSender({ egress: hasty }).send(operation('/silent'), {}, { signal }));
			assert.equal(response.kind, 'timed-out');
			assert.match(response.message, /within 0\.15 s/);
			await hasty.close();
		});

		test('ends with the signal as stopped', async () => {
			const controller = new AbortController();
			const running = createSender({ egress }).send(operation('/silent'), {}, { signal: controller.signal });
			setTimeout(() => controller.abort(), 30);
			assert.equal(failure(await running).kind, 'stopped');
		});

		test('a pause before a retry ends with the signal, too', { timeout: 3_000 }, async () => {
			const controller = new AbortController();
			const running = createSender({ egress }).send(operation('/pausing'), {}, { signal: controller.signal });
			while (!attempts.has('GET /pausing')) await new Promise((resolve) => setTimeout(resolve, 5));
			setTimeout(() => controller.abort(), 50);
			assert.equal(failure(await running).kind, 'stopped');
			assert.equal(attempts.get('GET /pausing'), 1);
		});
	});

	suite('retries', () => {
		test('a GET is sent again after a broken connection, twice at most', async () => {
			const response = await call(operation('/flaky'));
			assert.deepEqual(response.ok && response.value, { count: 3 });
		});

		test('a GET is sent again after 503, with the pause the server asks for', async () => {
			const response = await call(operation('/busy'));
			assert.deepEqual(response.ok && response.value, { count: 2 });
		});

		test('a pause that is too long is not waited for', async () => {
			assert.equal(failure(await call(operation('/very-busy'))).status, 429);
			assert.equal(attempts.get('GET /very-busy'), 1);
		});

		test('the third failure is the answer', async () => {
			assert.equal(failure(await call(operation('/always-down'))).status, 503);
			assert.equal(attempts.get('GET /always-down'), 3);
		});

		test('a POST is never sent again', async () => {
			for (const path of ['/flaky', '/busy']) {
				failure(await call(operation(path, { method: 'POST' })));
				assert.equal(attempts.get(`POST ${path}`), 1, path);
			}
		});
	});

	suite('credentials', () => {
		const schemes: SecurityScheme[] = [
			{ type: 'bearer' },
			{ type: 'apiKey', in: 'header', name: 'X-Api-Key' },
			{ type: 'apiKey', in: 'query', name: 'api_key' },
			{ type: 'apiKey', in: 'cookie', name: 'sid' },
		];
		const leaked = (value: unknown) => {
			const text = JSON.stringify(value);
			return [SECRET, encodeURIComponent(SECRET), btoa(SECRET), 'c3VwM3'].filter((form) => text.includes(form));
		};

		for (const scheme of schemes) {
			const name = JSON.stringify(scheme);
			test(`${name} reaches the server and comes back from nowhere`, async () => {
				const response = await call(operation('/echo'), {}, credential(scheme));
				assert.match(JSON.stringify(server.requests.at(-1)), /sup3r(\/|%2F)secret(\+|%2B)key/);
				assert.ok(response.ok);
				assert.deepEqual(leaked(response), []);
				assert.match(JSON.stringify(response.value), /\[secret\]/);
				assert.deepEqual(leaked(await call(operation('/echo-error'), {}, credential(scheme))), []);
				assert.deepEqual(
					leaked(createSender({ egress, credential: () => fixedCredential(credential(scheme)) }).preview(operation('/echo'), {})),
					[],
				);
			});
		}

		test('is not shown in part where a long error is cut through it', async () => {
			const { message } = failure(await call(operation('/long-error'), {}, credential({ type: 'bearer' })));
			assert.match(message, /xxx/);
			assert.doesNotMatch(message, /sup/);
		});

		test('a call whose credential cannot be had is not sent', async () => {
			const source: CredentialSource = {
				...fixedCredential(credential({ type: 'bearer' })),
				current: async () => ({ ok: false, kind: 'timed-out', message: `No access token for ${SECRET}.` }),
			};
			const before = server.requests.length;
			const response = await createSender({ egress, credential: () => source }).send(operation('/echo'), {}, { signal });
			assert.deepEqual(response, { ok: false, kind: 'timed-out', message: 'No access token for [secret].' });
			assert.equal(server.requests.length, before);
		});

		test('basic is scrubbed as it travels', async () => {
			const basic: Credential = { scheme: { type: 'basic' }, secret: 'user:hunter2222', origin: server.origin };
			const response = await call(operation('/echo'), {}, basic);
			assert.equal(server.requests.at(-1)?.headers.authorization, `Basic ${btoa('user:hunter2222')}`);
			assert.doesNotMatch(JSON.stringify(response), /hunter2222|dXNlcjpodW50ZXIyMjIy/);
		});

		test('an operation on another origin goes without, and says so when that fails', async () => {
			const response = failure(await call(operation('/unauthorised'), {}, credential({ type: 'bearer' }, 'https://api.test')));
			assert.equal(server.requests.at(-1)?.headers.authorization, undefined);
			assert.match(response.message, /belongs to https:\/\/api\.test and is not sent to http:\/\/127/);
		});

		test('travels along a redirect within the origin', async () => {
			await call(operation('/moved'), {}, credential({ type: 'bearer' }));
			assert.equal(server.requests.at(-1)?.url, '/echo');
			assert.equal(server.requests.at(-1)?.headers.authorization, `Bearer ${SECRET}`);
		});

		test('secrets of others are scrubbed, too', async () => {
			const sender = createSender({ egress, secrets: () => ['No such movie'] });
			assert.equal(failure(await sender.send(operation('/missing'), {}, { signal })).message, '404 Not Found: [secret]');
		});

		test('an argument that is wrong is not repeated with a secret in it', async () => {
			const response = failure(await call(operation('/echo'), { [SECRET]: 1 }, credential({ type: 'bearer' })));
			assert.deepEqual(leaked(response), []);
		});
	});

	suite('preview', () => {
		const parameters: ParameterBinding[] = [
			{ argument: 'page', name: 'page', in: 'query', required: false, style: 'form', explode: true, allowReserved: false },
			{ argument: 'dryRun', name: 'X-Dry-Run', in: 'header', required: false, style: 'simple', explode: false, allowReserved: false },
		];
		const input = {
			type: 'object',
			properties: { page: { type: 'integer' }, dryRun: { type: 'boolean' }, title: { type: 'string' } },
			required: ['title'],
		};
		const target = () =>
			operation('/movies', {
				method: 'POST',
				parameters,
				input,
				body: { contentType: 'application/json', required: true, from: { fields: ['title'] }, encoding: {} },
			});

		test('shows address, headers and body of what would be sent', () => {
			assert.deepEqual(createSender({ egress }).preview(target(), { page: 2, dryRun: true, title: 'Heat' }), {
				method: 'POST',
				url: `${server.origin}/movies?page=2`,
				headers: { 'x-dry-run': 'true' },
				body: { title: 'Heat' },
			});
		});

		test('shows arguments that cannot be sent as they are', () => {
			assert.deepEqual(createSender({ egress }).preview(target(), { page: 2 }), {
				method: 'POST',
				url: `${server.origin}/movies`,
				body: { page: 2 },
			});
		});
	});

	test('a private address is refused with the way out', async () => {
		const response = failure(await call(operation('/', { baseUrl: 'http://10.1.2.3:8080' })));
		assert.equal(response.kind, 'refused');
		assert.match(response.message, /10\.1\.2\.3:8080.*ALLOW_PRIVATE_HOSTS/);
	});
});
