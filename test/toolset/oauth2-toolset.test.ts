import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import pino from 'pino';
import { openStorage } from '../../src/storage/open.ts';
import { createSeal } from '../../src/storage/sealed.ts';
import { createCatalogue, type ToolsetRecord } from '../../src/toolset/catalogue.ts';
import { createEgress } from '../../src/toolset/http/egress.ts';
import { createKnownSecrets } from '../../src/toolset/http/known-secrets.ts';
import { openToolset } from '../../src/toolset/open-toolset.ts';
import type { OperatorSecret } from '../../src/toolset/operator-secret.ts';
import { json, type LocalServer, serve } from './http/local-server.ts';
import { CLIENT_ID, CLIENT_SECRET, startTokenServer } from './http/token-server.ts';

const CLIENT = `${CLIENT_ID}:${CLIENT_SECRET}`;
const CHAT = 'slack:TA';
const CONSOLE = 'console:local';
const TYPED = { form: 'oauth2', secret: CLIENT } as const;

/** An API that wants tokens of one server, another token server that a document may name, and processes that share a database. */
async function openWorld(
	context: TestContext,
	secrets: (hosts: { api: string; tokens: string }) => Record<string, OperatorSecret> = () => ({}),
) {
	const [tokens, evil] = [await startTokenServer(), await startTokenServer()];
	const api = await serve(({ method, headers }, response) => {
		if (!tokens.isGood(headers.authorization)) return json(response, { message: `not good: ${headers.authorization}` }, 401);
		json(response, { method, said: headers.authorization });
	});
	const storage = await openStorage('sqlite://:memory:', { logger: pino({ level: 'silent' }) });
	const egress = createEgress({ allowPrivateHosts: ['127.0.0.1'], allowLoopback: false });
	context.after(async () => {
		await Promise.all([api.close(), tokens.close(), evil.close(), egress.close()]);
		await storage.close();
	});
	const known = createKnownSecrets([]);
	const hostOf = ({ origin }: LocalServer) => new URL(origin).host;
	const start = () =>
		createCatalogue({
			storage,
			seal: createSeal('an operator key of more than 32 characters'),
			open: openToolset({
				egressOf: () => egress,
				secrets: new Map(Object.entries(secrets({ api: hostOf(api), tokens: hostOf(tokens) }))),
				severalWorkspaces: false,
				known,
				exampleUrl: () => Promise.reject(new Error('no examples here')),
			}),
			onFailure: () => {},
		});
	const add = (more: Partial<ToolsetRecord> = {}, tokenUrl?: string) => start().add(record(more), documentOf(api, tokenUrl));
	const loaded = async (workspaceId: string) => (await start().load(workspaceId, 'crm')) ?? assert.fail('no toolset');
	/** Changes what is stored, as a refresh or somebody with access to the database would. */
	const change = async (workspaceId: string, { document, ...more }: Partial<ToolsetRecord> & { document?: string }) => {
		const records = storage.records<ToolsetRecord>('toolsets');
		const stored = (await records.get(`${workspaceId}/crm`)) ?? assert.fail();
		await records.put(`${workspaceId}/crm`, { ...stored, ...more });
		const key = `${workspaceId}/crm/${stored.documentHash}`;
		if (document !== undefined) await storage.records<{ text: string }>('toolset-documents').put(key, { text: document });
		return stored;
	};
	return { api, tokens, evil, storage, known, start, add, loaded, change };
}

function record(more: Partial<ToolsetRecord>): ToolsetRecord {
	return { workspaceId: CHAT, name: 'crm', source: 'crm.json', addedAt: '2026-01-01T00:00:00Z', addedBy: 'ada', ...more };
}

function documentOf({ origin }: LocalServer, tokenUrl?: string): string {
	const operation = (operationId: string) => ({ operationId, responses: { 200: { description: 'ok' } } });
	const scheme = { type: 'oauth2', flows: { clientCredentials: { tokenUrl, scopes: {} } } };
	return JSON.stringify({
		openapi: '3.1.0',
		info: { title: 'Customers', version: '1' },
		servers: [{ url: origin }],
		paths: { '/customers': { get: operation('list'), post: operation('create') } },
		...(tokenUrl !== undefined && { components: { securitySchemes: { client: scheme } } }),
	});
}

