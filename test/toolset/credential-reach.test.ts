import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import pino from 'pino';
import { openStorage } from '../../src/storage/open.ts';
import { createSeal } from '../../src/storage/sealed.ts';
import { type Catalogue, createCatalogue, type NewCredential } from '../../src/toolset/catalogue.ts';
import { createEgress } from '../../src/toolset/http/egress.ts';
import { createKnownSecrets } from '../../src/toolset/http/known-secrets.ts';
import { openToolset } from '../../src/toolset/open-toolset.ts';
import { json, type LocalServer, type ReceivedRequest, serve } from './http/local-server.ts';
import { secretsIn } from './http/secret-forms.ts';
import { CLIENT_ID, CLIENT_SECRET, startTokenServer, type TokenServer } from './http/token-server.ts';

const CHAT = 'slack:TA';
const SECRETS = {
	bearer: 'bearer+s3cret/1',
	basic: 'dana:b@sic s3cret&2',
	header: 'header-s3cret=3',
	query: 'query s3cret/4?',
	cookie: 'cookie-s3cret+5',
	oauth2: CLIENT_SECRET,
	other: 'other-toolset-s3cret-6',
} as const;

type Typed = Extract<NewCredential, { secret: string }>;
/** Each kind of credential, as an admin types it in. */
const KINDS: Readonly<Record<string, (tokens: TokenServer) => Typed>> = {
	bearer: () => ({ form: 'bearer', secret: SECRETS.bearer }),
	basic: () => ({ form: 'basic', secret: SECRETS.basic }),
	header: () => ({ form: 'header:X-Api-Key', secret: SECRETS.header }),
	query: () => ({ form: 'query:api_key', secret: SECRETS.query }),
	cookie: () => ({ form: 'cookie:sid', secret: SECRETS.cookie }),
	oauth2: ({ tokenUrl }) => ({ form: 'oauth2', secret: `${CLIENT_ID}:${CLIENT_SECRET}`, oauth2: { tokenUrl } }),
};

interface World {
	readonly api: LocalServer;
	/** Belongs to somebody else, who has written the documents, and whose tokens are as good as any. */
	readonly evil: TokenServer;
	readonly tokens: TokenServer;
	readonly catalogue: Catalogue;
	/** What was sent to a server that must not see it. */
	leaks(): string[];
}

async function openWorld(context: TestContext): Promise<World> {
	const evil = await startTokenServer();
	const tokens = await startTokenServer();
	const api = await serve((request: ReceivedRequest, response) => {
		const status = Number(/^\/moved\/(\d+)/.exec(request.url)?.[1]);
		if (status) return response.writeHead(status, { location: evil.origin + request.url }).end();
		if (request.url.startsWith('/bounce')) return response.writeHead(302, { location: `${evil.origin}/bounced${request.url}` }).end();
		response.setHeader('link', `<${evil.origin}/list?page=2>; rel="next"`);
		json(response, { next: `${evil.origin}/list?page=2` });
	});
	const storage = await openStorage('sqlite://:memory:', { logger: pino({ level: 'silent' }) });
	const egress = createEgress({ allowPrivateHosts: ['127.0.0.1'], allowLoopback: false });
	context.after(async () => {
		await Promise.all([api.close(), evil.close(), tokens.close(), egress.close()]);
		await storage.close();
	});
	const open = openToolset({
		egressOf: () => egress,
		secrets: new Map(),
		severalWorkspaces: false,
		known: createKnownSecrets([]),
		exampleUrl: () => Promise.reject(new Error('no examples here')),
	});
	const seal = createSeal('an operator key of more than 32 characters');
	const catalogue = createCatalogue({ storage, seal, open, onFailure: () => undefined });
	const { other, ...own } = SECRETS;
	const leaks = () => {
		const issued = Object.fromEntries(tokens.issued.map((token) => [`the token ${token}`, token]));
		return [
			...secretsIn(dump(evil), { ...own, ...issued }),
			...secretsIn(dump(api), { other, client: CLIENT_SECRET }),
			...secretsIn(dump(tokens), { other }),
		];
	};
	return { api, evil, tokens, catalogue, leaks };
}

/** Headers with their base64 undone, too: it holds the name in front of a password. */
function dump({ requests }: LocalServer): string {
	return JSON.stringify(requests).replaceAll(/Basic ([\w+/=]+)/g, (whole, text: string) => whole + Buffer.from(text, 'base64').toString());
}

const METHODS = ['get', 'post'] as const;

function documentOf(url: string, more: object = {}): string {
	const paths = ['list', ...[301, 302, 303, 307, 308].map((status) => `moved/${status}`), 'bounce'].map((path) => [
		`/${path}`,
		Object.fromEntries(METHODS.map((method) => [method, { operationId: `${method} ${path}`, responses: { 200: { description: 'ok' } } }])),
	]);
	return JSON.stringify({
		openapi: '3.1.0',
		info: { title: 'A', version: '1' },
		servers: [{ url }],
		paths: Object.fromEntries(paths),
		...more,
	});
}

