import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseProgram } from '../../src/code/parse.ts';
import type { Program } from '../../src/code/program.ts';
import { calledFunctions, callsOf, namesInMain, toolReferences } from '../../src/code/references.ts';

const TOOLS = new Set(['tmdb.searchPerson', 'tmdb.credits', 'spotify.play']);

function programOf(source: string): Program {
	const parsed = parseProgram(source);
	assert.ok(parsed.ok, JSON.stringify(parsed));
	return parsed.program;
}

function references(source: string): string[] {
	const found = toolReferences(programOf(source).tree, { tools: TOOLS, known: new Set(['findPersonId']) });
	return found.map(({ id, kind, exists, line, column }) => `${kind} ${id}${exists ? '' : ' missing'} ${line}:${column}`);
}

describe('toolReferences', () => {
	const cases: readonly (readonly [name: string, source: string, ...expected: string[]])[] = [
		['a call', 'await tmdb.searchPerson({})', 'tool tmdb.searchPerson 1:7'],
		['a tool that does not exist', '\n  await tmdb.findPerson({})', 'tool tmdb.findPerson missing 2:9'],
		['a read', 'const f = tmdb.credits', 'tool tmdb.credits 1:11'],
		['brackets', "tmdb['credits'](1); tmdb[`play`]()", 'tool tmdb.credits 1:1', 'tool tmdb.play missing 1:21'],
		['optional chaining', 'tmdb?.credits?.()', 'tool tmdb.credits 1:1'],
		['a name computed at run time is not seen', 'tmdb[name]()'],
		[
			'destructuring',
			'const { searchPerson, credits: c, foo } = tmdb',
			'tool tmdb.searchPerson 1:9',
			'tool tmdb.credits 1:23',
			'tool tmdb.foo missing 1:35',
		],
		['an alias, in its scope only', 'const t = tmdb; t.credits(); (t => t.foo())(1)', 'tool tmdb.credits 1:17'],
		['an alias of an alias', 'const t = tmdb; const u = t; u.bar()', 'tool tmdb.bar missing 1:30'],
		['aliases in a circle', 'let a = tmdb; let b = a; b = a; a = b; a.credits()', 'tool tmdb.credits 1:40'],
		['a default parameter', 'function f(t = tmdb) { t.credits() }', 'tool tmdb.credits 1:24'],
		['a toolset that is shadowed', 'function f(tmdb) { tmdb.foo() } { const spotify = {}; spotify.bar() }'],
		['in the order of the text', 'spotify.play(); tmdb.credits()', 'tool spotify.play 1:1', 'tool tmdb.credits 1:17'],
		['an unknown toolset', 'await imdb.search({})', 'unknown-toolset imdb.search missing 1:7'],
		['a host object', 'process.exit()', 'unknown-toolset process.exit missing 1:1'],
		['an unknown toolset is no data', 'movies.map(f => f); rows.filter(x => x); text.split(",")'],
		['data of an unknown object', 'const a = imdb.rating'],
		['an unknown function', 'fetch("x")', 'unknown-function fetch missing 1:1'],
		[
			'known, own and global functions',
			'findPersonId(1); function g() {} g(); parseInt("1"); answer("", 1); console.log(1); JSON.stringify({}); new Map()',
		],
		['a local function', 'const f = () => 1; f(); const o = { g() {} }; o.g(); class A { m() { this.n() } }'],
	];
	for (const [name, source, ...expected] of cases) test(name, () => assert.deepEqual(references(source), expected));
});

describe('a reference is awaited', () => {
	const cases: readonly (readonly [source: string, awaited: boolean])[] = [
		['titles.add(x)', false],
		['const body = response.json()', false],
		['return crew.first()', false],
		['helper.process(await x)', false],
		['const t = tmdb.credits; await t', false],
		['await (imdb.search(x) ? 1 : 2)', false],
		['await wrap(imdb.search(x))', false],
		['await crew.concat(imdb.search(x))', false],
		['await imdb.search(x)', true],
		['const found = (await imdb.search(x)).results[0]', true],
		['await imdb?.search?.(x)', true],
		['await (x ? imdb.search(x) : undefined)', true],
		['await imdb.search(x).catch(() => [])', true],
		['for await (const page of imdb.pages()) {}', true],
		['const [a] = await Promise.all([imdb.search(x), 1])', true],
		['await Promise.allSettled([...ids, ...[imdb.search(x)]])', true],
		['await Promise.all(ids.map((id) => imdb.search({ id })))', true],
		['await Promise.all(ids.map(async (id) => { const a = await imdb.search({ id }); return a }))', true],
		['Promise.all(ids.map((id) => imdb.search({ id })))', false],
		['const p = imdb.search(x); const q = [p]; await Promise.all(q)', true],
		['const p = imdb.search(x); p.length', false],
		['const a = [b, imdb.search(x)]; const b = [a]', false],
		['fetch("x")', false],
		['await fetch("x")', true],
		['await tmdb.credits({})', true],
		['tmdb.credits', false],
		['const { credits } = tmdb', false],
	];
	for (const [source, awaited] of cases) {
		test(source, () => {
			const [found, ...more] = toolReferences(programOf(source).tree, { tools: TOOLS, known: new Set(['wrap']) });
			assert.equal(found?.awaited, awaited);
			assert.deepEqual(
				more.filter(({ id }) => id === found?.id),
				[],
			);
		});
	}
});

test('namesInMain are those read outside the functions', () => {
	const names = namesInMain(programOf('function a() { return inner() } const x = a(1); const b = a; return answer("", c.map(d))'));
	assert.deepEqual([...names].sort(), ['a', 'answer', 'c', 'd']);
});

test('callsOf names what is called or handed on without being declared', () => {
	const { tree } = programOf(
		'findPersonId(1); ids.map(countMovies); function own() { own(); missing() } const findGenre = 1; findGenre; x = 2',
	);
	assert.deepEqual([...callsOf(tree)].sort(), ['countMovies', 'findPersonId', 'ids', 'missing']);
});

test('calledFunctions tells which functions call which', () => {
	const program = programOf(`
		async function a(x) { return b(x) + stored(x) + other(x) }
		function b(x) { return x > 0 ? b(x - 1) : [1].map(c) }
		function c(b) { return b() }
		a(1); b(2);
	`);
	const calls = [...calledFunctions(program, new Set(['stored', 'unused']))].map(([name, called]) => [name, [...called]]);
	assert.deepEqual(calls, [
		['a', ['b', 'stored']],
		['b', ['b', 'c']],
		['c', []],
	]);
});