async function call(toolset: Awaited<ReturnType<ReturnType<typeof createCatalogue>['load']>>, name = 'list') {
	const tool = toolset?.tools.get(name) ?? assert.fail(`no tool ${name}`);
	return toolset?.call(tool, {}, { signal: AbortSignal.timeout(5_000) });
}

describe('a client that was typed in', () => {
	test('is bound to the address that the admin gave, and stored in no plain form', async (context) => {
		const { api, tokens, evil, storage, add, start, loaded, known } = await openWorld(context);
		await add({}, evil.tokenUrl);
		await start().setCredential(CHAT, 'crm', { ...TYPED, oauth2: { tokenUrl: tokens.tokenUrl, scope: 'read' } });
		const stored: unknown[] = [];
		for (const namespace of ['toolsets', 'toolset-credentials']) {
			for await (const entry of storage.records(namespace).entries()) stored.push(entry);
		}
		assert.ok(!JSON.stringify(stored).includes('cl1ent'));
		const toolset = await loaded(CHAT);
		assert.deepEqual(await call(toolset), { ok: true, status: 200, value: { method: 'GET', said: 'Bearer [secret]' } });
		assert.deepEqual(await call(toolset, 'create'), { ok: true, status: 200, value: { method: 'POST', said: 'Bearer [secret]' } });
		assert.deepEqual(
			tokens.requests.map(({ body }) => body),
			['grant_type=client_credentials&scope=read'],
		);
		assert.equal(known.scrub(`${tokens.issued[0]} ${CLIENT_SECRET}`), '[secret] [secret]');
		assert.deepEqual([evil.requests.length, api.requests.length], [0, 2]);
	});

	test('goes to no other server than that of the API on the word of a document', async (context) => {
		const { tokens, add, start } = await openWorld(context);
		await add({}, tokens.tokenUrl);
		await assert.rejects(start().setCredential(CHAT, 'crm', TYPED), { code: 'bad-input', message: /another server.*--token-url/ });
		assert.equal(tokens.requests.length, 0);
	});

	test('is sent to nobody once the document names another address, until it is given again', async (context) => {
		const { api, tokens, evil, add, start, loaded, change } = await openWorld(context);
		await add({}, tokens.tokenUrl);
		await start().setCredential(CHAT, 'crm', { ...TYPED, oauth2: { tokenUrl: tokens.tokenUrl } });
		await change(CHAT, { document: documentOf(api, evil.tokenUrl) });
		await assert.rejects(loaded(CHAT), { code: 'not-allowed', message: /now says.*Nothing is sent to either/ });
		assert.deepEqual([tokens.requests.length, evil.requests.length, api.requests.length], [0, 0, 0]);
		await start().setCredential(CHAT, 'crm', { ...TYPED, oauth2: { tokenUrl: tokens.tokenUrl } });
		assert.equal((await call(await loaded(CHAT)))?.ok, true);
		assert.equal(evil.requests.length, 0);
	});

	test('stays with its token address, whatever is changed in the records', async (context) => {
		const { tokens, evil, add, start, loaded, change } = await openWorld(context);
		await add();
		await start().setCredential(CHAT, 'crm', { ...TYPED, oauth2: { tokenUrl: tokens.tokenUrl } });
		const elsewhere = { tokenUrl: evil.tokenUrl, declared: [] };
		const { sealed = assert.fail() } = await change(CHAT, { oauth2: elsewhere });
		await assert.rejects(loaded(CHAT), { code: 'not-allowed' });
		await change(CHAT, { oauth2: elsewhere, sealed: { ...sealed, tokenUrl: evil.tokenUrl } });
		await assert.rejects(loaded(CHAT), { code: 'configuration' });
		const { tokenUrl: _bound, ...unbound } = sealed;
		await change(CHAT, { oauth2: elsewhere, sealed: unbound });
		await assert.rejects(loaded(CHAT), { code: 'configuration' });
		assert.equal(evil.requests.length, 0);
	});

	test('whose tokens were taken back gets others, also for a write, and once only', async (context) => {
		const { api, tokens, add, start, loaded } = await openWorld(context);
		await add();
		await start().setCredential(CHAT, 'crm', { ...TYPED, oauth2: { tokenUrl: tokens.tokenUrl } });
		const toolset = await loaded(CHAT);
		await call(toolset);
		tokens.revoke();
		assert.deepEqual(await call(toolset, 'create'), { ok: true, status: 200, value: { method: 'POST', said: 'Bearer [secret]' } });
		assert.deepEqual([tokens.issued.length, api.requests.length], [2, 3]);
		await tokens.close();
		tokens.revoke();
		const failed = await call(toolset);
		assert.match(failed?.ok === false ? failed.message : '', /^No access token: 127\.0\.0\.1:\d+ refused the connection/);
		assert.equal(failed?.ok === false && failed.kind, 'network');
	});

	test('that the API refuses whatever it brings is not asked for again and again', async (context) => {
		const { api, tokens, add, start, loaded } = await openWorld(context);
		await add();
		const other = await startTokenServer();
		context.after(() => other.close());
		await start().setCredential(CHAT, 'crm', { ...TYPED, oauth2: { tokenUrl: other.tokenUrl } });
		const failed = await call(await loaded(CHAT));
		assert.equal(failed?.ok === false && failed.status, 401);
		assert.match(failed?.ok === false ? failed.message : '', /not good: Bearer \[secret\]/);
		assert.deepEqual([other.issued.length, api.requests.length, tokens.requests.length], [2, 2, 0]);
	});
});

