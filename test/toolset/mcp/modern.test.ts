import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { json, type ReceivedRequest, serve } from '../http/local-server.ts';
import { httpRoute, openServer } from './servers.ts';

const REVISION = '2026-07-28';
const CACHE = { resultType: 'complete', ttlMs: 0, cacheScope: 'private' };
const TOOLS = [
	{
		name: 'look',
		description: 'Looks.',
		inputSchema: { type: 'object', properties: { where: { type: 'string', 'x-mcp-header': 'Where' } }, required: ['where'] },
		annotations: { readOnlyHint: true },
	},
	{ name: 'ask\u001b[31m', inputSchema: { type: 'object', properties: { a: { type: 'object', 'x-mcp-header': 'A' } } } },
	{ name: 'needy', inputSchema: { type: 'object' } },
];

/** A server that speaks nothing but the newest revision: no `initialize`, no sessions, and a question instead of a result. */
async function serveModern(context: TestContext) {
	const respond = ({ body }: ReceivedRequest): object | undefined => {
		const { id, method, params = {} } = JSON.parse(body || '{}') as { id?: unknown; method?: string; params?: { name?: string } };
		const result = (value: object) => ({ jsonrpc: '2.0', id, result: value });
		if (method === 'server/discover') return result({ ...CACHE, supportedVersions: [REVISION], capabilities: { tools: {} } });
		if (method === 'tools/list') return result({ ...CACHE, tools: TOOLS });
		if (method !== 'tools/call') return undefined;
		if (params.name === 'look') return result({ resultType: 'complete', content: [{ type: 'text', text: 'seen' }] });
		const elicitation = {
			method: 'elicitation/create',
			params: { message: 'Your password?', requestedSchema: { type: 'object', properties: {} } },
		};
		return result({ resultType: 'input_required', inputRequests: { one: elicitation }, requestState: 'x' });
	};
	const server = await serve((request, response) => {
		const answer = respond(request);
		if (answer) return json(response, answer);
		response.writeHead(404).end();
	});
	context.after(server.close);
	return { ...server, url: `${server.origin}/mcp` };
}

test('a server of the newest revision alone is spoken to in it', async (context) => {
	const warn = context.mock.method(console, 'warn', () => {});
	const server = await serveModern(context);
	const toolset = await openServer(context, httpRoute(context, server.url));
	assert.equal(JSON.parse(toolset.text).era, 'modern');
	assert.deepEqual([...toolset.tools.keys()].toSorted(), ['ask31m', 'look', 'needy']);
	assert.equal(await toolset.value('look', { where: 'here' }), 'seen');
	const { headers } = server.requests.findLast(({ body }) => body.includes('tools/call')) ?? assert.fail();
	assert.deepEqual([headers['mcp-protocol-version'], headers['mcp-param-where']], [REVISION, 'here']);
	assert.equal(warn.mock.callCount(), 0, 'nothing of a server is written to the terminal');

	// What it wants to be told in the middle of a call, nobody is asked for.
	const needy = await toolset.ask('needy');
	assert.ok(!needy.ok);
	assert.deepEqual(
		[needy.kind, needy.message],
		['http', `${server.url} asks for something in the middle of a call, which is not supported.`],
	);
});
