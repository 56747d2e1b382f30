import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { pino } from 'pino';
import type { FunctionRecord } from '../../../src/repository/function-record.ts';
import { createStanding, type Standing } from '../../../src/repository/standing/standing.ts';
import { createFunctionStore, type FunctionStore } from '../../../src/repository/store/function-store.ts';
import { openStorage } from '../../../src/storage/open.ts';
import type { Storage } from '../../../src/storage/storage.ts';
import { store } from '../stored-functions.ts';

const WORKSPACE = 'slack:T1';

let storage: Storage;
let functions: FunctionStore;
let standing: Standing;
beforeEach(async () => {
	storage = await openStorage('sqlite://:memory:', { logger: pino({ level: 'silent' }) });
	functions = createFunctionStore(storage);
	standing = createStanding(functions, storage);
});
afterEach(() => storage.close());

const usedIn = (run: string, succeeded = true): Partial<FunctionRecord> => ({
	recent: [{ run, at: '2026-01-01T00:00:00.000Z', succeeded }],
});
const add = (name: string, rest: Partial<FunctionRecord>, body = '') =>
	store(functions, `async function ${name}(): Promise<void> {${body}}`, { workspaceId: WORKSPACE, ...rest });

describe('the functions that stand for an answer', () => {
	test('are none where the run used none, or only tried to', async () => {
		await add('other', usedIn('another run'));
		await add('tried', usedIn('run', false));
		assert.deepEqual(await standing.answeredBy('run', WORKSPACE), []);
		assert.deepEqual(await standing.answeredBy('', WORKSPACE), []);
		assert.deepEqual(await standing.answeredBy('run', 'slack:T2'), []);
	});

	test('are those that it used or left behind, without those that helped others of them', async () => {
		await add('helper', usedIn('run'));
		await add('deeper', { ...usedIn('run'), uses: [{ name: 'helper', version: 1 }] });
		await add('answer', { ...usedIn('run'), uses: [{ name: 'deeper', version: 1 }] });
		await add('beside', usedIn('run'));
		assert.deepEqual(await standing.answeredBy('run', WORKSPACE), [
			{ name: 'answer', version: 1 },
			{ name: 'beside', version: 1 },
		]);
	});

	test('are the versions that it used, and a helper of another answer stands for its own', async () => {
		await add('f', usedIn('older run'));
		await add('f', usedIn('run'), ' return; ');
		await add('g', { ...usedIn('older run'), uses: [{ name: 'f', version: 2 }] });
		assert.deepEqual(await standing.answeredBy('run', WORKSPACE), [{ name: 'f', version: 2 }]);
		assert.deepEqual(await standing.answeredBy('older run', WORKSPACE), [
			{ name: 'f', version: 1 },
			{ name: 'g', version: 1 },
		]);
	});

	test('are known after more uses than a function remembers, where they were written down', async () => {
		await add('helper', usedIn('run'));
		const answer = await add('answer', { ...usedIn('run'), uses: [{ name: 'helper', version: 1 }] });
		await standing.keepAnswer('run', WORKSPACE);
		await standing.keepAnswer('none', WORKSPACE);
		await functions.change(WORKSPACE, answer, (record) => ({ ...record, ...usedIn('later run') }));
		assert.deepEqual(await standing.answeredBy('run', WORKSPACE), [{ name: 'answer', version: 1 }]);
		assert.deepEqual(await standing.answeredBy('none', WORKSPACE), []);
		assert.deepEqual(await standing.answeredBy('run', 'slack:T2'), []);
	});

	test('lose their standing when the answer is disliked, and have it back when that is taken back', async () => {
		await add('f', usedIn('run'));
		const key = { name: 'f', version: 1 };
		const state = async () => (await functions.get(WORKSPACE, 'f'))?.state;
		await standing.recordFeedback(WORKSPACE, key, 1);
		assert.equal(await state(), 'quarantined');
		await standing.recordFeedback(WORKSPACE, key, -1);
		assert.equal(await state(), 'candidate');
		await standing.recordFeedback(WORKSPACE, { name: 'gone', version: 1 }, 1);
		await standing.recordFeedback('slack:T2', key, 1);
		assert.deepEqual([await state(), await functions.get(WORKSPACE, 'gone')], ['candidate', undefined]);
	});
});
