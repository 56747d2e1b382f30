import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import pino from 'pino';
import { runChecks } from '../../src/checks/check.ts';
import { checkEncryptionKey, checkQueue, checkStorage } from '../../src/checks/storage-checks.ts';
import { readConfig } from '../../src/config.ts';
import { UserError } from '../../src/errors.ts';
import { openStorage } from '../../src/storage/open.ts';
import { createSeal } from '../../src/storage/sealed.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { toolsetCredentials } from '../../src/toolset/reseal-credentials.ts';
import { createSealedCredentials } from '../../src/toolset/sealed-credentials.ts';
import type { ToolsetRecord } from '../../src/toolset/toolset-record.ts';

const KEY = 'the key that sealed what is stored here';
const OTHER = 'another key, of as many characters or so';

async function memory(context: TestContext): Promise<Storage> {
	const storage = await openStorage('sqlite://:memory:', { logger: pino({ level: 'silent' }) });
	context.after(() => storage.close());
	return storage;
}

/** A toolset with a credential that was typed in. */
async function seed(storage: Storage, name: string): Promise<void> {
	const owner = { workspaceId: 'slack:T1', name };
	const credentials = createSealedCredentials(storage, createSeal(KEY));
	const sealed = await credentials.put(owner, { secret: 'hunter2', origin: 'https://api.test' });
	const record = { ...owner, source: 'crm.json', credential: 'bearer:*', sealed, addedAt: '2026-01-01T00:00:00Z', addedBy: 'ada' };
	await storage.records<ToolsetRecord>('toolsets').put(`${owner.workspaceId}/${name}`, record);
}

async function contents(storage: Storage): Promise<unknown[]> {
	const found: unknown[] = [];
	for await (const entry of storage.records<object>('toolset-credentials').entries()) found.push(entry);
	return found;
}

async function find(storage: Promise<Storage>, encryptionKey: string | undefined, previousEncryptionKeys: readonly string[] = []) {
	const [finding] = await runChecks([checkEncryptionKey({ encryptionKey, previousEncryptionKeys }, storage, [toolsetCredentials])]);
	return finding && `${finding.kind}${finding.optional ? ', optional' : ''}: ${finding.text}`;
}

describe('the check of the database', () => {
	it('says why it cannot be used', async () => {
		const storage = Promise.reject(new UserError('storage', 'The disk is full.'));
		const [finding] = await runChecks([checkStorage(readConfig({ DATABASE_URL: 'sqlite://a.sqlite' }), storage)]);
		assert.deepEqual([finding?.kind, finding?.text], ['wrong', 'The disk is full.']);
	});

	it('finds out when it can be read and not written', async (context) => {
		const storage = await memory(context);
		const readOnly = { ...storage, claim: () => Promise.reject(new UserError('storage', 'The file is read-only.')) };
		const [finding] = await runChecks([checkStorage(readConfig({ DATABASE_URL: 'sqlite://a.sqlite' }), Promise.resolve(readOnly))]);
		assert.deepEqual([finding?.kind, finding?.text], ['wrong', 'The file is read-only.']);
	});
});

describe('the check of the queue', () => {
	const logger = pino({ level: 'silent' });

	it('says that its Redis server is away, by its own setting, and is optional', async () => {
		const [finding] = await runChecks(checkQueue({ queueUrl: 'redis://:hunter2@127.0.0.1:1', databaseUrl: 'sqlite://a.sqlite' }, logger));
		assert.deepEqual([finding?.settings, finding?.kind, finding?.optional], ['REDIS_URL', 'wrong', true]);
		assert.match(
			finding?.text ?? '',
			/^The queue at redis:\/\/127\.0\.0\.1:1 cannot be used\. The bot's Redis cannot be reached\. .* that its address \(REDIS_URL\) is right\.$/,
		);
	});

	it('is left to that of the database where it is the same server', () => {
		const url = 'redis://127.0.0.1:1';
		assert.deepEqual(checkQueue({ queueUrl: url, databaseUrl: url }, logger), []);
		assert.deepEqual(checkQueue({ databaseUrl: url }, logger), []);
	});
});

describe('the check of the encryption key', () => {
	it('names what does not open, and is optional', async (context) => {
		const storage = await memory(context);
		for (const name of ['crm', 'crm2', 'crm3']) await seed(storage, name);
		const before = await contents(storage);
		assert.equal(
			await find(Promise.resolve(storage), OTHER),
			'wrong, optional: ENCRYPTION_KEY does not open the credential of crm in slack:T1 and 2 more. Put the former key back, or add it to ENCRYPTION_KEY_PREVIOUS; if it is lost, the secrets have to be entered again.',
		);
		assert.match(
			(await find(Promise.resolve(storage), undefined)) ?? '',
			/^wrong, optional: ENCRYPTION_KEY is not set, and sealed with it is the credential of crm .* Set it to what it was/,
		);
		assert.deepEqual(await contents(storage), before);
	});

	it('is content with the key, and with a former one, and changes nothing', async (context) => {
		const storage = await memory(context);
		await seed(storage, 'crm');
		const before = await contents(storage);
		assert.match((await find(Promise.resolve(storage), KEY)) ?? '', /^works/);
		assert.match((await find(Promise.resolve(storage), OTHER, [KEY])) ?? '', /^works/);
		assert.deepEqual(await contents(storage), before);
	});

	it('has nothing to say without a key where nothing is sealed, nor without a database', async (context) => {
		assert.equal(await find(Promise.resolve(await memory(context)), undefined), undefined);
		assert.equal(await find(Promise.reject(new UserError('storage', 'The disk is full.')), KEY), undefined);
	});
});
