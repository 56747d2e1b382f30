import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matching, namesByUse } from '../../../../adapters/discord/inbound/suggest.ts';
import { recordOf } from '../../../repository/stored-functions.ts';

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

test('functions are named once each, in whatever state, the most used first', () => {
	const version = (name: string, version: number, succeeded: number, rest: Parameters<typeof recordOf>[1] = {}) =>
		recordOf(`async function ${name}() {}`, { version, statistics: { succeeded, failed: 1, lastUsedAt: '' }, ...rest });
	const records = [version('rare', 2, 0), version('rare', 1, 3), version('usual', 1, 9, { state: 'quarantined' }), version('fresh', 1, 0)];
	assert.deepEqual(namesByUse(records), ['usual', 'rare', 'fresh']);
	assert.deepEqual(namesByUse([]), []);
});
