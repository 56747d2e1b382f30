import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it, test } from 'node:test';
import { pino } from 'pino';
import { openStorage } from '../../src/storage/open.ts';
import { SqliteDatabase } from '../../src/storage/sqlite-database.ts';
import { createSqliteStorage } from '../../src/storage/sqlite-storage.ts';
import { collect, isStorageError, testStorageContract } from '../contracts/storage-contract.ts';

const logger = pino({ level: 'silent' });

testStorageContract('An SQLite file', async () => {
	const folder = await mkdtemp(path.join(tmpdir(), 'toolcoder-'));
	const url = `sqlite://${folder}/data/bot.sqlite`;
	return {
		url,
		connect: () => openStorage(url, { logger }),
		dispose: () => rm(folder, { recursive: true }),
	};
});

test('however many keys are asked for, there are few statements to keep', async (t) => {
	const database = await SqliteDatabase.open(':memory:');
	const storage = await createSqliteStorage(database, { logger });
	t.after(() => storage.close());
	const records = storage.records<number>('numbers');
	const keys = Array.from({ length: 70 }, (_, at) => String(at));
	for (const [at, key] of keys.entries()) await records.put(key, at);
	const query = t.mock.method(database, 'query');
	for (let asked = 1; asked <= keys.length; asked++) {
		assert.deepEqual(
			await records.getMany(keys.slice(0, asked)),
			keys.slice(0, asked).map((_, at) => at),
		);
	}
	assert.equal(query.mock.callCount(), keys.length);
	// For 1, 2, 4 … 128 keys.
	assert.equal(new Set(query.mock.calls.map(({ arguments: [sql] }) => sql)).size, 8);
});

describe('SQLite storage in trouble', () => {
	let folder: string;
	let files = 0;
	const newFile = () => path.join(folder, `${files++}.sqlite`);
	before(async () => {
		folder = await mkdtemp(path.join(tmpdir(), 'toolcoder-'));
	});
	after(() => rm(folder, { recursive: true }));

	it('says that the disk is full, keeps what it acknowledged, and goes on when there is space', async () => {
		const database = await SqliteDatabase.open(newFile());
		const storage = await createSqliteStorage(database, { logger });
		const records = storage.records<{ text: string }>('r');
		await records.put('first', { text: 'kept' });
		await database.query('PRAGMA max_page_count = 30');
		const large = { text: 'x'.repeat(200_000) };
		await assert.rejects(
			records.put('large', large),
			(error: Error) => isStorageError(error) && /disk .*full.*free some space/.test(error.message),
		);
		await assert.rejects(
			records.change('first', () => large),
			(error: Error) => isStorageError(error) && /disk .*full/.test(error.message),
		);
		assert.deepEqual(await collect(records.entries()), [['first', { text: 'kept' }]]);
		await database.query('PRAGMA max_page_count = 100000');
		await records.put('large', large);
		assert.deepEqual(await records.get('large'), large);
		await storage.close();
	});

	it('tells the failing one of parallel writes', async () => {
		const database = await SqliteDatabase.open(newFile());
		const storage = await createSqliteStorage(database, { logger });
		const records = storage.records<{ text: string }>('r');
		await records.put('first', { text: '' });
		await database.query('PRAGMA max_page_count = 30');
		const writes = Array.from({ length: 20 }, (_, n) => records.put(`${n}`, { text: n === 7 ? 'x'.repeat(200_000) : 'small' }));
		const failed = (await Promise.allSettled(writes)).flatMap(({ status }, n) => (status === 'rejected' ? [n] : []));
		assert.deepEqual(failed, [7]);
		await storage.close();
	});

	it('waits for a locked database without holding up the process, then says who must act', async () => {
		const file = newFile();
		const storage = await createSqliteStorage(await SqliteDatabase.open(file, { busyTimeoutMs: 250 }), { logger });
		const records = storage.records<{ n: number }>('r');
		await records.put('key', { n: 1 });
		const other = new DatabaseSync(file);
		other.exec('BEGIN IMMEDIATE');
		let ticks = 0;
		const ticking = setInterval(() => ticks++, 10).unref();
		const writes = [
			() => records.put('key', { n: 2 }),
			() => records.change('key', () => ({ n: 2 })),
			() => records.delete('key'),
			() => storage.claim('k', 'me', 1000),
		];
		for (const write of writes) {
			await assert.rejects(write, (error: Error) => isStorageError(error) && /locked by another program/.test(error.message));
		}
		clearInterval(ticking);
		assert.ok(ticks > 3, `the event loop turned ${ticks} times`);
		assert.deepEqual(await records.get('key'), { n: 1 });
		const waiting = records.put('key', { n: 3 });
		other.exec('COMMIT');
		await waiting;
		assert.deepEqual(await records.get('key'), { n: 3 });
		other.close();
		await storage.close();
	});

	it('works again after it was locked when a namespace was first used', async () => {
		const file = newFile();
		const storage = await createSqliteStorage(await SqliteDatabase.open(file, { busyTimeoutMs: 50 }), { logger });
		const records = storage.records('r');
		const other = new DatabaseSync(file);
		other.exec('BEGIN EXCLUSIVE');
		await assert.rejects(records.put('key', {}), isStorageError);
		other.exec('COMMIT');
		other.close();
		await records.put('key', {});
		assert.deepEqual(await records.get('key'), {});
		await storage.close();
	});

	it('tells a damaged record from an absent one', async () => {
		const file = newFile();
		const storage = await openStorage(`sqlite://${file}`, { logger });
		const records = storage.records('r');
		await records.put('key', {});
		const other = new DatabaseSync(file);
		other.exec("UPDATE keyv SET value = '{' WHERE key = 'key'");
		other.close();
		await assert.rejects(records.get('key'), isStorageError);
		await assert.rejects(records.getMany(['absent', 'key']), isStorageError);
		await assert.rejects(
			records.change('key', () => ({})),
			isStorageError,
		);
		await assert.rejects(collect(records.entries()), isStorageError);
		await storage.close();
	});

	it('stores the same text whether a record was put or changed', async () => {
		const file = newFile();
		const storage = await openStorage(`sqlite://${file}`, { logger });
		const records = storage.records('r');
		const value = { text: 'ä😀\u0000\ud800', undefined };
		await records.put('put', value);
		await records.change('created', () => value);
		await records.put('changed', {});
		await records.change('changed', () => value);
		const other = new DatabaseSync(file);
		const rows = other.prepare('SELECT DISTINCT value, namespace, expires FROM keyv').all();
		other.close();
		assert.deepEqual(
			rows.map((row) => ({ ...row })),
			[{ value: JSON.stringify({ value }), namespace: 'r', expires: null }],
		);
		await storage.close();
	});

	it('makes a change from what another one wrote in the meantime, and gives up when that never ends', async (context) => {
		const file = newFile();
		const storage = await openStorage(`sqlite://${file}`, { logger });
		const records = storage.records<{ n: number }>('r');
		await records.put('key', { n: 0 });
		const other = new DatabaseSync(file);
		const write = other.prepare("INSERT OR REPLACE INTO keyv (key, namespace, value) VALUES ('key', 'r', ?)");
		const remove = other.prepare("DELETE FROM keyv WHERE key = 'key'");
		const interfere = (n: number | undefined) => (n === undefined ? remove.run() : write.run(JSON.stringify({ value: { n } })));
		const others = [10, undefined, 20, undefined];
		const seen: (number | undefined)[] = [];
		const changed = await records.change('key', (value) => {
			if (seen.push(value?.n) <= others.length) interfere(others[seen.length - 1]);
			return { n: (value?.n ?? 0) + 1 };
		});
		assert.deepEqual([seen, changed, await records.get('key')], [[0, ...others], { n: 1 }, { n: 1 }]);

		context.mock.timers.enable({ apis: ['Date'], now: Date.now() });
		let turns = 0;
		const endless = records.change('key', () => {
			context.mock.timers.tick(4000);
			interfere(100 + ++turns);
			return { n: -1 };
		});
		await assert.rejects(endless, (error: Error) => isStorageError(error) && /Try again/.test(error.message));
		assert.equal(turns, 4);
		assert.deepEqual(await records.get('key'), { n: 104 });
		other.close();
		await storage.close();
	});

	it('says that a file is read-only', async () => {
		const file = newFile();
		const storage = await openStorage(`sqlite://${file}`, { logger });
		await storage.records('r').put('key', {});
		await storage.close();
		const database = await SqliteDatabase.open(file);
		await database.query('PRAGMA query_only = ON');
		await assert.rejects(
			createSqliteStorage(database, { logger }).then((readOnly) => readOnly.records('r').put('key', {})),
			/read-only/,
		);
		await database.close();
	});
});

