import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import pino from 'pino';
import { openExamples } from '../../examples/examples.ts';
import type { JsonObject } from '../../src/json.ts';
import { openStorage } from '../../src/storage/open.ts';
import { createSeal } from '../../src/storage/sealed.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { createCatalogue, type ToolsetRecord } from '../../src/toolset/catalogue.ts';
import { createEgress } from '../../src/toolset/http/egress.ts';
import { createKnownSecrets } from '../../src/toolset/http/known-secrets.ts';
import { openToolset } from '../../src/toolset/open-toolset.ts';
import type { OperatorSecret } from '../../src/toolset/operator-secret.ts';
import type { Toolset } from '../../src/toolset/tool.ts';
import { json, type LocalServer, type ReceivedRequest, serve } from './http/local-server.ts';

const SECRET = 'hunter2-hunter2-hunter2';
const KEY = 'an operator key of more than 32 characters';
const A = 'slack:TA';
const B = 'slack:TB';

interface WorldOptions {
	readonly secrets?: (crm: LocalServer) => Record<string, OperatorSecret>;
	readonly severalWorkspaces?: boolean;
}

interface ProcessOptions {
	readonly key?: string;
	/** What the process gets instead of the storage. */
	readonly around?: (storage: Storage) => Storage;
	/** Called, and awaited, before a toolset is opened. */
	readonly beforeOpening?: () => Promise<void>;
}

/** Two servers that say what they were sent (the operator lets toolsets reach them), and processes that share a database. */
async function openWorld(context: TestContext, { secrets = () => ({}), severalWorkspaces = false }: WorldOptions = {}) {
	const echo = (request: ReceivedRequest, response: Parameters<typeof json>[0]) => {
		if (request.url === '/away') return response.writeHead(302, { location: `${evil.origin}/echo` }).end();
		if (request.url === '/guesses') return json(response, [SECRET, 'other guess']);
		if (request.url === '/denied') return json(response, { message: `no: ${request.headers.authorization}` }, 401);
		return json(response, { ...request, origin: 'echo' });
	};
	const [crm, evil] = [await serve(echo), await serve(echo)];
	const storage = await openStorage('sqlite://:memory:', { logger: pino({ level: 'silent' }) });
	const egress = createEgress({ allowPrivateHosts: ['127.0.0.1'], allowLoopback: false });
	const examples = openExamples();
	context.after(async () => {
		await Promise.all([crm.close(), evil.close(), egress.close(), examples.close()]);
		await storage.close();
	});
	const known = createKnownSecrets([]);
	const failures: unknown[] = [];
	const start = ({ key = KEY, around = (same) => same, beforeOpening }: ProcessOptions = {}) => {
		const open = openToolset({
			egressOf: () => egress,
			secrets: new Map(Object.entries(secrets(crm))),
			severalWorkspaces,
			known,
			exampleUrl: examples.url,
		});
		return createCatalogue({
			storage: around(storage),
			seal: key === '' ? undefined : createSeal(key),
			open: async (...given) => {
				await beforeOpening?.();
				return open(...given);
			},
			onFailure: (_, error) => failures.push(error),
		});
	};
	return { crm, evil, storage, known, failures, start, catalogue: start() };
}

function documentOf({ origin }: LocalServer): string {
	const paths = ['echo', 'away', 'guesses', 'denied'];
	return JSON.stringify({
		openapi: '3.1.0',
		info: { title: 'Customers', version: '1' },
		servers: [{ url: origin }],
		paths: Object.fromEntries(paths.map((path) => [`/${path}`, { get: { operationId: path, responses: { 200: { description: 'ok' } } } }])),
	});
}

function record(workspaceId: string, more: Partial<ToolsetRecord> = {}): ToolsetRecord {
	return { workspaceId, name: 'crm', source: 'crm.json', addedAt: '2026-01-01T00:00:00Z', addedBy: 'ada', ...more };
}

async function call(toolset: Toolset | undefined, name = 'echo') {
	const tool = toolset?.tools.get(name) ?? assert.fail(`no tool ${name}`);
	return toolset?.call(tool, {}, { signal: AbortSignal.timeout(5_000) });
}

/** Whether any request a server ever got holds the secret. */
function got({ requests }: LocalServer, secret = SECRET): boolean {
	return JSON.stringify(requests).includes(secret);
}

