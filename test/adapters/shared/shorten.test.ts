import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fit, leftOut, shortenBlock } from '../../../adapters/shared/shorten.ts';

const doubled = (text: string) => 2 * text.length;

test('the longest beginning that costs no more than the limit is kept', () => {
	assert.equal(fit('abcdef', 12, doubled), 'abcdef');
	assert.equal(fit('abcdef', 11, doubled), 'abcd…');
	assert.equal(
		fit('abcdef', 8, doubled, () => ''),
		'abcd',
	);
	assert.equal(
		fit('😀😀😀', 7, doubled, () => ''),
		'😀',
	);
});

test('what is left out is counted', () => {
	assert.equal(fit('x'.repeat(5000), 60, doubled, leftOut), `${'x'.repeat(6)}\n… 4,994 more characters`);
	assert.equal(shortenBlock('a\nb\nc', { lines: 1, characters: 10 }), 'a\n… 2 more lines');
	assert.equal(shortenBlock('abcdef', { lines: 1, characters: 2 }), 'ab\n… 4 more characters');
});