async function add({ catalogue }: World, document: string, name = 'crm', workspaceId = CHAT): Promise<void> {
	await catalogue.add({ workspaceId, name, source: `${name}.json`, addedAt: '2026-01-01', addedBy: 'ada' }, document);
}

/** Calls everything a toolset has; it need not succeed. */
async function callAll({ catalogue }: World, name = 'crm', workspaceId = CHAT): Promise<void> {
	const toolset = await catalogue.load(workspaceId, name);
	for (const tool of toolset?.tools.values() ?? []) {
		const response = await toolset?.call(tool, {}, { signal: AbortSignal.timeout(5_000) });
		if (response?.ok && response.next) await toolset?.call(tool, response.next, { signal: AbortSignal.timeout(5_000) });
	}
}

/** What somebody who writes the document, or the API's responses, or another toolset, could try once the credential is set. */
const ATTEMPTS: Readonly<Record<string, (world: World) => Promise<void>>> = {
	'redirects, and links to a next page': async (world) => {
		await callAll(world);
		assert.ok(world.evil.requests.length >= 10, 'redirects are followed, without it');
	},
	'a refreshed document with other servers': (world) => refresh(world, documentOf(world.evil.origin)),
	'a refreshed document with servers of operations and paths': (world) =>
		refresh(world, documentOf(world.api.origin, withOwnServers(world))),
	'a refreshed document with other servers first': (world) =>
		refresh(world, documentOf('', { servers: [{ url: world.evil.origin }, { url: world.api.origin }] })),
	'a refreshed document with a variable for its server': (world) =>
		refresh(
			world,
			documentOf('', { servers: [{ url: 'http://{host}', variables: { host: { default: new URL(world.evil.origin).host } } }] }),
		),
	'a refreshed document with another token address': (world) => {
		const client = { type: 'oauth2', flows: { clientCredentials: { tokenUrl: world.evil.tokenUrl, scopes: {} } } };
		return refresh(world, documentOf(world.api.origin, { components: { securitySchemes: { client } } }));
	},
	'another toolset, with a credential of its own': async (world) => {
		await add(world, documentOf(world.evil.origin), 'other');
		await world.catalogue.setCredential(CHAT, 'other', { form: 'bearer', secret: SECRETS.other });
		await callAll(world, 'other');
		await callAll(world);
	},
	'another toolset that claims the same server': async (world) => {
		await add(world, documentOf(world.evil.origin, { servers: [{ url: world.evil.origin }, { url: world.api.origin }] }), 'other');
		await callAll(world, 'other');
	},
	'a toolset of the same name in another workspace': async (world) => {
		await add(world, documentOf(world.evil.origin), 'crm', 'slack:TB');
		await callAll(world, 'crm', 'slack:TB');
	},
	'a toolset of the same name after it was removed': async (world) => {
		await world.catalogue.remove(CHAT, 'crm');
		await add(world, documentOf(world.evil.origin));
		await callAll(world);
	},
};

function withOwnServers({ evil }: World): object {
	const operation = (operationId: string, more: object = {}) => ({ operationId, responses: { 200: { description: 'ok' } }, ...more });
	const servers = [{ url: evil.origin }];
	return {
		paths: { '/list': { get: operation('list', { servers }), post: operation('make') }, '/other': { servers, get: operation('other') } },
	};
}

/** As an admin who says yes to everything. */
async function refresh(world: World, document: string): Promise<void> {
	const { catalogue } = world;
	try {
		await catalogue.refresh(await catalogue.prepareRefresh(CHAT, 'crm', { source: 'crm.json', document }), 'ada');
	} catch (error) {
		assert.match(String(error), /UserError/);
	}
	await callAll(world);
}

for (const [kind, credential] of Object.entries(KINDS)) {
	suite(`a credential of kind ${kind} is sent to nobody else by`, () => {
		for (const [attempt, run] of Object.entries(ATTEMPTS)) {
			test(attempt, async (context) => {
				const world = await openWorld(context);
				await add(world, documentOf(world.api.origin));
				await world.catalogue.setCredential(CHAT, 'crm', credential(world.tokens));
				await callAll(world);
				const sent = kind === 'oauth2' ? world.tokens.issued[0] : SECRETS[kind as keyof typeof SECRETS];
				assert.notDeepEqual(secretsIn(dump(world.api), { sent: sent ?? assert.fail('no token') }), [], 'it is used at all');
				await run(world);
				assert.deepEqual(world.leaks(), []);
			});
		}
	});
}

suite('that somebody could see it is seen:', () => {
	test('servers of others are called without it', async (context) => {
		const world = await openWorld(context);
		await add(world, documentOf(world.evil.origin), 'other');
		await world.catalogue.setCredential(CHAT, 'other', { form: 'basic', secret: SECRETS.basic });
		await callAll(world, 'other');
		assert.equal(world.leaks().length, 1);
	});
});
