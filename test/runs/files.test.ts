import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { pino } from 'pino';
import { UserError } from '../../src/errors.ts';
import { createRunFiles, MAX_FILE_BYTES, MAX_RUN_BYTES } from '../../src/runs/files.ts';
import { createRunStore } from '../../src/runs/run-store.ts';
import { openStorage } from '../../src/storage/open.ts';
import type { Storage } from '../../src/storage/storage.ts';

let storage: Storage;
beforeEach(async () => {
	storage = await openStorage('sqlite://:memory:', { logger: pino({ level: 'silent' }) });
});
afterEach(() => storage.close());

const file = (content: Uint8Array | string, name = 'a.bin') => ({
	name,
	mediaType: 'application/octet-stream',
	content: Buffer.from(content),
});
const large = (fill: number, bytes = MAX_FILE_BYTES) => file(Buffer.alloc(bytes, fill));
const isTooLarge = (error: unknown) => error instanceof UserError && error.code === 'bad-input' && /MB/.test(error.userMessage);

describe('the files of a run', () => {
	it('go with the run, those among them that could not be listed', async () => {
		const failing: Storage = {
			...storage,
			records: (namespace) => ({
				...storage.records(namespace),
				...(namespace === 'run-files' && { put: () => Promise.reject(new Error('the disk is full')) }),
			}),
		};
		await assert.rejects(createRunFiles(failing).of('r1').put(file('lost')), /the disk is full/);
		const files = createRunFiles(storage);
		await files.of('r1').put(file('listed'));
		await files.of('r2').put(file('of another run'));
		await files.discard('r1');
		const left = await Array.fromAsync(storage.records('run-file-contents').keys());
		assert.deepEqual(
			left.map((key) => key.split('/')[0]),
			['r2'],
		);
	});

	it('come back byte by byte, also in another process', async () => {
		const content = Buffer.from([0, 255, 10, 128]);
		const handle = await createRunFiles(storage).of('r1').put({ name: 'März.png', mediaType: 'image/png', content });
		assert.deepEqual({ ...handle, file: '' }, { file: '', name: 'März.png', mediaType: 'image/png', bytes: 4 });
		const again = await createRunFiles(storage).of('r1').get(handle.file);
		assert.deepEqual(again, { name: 'März.png', mediaType: 'image/png', content });
	});

	it('are known in their run alone', async () => {
		const files = createRunFiles(storage);
		const { file: id } = await files.of('r1').put(file('x'));
		for (const [run, wanted] of [
			['r2', id],
			['r1', ''],
			['r1', `../r1/${id}`],
			['r1', '%'],
		] as const)
			assert.equal(await files.of(run).get(wanted), undefined, `${run} ${wanted}`);
	});

	it('that are the same are one', async () => {
		const files = createRunFiles(storage).of('r1');
		const first = await files.put(large(1));
		for (let time = 0; time < 5; time += 1) assert.deepEqual(await files.put(large(1)), first);
		assert.notEqual((await files.put({ ...large(1), name: 'b.bin' })).file, first.file);
	});

	it('have a limit each, and together, whoever puts them', async () => {
		await assert.rejects(
			createRunFiles(storage)
				.of('r1')
				.put(large(1, MAX_FILE_BYTES + 1)),
			isTooLarge,
		);
		const files = createRunFiles(storage).of('r1');
		const count = MAX_RUN_BYTES / MAX_FILE_BYTES;
		const puts = await Promise.allSettled(Array.from({ length: count + 2 }, (_, fill) => files.put(large(fill))));
		assert.equal(puts.filter(({ status }) => status === 'fulfilled').length, count);
		for (const put of puts) assert.ok(put.status === 'fulfilled' || isTooLarge(put.reason));
		await assert.rejects(createRunFiles(storage).of('r1').put(file('one byte more')), isTooLarge);
		await createRunFiles(storage).of('r2').put(file('another run'));
	});

	it('go when nothing is left to do for the run, and only its own', async () => {
		const files = createRunFiles(storage);
		const [one, other] = [await files.of('r1').put(file('x')), await files.of('r10').put(file('x'))];
		await createRunStore(storage).close('r1');
		assert.equal(await files.of('r1').get(one.file), undefined);
		assert.ok(await files.of('r10').get(other.file));
		for (const namespace of ['run-files', 'run-file-contents']) {
			const keys = [];
			for await (const [key] of storage.records(namespace).entries()) keys.push(key);
			assert.deepEqual(keys, [`r10/${other.file}`], namespace);
		}
	});

	it('reject when the storage fails, and work again when it does', async () => {
		const records = storage.records.bind(storage);
		let fails = true;
		const failing: Storage = {
			...storage,
			records: (namespace) => ({
				...records(namespace),
				get: (key) => (fails ? Promise.reject(new UserError('storage', 'down')) : (records(namespace).get(key) as never)),
				put: (key, value) => records(namespace).put(key, value as object),
				entries: (prefix) => records(namespace).entries(prefix) as never,
			}),
		};
		const files = createRunFiles(failing).of('r1');
		await assert.rejects(files.put(file('x')), (error) => error instanceof UserError && error.code === 'storage');
		fails = false;
		assert.ok(await files.get((await files.put(file('x'))).file));
	});
});
