import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseProgram } from '../../src/code/parse.ts';
import { functionHash } from '../../src/repository/hash.ts';

function hashOf(source: string): string {
	const parsed = parseProgram(source);
	assert.ok(parsed.ok, source);
	const fn = parsed.program.functions.at(-1);
	assert.ok(fn);
	return functionHash(fn);
}

const ORIGINAL = `async function countMovies(name: string, limit = 5): Promise<number> {
  const people = await tmdb.searchPerson({ query: name });
  const [first] = people.results;
  if (!first) throw new Error('Nobody is called ' + name);
  const { crew, total: sum } = await tmdb.credits({ id: first.id });
  let count = 0;
  for (const entry of crew) {
    if (entry.job === 'Director' && count < limit) count += 1;
  }
  const byYear = crew.map(({ year }) => ({ year, count }));
  return sum > 0 ? count : helper(byYear, (name) => name.length);
}`;

const LOCALS = ['name', 'limit', 'people', 'first', 'sum', 'count', 'entry', 'byYear'];

describe('functionHash is the same', () => {
	const same: Record<string, string> = {
		'in another format': ORIGINAL.replaceAll(/\s+/g, ' ').replaceAll('  ', ' '),
		'with comments and documentation': `/** Counts. */\n${ORIGINAL.replaceAll(';\n', '; // so\n')}`,
		'without types': ORIGINAL.replaceAll(/: (string|Promise<number>)/g, ''),
		'with other types': ORIGINAL.replace('name: string', 'name: string | undefined').replace('people = await', 'people: Found = await'),
		'under another name': ORIGINAL.replace('countMovies', 'countFilms'),
		'in other quotes': ORIGINAL.replaceAll("'", '"'),
		'with empty statements': ORIGINAL.replaceAll(';\n', ';;\n'),
		'with assertions': ORIGINAL.replace('first.id', '(first as Person)!.id'),
	};
	for (const [name, source] of Object.entries(same)) test(name, () => assert.equal(hashOf(source), hashOf(ORIGINAL)));

	test('under any renaming of its locals', () => {
		let random = 7;
		for (let round = 0; round < 50; round++) {
			let renamed = ORIGINAL;
			for (const local of LOCALS) {
				random = (random * 48_271) % 2_147_483_647;
				renamed = rename(renamed, local, `v${random}`);
			}
			assert.equal(hashOf(renamed), hashOf(ORIGINAL), renamed);
		}
	});

	test('when two locals swap their names', () => {
		assert.equal(hashOf(rename(rename(rename(ORIGINAL, 'people', 'swap'), 'entry', 'people'), 'swap', 'entry')), hashOf(ORIGINAL));
	});

	test('when a recursive function has another name', () => {
		assert.equal(
			hashOf('function f(n) { return n ? f(n - 1) : 0 }'),
			hashOf('function walk(depth) { return depth ? walk(depth - 1) : 0 }'),
		);
	});

	test('when shadowing is spelled out', () => {
		assert.equal(
			hashOf('function f(x) { const g = (x) => x + 1; { const x = 2; g(x); } return x }'),
			hashOf('function f(a) { const h = (b) => b + 1; { const c = 2; h(c); } return a }'),
		);
	});
});

describe('functionHash differs', () => {
	const mutations: readonly (readonly [from: string, to: string])[] = [
		["'Director'", "'Actor'"],
		['limit = 5', 'limit = 6'],
		['limit = 5', 'limit'],
		['crew, total: sum', 'crew, count: sum'],
		['{ crew,', '{ cast: crew,'],
		['tmdb.credits', 'tmdb.movieCredits'],
		['tmdb.credits', 'imdb.credits'],
		['query: name', 'text: name'],
		['helper(', 'otherHelper('],
		['===', '!=='],
		['&&', '||'],
		['count < limit', 'limit < count'],
		['count += 1', 'count += 2'],
		['!first', 'first'],
		['let count = 0', 'let count = 0n'],
		['const [first]', 'const [, first]'],
		['name.length', 'limit'],
		['sum > 0 ? count', 'sum > 0 ? limit'],
		['{ year, count }', '{ year, total: count }'],
		['async function', 'async function*'],
		['(name: string, limit = 5)', '(limit = 5, name: string)'],
		['crew.map', 'crew?.map'],
		["'Nobody is called ' + name", `\`Nobody is called \${name}\``],
	];
	for (const [from, to] of mutations) {
		test(`${from} -> ${to}`, () => {
			assert.ok(ORIGINAL.includes(from));
			assert.notEqual(hashOf(ORIGINAL.replace(from, to)), hashOf(ORIGINAL));
		});
	}

	test('when a local is captured by another', () => {
		assert.notEqual(
			hashOf('function f(x) { const g = (y) => x; return g(1) }'),
			hashOf('function f(x) { const g = (y) => y; return g(1) }'),
		);
		assert.notEqual(hashOf('function f(x) { { const x = 2; g(x) } }'), hashOf('function f(x) { { const y = 2; g(x) } }'));
	});

	test('when a call of itself is one of something else', () => {
		assert.notEqual(hashOf('function f(n) { return f(n) }'), hashOf('function f(n) { return g(n) }'));
	});

	test('between regular expressions, and between arguments and a local', () => {
		assert.notEqual(hashOf('function f(n) { return /a/g.test(n) }'), hashOf('function f(n) { return /a/i.test(n) }'));
		assert.notEqual(hashOf('function f(n) { return arguments }'), hashOf('function f(n) { return n }'));
	});
});

/** Renames a local as a person would: the property of a shorthand keeps its name. */
function rename(source: string, from: string, to: string): string {
	return source
		.replaceAll(new RegExp(`([{,] )${from}(?= ?[},])`, 'g'), (_, before: string) => `${before}${from}: ${to}`)
		.replaceAll(new RegExp(`(?<![.\\w'])${from}\\b(?!:|')`, 'g'), to)
		.replaceAll(new RegExp(`\\(${from}: `, 'g'), `(${to}: `);
}
