import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fixedCredential } from '../../../src/toolset/http/credential-source.ts';
import { createEgress } from '../../../src/toolset/http/egress.ts';
import { createOAuth2Source } from '../../../src/toolset/http/oauth.ts';
import { readMcpSnapshot } from '../../../src/toolset/mcp/read-snapshot.ts';
import type { CallFiles } from '../../../src/toolset/tool.ts';
import { freePort } from '../../adapters/slack/free-port.ts';
import { text, tool } from '../../fixtures/mcp/protocol.ts';
import { json, serve } from '../http/local-server.ts';
import { type HttpExchange, serveMcp } from './http-server.ts';
import { httpRoute, openServer, serveEverything } from './servers.ts';

const TOOLS = [tool('look', { readOnlyHint: true }), tool('change')];
const TOKEN = 'hunter2-hunter2';

const bearer = (origin: string, secret = TOKEN) => fixedCredential({ scheme: { type: 'bearer' }, secret, origin });
const read = (route: Parameters<typeof readMcpSnapshot>[0], address: string, acceptLocked = false) =>
	readMcpSnapshot(route, { address, acceptLocked, signal: AbortSignal.timeout(30_000) });

describe('an address that is no MCP server', () => {
	test('is explained, with what is not supported', async (context) => {
		const { origin, close } = await serve((_request, response) => response.writeHead(404).end());
		context.after(close);
		await assert.rejects(read(httpRoute(context, origin), origin), {
			code: 'document',
			message: `${origin} answered with status 404: there is no MCP server over streamable HTTP at this address. The older transport (HTTP with SSE) is not supported.`,
		});
	});

	test('that is not there is told with what to do', async (context) => {
		const url = `http://127.0.0.1:${await freePort()}/mcp`;
		await assert.rejects(read(httpRoute(context, url), url), {
			code: 'network',
			message: /refused the connection\. Check the address and try again\.$/,
		});
	});

	test('is not asked at all where it is private', async (context) => {
		const server = await serveMcp(context, { tools: TOOLS });
		const egress = createEgress({ allowPrivateHosts: [], allowLoopback: false });
		context.after(() => egress.close());
		await assert.rejects(read({ kind: 'http', url: server.url, egress }, server.url), {
			code: 'not-allowed',
			message: /ALLOW_PRIVATE_HOSTS/,
		});
		assert.deepEqual(server.requests, []);
	});

	test('that answers in another language is explained', async (context) => {
		const { origin, close } = await serve((_request, response) => json(response, { hello: 'world' }));
		context.after(close);
		await assert.rejects(read(httpRoute(context, origin), origin), { code: 'document', message: /Model Context Protocol/ });
	});
});

describe('a list of tools', () => {
	const listing = (context: Parameters<typeof serveMcp>[0], page: (cursor: number) => object) =>
		serveMcp(context, { tools: [], list: ({ params }) => page(Number((params as { cursor?: string } | undefined)?.cursor ?? 0)) });

	test('that does not end, or is too large, is given up', async (context) => {
		const endless = await listing(context, (cursor) => ({ tools: [], nextCursor: String(cursor + 1) }));
		await assert.rejects(read(httpRoute(context, endless.url), endless.url), { code: 'document', message: /more than 64 pages/ });
		const large = tool('large', {}, { description: 'x'.repeat(3 * 1024 * 1024) });
		const heavy = await listing(context, (cursor) => ({ tools: [large], nextCursor: String(cursor + 1) }));
		await assert.rejects(read(httpRoute(context, heavy.url), heavy.url), { code: 'document', message: /larger than 8 MB/ });
		const many = await listing(context, (cursor) => ({
			tools: Array.from({ length: 2_000 }, (_, at) => tool(`t${cursor}-${at}`)),
			nextCursor: String(cursor + 1),
		}));
		await assert.rejects(read(httpRoute(context, many.url), many.url), { code: 'document', message: /more than 5,000 tools/ });
	});

	test('is read to its last page', async (context) => {
		const pages = await listing(context, (cursor) => ({
			tools: [tool(`page-${cursor}`)],
			...(cursor < 2 ? { nextCursor: String(cursor + 1) } : {}),
		}));
		assert.deepEqual([...(await openServer(context, httpRoute(context, pages.url))).tools.keys()], ['page0', 'page1', 'page2']);
	});

	test('with nothing in it is no toolset', async (context) => {
		const empty = await serveMcp(context, { tools: [] });
		await assert.rejects(openServer(context, httpRoute(context, empty.url)), {
			code: 'document',
			message: /offers no tool that can be called/,
		});
	});
});

