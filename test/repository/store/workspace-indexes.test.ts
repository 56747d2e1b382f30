import assert from 'node:assert/strict';
import { after, beforeEach, describe, type TestContext, test } from 'node:test';
import { pino } from 'pino';
import type { FunctionKey, FunctionRecord } from '../../../src/repository/function-record.ts';
import { keyOf, prefixOf, recordId } from '../../../src/repository/record-keys.ts';
import { createFunctionStore } from '../../../src/repository/store/function-store.ts';
import { createWorkspaceIndexes, type WorkspaceIndexes } from '../../../src/repository/store/workspace-indexes.ts';
import { openStorage } from '../../../src/storage/open.ts';
import { recordOf, store } from '../stored-functions.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

const logger = pino({ level: 'silent' });
const storage = await openStorage('sqlite://:memory:', { logger });
after(() => storage.close());
const records = storage.records<FunctionRecord>('function-versions');
const notes = storage.records<FunctionKey>('function-changes');
const open = () => createWorkspaceIndexes(storage, records);

let workspaces = 0;
let workspaceId: string;
beforeEach(() => {
	workspaceId = `slack:T${++workspaces}`;
});

const functionNamed = (name: string, rest: Partial<FunctionRecord> = {}) =>
	recordOf(`/** Rates of a currency. */\nasync function ${name}(currency: string): Promise<number> { return bank.${name}() }`, {
		workspaceId,
		...rest,
	});

/** As a process does it that says what it changes. */
async function write(indexes: WorkspaceIndexes, record: FunctionRecord): Promise<void> {
	await records.put(keyOf(workspaceId, record), record);
	await indexes.tell(workspaceId, record, record);
}

const listed = async (indexes: WorkspaceIndexes) => (await indexes.of(workspaceId)).list().map(recordId);
const notesLeft = async () => (await Array.fromAsync(notes.entries(prefixOf(workspaceId)))).length;

/** The clock stands still until it is set. */
function clockOf(context: TestContext): { later(ms: number): void } {
	context.mock.timers.enable({ apis: ['Date'], now: Date.now() });
	return { later: (ms) => context.mock.timers.setTime(Date.now() + ms) };
}

const away = () => {
	throw new Error('the storage is away');
};

