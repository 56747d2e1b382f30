import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { pino } from 'pino';
import { migrate, SCHEMA_VERSION } from '../../src/data/migrate.ts';
import type { Migration } from '../../src/data/migration.ts';
import { openMigrated } from '../../src/data/open-migrated.ts';
import { openStorage } from '../../src/storage/open.ts';
import type { Storage } from '../../src/storage/storage.ts';

const logger = pino({ level: 'silent' });
const LEASE = { ttlMs: 300, renewMs: 50 };

let folder: string;
before(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'toolcoder-migrate-'));
});
after(() => rm(folder, { recursive: true }));

async function open(context: TestContext, url = 'sqlite://:memory:'): Promise<Storage> {
	const storage = await openStorage(url, { logger });
	context.after(() => storage.close());
	await storage.records<object>('things').put('one', {});
	return storage;
}

const versionIn = async (storage: Storage) => (await storage.records<{ version: number }>('schema').get('version'))?.version;

/** Each counts in a record how often it was done; some fail. */
function counting(...names: readonly string[]): { migrations: Migration[]; done: string[]; fail: Set<string> } {
	const [done, fail]: [string[], Set<string>] = [[], new Set()];
	const migrations = names.map((what) => ({
		what,
		from: 'things',
		load: async () => ({
			step: async () => {
				if (fail.has(what)) throw new Error(`${what} was cut off`);
				done.push(what);
			},
		}),
	}));
	return { migrations, done, fail };
}

describe('a database that cannot be brought up to date', () => {
	test('because a newer version of the bot wrote it is refused, with what to do, and is left as it is', async (context) => {
		const url = `sqlite://${path.join(folder, 'newer.sqlite')}`;
		const storage = await open(context, url);
		await storage.records<object>('schema').put('version', { version: SCHEMA_VERSION + 2 });
		const expected = {
			code: 'configuration',
			userMessage: new RegExp(`version ${SCHEMA_VERSION + 2}.*knows ${SCHEMA_VERSION}.*restore the backup`),
		};
		await assert.rejects(migrate(storage, { logger }), expected);
		await assert.rejects(openMigrated(url, { logger }), expected);
		assert.equal(await versionIn(storage), SCHEMA_VERSION + 2);
	});

	test('because a process of another machine has it for too long is left to that one, and its operator told', async (context) => {
		const storage = await open(context);
		await storage.claim('migration', 'another-machine:1:x', 60_000);
		await assert.rejects(migrate(storage, { logger, patienceMs: 0 }), {
			code: 'storage',
			userMessage: /Another process.*goes on from there/,
		});
		assert.equal(await versionIn(storage), undefined);
	});

	test('because a step fails is gone on with from that step', async (context) => {
		const storage = await open(context);
		const { migrations, done, fail } = counting('one', 'two', 'three');
		fail.add('two');
		await assert.rejects(migrate(storage, { logger, migrations }), /two was cut off/);
		assert.deepEqual([done, await versionIn(storage)], [['one'], 1]);
		fail.clear();
		await migrate(storage, { logger, migrations });
		assert.deepEqual([done, await versionIn(storage)], [['one', 'two', 'three'], 3]);
	});

	test('because the process was suspended for too long stops between two records', async (context) => {
		const storage = await open(context);
		const written: number[] = [];
		const slow: Migration = {
			what: 'slow',
			from: 'things',
			load: async () => ({
				async step(opened, { check }) {
					for (let record = 0; record < 3; record += 1) {
						check();
						written.push(record);
						// Another process takes it over: this one has given no sign of life.
						const holder = (await opened.holder('migration')) ?? assert.fail();
						await opened.release('migration', holder);
						await opened.claim('migration', 'another-machine:1:x', 60_000);
						const until = performance.now() + 4 * LEASE.renewMs;
						while (performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 5));
					}
				},
			}),
		};
		await assert.rejects(migrate(storage, { logger, migrations: [slow], lease: LEASE }), { code: 'storage' });
		assert.deepEqual([written, await versionIn(storage)], [[0], undefined]);
	});
});

describe('a database', () => {
	test('that is empty is at the current version afterwards', async (context) => {
		const storage = await open(context);
		await migrate(storage, { logger });
		assert.equal(await versionIn(storage), SCHEMA_VERSION);
	});

	test('that has nothing of what a step goes through is not gone through', async (context) => {
		const storage = await open(context);
		await storage.records('things').delete('one');
		const { migrations, done } = counting('one', 'two');
		await migrate(storage, { logger, migrations });
		assert.deepEqual([done, await versionIn(storage)], [[], 2]);
	});

	test('that is up to date is read once and never claimed', async (context) => {
		const storage = await open(context);
		await migrate(storage, { logger });
		const asked: string[] = [];
		const watched: Storage = {
			...storage,
			records(namespace) {
				const records = storage.records<never>(namespace);
				return {
					...records,
					get(key) {
						asked.push(`${namespace}/${key}`);
						return records.get(key);
					},
				};
			},
			claim: () => assert.fail('claimed'),
		};
		await migrate(watched, { logger });
		assert.deepEqual(asked, ['schema/version']);
	});

	test('is brought up to date by one of several processes, and the others wait for it', async (context) => {
		const url = `sqlite://${path.join(folder, 'shared.sqlite')}`;
		const processes = await Promise.all(Array.from({ length: 4 }, () => open(context, url)));
		const { migrations, done } = counting('one', 'two');
		await Promise.all(processes.map((storage) => migrate(storage, { logger, migrations })));
		assert.deepEqual(done, ['one', 'two']);
		for (const storage of processes) assert.equal(await versionIn(storage), 2);
	});

	test('is gone on with after a process that died, once its hold has lapsed', async (context) => {
		const storage = await open(context);
		await storage.claim('migration', 'another-machine:1:x', 300);
		const { migrations, done } = counting('one');
		await migrate(storage, { logger, migrations });
		assert.deepEqual(done, ['one']);
	});
});
