import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inOrderOfUse } from '../../src/repository/in-order-of-use.ts';
import { recordId, usedIds } from '../../src/repository/record-keys.ts';

const fn = (name: string, uses: readonly string[] = [], version = 1) => ({
	name,
	version,
	uses: uses.map((used) => ({ name: used, version: 1 })),
});
const order = (functions: ReturnType<typeof fn>[]) =>
	inOrderOfUse(functions, recordId, usedIds).map(({ name, version }) => `${name}${version}`);

test('functions come after what they use, in the version that they use, and otherwise as they are given', () => {
	assert.deepEqual(order([fn('c', ['b', 'a']), fn('b', ['a']), fn('a', [], 2), fn('d'), fn('a')]), ['a1', 'b1', 'c1', 'a2', 'd1']);
	assert.deepEqual(order([]), []);
});

test('what uses something that is not among them, or stands in a circle, is there all the same', () => {
	assert.deepEqual(order([fn('a', ['gone']), fn('b', ['c']), fn('c', ['b'])]).toSorted(), ['a1', 'b1', 'c1']);
});
