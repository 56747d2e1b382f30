import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fuse } from '../../../src/toolset/search/fuse.ts';

describe('fuse', () => {
	test('nothing of nothing, and one ranking as it is', () => {
		assert.deepEqual(fuse([]), []);
		assert.deepEqual(fuse([[], []]), []);
		assert.deepEqual(fuse([['a', 'b'], []]), ['a', 'b']);
	});

	test('what both rankings have comes before the first of either', () => {
		assert.deepEqual(
			fuse([
				['a', 'x', 'b'],
				['c', 'x', 'd'],
			]),
			['x', 'a', 'c', 'b', 'd'],
		);
	});

	test('equals stay as the first ranking has them', () => {
		assert.deepEqual(
			fuse([
				['a', 'b'],
				['b', 'a'],
			]),
			['a', 'b'],
		);
	});
});
