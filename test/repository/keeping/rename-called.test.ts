import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renameCalled } from '../../../src/repository/keeping/rename-called.ts';

const source = `async function f(find: string, o: { find: number }): Promise<number> {
  const all = [await search(find), o.find].map(search);
  return { search, more: all }.search('search');
}`;

test('renames what a function calls, and nothing else of that name', () => {
	assert.equal(
		renameCalled(
			source,
			new Map([
				['search', 'lookUp'],
				['find', 'other'],
			]),
		),
		source.replace('await search', 'await lookUp').replace('map(search)', 'map(lookUp)').replace('{ search,', '{ search: lookUp,'),
	);
});

test('changes nothing without another name', () => assert.equal(renameCalled(source, new Map([['search', 'search']])), source));

test('refuses a name that means something else already', () => {
	assert.equal(renameCalled(source, new Map([['search', 'all']])), undefined);
	assert.equal(renameCalled('function f(): number { return a() + b() }', new Map([['a', 'b']])), undefined);
});
