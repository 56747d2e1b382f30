import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseProgram } from '../../src/code/parse.ts';
import { functionHash } from '../../src/repository/hash.ts';

function hashOf(source: string, used?: ReadonlyMap<string, string>): string {
	const parsed = parseProgram(source);
	assert.ok(parsed.ok, source);
	const fn = parsed.program.functions.at(-1);
	assert.ok(fn);
	return functionHash(fn, used);
}

/** Of a function with these statements. */
function hashIn(statements: string): string {
	return hashOf(`async function f() { ${statements} }`);
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

	const written: readonly (readonly [what: string, one: string, other: string])[] = [
		['a shorthand', 'return { a, b: 1 }', 'return { a: a, b: 1 }'],
		['quoted keys', 'const { a: b } = c; return { b: 1, 2: 3 }', `const { 'a': b } = c; return { "b": 1, '2': 3 }`],
		[
			'quoted members of a class',
			'return class { a = 1; b() {} get c() { return 1 } }',
			`return class { 'a' = 1; 'b'() {} get 'c'() { return 1 } }`,
		],
		['numbers', 'return [1, 255, 1000, 0.5, 10n]', 'return [1.0, 0xff, 1_000, .5, 0xan]'],
		['escapes', "return 'A\\né' + `${a}A`", 'return "\\x41\\n\\u{e9}" + `${a}\\x41`'],
		['a template without values', "return 'a'", 'return `a`'],
		['flags of a regular expression in another order', 'return /a/gi', 'return /a/ig'],
		['commas at the end', 'return g(a, [b, { c: 1 }])', 'return g(a, [b, { c: 1, }, ],)'],
		['brackets', 'return a + b * c ? d.e(f) : await g', 'return ((a) + (b * (c))) ? ((d).e((f))) : (await (g))'],
		['empty statements', 'for (;a();) {} if (b) {} return c', ';for (;a(););;; if (b); return c;;'],
		[
			'labels',
			'a: for (;;) { b: for (;;) { if (c) break a; else continue b } }',
			'b: for (;;) { x: for (;;) { if (c) break b; else continue x } }',
		],
	];
	for (const [what, one, other] of written) test(`with ${what}`, () => assert.equal(hashIn(one), hashIn(other)));

	test('when a function that it uses has another name', () => {
		const used = (name: string, hash = '1') =>
			hashOf(`async function f(a) { return [await ${name}(a), [a].map(${name}), { go: ${name} }] }`, new Map([[name, hash]]));
		assert.equal(used('findPerson'), used('lookUp'));
		assert.notEqual(used('findPerson'), used('findPerson', '2'));
		assert.equal(
			hashOf('function f() { return { go } }', new Map([['go', '1']])),
			hashOf('function f() { return { go: run } }', new Map([['run', '1']])),
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

	const programs: readonly (readonly [what: string, one: string, other: string])[] = [
		['which of two classes is meant', 'class A {} class B {} return new A()', 'class A {} class B {} return new B()'],
		['what a class knows of itself', 'class A { a() { return A } } return A', 'class A { a() { return B } } return A'],
		['what a `var` in `catch` assigns', 'try { a() } catch (e) { var e = 1; return e }', 'try { a() } catch (d) { var e = 1; return d }'],
		['what `catch` catches', 'let e = 1; try { a() } catch (e) { b(e) }', 'let e = 1; try { a() } catch (d) { b(e) }'],
		['that `eval` knows names', "let a = 1, b = 2; return eval('a')", "let b = 1, a = 2; return eval('a')"],
		['infinity', 'return 1e999', 'return null'],
		['zero', 'return -0', 'return 0'],
		['a text', "return '1'", 'return 1'],
		['a large number', 'return 1n', 'return 1'],
		['nothing', 'return null', 'return undefined'],
		['what a tag sees', 'return String.raw`\\n`', 'return String.raw`\n`'],
		['the values of a template', 'return `a${b}`', 'return `${b}a`'],
		['the prototype', 'return { __proto__: a }', "return { ['__proto__']: a }"],
		['the prototype in short', 'const __proto__ = 1; return { __proto__ }', 'const __proto__ = 1; return { __proto__: __proto__ }'],
		['a computed key', 'return { [a]: 1 }', 'return { a: 1 }'],
		['a computed member', 'return a[b]', 'return a.b'],
		['a method', 'return { a() { return b } }', 'return { a: function () { return b } }'],
		['an async function', 'return [async () => a, async function () {}]', 'return [() => a, function () {}]'],
		['a private name', "return class { #a = 1; 'a' = 2 }", "return class { '#a' = 1; 'a' = 2 }"],
		['the end of a chain', 'return (a?.b).c', 'return a?.b.c'],
		['the end of a called chain', 'return (a?.b)()', 'return a?.b()'],
		['an optional call', 'return a?.()', 'return a()'],
		['what is optional', 'return a?.b.c', 'return a.b?.c'],
		['nullish', 'return a ?? b', 'return a || b'],
		['hoisting', 'if (a) { var b = 1 } return b', 'if (a) { let b = 1 } return b'],
		['an unassigned variable', 'return a; var a', 'return a'],
		['what a label means', 'a: for (;;) { b: for (;;) break a }', 'a: for (;;) { b: for (;;) break b }'],
		['no label', 'a: for (;;) { for (;;) break a }', 'a: for (;;) { for (;;) break }'],
		['the name of a function expression', 'return function g() { return g }', 'return function () { return g }'],
		['a function expression that hides its name', 'return function g(h) { return g }', 'return function g(g) { return g }'],
		['the default that a parameter has', 'return (a, b = a) => b', 'return (a, b = b) => b'],
		[
			'a parameter of a default',
			'let b = 1; return (a = b) => { let b = 2; return a }',
			'let b = 1; return (a = b) => { b = 2; return a }',
		],
		['the default in a pattern', 'const { a = 1, b = a } = c; return b', 'const { a = 1, b = c } = c; return b'],
		['the place of a default', 'const [a = 1, b] = c', 'const [a, b = 1] = c'],
		['the rest', 'const { a, ...b } = c; return b', 'const { a, b } = c; return b'],
		['arguments', 'return function () { return arguments }', 'return () => arguments'],
		['a getter', 'return { get a() { return 1 } }', 'return { a() { return 1 } }'],
		['a static member', 'return class { static a = 1 }', 'return class { a = 1 }'],
		['the order of members', 'return class { a = b(); c = d() }', 'return class { c = d(); a = b() }'],
		['a loop over keys', 'for (const a in b) c(a)', 'for (const a of b) c(a)'],
		['waiting in a loop', 'for await (const a of b) c(a)', 'for (const a of b) c(a)'],
		['where a loop ends', 'do { a() } while (b())', 'while (b()) { a() }'],
		['what falls through', 'switch (a) { case 1: b(); case 2: c() }', 'switch (a) { case 1: b(); break; case 2: c() }'],
		['handing on', 'return function* () { yield* a }', 'return function* () { yield a }'],
		['before and after', 'let a = 1; return a++', 'let a = 1; return ++a'],
		['a hole', 'return [, a]', 'return [undefined, a]'],
		['spread', 'return a(...b)', 'return a(b)'],
		['new', 'return new a()', 'return a()'],
		['a finally', 'try { a() } finally { b() }', 'try { a() } catch { b() }'],
	];
	for (const [what, one, other] of programs) test(`in ${what}`, () => assert.notEqual(hashIn(one), hashIn(other)));

	test('when a local has the name of a function that it would use', () => {
		const used = new Map([['g', '1']]);
		assert.notEqual(hashOf('function f(h) { return g(h) }', used), hashOf('function f(g) { return g(g) }', used));
		assert.equal(hashOf('function f(g) { return g() }', used), hashOf('function f(g) { return g() }'));
		assert.equal(hashOf('function f(a) { return { g: a.g } }', used), hashOf('function f(a) { return { g: a.g } }'));
		assert.equal(hashOf('function f() { return f() }', new Map([['f', '1']])), hashOf('function f() { return f() }'));
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
