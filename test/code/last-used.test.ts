import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lastUsed } from '../../src/code/last-used.ts';

test('what was asked for last is made once; what was not asked for longest goes when the texts are too long together', () => {
	const made: string[] = [];
	const lengthOf = lastUsed(6, (text) => {
		made.push(text);
		return text.length;
	});
	assert.deepEqual(['aa', 'bb', 'cc', 'aa'].map(lengthOf), [2, 2, 2, 2]);
	assert.deepEqual(made, ['aa', 'bb', 'cc']);
	// `bb` was not asked for longest.
	lengthOf('dd');
	for (const text of ['aa', 'cc', 'dd']) lengthOf(text);
	assert.deepEqual(made, ['aa', 'bb', 'cc', 'dd']);
	lengthOf('bb');
	assert.deepEqual(made, ['aa', 'bb', 'cc', 'dd', 'bb']);
});

test('a text that is too long by itself is made each time, and nothing else is kept beside it', () => {
	let made = 0;
	const count = lastUsed(3, () => ++made);
	assert.deepEqual(['long one', 'long one', 'ab', 'ab'].map(count), [1, 2, 3, 3]);
});

test('undefined is remembered as well', () => {
	let made = 0;
	const nothing = lastUsed(10, () => {
		made += 1;
	});
	nothing('a');
	nothing('a');
	assert.equal(made, 1);
});