describe('credentials', () => {
	const guarded = (context: Parameters<typeof serveMcp>[0], accepted: () => string) =>
		serveMcp(context, {
			tools: TOOLS,
			call: ({ reply, headers }) => reply(text(`called with ${headers.authorization}`)),
			first(request, response) {
				if (request.headers.authorization === `Bearer ${accepted()}`) return false;
				response.writeHead(401, { 'www-authenticate': 'Bearer' }).end();
				return true;
			},
		});

	test('that are missing or wrong are asked for', async (context) => {
		const server = await guarded(context, () => TOKEN);
		const message = `${server.url} answered with status 401. Its credential is missing or not accepted; an admin sets it with /toolset auth.`;
		await assert.rejects(read(httpRoute(context, server.url), server.url), { code: 'document', message });
		const wrong = httpRoute(context, server.url, { credential: bearer(server.origin, 'something else') });
		await assert.rejects(read(wrong, server.url, true), { code: 'document', message });

		const locked = await openServer(context, httpRoute(context, server.url), {
			text: await read(httpRoute(context, server.url), server.url, true),
		});
		assert.equal(locked.tools.size, 0);
		assert.match(locked.skipped[0]?.reason ?? '', /set one with \/toolset auth it, then read them with \/toolset refresh it/);
	});

	test('are sent with every request, and hidden in what comes back', async (context) => {
		const server = await guarded(context, () => TOKEN);
		const credential = bearer(server.origin);
		const route = httpRoute(context, server.url, { credential });
		const toolset = await openServer(context, route, { secrets: credential.secrets });
		assert.equal(await toolset.value('look'), 'called with Bearer [secret]');
		await toolset.close?.();
		assert.ok(server.requests.every(({ authorization }) => authorization === `Bearer ${TOKEN}`));
		assert.deepEqual(server.requests.at(-1)?.method, 'DELETE', 'the session is ended');
		assert.deepEqual(JSON.parse(await (toolset.reread?.() ?? '')).tools.length, 2);
	});

	for (const [what, answer] of [
		['a result that says it failed', (said: string) => ({ ...text(said), isError: true })],
		['a file', (said: string) => ({ content: [{ type: 'image', mimeType: 'text/plain', data: Buffer.from(said).toString('base64') }] })],
	] as const) {
		test(`are hidden in ${what} though it is cut in the midst of one`, async (context) => {
			const server = await serveMcp(context, {
				tools: TOOLS,
				call: ({ reply, headers }) => reply(answer(`${'x'.repeat(1_990)}${headers.authorization}`)),
			});
			const credential = bearer(server.origin);
			const toolset = await openServer(context, httpRoute(context, server.url, { credential }), { secrets: credential.secrets });
			const kept: string[] = [];
			const files: CallFiles = {
				get: async () => undefined,
				async put({ name, mediaType, content }) {
					kept.push(Buffer.from(content).toString('latin1'));
					return { file: 'f1', name, mediaType, bytes: content.length };
				},
			};
			const look = toolset.tools.get('look');
			assert.ok(look);
			const response = await toolset.call(look, {}, { signal: AbortSignal.timeout(20_000), files });
			const seen = JSON.stringify([response, kept]);
			for (let length = 4; length <= TOKEN.length; length += 1) assert.ok(!seen.includes(TOKEN.slice(0, length)), TOKEN.slice(0, length));
			assert.ok(seen.length > 1_900);
		});
	}

	test('stay with their origin when the server points elsewhere', async (context) => {
		const elsewhere = await serveMcp(context, { tools: TOOLS });
		const server = await serveMcp(context, {
			tools: TOOLS,
			first: (_request, response) => Boolean(response.writeHead(307, { location: elsewhere.url }).end()),
		});
		const route = httpRoute(context, server.url, { credential: bearer(server.origin) });
		await assert.rejects(read(route, server.url), { name: 'UserError' });
		assert.deepEqual(elsewhere.requests, []);
	});

	test('by OAuth2 are fetched anew when the server no longer takes them', async (context) => {
		let current = 0;
		const tokens = await serve((_request, response) => {
			current += 1;
			json(response, { access_token: `token-number-${current}`, token_type: 'bearer', expires_in: 3600 });
		});
		context.after(tokens.close);
		const server = await guarded(context, () => `token-number-${current}`);
		const egress = createEgress({ allowPrivateHosts: [], allowLoopback: true });
		context.after(() => egress.close());
		const client = { id: 'films', secret: 'client-secret-1', tokenUrl: `${tokens.origin}/token` };
		const credential = createOAuth2Source({ client, origin: server.origin, egress });
		const toolset = await openServer(context, { kind: 'http', url: server.url, egress, credential }, { secrets: credential.secrets });
		assert.equal(await toolset.value('look'), 'called with Bearer [secret]');
		assert.equal(tokens.requests.length, 1);
		current = 7;
		assert.equal(await toolset.value('change'), 'called with Bearer [secret]');
		assert.equal(tokens.requests.length, 2);
	});
});