describe('Two processes on one SQLite file', () => {
	const script = path.join(import.meta.dirname, 'writing-process.ts');
	let folder: string;
	before(async () => {
		folder = await mkdtemp(path.join(tmpdir(), 'toolcoder-'));
	});
	after(() => rm(folder, { recursive: true }));
	const write = (url: string, name: string, count: string) =>
		spawn(process.execPath, [script, url, name, count], { stdio: ['ignore', 'pipe', 'inherit'] });

	it('loses no write that was acknowledged before kill -9', async () => {
		const url = `sqlite://${folder}/killed.sqlite`;
		const child = write(url, 'child', 'forever');
		const exited = once(child, 'exit');
		const acknowledged: string[] = [];
		for await (const key of createInterface({ input: child.stdout })) {
			acknowledged.push(key);
			if (acknowledged.length === 300) child.kill('SIGKILL');
		}
		await exited;
		assert.equal(child.signalCode, 'SIGKILL');
		assert.ok(acknowledged.length >= 300);
		const storage = await openStorage(url, { logger });
		const found = new Set((await collect(storage.records('writes').entries())).map(([key]) => key));
		assert.deepEqual(
			acknowledged.filter((key) => !found.has(key)),
			[],
		);
		await storage.close();
	});

	it('keeps the writes of both, also when both create the file', async () => {
		const url = `sqlite://${folder}/both.sqlite`;
		const exits = ['one', 'two', 'three'].map((name) => {
			const child = write(url, name, '200');
			child.stdout.resume();
			return once(child, 'exit');
		});
		assert.deepEqual(
			(await Promise.all(exits)).map(([code]) => code),
			[0, 0, 0],
		);
		const storage = await openStorage(url, { logger });
		assert.equal((await collect(storage.records('writes').entries())).length, 600);
		await storage.close();
	});
});
