import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { closestName } from '../../src/toolset/closest-name.ts';

suite('closestName', () => {
	test('nothing is near an unrelated name, or among no candidates', () => {
		assert.equal(closestName('colour', ['query', 'page']), undefined);
		assert.equal(closestName('x', ['y']), undefined);
		assert.equal(closestName('query', []), undefined);
		assert.equal(closestName('', ['a']), undefined);
	});

	const near: [string, string][] = [
		['pageSize', 'page_size'],
		['PAGE-SIZE', 'page_size'],
		['page_sice', 'page_size'],
		['movieid', 'movie_id'],
	];
	for (const [name, expected] of near)
		test(`${name} is ${expected}`, () => assert.equal(closestName(name, ['page', 'movie_id', 'page_size']), expected));

	test('the nearest wins, not the first', () => assert.equal(closestName('titles', ['tiles', 'title', 'titles_']), 'titles_'));

	test('endless names cost no endless time', () => assert.equal(closestName('a'.repeat(1_000_000), ['b'.repeat(1_000_000)]), undefined));
});
