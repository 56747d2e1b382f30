import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cellText, isNumeric } from '../../../adapters/shared/cell-text.ts';

test('values are words, without brackets where they can do without', () => {
	assert.equal(cellText(['Paris', 1, null, true]), 'Paris, 1, , true');
	assert.equal(cellText({ year: 1971, born: { city: 'New York' } }), 'year: 1971, born: (city: New York)');
	assert.equal(cellText([[[1]]]), '(…)');
	assert.ok(cellText(Array.from({ length: 31 }, () => 'x'.repeat(300))).endsWith(', …'));
});

test('a column of numbers and gaps is numeric', () => {
	assert.ok(isNumeric([1, null, 2.5]));
	for (const column of [[], [null], [1, '2'], ['1']]) assert.ok(!isNumeric(column));
});
