import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseProgram } from '../../../src/code/parse.ts';
import { extractFunctions } from '../../../src/repository/keeping/extract.ts';

const TOOLS = new Set(['tmdb.search', 'tmdb.credits']);

function extracted(source: string, stored: string[] = []) {
	const parsed = parseProgram(source);
	assert.ok(parsed.ok, JSON.stringify(parsed));
	return extractFunctions(parsed.program, { tools: TOOLS, stored: new Set(stored) });
}

const names = (source: string, stored?: string[]) => extracted(source, stored).map(({ fn }) => fn.name);
const SEARCH = 'async function search(query: string): Promise<number> { return (await tmdb.search({ query })).id }';

describe('extractFunctions leaves out', () => {
	const left: Record<string, string> = {
		scaffolds: 'async function f(a: string): Promise<number> {}',
		'functions without a return type': 'async function f(a: string) { return tmdb.search({ a }) }',
		'functions with an untyped parameter': 'async function f(a): Promise<number> { return tmdb.search({ a }) }',
		'functions with a default instead of a type': 'async function f(a = 1): Promise<number> { return tmdb.search({ a }) }',
		'what reads a variable of the top level': 'const year = 2020; async function f(): Promise<number> { return tmdb.search({ year }) }',
		'what writes one': 'let total = 0; async function f(): Promise<number> { total++; return tmdb.search({}) }',
		'what uses a class of the top level': 'class Movie {} async function f(): Promise<Movie> { await tmdb.search({}); return new Movie() }',
		'what uses an unknown tool': 'async function f(): Promise<number> { return tmdb.lookUp({}) }',
		'what uses an unknown function': 'async function f(): Promise<number> { return helper(await tmdb.search({})) }',
		'what uses one that is left out':
			'const k = 1; function g(): number { return k } async function f(): Promise<number> { await tmdb.search({}); return g() }',
		'what uses one that uses one that is left out':
			'const k = 1; async function a(): Promise<number> { return b() } async function b(): Promise<number> { return c() } async function c(): Promise<number> { await tmdb.search({}); return k }',
		'functions that have nothing to do with tools': 'function add(a: number, b: number): number { return a + b } return add(1, 2)',
		'what reassigns a function': `${SEARCH} async function f(): Promise<number> { search = 1; return tmdb.search({}) }`,
		'what reads what is everywhere': `async function f(): Promise<number> { await tmdb.search({}); return (globalThis as any)['tmdb'].credits({}) }`,
		'what puts something in the place of a toolset':
			'async function f(): Promise<number> { const a = await tmdb.search({}); tmdb = a; return 1 }',
		'what has the name of a toolset': 'async function tmdb(): Promise<number> { return 1 }',
		'what has the name of something that programs have': `async function nextPage(): Promise<number> { return search('a') } ${SEARCH}`,
		'arrow functions': 'const f = async (a: string): Promise<number> => tmdb.search({ a })',
	};
	for (const [name, source] of Object.entries(left)) test(name, () => assert.ok(!names(source).some((found) => found !== 'search')));
});

describe('extractFunctions takes', () => {
	test('functions that call tools, with the tools and functions they call', () => {
		const [search, count] = extracted(
			`async function count(name: string, ids: Set<number> = new Set()): Promise<number> {
			const id = await search(name);
			const { credits } = tmdb;
			return (await credits({ id })).length + (await stored(id)) + ids.size;
		}\n${SEARCH}\nreturn count('a')`,
			['stored', 'unused'],
		);
		assert.deepEqual([search?.fn.name, search?.tools, search?.uses], ['search', ['tmdb.search'], []]);
		assert.deepEqual([count?.fn.name, count?.tools, count?.uses.toSorted()], ['count', ['tmdb.credits'], ['search', 'stored']]);
	});

	test('helpers without tools, before those that use them', () => {
		const source = `async function top(a: string): Promise<string> { return format(await search(a)) }
			function format(n: number): string { return pad(String(n)) }
			function pad(s: string): string { return s.padStart(3) }
			function alone(s: string): string { return s }\n${SEARCH}`;
		assert.deepEqual(names(source), ['pad', 'format', 'search', 'top']);
	});

	test('functions that do no more than call stored ones', () => {
		assert.deepEqual(names('async function f(a: string): Promise<number> { return (await stored(a)) + 1 }', ['stored']), ['f']);
	});

	test('recursive functions', () => {
		const [walk] = extracted(
			'async function walk(n: number): Promise<number> { await tmdb.search({ n }); return n > 0 ? walk(n - 1) : 0 }',
		);
		assert.deepEqual([walk?.fn.name, walk?.uses], ['walk', []]);
	});

	test('the types a function names, and those that they name, before the function', () => {
		const [found] = extracted(`interface Movie { title: string; people: Person[] }
			type Person = { name: Name }
			type Name = string;
			interface Unused { a: Movie }
			/** Finds. */
			async function find(query: string): Promise<Movie[]> { return (await tmdb.search({ query })).results }`);
		assert.equal(
			found?.source.replaceAll(/\s+/g, ' '),
			'interface Movie { title: string; people: Person[] } type Person = { name: Name } type Name = string; /** Finds. */ async function find(query: string): Promise<Movie[]> { return (await tmdb.search({ query })).results }',
		);
	});
});
