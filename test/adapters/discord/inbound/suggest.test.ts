import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matching } from '../../../../adapters/discord/inbound/suggest.ts';

test('names that begin so come first, those that hold it after them, each in their order', () => {
	const names = ['countDirectedMovies', 'movies', 'findMovie', 'moviesOfOthers', 'crm'];
	assert.deepEqual(matching(names, 'mov'), ['movies', 'moviesOfOthers', 'countDirectedMovies', 'findMovie']);
	assert.deepEqual(matching(names, ' MOV '), ['movies', 'moviesOfOthers', 'countDirectedMovies', 'findMovie']);
	assert.deepEqual(matching(names, ''), names);
	assert.deepEqual(matching(names, 'nothing'), []);
	assert.deepEqual(matching([], 'mov'), []);
});

test('no more of them, and no longer ones, than Discord takes', () => {
	const many = Array.from({ length: 100 }, (_, index) => `name${index}`);
	assert.deepEqual(matching(many, 'name'), many.slice(0, 25));
	assert.deepEqual(matching(['', 'x'.repeat(100), 'x'.repeat(101)], ''), ['x'.repeat(100)]);
	const late = [...many, 'wanted'];
	assert.deepEqual(matching(late, 'wanted'), ['wanted']);
});
