import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { pino } from 'pino';
import { openStorage } from '../../src/storage/open.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { collect, isStorageError, testStorageContract } from '../contracts/storage-contract.ts';
import { type RedisServer, startRedisServer } from './redis-server.ts';

const logger = pino({ level: 'silent' });

testStorageContract('A Redis server', async () => {
	const server = await startRedisServer('--maxmemory-policy', 'noeviction');
	return { url: server.url, connect: () => openStorage(server.url, { logger }), dispose: server.dispose };
});

describe('Redis storage in trouble', () => {
	let server: RedisServer;
	before(async () => {
		server = await startRedisServer('--requirepass', 'hunter2');
	});
	const opened: Storage[] = [];
	const others: RedisServer[] = [];
	after(async () => {
		await Promise.all(opened.map((storage) => storage.close()));
		await Promise.all([server, ...others].map((each) => each.dispose()));
	});
	const open = async (url: string, to = logger) => {
		const storage = await openStorage(url, { logger: to });
		opened.push(storage);
		return storage;
	};
	const startOther = async (...settings: string[]) => {
		const other = await startRedisServer(...settings);
		others.push(other);
		return other;
	};
	const url = () => server.url.replace('redis://', 'redis://:hunter2@');

	it('says that a password is missing or wrong, without saying it', async () => {
		await assert.rejects(
			openStorage(server.url, { logger }),
			(error: Error) => isStorageError(error) && /asks for a password/.test(error.message),
		);
		const wrong = server.url.replace('redis://', 'redis://:guess@');
		await assert.rejects(
			openStorage(wrong, { logger }),
			(error: Error) => /does not accept the password/.test(error.message) && !/guess/.test(error.message),
		);
	});

	it('rejects while the server is away, and has everything it acknowledged when it is back', async () => {
		const lines: string[] = [];
		const storage = await open(url(), pino({ level: 'warn' }, { write: (line) => void lines.push(JSON.parse(line).msg) }));
		const records = storage.records<{ n: number }>('r');
		await Promise.all(Array.from({ length: 100 }, (_, n) => records.put(`${n}`, { n })));
		await server.kill();
		const attempts = [
			() => records.put('late', { n: -1 }),
			() => records.change('1', () => ({ n: -1 })),
			() => records.get('1'),
			() => records.getMany(['1']),
			() => records.delete('1'),
			() => collect(records.entries()),
		];
		await Promise.all(
			[...attempts, () => storage.claim('k', 'me', 1000)].map((attempt) =>
				assert.rejects(attempt, (error: Error) => isStorageError(error) && /Redis cannot be reached/.test(error.message)),
			),
		);
		await server.start();
		assert.equal((await patiently(() => collect(records.entries()))).length, 100);
		await records.put('again', { n: 1 });
		const outage = [
			'the connection to the database on Redis is lost; it is tried again until it is back',
			'the connection to the database on Redis is back',
		];
		assert.deepEqual(
			lines.filter((line) => line.startsWith('the connection')),
			outage,
		);
	});

	it('closes while the server is away', async () => {
		const storage = await open(url());
		await server.kill();
		await storage.close();
		await server.start();
	});

	it('says that Redis is out of memory', async () => {
		const small = await startOther('--maxmemory', '1500kb');
		const full = await open(small.url);
		await assert.rejects(
			async () => {
				for (let n = 0; n < 200; n++) await full.records('r').put(`${n}`, { text: 'x'.repeat(100_000) });
			},
			(error: Error) => isStorageError(error) && /out of memory/.test(error.message),
		);
		await assert.rejects(
			full.records('r').change('0', () => ({ text: '' })),
			(error: Error) => isStorageError(error) && /out of memory/.test(error.message),
		);
	});

	it('warns of a server that may forget', async () => {
		const forgetful = await startOther('--appendonly', 'no', '--maxmemory-policy', 'allkeys-lru');
		const lines: string[] = [];
		await open(forgetful.url, pino({ level: 'warn' }, { write: (line) => void lines.push(line) }));
		assert.match(lines.join(''), /appendonly yes/);
		assert.match(lines.join(''), /maxmemory-policy noeviction/);
	});
});

async function patiently<T>(work: () => Promise<T>): Promise<T> {
	for (let attempt = 1; ; attempt++) {
		try {
			return await work();
		} catch (error) {
			if (attempt === 5) throw error;
		}
	}
}
