import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { closureOf } from '../../src/repository/closure.ts';
import type { FunctionKey, FunctionRecord } from '../../src/repository/function-record.ts';
import { moved } from '../../src/repository/lifecycle.ts';
import { recordId } from '../../src/repository/record-keys.ts';
import { recordOf } from './stored-functions.ts';

const keyOf = (id: string): FunctionKey => {
	const [name = '', version = '1'] = id.split('@');
	return { name, version: Number(version) };
};
const fn = (id: string, ...uses: string[]): FunctionRecord => ({
	...recordOf('async function f(): Promise<void> {}'),
	...keyOf(id),
	uses: uses.map(keyOf),
});
const gone = (record: FunctionRecord, to: 'quarantined' | 'retired', cause: 'drift' | 'superseded' | 'forgotten' = 'drift') =>
	moved(record, to, { at: '2026-02-01T00:00:00.000Z', cause, reason: 'a test' });

/** Of the first of these functions; the others are stored. `loads` are the keys of each load. */
async function closure(count: number, ...records: readonly FunctionRecord[]) {
	const stored = new Map(records.map((record) => [recordId(record), record]));
	const loads: string[][] = [];
	const load = async (keys: readonly FunctionKey[]) => {
		loads.push(keys.map(recordId));
		return keys.flatMap((key) => stored.get(recordId(key)) ?? []);
	};
	const { whole, all } = await closureOf(records.slice(0, count), load);
	return { whole: whole.map(recordId), all: all.map(recordId), loads };
}

describe('what takes to run functions', () => {
	test('is nothing for none, and nothing is loaded for those that use nothing', async () => {
		assert.deepEqual(await closure(0), { whole: [], all: [], loads: [] });
		assert.deepEqual(await closure(1, fn('a@1')), { whole: ['a@1'], all: ['a@1'], loads: [] });
	});

	test('leaves out what uses something that is gone, at any depth', async () => {
		assert.deepEqual((await closure(2, fn('a@1', 'b@1'), fn('c@1'), fn('b@1', 'lost@1'))).whole, ['c@1']);
		assert.deepEqual((await closure(1, fn('a@1', 'b@2'), fn('b@1'))).whole, [], 'another version is not that one');
		assert.deepEqual((await closure(1, fn('a@1', '__proto__@1'))).whole, []);
	});

	test('leaves out what uses something that may not be used', async () => {
		const whole = async (used: FunctionRecord) => (await closure(1, fn('a@1', 'b@1'), fn('b@1', 'c@1'), used)).whole;
		assert.deepEqual(await whole(fn('c@1')), ['a@1']);
		assert.deepEqual(await whole(gone(fn('c@1'), 'retired', 'superseded')), ['a@1'], 'it still does what it was verified for');
		for (const used of [
			gone(fn('c@1'), 'quarantined'),
			gone(fn('c@1'), 'retired', 'forgotten'),
			gone(gone(fn('c@1'), 'quarantined'), 'retired', 'superseded'),
		]) {
			assert.deepEqual(await whole(used), []);
		}
	});

	test('is each function once, however often it is used, and a level of uses at a time', async () => {
		const result = await closure(
			2,
			fn('a@1', 'c@1', 'd@1'),
			fn('b@1', 'c@1'),
			fn('c@1', 'd@1', 'e@1'),
			fn('d@1', 'e@1'),
			fn('e@1'),
			fn('unused@1'),
		);
		assert.deepEqual(
			[result.whole, result.all.toSorted()],
			[
				['a@1', 'b@1'],
				['a@1', 'b@1', 'c@1', 'd@1', 'e@1'],
			],
		);
		assert.equal(result.loads.length, 2);
	});

	test('comes to an end where functions use one another in a circle', async () => {
		assert.deepEqual((await closure(1, fn('a@1', 'b@1'), fn('b@1', 'a@1', 'b@1'))).all, ['a@1', 'b@1']);
	});

	test('has one version of a name: what needs another one than those before it is left out', async () => {
		const stored = [fn('c@1'), fn('c@2')];
		assert.deepEqual((await closure(2, fn('a@1', 'c@2'), fn('b@1', 'c@1'), ...stored)).whole, ['a@1']);
		assert.deepEqual((await closure(2, fn('b@1', 'c@1'), fn('a@1', 'c@2'), ...stored)).whole, ['b@1']);
		assert.deepEqual((await closure(2, fn('c@2'), fn('a@1', 'c@1'), fn('c@1'))).whole, ['c@2']);
		assert.deepEqual((await closure(2, fn('a@1'), fn('a@2'))).whole, ['a@1']);
		assert.deepEqual((await closure(1, fn('a@1', 'b@1', 'c@2'), fn('b@1', 'c@1'), ...stored)).whole, [], 'nor can it be run by itself');
	});

	test('is not wanted for what is left out', async () => {
		const result = await closure(2, fn('a@1', 'only@1', 'lost@1'), fn('b@1'), fn('only@1'));
		assert.deepEqual(result.all, ['b@1']);
	});
});
