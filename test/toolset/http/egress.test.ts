import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { Resolve } from '../../../src/toolset/http/connector.ts';
import { createEgress, type Egress, type EgressRequest } from '../../../src/toolset/http/egress.ts';
import { type LocalServer, serve } from './local-server.ts';

const signal = new AbortController().signal;
const get = (url: string, more: Partial<EgressRequest> = {}): EgressRequest => ({ method: 'GET', url, headers: {}, ...more });
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

suite('egress without exceptions', () => {
	let server: LocalServer;
	let egress: Egress;
	let resolved: string[] = [];
	const resolve: Resolve = async (host) => {
		resolved.push(host);
		const addresses: Record<string, string> = {
			'private.test': '10.0.0.1',
			'loop.test': '127.0.0.1',
			'meta.test': '169.254.169.254',
			'six.test': '::1',
		};
		const address = addresses[host] ?? '';
		if (address === '') throw Object.assign(new Error('unknown'), { code: 'ENOTFOUND' });
		return [{ address, family: address.includes(':') ? 6 : 4 }];
	};

	before(async () => {
		server = await serve((_, response) => response.end('reached'));
		egress = createEgress({ allowPrivateHosts: [], allowLoopback: false, resolve });
	});
	after(async () => {
		await egress.close();
		await server.close();
	});

	const hosts = [
		...[
			'127.0.0.1',
			'127.1',
			'127.0.1',
			'2130706433',
			'017700000001',
			'0x7f000001',
			'0x7f.1',
			'0177.0.0.1',
			'0x7F.0x0.0x0.0x1',
			'127.0.0.1.',
		],
		...['0', '0.0.0.0', '0x', '0.0', '000.000.000.000', '%31%32%37.0.0.1', '①②⑦.0.0.1', '127。0。0。1', '127.0.0.01'],
		...[
			'localhost',
			'LOCALHOST',
			'localhost.',
			'localhost..',
			'x.localhost',
			'localhost%2e',
			'ｌocalhost',
			'loc\u00adalhost',
			'localhost.localdomain',
		],
		...['[::1]', '[::]', '[0:0:0:0:0:0:0:1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[0:0:0:0:0:ffff:127.0.0.1]', '[::127.0.0.1]'],
		...['[::ffff:0:127.0.0.1]', '[64:ff9b::127.0.0.1]', '[64:ff9b::7f00:1]', '[2002:7f00:1::1]', '[2001:0:7f00:1::]'],
		...['[fe80::1]', '[fec0::1]', '[fd00::1]', '[ff02::1]', '[::ffff:169.254.169.254]'],
		...[
			'10.0.0.1',
			'0xa.1',
			'167772161',
			'192.168.1.1',
			'0300.0250.1.1',
			'172.16.0.1',
			'169.254.169.254',
			'2852039166',
			'0xa9fea9fe',
			'100.64.0.1',
		],
		...['private.test', 'loop.test', 'meta.test', 'six.test', 'LOOP.test', '168.63.129.16', '255.255.255.255', '224.0.0.1'],
	];
	for (const host of hosts) {
		test(`refuses http://${host}`, async () => {
			const result = await egress.fetch(get(`http://${host}:${server.port}/`), { signal, timeoutMs: 3_000 });
			assert.equal(result.ok, false);
			assert.equal(!result.ok && result.kind, 'refused', JSON.stringify(result));
			assert.match(result.ok ? '' : result.message, /ALLOW_PRIVATE_HOSTS/);
			assert.equal(server.requests.length, 0);
		});
	}

	test('zone ids and malformed addresses are refused as unreadable', async () => {
		for (const host of ['[fe80::1%25eth0]', '[::1%25lo]', '[::1', '256.256.256.256', '']) {
			const result = await egress.fetch(get(`http://${host}/`), { signal });
			assert.equal(!result.ok && result.kind, 'refused', host);
		}
	});

	test('a public address literal is not looked up, an unknown name is a network failure', async () => {
		resolved = [];
		const result = await egress.fetch(get('http://unknown.test/'), { signal });
		assert.deepEqual(resolved, ['unknown.test']);
		assert.equal(!result.ok && result.kind, 'network');
		assert.match(result.ok ? '' : result.message, /unknown\.test has no address/);
	});

	test('the message does not tell the address behind a name', async () => {
		const result = await egress.fetch(get('http://private.test/secret-path?key=abc'), { signal });
		assert.doesNotMatch(result.ok ? '' : result.message, /10\.0\.0\.1|secret-path|abc/);
	});

	for (const url of [
		'file:///etc/passwd',
		'ftp://example.com/',
		'data:text/plain,x',
		'gopher://example.com/',
		'ws://example.com',
		'javascript:1',
		'unix:/run/x',
	]) {
		test(`refuses ${url}`, async () => {
			const result = await egress.fetch(get(url), { signal });
			assert.equal(!result.ok && result.kind, 'refused');
		});
	}

	test('refuses user names and passwords in addresses, and does not repeat them', async () => {
		for (const url of ['http://user:hunter22@example.com/', 'http://hunter22@example.com/']) {
			const result = await egress.fetch(get(url), { signal });
			assert.equal(!result.ok && result.kind, 'refused');
			assert.doesNotMatch(result.ok ? '' : result.message, /hunter22/);
		}
	});

	test('refuses methods and headers that belong to the connection', async () => {
		for (const method of ['CONNECT', 'TRACE', 'get', 'GET / HTTP/1.1\r\nx: y', '']) {
			assert.equal((await egress.fetch(get('http://example.com/', { method }), { signal })).ok, false, method);
		}
		for (const name of [
			'Host',
			'host',
			'Content-Length',
			'Transfer-Encoding',
			'Connection',
			'Upgrade',
			'Proxy-Authorization',
			'TE',
			':authority',
		]) {
			const result = await egress.fetch(get('http://example.com/', { headers: { [name]: 'x' } }), { signal });
			assert.equal(!result.ok && result.kind, 'refused', name);
		}
	});
});

