import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import pino from 'pino';
import { createInstallations, slackInstallations } from '../adapters/slack/access/installations.ts';
import { readConfig } from '../src/config.ts';
import { openStorage } from '../src/storage/open.ts';
import type { Resealed, SealedRecords } from '../src/storage/reseal.ts';
import { createSeal, type Seal } from '../src/storage/sealed.ts';
import type { Storage } from '../src/storage/storage.ts';
import { toolsetCredentials } from '../src/toolset/reseal-credentials.ts';
import { createSealedCredentials, type SealedReference } from '../src/toolset/sealed-credentials.ts';
import type { ToolsetRecord } from '../src/toolset/toolset-record.ts';
import { consoleFolder, runConsole, startConsole } from './adapters/console/console-process.ts';

const [OLD, NEW] = ['the key of last year: 32 characters', 'the key of this year: 32 characters'];
const SECRET = 'hunter2-hunter2';
const TOKEN = 'https://auth.test/token';

async function openDatabase(context: TestContext, file = ':memory:'): Promise<Storage> {
	const storage = await openStorage(`sqlite://${file}`, { logger: pino({ level: 'silent' }) });
	context.after(() => storage.close());
	return storage;
}

/** Puts a toolset with a credential that was typed in there; the owner's names are as odd as they may be. */
async function seed(
	storage: Storage,
	key: string,
	name: string,
	bound: { tokenUrl?: string } = {},
): Promise<ToolsetRecord & { sealed: SealedReference }> {
	const owner = { workspaceId: 'slack:T/A', name };
	const sealed = await createSealedCredentials(storage, createSeal(key)).put(owner, {
		secret: SECRET,
		origin: 'https://api.test',
		...bound,
	});
	const record = { ...owner, source: 'crm.json', credential: 'bearer:*', sealed, addedAt: '2026-01-01T00:00:00Z', addedBy: 'ada' };
	await storage.records<ToolsetRecord>('toolsets').put(`${owner.workspaceId}/${name}`, record);
	return record;
}

async function install(storage: Storage, key: string, id: string, token = `xoxb-${SECRET}`): Promise<void> {
	const { store } = createInstallations({ storage, seal: createSeal(key) });
	const bot = { id: 'B1', scopes: [], token, userId: 'U1' };
	await store.storeInstallation({ team: { id }, enterprise: undefined, bot, user: { id: 'U2', token: undefined, scopes: undefined } });
}

const tokenOf = async (storage: Storage, key: string, teamId: string) => {
	const { store } = createInstallations({ storage, seal: createSeal(key) });
	return (await store.fetchInstallation({ teamId, enterpriseId: undefined, isEnterpriseInstall: false })).bot?.token;
};
const secretOf = async (storage: Storage, key: string, record: ToolsetRecord & { sealed: SealedReference }) =>
	(await createSealedCredentials(storage, createSeal(key)).get(record, record.sealed)).secret;

async function outcomes(kind: SealedRecords, storage: Storage, seal: Seal): Promise<string[]> {
	const found: Resealed[] = [];
	for await (const resealed of kind.reseal(storage, seal)) found.push(resealed);
	return found.map((each) => (each.outcome === 'unreadable' ? `unreadable: ${each.whose}` : each.outcome)).sort();
}

describe('what is sealed', () => {
	test('is sealed anew with all that it is bound to, and then needs the new key alone', async (context) => {
		const storage = await openDatabase(context);
		const records = [
			await seed(storage, OLD, 'crm'),
			await seed(storage, OLD, 'crm2', { tokenUrl: TOKEN }),
			await seed(storage, NEW, 'crm3'),
		];
		await install(storage, OLD, 'T1');
		const both = createSeal(NEW, ['a key that sealed nothing here, ever', OLD]);
		assert.deepEqual(await outcomes(toolsetCredentials, storage, both), ['current', 'renewed', 'renewed']);
		assert.deepEqual(await outcomes(slackInstallations, storage, both), ['renewed']);
		for (const record of records) assert.equal(await secretOf(storage, NEW, record), SECRET);
		assert.equal(await tokenOf(storage, NEW, 'T1'), `xoxb-${SECRET}`);
		await assert.rejects(tokenOf(storage, OLD, 'T1'), { code: 'configuration' });
		assert.deepEqual(await outcomes(toolsetCredentials, storage, both), ['current', 'current', 'current']);
		assert.deepEqual(await outcomes(slackInstallations, storage, createSeal(NEW)), ['current']);
	});

	test('with a key that is not there stays as it is, and is named', async (context) => {
		const storage = await openDatabase(context);
		const [readable, lost] = [await seed(storage, OLD, 'crm'), await seed(storage, 'a key that somebody has lost, alas', 'lost')];
		await install(storage, 'a key that somebody has lost, alas', 'T1');
		const both = createSeal(NEW, [OLD]);
		assert.deepEqual(await outcomes(toolsetCredentials, storage, both), ['renewed', 'unreadable: the credential of lost in slack:T/A']);
		assert.deepEqual(await outcomes(slackInstallations, storage, both), ['unreadable: the installation in T1 of Slack']);
		assert.equal(await secretOf(storage, NEW, readable), SECRET);
		assert.equal(await secretOf(storage, 'a key that somebody has lost, alas', lost), SECRET);
	});

	test('but nothing refers to is deleted: a process ended before it was done', async (context) => {
		const storage = await openDatabase(context);
		const record = await seed(storage, OLD, 'crm');
		await createSealedCredentials(storage, createSeal(OLD)).put(record, { secret: 'left over', origin: 'https://api.test' });
		assert.deepEqual(await outcomes(toolsetCredentials, storage, createSeal(NEW, [OLD])), ['deleted', 'renewed']);
		assert.equal(await secretOf(storage, NEW, record), SECRET);
	});

	test('by somebody meanwhile is not lost', async (context) => {
		const storage = await openDatabase(context);
		await install(storage, OLD, 'T1');
		const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
		const { promise: released, resolve: release } = Promise.withResolvers<void>();
		// What is stored comes late: the new token is there before what was read is written.
		const slow: Storage = {
			...storage,
			records: (namespace) => {
				const records = storage.records<never>(namespace);
				return {
					...records,
					get: async (key) => {
						const found = await records.get(key);
						reach();
						await released;
						return found;
					},
				};
			},
		};
		const resealing = outcomes(slackInstallations, slow, createSeal(NEW, [OLD]));
		await reached;
		const installing = install(storage, NEW, 'T1', 'xoxb-a-token-that-has-just-come');
		await delay(20);
		release();
		assert.deepEqual(await resealing, ['renewed']);
		await installing;
		assert.equal(await tokenOf(storage, NEW, 'T1'), 'xoxb-a-token-that-has-just-come');
	});
});

