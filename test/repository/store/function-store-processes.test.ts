import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import type { FunctionRecord } from '../../../src/repository/function-record.ts';
import { createFunctionStore, type FunctionStore } from '../../../src/repository/store/function-store.ts';
import { openStorage } from '../../../src/storage/open.ts';
import type { Storage } from '../../../src/storage/storage.ts';
import { startRedisServer } from '../../storage/redis-server.ts';
import { functionNamed, ROUNDS, WORKSPACE } from './shared-work.ts';

const PROCESSES = 8;
const WORKER = path.join(import.meta.dirname, 'working-process.ts');

/** All at once; what each was to do is done. */
async function work(url: string): Promise<void> {
	const children = Array.from({ length: PROCESSES }, (_, n) =>
		spawn(process.execPath, ['--disable-warning=ExperimentalWarning', WORKER, url, `process ${n}`], { stdio: ['pipe', 'pipe', 'inherit'] }),
	);
	const exits = children.map((child) => once(child, 'exit'));
	await Promise.all(children.map((child) => once(child.stdout, 'data')));
	for (const child of children) child.stdin.end();
	assert.deepEqual(await Promise.all(exits), Array(PROCESSES).fill([0, null]));
}

/** Each transition begins where the one before it ended, and the last one is where it stands. */
function assertConsistent(record: FunctionRecord): void {
	for (const [at, { from }] of record.history.entries()) assert.equal(from, record.history[at - 1]?.to, `${record.name}, transition ${at}`);
	assert.equal(record.history.at(-1)?.to, record.state);
}

async function assertReadable(record: FunctionRecord, functions: FunctionStore): Promise<void> {
	const read = (await functions.examples(record)).map(({ args }) => `argument ${args[0]}`);
	assert.deepEqual(
		read,
		record.examples.map(({ id }) => id),
		record.name,
	);
}

function testEightProcesses(store: string, open: () => Promise<{ readonly url: string; readonly close: () => Promise<void> }>): void {
	describe(`eight processes on one ${store}`, async () => {
		const { url, close } = await open();
		const storage: Storage = await openStorage(url, { logger: pino({ level: 'silent' }) });
		after(async () => {
			await storage.close();
			await close();
		});
		const here = createFunctionStore(storage);
		for (const name of ['shared', 'flipped']) await here.add(functionNamed(name), []);
		// What it knows of the others, it must hear from them.
		assert.equal((await here.list(WORKSPACE)).length, 2);
		await work(url);

		test('lose no use, failure or rating', async () => {
			const shared = await here.get(WORKSPACE, 'shared', 1);
			assert.ok(shared);
			const { succeeded, failed, disliked } = shared.statistics;
			assert.deepEqual([succeeded, failed, disliked], [1 + PROCESSES * ROUNDS, PROCESSES * ROUNDS, PROCESSES * ROUNDS]);
			assert.deepEqual([shared.recent.length, shared.questions.length, shared.examples.length], [20, 10, 3]);
			assertConsistent(shared);
		});

		test('leave every transition in the history', async () => {
			const flipped = await here.get(WORKSPACE, 'flipped', 1);
			assert.ok(flipped);
			const expected = Array.from({ length: PROCESSES * ROUNDS }, (_, n) => `process ${n % PROCESSES}-${Math.floor(n / PROCESSES)}`);
			assert.deepEqual(
				flipped.history
					.slice(1)
					.map(({ reason }) => reason)
					.toSorted(),
				expected.toSorted(),
			);
			assertConsistent(flipped);
		});

		test('give each body one version, and each version one number', async () => {
			const versions = await here.versions(WORKSPACE, 'versioned');
			const bodies = PROCESSES * ROUNDS + ROUNDS;
			assert.deepEqual(
				versions.map(({ version }) => version),
				Array.from({ length: bodies }, (_, n) => bodies - n),
			);
			assert.equal(new Set(versions.map(({ hash }) => hash)).size, bodies);
			for (const version of versions) assert.equal(version.state, 'candidate');
		});

		test('leave every example that a record names, and none that no record names', async () => {
			const all = [...(await here.versions(WORKSPACE, 'versioned')), ...(await here.versions(WORKSPACE, 'shared'))];
			for (const record of all) await assertReadable(record, here);
			const stored = await Array.fromAsync(storage.records('function-examples').entries());
			assert.equal(stored.length, all.flatMap(({ examples }) => examples).length);
		});

		test('are all heard by another one soon', async () => {
			const current = await createFunctionStore(storage).list(WORKSPACE);
			for (const deadline = performance.now() + 10_000; ; await delay(50)) {
				try {
					assert.deepEqual(await here.list(WORKSPACE), current);
					return;
				} catch (error) {
					if (performance.now() > deadline) throw error;
				}
			}
		});
	});
}

testEightProcesses('Redis server', async () => {
	const server = await startRedisServer('--maxmemory-policy', 'noeviction');
	return { url: server.url, close: server.dispose };
});

testEightProcesses('SQLite file', async () => {
	const folder = await mkdtemp(path.join(tmpdir(), 'functions-'));
	return { url: `sqlite://${folder}/functions.sqlite`, close: () => rm(folder, { recursive: true }) };
});
