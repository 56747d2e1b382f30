import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, isIPv6 } from 'node:net';
import { after, before, suite, test } from 'node:test';
import { readDocument } from '../../../src/toolset/document-source.ts';
import type { Resolve } from '../../../src/toolset/http/connector.ts';
import { createEgress, type Egress, EgressError, type EgressFailure, type EgressResponse } from '../../../src/toolset/http/egress.ts';
import { createKnownSecrets } from '../../../src/toolset/http/known-secrets.ts';
import { readMcpSnapshot } from '../../../src/toolset/mcp/read-snapshot.ts';
import { mcpRoute } from '../../../src/toolset/mcp/route.ts';
import { openToolset } from '../../../src/toolset/open-toolset.ts';
import type { ToolsetRecord } from '../../../src/toolset/toolset-record.ts';
import { json, type LocalServer, serve } from './local-server.ts';
import { ADDRESSES, TARGETS } from './ssrf-targets.ts';

const SECRET = 'client:hunter2-hunter2';
const signal = new AbortController().signal;

/** Answers as the table says; the second answer for `rebinding.test` is another one than the first. */
function nameServer(): Resolve {
	let asked = 0;
	return async (host) => {
		const rebinding = host === 'rebinding.test' ? [asked++ === 0 ? '3000::1' : '127.0.0.1'] : undefined;
		const found = rebinding ?? ADDRESSES[host] ?? [];
		if (found.length === 0) throw Object.assign(new Error('unknown'), { code: 'ENOTFOUND' });
		return found.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
	};
}

/** A server on 127.0.0.1 and ::1 at one port. Counts connections: to have been dialled is too much. */
async function startCanary() {
	let connections = 0;
	const servers = [createServer((_, response) => response.end('reached')), createServer((_, response) => response.end('reached'))];
	const [four, six] = servers as [Server, Server];
	for (const server of servers) server.on('connection', () => (connections += 1));
	await new Promise<void>((resolve) => four.listen(0, '127.0.0.1', resolve));
	const { port } = four.address() as AddressInfo;
	const listensOnSix = await new Promise<boolean>((resolve) =>
		six.once('error', () => resolve(false)).listen(port, '::1', () => resolve(true)),
	);
	return {
		port,
		listensOnSix,
		connections: () => connections,
		close() {
			for (const server of servers) {
				server.closeAllConnections();
				server.close();
			}
		},
	};
}

/** Headers hold no other characters; a browser and a server would write them so, too. */
function asHeader(url: string): string {
	return url.replaceAll(/[^\x21-\x7e]/gu, encodeURIComponent);
}

