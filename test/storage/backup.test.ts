import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { openStorage } from '../../src/storage/open.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { startRedisServer } from './redis-server.ts';

const logger = pino({ level: 'silent' });

/** What docs/operations.md tells an operator to type, with Node alone: no `sqlite3` needs to be installed. */
const BACKUP = `const { DatabaseSync } = require('node:sqlite'); new DatabaseSync(process.argv[1]).prepare('VACUUM INTO ?').run(process.argv[2])`;

let folder: string;
before(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'toolcoder-backup-'));
});
after(() => rm(folder, { recursive: true }));

async function numbersIn(storage: Storage): Promise<number[]> {
	return Array.fromAsync(storage.records<{ n: number }>('numbers').entries(), ([, { n }]) => n);
}

/** Writes numbers, one after the other, until it is told to stop. */
function writing(storage: Storage): { stop(): Promise<number> } {
	const records = storage.records<{ n: number }>('numbers');
	let [isStopped, n] = [false, 0];
	const written = (async () => {
		for (; !isStopped; n += 1) await records.put(String(n).padStart(8, '0'), { n });
		return n;
	})();
	return {
		stop() {
			isStopped = true;
			return written;
		},
	};
}

function assertWhole(numbers: readonly number[], before: number): void {
	assert.ok(numbers.length >= before, `${numbers.length} of ${before}`);
	assert.deepEqual(
		numbers,
		numbers.map((_, n) => n),
		'nothing is missing in between',
	);
}

describe('a backup', () => {
	test('of SQLite, made while the bot writes, has everything that was acknowledged by then, and opens', async () => {
		const [file, copy] = [path.join(folder, 'bot.sqlite'), path.join(folder, 'backup.sqlite')];
		const storage = await openStorage(`sqlite://${file}`, { logger });
		const numbers = storage.records<{ n: number }>('numbers');
		const writer = writing(storage);
		while ((await numbers.get('00000200')) === undefined) await new Promise((resolve) => setTimeout(resolve, 2));
		await promisify(execFile)(process.execPath, ['-e', BACKUP, file, copy]);
		const written = await writer.stop();
		await storage.close();
		assert.equal(new DatabaseSync(copy, { readOnly: true }).prepare('PRAGMA integrity_check').get()?.integrity_check, 'ok');
		const restored = await openStorage(`sqlite://${copy}`, { logger });
		const found = await numbersIn(restored);
		assertWhole(found, 200);
		assert.ok(found.length <= written);
		await restored.close();
	});

	test('of SQLite does not take the place of a file that is there', async () => {
		const [file, copy] = [path.join(folder, 'one.sqlite'), path.join(folder, 'two.sqlite')];
		for (const each of [file, copy]) await (await openStorage(`sqlite://${each}`, { logger })).close();
		await assert.rejects(promisify(execFile)(process.execPath, ['-e', BACKUP, file, copy]), /already exists/);
	});

	test('of Redis, a copy of its append-only files, has everything that was acknowledged by then', async () => {
		const [own, backup] = [path.join(folder, 'redis'), path.join(folder, 'redis-backup')];
		for (const each of [own, backup]) await mkdir(each);
		const server = await startRedisServer('--dir', own);
		const storage = await openStorage(server.url, { logger });
		const writer = writing(storage);
		while ((await storage.records('numbers').get('00000200')) === undefined) await new Promise((resolve) => setTimeout(resolve, 2));
		await cp(path.join(own, 'appendonlydir'), path.join(backup, 'appendonlydir'), { recursive: true });
		await writer.stop();
		await storage.close();
		await server.dispose();
		const restored = await startRedisServer('--dir', backup);
		const again = await openStorage(restored.url, { logger });
		assertWhole(await numbersIn(again), 200);
		await again.close();
		await restored.dispose();
	});
});