describe('the index of a workspace', () => {
	test('has what this process has told at once, and what another one has after two seconds', async (context) => {
		const clock = clockOf(context);
		const [here, there] = [open(), open()];
		assert.deepEqual([await listed(here), await listed(there)], [[], []]);
		await write(here, functionNamed('a'));
		assert.deepEqual([await listed(here), await listed(there)], [['a@1'], []]);
		clock.later(2 * SECOND);
		assert.deepEqual([await listed(here), await listed(there)], [['a@1'], ['a@1']]);
		await write(there, functionNamed('a', { state: 'retired' }));
		await records.delete(keyOf(workspaceId, functionNamed('a')));
		await there.tell(workspaceId, functionNamed('a'), undefined);
		assert.deepEqual([await listed(there), await listed(here)], [[], ['a@1']]);
		clock.later(2 * SECOND);
		assert.deepEqual(await listed(here), []);
	});

	test('is not that of a workspace whose id begins like it', async (context) => {
		const clock = clockOf(context);
		const [here, there] = [open(), open()];
		const other = `${workspaceId}/a`;
		await here.of(other);
		await write(there, functionNamed('a'));
		clock.later(2 * SECOND);
		assert.deepEqual((await here.of(other)).list(), []);
	});

	test('hears of a change whose writer has an older clock, or wrote its note late', async (context) => {
		const clock = clockOf(context);
		const here = open();
		await listed(here);
		for (const [name, late] of [
			['a', 50 * SECOND],
			['b', 1],
		] as const) {
			clock.later(2 * SECOND);
			await listed(here);
			clock.later(-late);
			await write(open(), functionNamed(name));
			clock.later(late + 2 * SECOND);
			assert.ok((await listed(here)).includes(`${name}@1`), name);
		}
	});

	test('reads each change once, and what has changed alone', async (context) => {
		const clock = clockOf(context);
		let read = 0;
		const here = createWorkspaceIndexes(storage, {
			...records,
			getMany(keys) {
				read += keys.length;
				return records.getMany(keys);
			},
		});
		await write(open(), functionNamed('before'));
		clock.later(2 * MINUTE);
		await listed(here);
		for (const name of ['a', 'a', 'b']) await write(open(), functionNamed(name));
		for (let look = 0; look < 5; look++) {
			clock.later(2 * SECOND);
			await listed(here);
		}
		assert.equal(read, 2);
	});

	test('reads the next time what it could not read', async (context) => {
		const clock = clockOf(context);
		let isDown = false;
		const indexes = createWorkspaceIndexes(storage, { ...records, getMany: async (keys) => (isDown ? away() : records.getMany(keys)) });
		await listed(indexes);
		await write(open(), functionNamed('a'));
		isDown = true;
		clock.later(2 * SECOND);
		await assert.rejects(listed(indexes), /away/);
		isDown = false;
		assert.deepEqual(await listed(indexes), ['a@1']);
	});

	test('that could not be read is read by the next who asks, and spoils no write', async () => {
		let isDown = true;
		const entries: typeof records.entries = (...range) => (isDown ? away() : records.entries(...range));
		const indexes = createWorkspaceIndexes(storage, { ...records, entries });
		const asked = assert.rejects(listed(indexes), /away/);
		await indexes.tell(workspaceId, functionNamed('a'), functionNamed('a'));
		await asked;
		isDown = false;
		await write(indexes, functionNamed('a'));
		assert.deepEqual(await listed(indexes), ['a@1']);
	});

	test('has after half an hour what a process wrote that died before it could tell, which is read by its key meanwhile', async (context) => {
		const clock = clockOf(context);
		const [here, functions] = [open(), createFunctionStore(storage)];
		const searched = async () => (await functions.search(workspaceId, 'currency rates', 5)).map(recordId);
		assert.deepEqual([await listed(here), await searched()], [[], []]);
		const record = functionNamed('untold');
		await records.put(keyOf(workspaceId, record), record);
		clock.later(29 * MINUTE);
		assert.deepEqual([await listed(here), await searched()], [[], []]);
		assert.deepEqual([await functions.get(workspaceId, 'untold'), await functions.versions(workspaceId, 'untold')], [record, [record]]);
		clock.later(MINUTE);
		// Nobody waits for it to be read: what was known serves until then.
		const isThere = async () => (await listed(here)).includes('untold@1') && (await searched()).includes('untold@1');
		for (let looks = 0; !(await isThere()); looks++) assert.ok(looks < 1000, 'it was never read');
	});

	test('of a process that begins has everything, told or not', async () => {
		const record = functionNamed('untold');
		await records.put(keyOf(workspaceId, record), record);
		assert.deepEqual(await listed(open()), ['untold@1']);
	});

	test('is loaded without the notes that nobody needs any more', async (context) => {
		const clock = clockOf(context);
		await write(open(), functionNamed('a'));
		clock.later(50 * MINUTE);
		await write(open(), functionNamed('b'));
		clock.later(20 * MINUTE);
		assert.deepEqual([await listed(open()), await notesLeft()], [['a@1', 'b@1'], 1]);
		clock.later(60 * MINUTE);
		assert.deepEqual([await listed(open()), await notesLeft()], [['a@1', 'b@1'], 0]);
	});

	test('hears of thousands of functions that another process has imported', async (context) => {
		const clock = clockOf(context);
		const [here, there] = [open(), open()];
		await listed(here);
		const imported = functionNamed('imported');
		await Promise.all(Array.from({ length: 1100 }, (_, n) => write(there, { ...imported, name: `imported${n}` })));
		clock.later(2 * SECOND);
		assert.equal((await listed(here)).length, 1100);
		clock.later(2 * 60 * MINUTE);
		const left = [];
		for (let load = 0; load < 2; load++) {
			await listed(open());
			left.push(await notesLeft());
		}
		assert.deepEqual(left, [100, 0]);
	});
});

describe('the store beside it', () => {
	test('tells of what it adds, changes and deletes', async (context) => {
		const clock = clockOf(context);
		const [functions, other] = [createFunctionStore(storage), open()];
		await listed(other);
		const record = await store(functions, functionNamed('a').source, { workspaceId });
		const seen = async () => {
			clock.later(2 * SECOND);
			return (await other.of(workspaceId)).list().map(({ name, questions }) => [name, questions]);
		};
		assert.deepEqual(await seen(), [['a', []]]);
		await functions.change(workspaceId, record, (now) => ({ ...now, questions: ['q?'] }));
		assert.deepEqual(await seen(), [['a', ['q?']]]);
		await functions.delete(workspaceId, record);
		assert.deepEqual(await seen(), []);
	});
});