describe('npm start -- rotate-key', { concurrency: 2 }, () => {
	const start = (folder: string, environment: Record<string, string>) => ({ folder, args: ['rotate-key'], environment });

	test('says what to set without a key, and which former keys are none', async (context) => {
		const folder = await consoleFolder(context);
		const without = await runConsole(start(folder, { ENCRYPTION_KEY_PREVIOUS: OLD }));
		assert.deepEqual([without.code, without.output], [1, '']);
		assert.match(without.errors, /^ENCRYPTION_KEY is not set\. .*ENCRYPTION_KEY_PREVIOUS/);
		const short = await runConsole(start(folder, { ENCRYPTION_KEY: NEW, ENCRYPTION_KEY_PREVIOUS: `${OLD},hunter2` }));
		assert.equal(short.code, 1);
		assert.match(short.errors, /ENCRYPTION_KEY_PREVIOUS must be former keys of at least 32 characters/);
		assert.doesNotMatch(short.errors, /hunter2/);
	});

	test('counts, and fails while something cannot be opened', async (context) => {
		const folder = await consoleFolder(context);
		const storage = await openDatabase(context, path.join(folder, 'data/toolcoder.sqlite'));
		await seed(storage, 'k'.repeat(32), 'crm');
		await seed(storage, 'another key that nobody remembers', 'lost');
		const environment = { ENCRYPTION_KEY: 'n'.repeat(32), ENCRYPTION_KEY_PREVIOUS: `${'k'.repeat(32)}, ${'j'.repeat(32)}` };
		const first = await runConsole(start(folder, environment));
		assert.equal(first.code, 1);
		assert.match(
			first.output,
			/^toolset credentials: 1 sealed anew, 0 already with the current key, 1 that cannot be opened\nSlack installations: 0 sealed anew/,
		);
		assert.match(first.output, /No key that is set opens the credential of lost in slack:T\/A\..*remove no key\.\n$/);
		await storage.records('toolsets').delete('slack:T/A/lost');
		const second = await runConsole(start(folder, environment));
		assert.equal(second.code, 0);
		assert.match(second.output, /0 sealed anew, 1 already with the current key, 1 that nothing refers to deleted\n/);
		assert.match(second.output, /Everything opens with ENCRYPTION_KEY\. .*remove ENCRYPTION_KEY_PREVIOUS\.\n$/);
		assert.equal(
			(await runConsole(start(folder, { ENCRYPTION_KEY: 'n'.repeat(32) }))).output.split('\n').at(-2),
			'Everything opens with ENCRYPTION_KEY.',
		);
	});

	test('killed in between leaves everything readable with both keys, and goes on where it was', { timeout: 60_000 }, async (context) => {
		const folder = await consoleFolder(context);
		const storage = await openDatabase(context, path.join(folder, 'data/toolcoder.sqlite'));
		const [former, current] = ['k'.repeat(32), 'n'.repeat(32)];
		const records = await Promise.all(Array.from({ length: 500 }, (_, count) => seed(storage, former, `crm${count}`)));
		const environment = { ENCRYPTION_KEY: current, ENCRYPTION_KEY_PREVIOUS: former };
		const opensWith = async (key: string, record: (typeof records)[number]) =>
			secretOf(storage, key, record).then(
				() => true,
				() => false,
			);
		const sorted = records.toSorted((a, b) => (a.name < b.name ? -1 : 1));
		const [early = assert.fail(), last = assert.fail()] = [sorted[20], sorted.at(-1)];

		const { child, ended } = startConsole(start(folder, environment));
		while (!(await opensWith(current, early))) await delay(2);
		child.kill('SIGKILL');
		await ended;
		assert.equal(await opensWith(former, last), true, 'killed before it was done');
		const both = createSealedCredentials(storage, createSeal(current, [former]));
		for (const record of records) assert.equal((await both.get(record, record.sealed)).secret, SECRET);

		const { code, output } = await runConsole(start(folder, environment));
		const [, renewed, already] = /^toolset credentials: (\d+) sealed anew, (\d+) already/.exec(output) ?? [];
		assert.equal(code, 0, output);
		assert.equal(Number(renewed) + Number(already), records.length);
		assert.ok(Number(already) > 20 && Number(renewed) > 0, output);
		for (const record of records) assert.equal(await secretOf(storage, current, record), SECRET);
	});
});

test('former keys are read from the settings, and are secrets', () => {
	assert.deepEqual(
		readConfig({ ENCRYPTION_KEY: NEW, ENCRYPTION_KEY_PREVIOUS: ` ${'k'.repeat(32)},,${'j'.repeat(32)} ` }).previousEncryptionKeys,
		['k'.repeat(32), 'j'.repeat(32)],
	);
});