async function everythingStored(storage: Storage, namespace: string): Promise<string> {
	const found: unknown[] = [];
	for await (const entry of storage.records(namespace).entries()) found.push(entry);
	return JSON.stringify(found);
}

describe('secrets of the operator in a chat', () => {
	const pinned = (crm: LocalServer) => ({ CRM: { value: SECRET, hosts: [new URL(crm.origin).host], workspaces: [A] } });

	test('are sent to where they are pinned, by whom they are for, and to nowhere else', async (context) => {
		const { crm, evil, catalogue } = await openWorld(context, { secrets: pinned, severalWorkspaces: true });
		const asked = [
			[record(B, { credential: 'bearer:CRM' }), crm],
			[record(A, { credential: 'bearer:CRM' }), evil],
			[record(A, { credential: 'bearer:CRM', baseUrl: evil.origin }), crm],
		] as const;
		for (const [wanted, server] of asked) {
			await assert.rejects(catalogue.add(wanted, documentOf(server)), { code: 'configuration', message: /TOOLSET_SECRET_CRM_HOSTS=/ });
		}
		await catalogue.add(record(B), documentOf(evil));
		await assert.rejects(catalogue.setCredential(B, 'crm', { reference: 'bearer:CRM' }), /TOOLSET_SECRET_CRM_WORKSPACES=slack:TB/);
		await call(await catalogue.load(B, 'crm'));
		const toolset = await catalogue.add(record(A, { credential: 'bearer:CRM' }), documentOf(crm));
		await call(toolset);
		assert.equal(crm.requests.at(-1)?.headers.authorization, `Bearer ${SECRET}`);
		await call(toolset, 'away');
		assert.equal(evil.requests.at(-1)?.url, '/echo');
		assert.ok(!got(evil));
	});

	test('are not told by what is hidden from workspaces that may not use them', async (context) => {
		const { crm, catalogue } = await openWorld(context, { secrets: pinned });
		const [mine, theirs] = [await catalogue.add(record(A), documentOf(crm)), await catalogue.add(record(B), documentOf(crm))];
		assert.deepEqual(await call(mine, 'guesses'), { ok: true, status: 200, value: ['[secret]', 'other guess'] });
		assert.deepEqual(await call(theirs, 'guesses'), { ok: true, status: 200, value: [SECRET, 'other guess'] });
	});

	test('a pin that was taken back closes the toolset at the next start', async (context) => {
		const secrets: Record<string, OperatorSecret> = {};
		const { crm, start, failures } = await openWorld(context, { secrets: () => secrets });
		secrets.CRM = { value: SECRET, hosts: [new URL(crm.origin).host] };
		await start().add(record(A, { credential: 'bearer:CRM' }), documentOf(crm));
		assert.equal((await start().toolsets(A)).length, 1);
		secrets.CRM = { value: SECRET };
		assert.equal((await start().toolsets(A)).length, 0);
		assert.match(String(failures[0]), /TOOLSET_SECRET_CRM_HOSTS/);
	});
});