suite('no request reaches', () => {
	let canary: Awaited<ReturnType<typeof startCanary>>;
	/** The one server that may be called. It redirects to where the query says, and points there in a Link header. */
	let open: LocalServer;
	let egress: Egress;

	before(async () => {
		canary = await startCanary();
		open = await serve(({ url }, response) => {
			const to = new URL(url, 'http://x').searchParams.get('to');
			if (to === null) return json(response, []);
			const location = asHeader(to);
			response
				.writeHead(url.startsWith('/redirect') ? 307 : 200, { location, link: `<${location}>; rel="next"`, refresh: `0; url=${location}` })
				.end('[]');
		});
		egress = createEgress({ allowPrivateHosts: [`127.0.0.1:${open.port}`], allowLoopback: false, resolve: nameServer(), timeoutMs: 3_000 });
	});
	after(async () => {
		await egress.close();
		await open.close();
		canary.close();
	});

	const operation = (operationId: string, servers?: readonly { url: string }[]) => ({
		operationId,
		...(servers && { servers }),
		parameters: [{ name: 'to', in: 'query', schema: { type: 'string' } }],
		responses: { 200: { description: 'ok', content: { 'application/json': { schema: { type: 'array', items: {} } } } } },
	});
	const documentOf = (url: string, more: object = {}) => ({
		openapi: '3.1.0',
		info: { title: 'A', version: '1' },
		servers: [{ url }],
		paths: { '/list': { get: operation('list') }, '/redirect': { get: operation('redirect') } },
		...more,
	});
	/** Connects the document and calls its first operation, as a question would; what is said when that fails. */
	const callThrough = async (document: object, record: Partial<ToolsetRecord> = {}, args: Record<string, string> = {}, name = 'list') => {
		const opening = openToolset({
			egressOf: () => egress,
			secrets: new Map([['CRM', { value: SECRET }]]),
			severalWorkspaces: false,
			known: createKnownSecrets([]),
			exampleUrl: () => Promise.reject(new Error('no examples here')),
		});
		const whole = { workspaceId: 'console:local', name: 'crm', source: 'crm.json', addedAt: '', addedBy: '', ...record };
		const toolset = await opening(whole, JSON.stringify(document));
		const tool = toolset.tools.get(name);
		if (!tool) return toolset.skipped[0]?.reason ?? assert.fail('neither a tool nor a reason');
		const response = await toolset.call(tool, args, { signal });
		return response.ok ? undefined : response.message;
	};
	const failure = (work: Promise<string | undefined>) =>
		work.catch((error: Error) => (error instanceof assert.AssertionError ? Promise.reject(error) : error.message));
	/** By the guard, and not because nobody was there. */
	const refusal = (result: EgressResponse | EgressFailure) => {
		if (result.ok) return undefined;
		assert.equal(result.kind, 'refused', result.message);
		return result.message;
	};

	/** Ways in which an address that somebody wrote could come to be requested. Each gives why it was not. */
	const WAYS: Readonly<Record<string, (url: string) => Promise<string | undefined>>> = {
		'a request': async (url) => {
			return refusal(await egress.fetch({ method: 'GET', url, headers: {} }, { signal }));
		},
		'a stream': (url) =>
			egress.webFetch(url, { signal: AbortSignal.timeout(3_000) }).then(
				() => undefined,
				(error: unknown) => (error instanceof EgressError ? refusal(error.failure) : Promise.reject(error)),
			),
		'a redirect': async (url) => {
			const to = `${open.origin}/redirect?to=${encodeURIComponent(url)}`;
			return refusal(await egress.fetch({ method: 'GET', url: to, headers: {} }, { signal }));
		},
		'a redirect of an operation': (url) => callThrough(documentOf(open.origin), {}, { to: url }, 'redirect'),
		'the address of a document': (url) => readDocument(url, { egress, allowFiles: false, signal }).then(() => undefined),
		'the address of an MCP server': async (url) => {
			const user = { workspaceId: 'slack:TA', name: 'crm' };
			const known = createKnownSecrets([]);
			const options = { secrets: new Map(), severalWorkspaces: false, known, commands: new Map(), egress };
			const { route, address } = mcpRoute(`mcp:${url}`, user, options);
			return readMcpSnapshot(route, { address, signal: AbortSignal.timeout(3_000) }).then(() => undefined);
		},
		'the servers of a document': (url) => callThrough(documentOf(url)),
		'a variable of its servers': (url) => {
			const servers = [{ url: '{where}', variables: { where: { default: url } } }];
			return callThrough(documentOf('', { servers }));
		},
		'the servers of an operation': (url) =>
			callThrough(documentOf(open.origin, { paths: { '/list': { get: operation('list', [{ url }]) } } })),
		'a base URL': (url) => callThrough(documentOf(open.origin), { baseUrl: url }),
		'a token address': (url) => callThrough(documentOf(open.origin), { credential: 'oauth2:CRM', oauth2: { tokenUrl: url } }),
	};
	/** Those whose addresses may be relative to a server that may be called. */
	const RELATIVE = ['a redirect', 'a redirect of an operation', 'the servers of an operation'];
	/** Ways that lead nowhere: what stands there is not requested, so there is nothing to refuse. */
	const IGNORED: typeof WAYS = {
		'a link to the next page': (url) => callThrough(documentOf(open.origin), {}, { to: url }),
		'a reference': (url) => {
			const schemas = { schemas: { A: { $ref: url }, B: { $ref: `${url}#/B` } } };
			return callThrough(documentOf(open.origin, { components: schemas }));
		},
		'a path': (url) => callThrough(documentOf(open.origin, { paths: { '/list': { get: operation('list') }, '/x': { $ref: url } } })),
		'the token address of a document': (url) => {
			const client = { type: 'oauth2', flows: { clientCredentials: { tokenUrl: url, scopes: {} } } };
			return callThrough(documentOf(open.origin, { components: { securitySchemes: { client } } }), { credential: 'bearer:CRM' });
		},
	};

	for (const [kind, targets] of Object.entries(TARGETS)) {
		suite(kind, () => {
			for (const template of targets) {
				test(JSON.stringify(template), async () => {
					const url = template.replace('PORT', String(canary.port));
					const before = open.requests.length;
					// `http:127.0.0.1/` is a path to whoever is at an http address already.
					const staysThere = URL.parse(asHeader(url), open.origin)?.origin === open.origin;
					for (const [way, attempt] of Object.entries(WAYS)) {
						const said = await failure(attempt(url));
						if (!(staysThere && RELATIVE.includes(way))) assert.notEqual(said, undefined, way);
						assert.equal(canary.connections(), 0, way);
					}
					for (const [way, attempt] of Object.entries(IGNORED)) {
						assert.equal(await failure(attempt(url)), undefined, way);
						assert.equal(canary.connections(), 0, way);
					}
					const sent = JSON.stringify(open.requests.slice(before).map(({ headers, body }) => [headers.cookie, body]));
					assert.ok(!sent.includes('hunter2'), 'the credential went where it was not given for');
				});
			}
		});
	}

	test('a name whose second answer is another one', async () => {
		const request = { method: 'GET', url: `http://rebinding.test:${canary.port}/`, headers: {} };
		const [first, second] = [await egress.fetch(request, { signal, timeoutMs: 300 }), await egress.fetch(request, { signal })];
		assert.ok(!first.ok && (first.kind === 'network' || first.kind === 'timed-out'), JSON.stringify(first));
		assert.equal(!second.ok && second.kind, 'refused');
		assert.equal(canary.connections(), 0);
	});
});

suite('what the table holds', () => {
	test('is refused by policy, not by chance: where this machine is allowed, its spellings do reach it', async (context) => {
		const canary = await startCanary();
		const egress = createEgress({
			allowPrivateHosts: ['0.0.0.0/0', '::/0'],
			allowLoopback: true,
			resolve: async (host) => (/localhost|loopback/.test(host) ? [{ address: '127.0.0.1', family: 4 }] : nameServer()(host)),
		});
		context.after(async () => {
			await egress.close();
			canary.close();
		});
		const spelled = [
			'this machine in numbers',
			'this machine in other characters',
			'this machine by name',
			'this machine in IPv6',
		] as const;
		const unreached: string[] = [];
		for (const template of spelled.flatMap((kind) => TARGETS[kind] ?? [])) {
			const result = await egress.fetch(
				{ method: 'GET', url: template.replace('PORT', String(canary.port)), headers: {} },
				{ signal, timeoutMs: 2_000 },
			);
			if (!result.ok) unreached.push(`${template}: ${result.message}`);
		}
		assert.deepEqual(unreached, []);
	});

	test('is enough', () => {
		const all = Object.values(TARGETS).flat();
		assert.equal(new Set(all).size, all.length, 'each once');
		assert.ok(all.length >= 200, `${all.length}`);
	});
});