describe('a session', () => {
	test('that the server has forgotten is begun again, for writes, too, and the call arrives once', async (context) => {
		const calls: string[] = [];
		const server = await serveMcp(context, {
			tools: TOOLS,
			call({ reply, message }) {
				calls.push(message.params?.name ?? '');
				reply(text('done'));
			},
		});
		const toolset = await openServer(context, httpRoute(context, server.url));
		await toolset.value('look');
		server.forget();
		assert.deepEqual(await Promise.all(['change', 'change', 'look'].map((name) => toolset.value(name))), ['done', 'done', 'done']);
		assert.deepEqual(calls.toSorted(), ['change', 'change', 'look', 'look']);
	});

	test('that is forgotten, and a connection that breaks, leave other calls alone', async (context) => {
		const waiting = Promise.withResolvers<HttpExchange>();
		const server = await serveMcp(context, {
			tools: TOOLS,
			call(exchange) {
				const { wish } = exchange.message.params?.arguments ?? {};
				if (wish === 'wait') return waiting.resolve(exchange);
				if (wish === 'break') return exchange.response.destroy();
				exchange.reply(text('done'));
			},
			list: () => ({ tools: [tool('change', {}, { inputSchema: { type: 'object', properties: { wish: { type: 'string' } } } })] }),
		});
		const toolset = await openServer(context, httpRoute(context, server.url));
		const patient = toolset.value('change', { wish: 'wait' });
		const held = await waiting.promise;
		const broken = await toolset.ask('change', { wish: 'break' });
		assert.ok(!broken.ok && broken.kind === 'network');
		server.forget();
		assert.equal(await toolset.value('change', {}), 'done');
		held.reply(text('at last'));
		assert.equal(await patient, 'at last');
	});

	test('of a real server that was started again is begun again', async (context) => {
		const before = await serveEverything(context);
		const toolset = await openServer(context, httpRoute(context, before.url));
		assert.equal(await toolset.value('echo', { message: '1' }), 'Echo: 1');
		await before.stop();
		const down = await toolset.ask('echo', { message: '2' });
		assert.ok(!down.ok && down.kind === 'network');
		await serveEverything(context, before.port);
		assert.equal(await toolset.value('echo', { message: '3' }), 'Echo: 3');
	});
});

describe('responses', () => {
	const big = text('x'.repeat(9 * 1024 * 1024));
	const asJson = ({ reply }: HttpExchange) => reply(big);
	const asEvents = ({ stream, message }: HttpExchange) => stream()({ jsonrpc: '2.0', id: message.id, result: big });
	for (const [kind, call] of [['one document', asJson] as const, ['a stream', asEvents] as const]) {
		test(`that are too large are cut off as ${kind}`, async (context) => {
			const server = await serveMcp(context, { tools: TOOLS, call });
			const toolset = await openServer(context, httpRoute(context, server.url));
			assert.deepEqual(await toolset.ask('look'), {
				ok: false,
				kind: 'too-large',
				message: `The response of ${new URL(server.url).host} is larger than 8 MB. Ask for less: a filter, fewer items, or a smaller page.`,
			});
		});
	}

	test('that break off are asked for again where that changes nothing, and left uncertain where it may', async (context) => {
		const calls: string[] = [];
		const server = await serveMcp(context, {
			tools: TOOLS,
			call({ stream, reply, message, response }) {
				calls.push(message.params?.name ?? '');
				if (calls.length === 2) return reply(text('done'));
				stream();
				response.destroy();
			},
		});
		const toolset = await openServer(context, httpRoute(context, server.url));
		assert.equal(await toolset.value('look'), 'done');
		const { host } = new URL(server.url);
		const message = `${host} closed the connection before the response was complete.`;
		assert.deepEqual(await toolset.ask('change'), { ok: false, kind: 'network', message });
		assert.deepEqual(calls, ['look', 'look', 'change']);
	});

	test('with an error status are failures', async (context) => {
		const server = await serveMcp(context, {
			tools: TOOLS,
			call: ({ response }) => response.writeHead(503).end('{"error":{"message":"<b>too</b> busy"}}'),
		});
		const toolset = await openServer(context, httpRoute(context, server.url));
		const message = `${server.url} answered with status 503: too busy.`;
		assert.deepEqual(await toolset.ask('change'), { ok: false, kind: 'http', message, status: 503 });
	});
});

test('a change of the list is heard on the stream for notifications', async (context) => {
	const tools = [...TOOLS];
	const listeners: ((message: object) => void)[] = [];
	const server = await serveMcp(context, { tools, call: ({ reply }) => reply(text('done')), onListening: (send) => listeners.push(send) });
	const changed = Promise.withResolvers<string>();
	const { text: stored } = await openServer(context, httpRoute(context, server.url));
	const toolset = await openServer(context, httpRoute(context, server.url), { text: stored, onListChanged: changed.resolve });
	await toolset.value('look');
	tools.push(tool('another'));
	// The first stream belonged to the connection that read the list.
	while (listeners.length < 2) await delay(10);
	for (const send of listeners) send({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' });
	assert.deepEqual(
		JSON.parse(await changed.promise).tools.map(({ name }: { name: string }) => name),
		['another', 'change', 'look'],
	);
});