describe('credentials that are typed in', () => {
	test('are carried by calls, hidden in what comes back, and stored in no plain form', async (context) => {
		const { crm, storage, known, catalogue } = await openWorld(context);
		await catalogue.add(record(A), documentOf(crm));
		const forms: [form: string, secret: string, header: string, sent: string][] = [
			['bearer', SECRET, 'authorization', `Bearer ${SECRET}`],
			['basic', `ada:${SECRET}`, 'authorization', `Basic ${btoa(`ada:${SECRET}`)}`],
			['header:X-Api-Key', `${SECRET}3`, 'x-api-key', `${SECRET}3`],
		];
		for (const [form, secret, header, sent] of forms) {
			await catalogue.setCredential(A, 'crm', { form, secret });
			const [stored] = await catalogue.list(A);
			assert.equal(stored?.credential, `${form}:*`);
			const toolset = await catalogue.load(A, 'crm');
			const echoed = (await call(toolset)) ?? assert.fail();
			assert.equal(crm.requests.at(-1)?.headers[header], sent);
			const denied = await call(toolset, 'denied');
			assert.doesNotMatch(JSON.stringify([echoed, denied]), /hunter2/);
			assert.ok(echoed.ok && (echoed.value as JsonObject).origin === 'echo');
		}
		await catalogue.setCredential(A, 'crm', { form: 'query:key:*', secret: SECRET });
		await call(await catalogue.load(A, 'crm'));
		assert.equal(crm.requests.at(-1)?.url, `/echo?key=${SECRET}`);
		for (const namespace of ['toolsets', 'toolset-credentials', 'toolset-documents']) {
			assert.doesNotMatch(await everythingStored(storage, namespace), /hunter2/, namespace);
		}
		assert.equal((await everythingStored(storage, 'toolset-credentials')).split('v1.').length, 2, 'replaced ones are deleted');
		assert.equal(known.scrub(`in a log: ${SECRET}`), 'in a log: [secret]');
	});

	test('are hidden from all toolsets of the workspace, and tell others nothing', async (context) => {
		const { crm, catalogue } = await openWorld(context);
		await catalogue.add(record(A), documentOf(crm));
		const [mine, theirs] = [
			await catalogue.add(record(A, { name: 'other' }), documentOf(crm)),
			await catalogue.add(record(B), documentOf(crm)),
		];
		await catalogue.setCredential(A, 'crm', { form: 'bearer', secret: SECRET });
		assert.deepEqual(await call(mine, 'guesses'), { ok: true, status: 200, value: ['[secret]', 'other guess'] });
		assert.deepEqual(await call(theirs, 'guesses'), { ok: true, status: 200, value: [SECRET, 'other guess'] });
	});

	test('stay with the server they were given for, whatever is changed in the records', async (context) => {
		const { crm, evil, storage, start, catalogue } = await openWorld(context);
		await catalogue.add(record(A), documentOf(crm));
		await catalogue.setCredential(A, 'crm', { form: 'bearer', secret: SECRET });
		const toolsets = storage.records<ToolsetRecord>('toolsets');
		const documents = storage.records<{ text: string }>('toolset-documents');
		const original = (await toolsets.get(`${A}/crm`)) ?? assert.fail();
		const { documentHash, sealed = assert.fail() } = original;
		const refuses = async (changed: ToolsetRecord, code: string, key = `${A}/crm`) => {
			await toolsets.put(key, changed);
			await assert.rejects(start().load(changed.workspaceId, changed.name), { code });
			assert.deepEqual(await start().toolsets(changed.workspaceId), []);
		};

		await refuses({ ...original, baseUrl: evil.origin }, 'not-allowed');
		await refuses({ ...original, baseUrl: evil.origin, sealed: { ...sealed, origin: evil.origin } }, 'configuration');
		await documents.put(`${A}/crm/${documentHash}`, { text: documentOf(evil) });
		await refuses(original, 'not-allowed');
		await refuses({ ...original, sealed: { ...sealed, origin: evil.origin } }, 'configuration');
		await documents.put(`${A}/crm/${documentHash}`, { text: documentOf(crm) });

		const credentials = storage.records<{ sealed: string }>('toolset-credentials');
		const stolen = (await credentials.get(`${A}/crm/${sealed.id}`)) ?? assert.fail();
		for (const [workspaceId, name] of [
			[B, 'crm'],
			[A, 'crm2'],
		] as const) {
			const key = `${workspaceId}/${name}`;
			await credentials.put(`${key}/${sealed.id}`, stolen);
			await documents.put(`${key}/${documentHash}`, { text: documentOf(crm) });
			await refuses({ ...original, workspaceId, name }, 'configuration', key);
			await toolsets.delete(key);
		}

		await toolsets.put(`${A}/crm`, original);
		await call(await start().load(A, 'crm'));
		assert.equal(crm.requests.at(-1)?.headers.authorization, `Bearer ${SECRET}`);
		await call(await start().load(A, 'crm'), 'away');
		assert.equal(evil.requests.at(-1)?.url, '/echo');
		assert.ok(!got(evil));
	});

	test('go with the toolset: one of the same name elsewhere has none', async (context) => {
		const { crm, evil, storage, catalogue } = await openWorld(context);
		await catalogue.add(record(A), documentOf(crm));
		await catalogue.add(record(A, { name: 'crm2' }), documentOf(crm));
		for (const name of ['crm', 'crm2']) await catalogue.setCredential(A, name, { form: 'bearer', secret: SECRET });
		await catalogue.remove(A, 'crm');
		assert.equal((await everythingStored(storage, 'toolset-credentials')).split('v1.').length, 2, 'those of others stay');
		for (const credential of ['bearer:*', '*']) {
			await assert.rejects(catalogue.add(record(A, { credential }), documentOf(evil)), { code: 'bad-input' });
		}
		await catalogue.add(record(A), documentOf(evil));
		await assert.rejects(catalogue.setCredential(A, 'crm', { reference: 'bearer:*' }), { code: 'bad-input' });
		await call(await catalogue.load(A, 'crm'));
		assert.equal(evil.requests.length, 1);
		assert.ok(!got(evil));
		await call(await catalogue.load(A, 'crm2'));
		assert.ok(got(crm));
	});

	test('a toolset that is replaced while its credential is set does not get it', async (context) => {
		const { crm, evil, storage, start, catalogue } = await openWorld(context);
		await catalogue.add(record(A), documentOf(crm));
		const beforeOpening = async () => {
			await catalogue.remove(A, 'crm');
			await catalogue.add(record(A), documentOf(evil));
		};
		const setting = start({ beforeOpening }).setCredential(A, 'crm', { form: 'bearer', secret: SECRET });
		await assert.rejects(setting, { code: 'bad-input', message: /changed crm meanwhile/ });
		assert.equal(await everythingStored(storage, 'toolset-credentials'), '[]');
		await call(await start().load(A, 'crm'));
		assert.ok(!got(evil));
	});

	test('a process that ends while it stores one leaves the toolset as it was', async (context) => {
		const { crm, start, catalogue } = await openWorld(context);
		await catalogue.add(record(A), documentOf(crm));
		const around = (storage: Storage): Storage => ({
			...storage,
			records: (name) => ({
				...storage.records(name),
				...(name === 'toolsets' && { put: async () => assert.fail('the process ended') }),
			}),
		});
		await assert.rejects(start({ around }).setCredential(A, 'crm', { form: 'bearer', secret: SECRET }), /the process ended/);
		await call(await start().load(A, 'crm'));
		assert.ok(!got(crm));
		await start().setCredential(A, 'crm', { form: 'bearer', secret: SECRET });
		await call(await start().load(A, 'crm'));
		assert.ok(got(crm));
	});

	test('need the key of the operator, to be stored and to be used', async (context) => {
		const { crm, storage, start, catalogue } = await openWorld(context);
		await catalogue.add(record(A, { credential: undefined }), documentOf(crm));
		const set = (key: string) => start({ key }).setCredential(A, 'crm', { form: 'bearer', secret: SECRET });
		await assert.rejects(set(''), { code: 'configuration', message: /ENCRYPTION_KEY.*TOOLSET_SECRET_NAME/ });
		assert.equal(await everythingStored(storage, 'toolset-credentials'), '[]');
		await set(KEY);
		await assert.rejects(start({ key: '' }).load(A, 'crm'), { code: 'configuration', message: /ENCRYPTION_KEY is not set/ });
		await assert.rejects(start({ key: `${KEY}.` }).load(A, 'crm'), { code: 'configuration', message: /another ENCRYPTION_KEY/ });
		await set(`${KEY}.`);
		await call(await start({ key: `${KEY}.` }).load(A, 'crm'));
		assert.ok(got(crm));
	});

	test('one that cannot be used leaves the former in place', async (context) => {
		const { crm, start, catalogue } = await openWorld(context);
		await assert.rejects(catalogue.setCredential(A, 'crm', { form: 'bearer', secret: SECRET }), { code: 'not-found' });
		await catalogue.add(record(A), documentOf(crm));
		await assert.rejects(catalogue.setCredential(B, 'crm', { form: 'bearer', secret: SECRET }), { code: 'not-found' });
		await catalogue.setCredential(A, 'crm', { form: 'bearer', secret: SECRET });
		const wrong: [credential: Parameters<typeof catalogue.setCredential>[2], code: string][] = [
			[{ form: 'oauth', secret: SECRET }, 'bad-input'],
			[{ form: 'bearer:CRM', secret: SECRET }, 'bad-input'],
			[{ form: 'bearer', secret: 'tiny' }, 'bad-input'],
			[{ form: 'basic', secret: 'no-colon-in-it' }, 'bad-input'],
			[{ reference: 'bearer:CRM' }, 'configuration'],
			[{ reference: 'sk-proj-abc123DEF456' }, 'bad-input'],
		];
		for (const [credential, code] of wrong) {
			await assert.rejects(catalogue.setCredential(A, 'crm', credential), (error: Error & { code?: string }) => {
				assert.ok(!error.message.includes(credential && 'secret' in credential ? credential.secret : 'sk-proj-abc'));
				return error.code === code;
			});
		}
		await call(await start().load(A, 'crm'));
		assert.equal(crm.requests.at(-1)?.headers.authorization, `Bearer ${SECRET}`);
	});

	test('another process uses what replaced them, and nothing once they are taken away', async (context) => {
		const { crm, storage, start, catalogue } = await openWorld(context);
		const another = start();
		await catalogue.add(record(A), documentOf(crm));
		for (const secret of [SECRET, 'trustno1-trustno1']) {
			await catalogue.setCredential(A, 'crm', { form: 'bearer', secret });
			const [toolset] = await another.toolsets(A);
			await call(toolset);
			assert.equal(crm.requests.at(-1)?.headers.authorization, `Bearer ${secret}`);
		}
		await catalogue.setCredential(A, 'crm', undefined);
		const [toolset] = await another.toolsets(A);
		await call(toolset);
		assert.equal(crm.requests.at(-1)?.headers.authorization, undefined);
		assert.equal(await everythingStored(storage, 'toolset-credentials'), '[]');
	});
});