describe("the operator's client", () => {
	const secrets = (hosts: readonly string[]) => ({ CRM: { value: CLIENT, hosts } });

	test('is sent to a token address only where the operator pinned both it and the API', async (context) => {
		for (const pinned of ['api', 'tokens'] as const) {
			const { tokens, add } = await openWorld(context, (hosts) => secrets([hosts[pinned]]));
			await assert.rejects(add({ credential: 'oauth2:CRM', oauth2: { tokenUrl: tokens.tokenUrl } }), {
				code: 'configuration',
				message: /_HOSTS=/,
			});
			assert.equal(tokens.requests.length, 0);
		}
		const { tokens, evil, add, loaded } = await openWorld(context, ({ api, tokens: token }) => secrets([api, token]));
		await assert.rejects(add({ credential: 'oauth2:CRM' }, evil.tokenUrl), { code: 'bad-input' });
		await assert.rejects(add({ credential: 'oauth2:CRM', oauth2: { tokenUrl: evil.tokenUrl } }), { code: 'configuration' });
		await add({ credential: 'oauth2:CRM' }, tokens.tokenUrl);
		assert.equal((await call(await loaded(CHAT)))?.ok, true, 'the pin makes the word of the document good');
		assert.equal(evil.requests.length, 0);
	});

	test('is bound at the console, too', async (context) => {
		const { api, tokens, evil, add, loaded, change } = await openWorld(context, () => ({ CRM: { value: CLIENT } }));
		await assert.rejects(add({ workspaceId: CONSOLE, credential: 'oauth2:CRM' }, tokens.tokenUrl), {
			code: 'bad-input',
			message: /another server/,
		});
		await add({ workspaceId: CONSOLE, credential: 'oauth2:CRM', oauth2: { tokenUrl: tokens.tokenUrl } }, tokens.tokenUrl);
		assert.equal((await call(await loaded(CONSOLE)))?.ok, true);
		await change(CONSOLE, { document: documentOf(api, evil.tokenUrl) });
		await assert.rejects(loaded(CONSOLE), { code: 'not-allowed', message: /evil|now says/ });
		assert.equal(evil.requests.length, 0);
	});

	test('has an address of tokens, which belongs to no other kind of credential', async (context) => {
		const { tokens, add } = await openWorld(context, () => ({ CRM: { value: CLIENT } }));
		const oauth2 = { tokenUrl: tokens.tokenUrl };
		await assert.rejects(add({ workspaceId: CONSOLE, credential: 'bearer:CRM', oauth2 }), { code: 'bad-input', message: /oauth2:NAME/ });
		await assert.rejects(add({ workspaceId: CONSOLE, credential: 'oauth2:CRM' }), { code: 'bad-input', message: /does not say where/ });
		await assert.rejects(add({ workspaceId: CONSOLE, oauth2 }), { code: 'bad-input', message: /oauth2:NAME/ });
	});
});