suite('egress to a real server', () => {
	let server: LocalServer;
	let other: LocalServer;
	let egress: Egress;

	before(async () => {
		other = await serve(({ headers, method, body, url }, response) => response.end(JSON.stringify({ headers, method, body, url })));
		server = await serve(({ url, headers, method, body }, response) => {
			const { pathname, searchParams } = new URL(url, 'http://x');
			const status = Number(searchParams.get('status') ?? 302);
			switch (pathname) {
				case '/to':
					return response.writeHead(status, { location: searchParams.get('location') ?? '' }).end();
				case '/loop':
					return response.writeHead(302, { location: '/loop' }).end();
				case '/big':
					return response.end('x'.repeat(300_000));
				case '/big-chunked':
					response.write('x'.repeat(150_000));
					return response.end('x'.repeat(150_000));
				case '/bomb':
					return response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(20_000_000)));
				case '/brotli-bomb':
					return response.writeHead(200, { 'content-encoding': 'br' }).end(brotliCompressSync(Buffer.alloc(20_000_000)));
				case '/double-gzip':
					return response.writeHead(200, { 'content-encoding': 'gzip, gzip' }).end(gzipSync(gzipSync('x')));
				case '/gzip':
					return response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('compressed'));
				case '/gzip-empty':
					return response.writeHead(200, { 'content-encoding': 'gzip' }).end();
				case '/gzip-broken':
					return response.writeHead(200, { 'content-encoding': 'gzip' }).end('no gzip at all');
				case '/silent':
					return;
				case '/slow-body':
					response.write('first');
					return;
				case '/cut':
					response.writeHead(200, { 'content-length': '100' });
					response.write('part');
					return setTimeout(() => response.destroy(), 20);
				case '/reset':
					return response.destroy();
				default:
					return response.end(JSON.stringify({ headers, method, body, url }));
			}
		});
		egress = createEgress({ allowPrivateHosts: [], allowLoopback: true, maxResponseBytes: 200_000 });
	});
	after(async () => {
		await egress.close();
		await server.close();
		await other.close();
	});

	const failureOf = async (path: string, limits: { timeoutMs?: number; maxResponseBytes?: number } = {}) => {
		const result = await egress.fetch(get(server.origin + path), { signal, ...limits });
		assert.equal(result.ok, false, path);
		return result.ok ? assert.fail() : result;
	};
	const redirectTo = (location: string, status = 302) => `${server.origin}/to?status=${status}&location=${encodeURIComponent(location)}`;
	const echo = async (request: EgressRequest) => {
		const result = await egress.fetch(request, { signal });
		assert.ok(result.ok, JSON.stringify(result));
		return {
			...(JSON.parse(text(result.body)) as { headers: Record<string, string>; method: string; body: string; url: string }),
		};
	};

	test('sends method, headers and body, and names itself', async () => {
		const seen = await echo({ method: 'POST', url: `${server.origin}/echo?a=%2Fb`, headers: { 'X-One': '1' }, body: 'hällo' });
		assert.equal(seen.method, 'POST');
		assert.equal(seen.body, 'hällo');
		assert.equal(seen.headers['x-one'], '1');
		assert.equal(seen.headers['user-agent'], 'toolcoder-bot');
		assert.match(seen.url, /\/echo\?a=%2Fb$/);
	});

	test('reaches localhost by name', async () => {
		const result = await egress.fetch(get(`http://localhost:${server.port}/echo`), { signal });
		assert.ok(result.ok, JSON.stringify(result));
	});

	suite('redirects', () => {
		test('are followed within the origin with every header', async () => {
			const seen = await echo(get(redirectTo('/echo?x=1'), { headers: { authorization: 'Bearer s', 'x-key': 'k' } }));
			assert.equal(seen.headers.authorization, 'Bearer s');
			assert.equal(seen.headers['x-key'], 'k');
			assert.equal(seen.url, '/echo?x=1');
		});

		test('to another origin leave credentials of every kind behind', async () => {
			const seen = await echo(
				get(redirectTo(`${other.origin}/echo?api_key=s&page=2`), {
					headers: { Authorization: 'Bearer s', Cookie: 'sid=s', 'X-Api-Key': 's', Accept: 'application/json' },
					credentials: { headers: ['x-api-key'], query: ['api_key'] },
				}),
			);
			assert.equal(seen.headers.authorization, undefined);
			assert.equal(seen.headers.cookie, undefined);
			assert.equal(seen.headers['x-api-key'], undefined);
			assert.equal(seen.headers.accept, 'application/json');
			assert.equal(seen.url, '/echo?page=2');
		});

		test('credentials do not come back when the chain returns to the first origin', async (t) => {
			const back = await serve((_, response) => response.writeHead(302, { location: `${server.origin}/echo` }).end());
			t.after(() => back.close());
			const seen = await echo(get(redirectTo(`${back.origin}/`), { headers: { authorization: 'Bearer s' } }));
			assert.equal(seen.headers.authorization, undefined);
		});

		test('follow the method rules', async () => {
			const post = (status: number) => ({
				method: 'POST',
				url: redirectTo('/echo', status),
				headers: { 'content-type': 'text/plain' },
				body: 'b',
			});
			for (const status of [301, 302, 303]) {
				const seen = await echo(post(status));
				assert.equal(seen.method, 'GET', String(status));
				assert.equal(seen.body, '');
				assert.equal(seen.headers['content-type'], undefined);
			}
			for (const status of [307, 308]) {
				const seen = await echo(post(status));
				assert.equal(seen.method, 'POST', String(status));
				assert.equal(seen.body, 'b');
			}
			assert.equal((await echo({ ...post(303), method: 'DELETE' })).method, 'GET');
			assert.equal((await echo({ ...post(302), method: 'DELETE' })).method, 'DELETE');
		});

		test('never repeat a write on another origin', async () => {
			const before = other.requests.length;
			for (const method of ['POST', 'DELETE']) {
				const result = await egress.fetch({ method, url: redirectTo(`${other.origin}/echo`, 307), headers: {}, body: 'b' }, { signal });
				assert.equal(!result.ok && result.kind, 'refused');
			}
			assert.equal(other.requests.length, before);
		});

		test('are checked like first requests', async () => {
			for (const target of [
				'http://10.0.0.1/',
				'http://169.254.169.254/latest/',
				'http://[::]/',
				'http://u:p@127.0.0.1/',
				'file:///etc/passwd',
				'//0x0a000001/',
			]) {
				const result = await egress.fetch(get(redirectTo(target)), { signal });
				assert.equal(!result.ok && result.kind, 'refused', target);
			}
		});

		test('end after five', async () => {
			const failure = await failureOf('/loop');
			assert.match(failure.message, /more than 5 times/);
			assert.equal(server.requests.filter(({ url }) => url === '/loop').length, 6);
		});

		test('without a location are responses', async () => {
			const result = await egress.fetch(get(`${server.origin}/to?status=304`), { signal });
			assert.ok(result.ok || result.kind === 'network');
		});
	});

	suite('sizes', () => {
		test('a body is cut off at the limit, announced or not', async () => {
			assert.equal((await failureOf('/big')).kind, 'too-large');
			assert.equal((await failureOf('/big-chunked')).kind, 'too-large');
			const result = await egress.fetch(get(`${server.origin}/big`), { signal, maxResponseBytes: 300_000 });
			assert.ok(result.ok && result.body.length === 300_000);
		});

		test('a compressed bomb is cut off at the limit', async () => {
			for (const path of ['/bomb', '/brotli-bomb']) {
				const failure = await failureOf(path);
				assert.equal(failure.kind, 'too-large', path);
				assert.match(failure.message, /larger than 0\.2 MB/);
			}
		});

		test('one encoding is undone; several at once, and broken ones, are not', async () => {
			const result = await egress.fetch(get(`${server.origin}/gzip`), { signal });
			assert.equal(result.ok && text(result.body), 'compressed');
			const empty = await egress.fetch(get(`${server.origin}/gzip-empty`), { signal });
			assert.equal(empty.ok && empty.body.length, 0);
			assert.equal((await failureOf('/double-gzip')).kind, 'network');
			assert.match((await failureOf('/gzip-broken')).message, /decompressed/);
		});
	});

	suite('time', () => {
		test('the limit covers waiting for the response', async () => {
			const failure = await failureOf('/silent', { timeoutMs: 100 });
			assert.equal(failure.kind, 'timed-out');
			assert.match(failure.message, /within 0\.1 s/);
		});

		test('the limit covers the body', async () => {
			assert.equal((await failureOf('/slow-body', { timeoutMs: 100 })).kind, 'timed-out');
		});

		test('the limit covers a name server that never answers', { timeout: 5_000 }, async (t) => {
			const stuck = createEgress({
				allowPrivateHosts: [],
				allowLoopback: false,
				timeoutMs: 100,
				resolve: () => new Promise(() => undefined),
			});
			t.after(() => stuck.close());
			const result = await stuck.fetch(get('http://example.com/'), { signal });
			assert.equal(!result.ok && result.kind, 'timed-out');
		});

		test('abort ends a request as stopped, also before it starts', async () => {
			const controller = new AbortController();
			const running = egress.fetch(get(`${server.origin}/silent`), { signal: controller.signal });
			setTimeout(() => controller.abort(), 50);
			const result = await running;
			assert.equal(!result.ok && result.kind, 'stopped');
			const late = await egress.fetch(get(`${server.origin}/echo`), { signal: controller.signal });
			assert.equal(!late.ok && late.kind, 'stopped');
		});

		test('close ends open requests as stopped', async () => {
			const closing = createEgress({ allowPrivateHosts: [], allowLoopback: true });
			const running = closing.fetch(get(`${server.origin}/silent`), { signal });
			setTimeout(() => void closing.close(), 50);
			const result = await running;
			assert.equal(!result.ok && result.kind, 'stopped');
			const late = await closing.fetch(get(`${server.origin}/echo`), { signal });
			assert.equal(!late.ok && late.kind, 'stopped');
		});
	});

	test('broken connections are network failures that may be tried again', async () => {
		for (const path of ['/reset', '/cut']) {
			const failure = await failureOf(path);
			assert.equal(failure.kind, 'network', path);
			assert.equal(failure.reset, true, path);
		}
	});

	test('a port nobody listens on is a network failure that is not', async () => {
		const gone = await serve((_, response) => response.end());
		await gone.close();
		const result = await egress.fetch(get(gone.origin), { signal });
		assert.equal(!result.ok && result.kind, 'network');
		assert.equal(!result.ok && result.reset, false);
		assert.match(result.ok ? '' : result.message, /refused the connection/);
	});

	test('header values that HTTP forbids are a failure, not an exception', async () => {
		const result = await egress.fetch(get(`${server.origin}/echo`, { headers: { 'x-bad': 'a\r\nx-injected: 1' } }), { signal });
		assert.equal(result.ok, false);
	});
});

