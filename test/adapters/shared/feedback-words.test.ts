import assert from 'node:assert/strict';
import { test } from 'node:test';
import { thanksFor } from '../../../adapters/shared/feedback-words.ts';

test('whoever rates an answer is told what follows from it', () => {
	assert.equal(thanksFor(), 'Thank you.');
	assert.equal(
		thanksFor(['countFilms']),
		'Thank you. `countFilms` is offered to no question until an admin verifies it with `/functions verify`.',
	);
	assert.equal(
		thanksFor(['countFilms', 'listFilms']),
		'Thank you. `countFilms`, `listFilms` are offered to no question until an admin verifies them with `/functions verify`.',
	);
});