describe('examples in a chat', () => {
	test('are called although loopback is closed, each workspace with a shelf of its own', async (context) => {
		const storage = await openStorage('sqlite://:memory:', { logger: pino({ level: 'silent' }) });
		const egress = createEgress({ allowPrivateHosts: [], allowLoopback: false });
		const examples = openExamples();
		context.after(async () => {
			await Promise.all([egress.close(), examples.close()]);
			await storage.close();
		});
		const open = openToolset({
			egressOf: () => egress,
			secrets: new Map(),
			severalWorkspaces: true,
			known: createKnownSecrets([]),
			exampleUrl: examples.url,
		});
		const catalogue = createCatalogue({ storage, seal: createSeal(KEY), open, onFailure: (_, error) => assert.fail(String(error)) });
		const example = (workspaceId: string, more = {}) => record(workspaceId, { name: 'movies', source: 'example:movies', ...more });

		await assert.rejects(catalogue.add(example(A, { source: 'example:nope' })), { code: 'not-found' });
		for (const more of [{ baseUrl: 'http://127.0.0.1:1' }, { credential: 'bearer:CRM' }])
			await assert.rejects(catalogue.add(example(A, more)), { code: 'bad-input' }, JSON.stringify(more));
		const [ofA, ofB] = [await catalogue.add(example(A)), await catalogue.add(example(B))];
		await assert.rejects(catalogue.setCredential(A, 'movies', { form: 'bearer', secret: SECRET }), { code: 'bad-input' });
		assert.notEqual(ofA.address, ofB.address);
		const search = ofA.tools.get('searchPerson') ?? assert.fail();
		const found = await ofA.call(search, { query: 'Sofia Coppola' }, { signal: AbortSignal.timeout(5_000) });
		assert.ok(found.ok);

		// Its own document leads there as well, but is nobody's example.
		const response = await fetch((await examples.url('movies', A)) ?? '');
		const copy = await catalogue.add(record(A, { name: 'copy' }), await response.text());
		const refused = await copy.call(
			copy.tools.get('searchPerson') ?? assert.fail(),
			{ query: 'x' },
			{ signal: AbortSignal.timeout(5_000) },
		);
		assert.equal(!refused.ok && refused.kind, 'refused');
	});
});

describe('a large document', () => {
	const turnsDuring = async (work: Promise<unknown>) => {
		let turns = 0;
		const timer = setInterval(() => {
			turns += 1;
		}, 1);
		await work.finally(() => clearInterval(timer));
		return turns;
	};

	test('is opened while the process does other things; what is wrong with it is said as of any other', async (context) => {
		const { crm, known } = await openWorld(context);
		const egress = createEgress({ allowPrivateHosts: ['127.0.0.1'], allowLoopback: false });
		context.after(() => egress.close());
		const secrets = new Map<string, OperatorSecret>();
		const open = openToolset({ egressOf: () => egress, secrets, severalWorkspaces: false, known, exampleUrl: async () => '' });
		const small = documentOf(crm);
		const large = JSON.stringify({ ...JSON.parse(small), 'x-filling': 'x'.repeat(300_000) });
		assert.equal(await turnsDuring(open(record(A), small)), 0);
		const opening = open(record(A), large);
		assert.ok((await turnsDuring(opening)) > 0);
		const { ok } = (await call(await opening)) ?? {};
		assert.ok(ok);
		await assert.rejects(open(record(A), large.replace('"3.1.0"', '"4.0.0"')), { code: 'document', message: /of version 4\.0\.0/ });
	});
});
