import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { createKnownSecrets } from '../../../src/toolset/http/known-secrets.ts';
import type { OperatorCommand } from '../../../src/toolset/mcp/operator-command.ts';
import { openToolset } from '../../../src/toolset/open-toolset.ts';
import type { OperatorSecret } from '../../../src/toolset/operator-secret.ts';
import { createReaches } from '../../../src/toolset/reach.ts';
import { text, tool } from '../../fixtures/mcp/protocol.ts';
import { serve } from '../http/local-server.ts';
import { serveMcp } from './http-server.ts';
import { referenceServer } from './servers.ts';

const TOKEN = 'hunter2-hunter2';
const TOOLS = [tool('look', { readOnlyHint: true })];

interface WorldOptions {
	readonly commands?: Readonly<Record<string, OperatorCommand>>;
	readonly secrets?: Readonly<Record<string, OperatorSecret>>;
}

/** As `services.ts` wires it, with 127.0.0.1 open to all. */
function openWorld(context: TestContext, { commands = {}, secrets = {} }: WorldOptions = {}) {
	const mcp = {
		commands: new Map(Object.entries(commands)),
		secrets: new Map(Object.entries(secrets)),
		severalWorkspaces: true,
		known: createKnownSecrets([]),
	};
	const reaches = createReaches({ allowPrivateHosts: ['127.0.0.1'], mcp });
	context.after(() => reaches.close());
	const open = openToolset({
		egressOf: (workspaceId) => reaches.of(workspaceId).egress,
		exampleUrl: () => Promise.reject(new Error('no examples here')),
		...mcp,
	});
	return {
		reaches,
		/** Reads a source and opens it, as adding it does. */
		async connect(source: string, credential?: string, workspaceId = 'slack:T1') {
			const record = { workspaceId, name: 'it', source, credential, addedAt: '', addedBy: '' };
			const { text: document } = await reaches.of(workspaceId).readDocument(source, record);
			const toolset = await open(record, document);
			context.after(() => toolset.close?.());
			return toolset;
		},
		open,
	};
}

describe('a source that is an MCP server', () => {
	test('is told by mcp: in front of it, or by how its bare address answers', async (context) => {
		const server = await serveMcp(context, { tools: TOOLS, call: ({ reply }) => reply(text('seen')) });
		const { connect } = openWorld(context);
		for (const source of [`mcp:${server.url}`, server.url]) {
			const toolset = await connect(source);
			assert.equal(toolset.address, server.url);
			const look = toolset.tools.get('look');
			assert.ok(look);
			assert.deepEqual(await toolset.call(look, {}, { signal: new AbortController().signal }), { ok: true, value: 'seen' });
		}
	});

	test('that is neither document nor server is explained as a document', async (context) => {
		const server = await serve((_request, response) => response.writeHead(405).end());
		context.after(server.close);
		await assert.rejects(openWorld(context).connect(server.origin), { code: 'document', message: /answered with status 405/ });
	});

	test('carries the credential of the operator where it is pinned to, from the first request on', async (context) => {
		const server = await serveMcp(context, {
			tools: TOOLS,
			call: ({ reply, headers }) => reply(text(String(headers.authorization))),
			first: (request, response) => request.headers.authorization !== `Bearer ${TOKEN}` && Boolean(response.writeHead(401).end()),
		});
		const pinned = { value: TOKEN, hosts: [new URL(server.url).host], workspaces: ['slack:T1'] };
		const { connect } = openWorld(context, { secrets: { CRM: pinned } });
		const source = `mcp:${server.url}`;
		for (const reference of ['CRM', 'bearer:CRM']) {
			const toolset = await connect(source, reference);
			const look = toolset.tools.get('look');
			assert.ok(look);
			assert.deepEqual(await toolset.call(look, {}, { signal: new AbortController().signal }), { ok: true, value: 'Bearer [secret]' });
		}
		assert.equal((await connect(source)).tools.size, 0, 'it can be given a credential afterwards');
		const sent = server.requests.length;
		await assert.rejects(connect(source, 'CRM', 'slack:T2'), { code: 'configuration', message: /TOOLSET_SECRET_CRM cannot be sent/ });
		assert.equal(server.requests.length, sent);
	});

	test('is started only for those whose it is, and takes no credential and no other address', async (context) => {
		const everything = { ...referenceServer('everything'), workspaces: ['slack:T1'] };
		const { connect, open } = openWorld(context, { commands: { EVERYTHING: everything } });
		assert.equal((await connect('mcp:everything')).title, 'Everything Reference Server');
		await assert.rejects(connect('mcp:everything', undefined, 'slack:T2'), { code: 'not-allowed' });
		await assert.rejects(connect('mcp:everything', 'bearer:CRM'), { code: 'bad-input', message: /takes no credential/ });
		const record = { workspaceId: 'slack:T1', name: 'it', source: 'mcp:everything', addedAt: '', addedBy: '' };
		await assert.rejects(open({ ...record, baseUrl: 'https://other.example' }, '{"mcp":1,"tools":[]}'), { code: 'bad-input' });
		await assert.rejects(open(record, undefined), { code: 'storage' });
		await assert.rejects(open(record, '{"openapi":"3.1.0"}'), { code: 'document' });
	});

	test('is not made of a document that only looks like a snapshot', async (context) => {
		const snapshot = '{"mcp":1,"server":{"name":"files"},"tools":[{"name":"read","annotations":{"readOnlyHint":true}}]}';
		const { open } = openWorld(context, { commands: { FILES: referenceServer('filesystem', '/') } });
		const record = { workspaceId: 'slack:T1', name: 'it', addedAt: '', addedBy: '' };
		// Calls go to where the admin said, and nowhere else.
		assert.equal((await open({ ...record, source: 'https://host.example/api.json' }, snapshot)).address, 'https://host.example/api.json');
		await assert.rejects(open({ ...record, source: 'upload:api.json' }, snapshot), { code: 'bad-input' });
	});
});