suite('a way to one origin', () => {
	test('leads there and nowhere else, and opens nothing for others', async (t) => {
		const elsewhere = await serve((_, response) => response.end('elsewhere'));
		const own = await serve(({ url }, response) =>
			url === '/away' ? response.writeHead(302, { location: `${elsewhere.origin}/` }).end() : response.end('reached'),
		);
		const egress = createEgress({ allowPrivateHosts: [], allowLoopback: false });
		t.after(() => Promise.all([egress.close(), own.close(), elsewhere.close()]));
		const signal = new AbortController().signal;
		const kindOf = async (way: Egress, url: string) => {
			const result = await way.fetch({ method: 'GET', url, headers: {} }, { signal });
			return result.ok ? Buffer.from(result.body).toString() : result.kind;
		};
		const only = egress.only(own.origin);
		assert.equal(await kindOf(only, `${own.origin}/`), 'reached');
		assert.equal(await kindOf(only, `${own.origin}/away`), 'refused');
		assert.equal(await kindOf(only, `${elsewhere.origin}/`), 'refused');
		assert.equal(await kindOf(only, 'http://example.com/'), 'refused');
		assert.equal(await kindOf(egress, `${own.origin}/`), 'refused', 'its open connection serves nobody else');
		assert.equal(elsewhere.requests.length, 0);
		assert.equal(egress.only(own.origin), only);
		await egress.close();
		assert.equal(await kindOf(only, `${own.origin}/`), 'stopped');
	});
});
