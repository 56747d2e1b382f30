import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DEEPEST_NESTING, measureNesting } from '../../src/code/nesting.ts';
import { LARGEST_PROGRAM } from '../../src/code/parse.ts';
import { stripTypes } from '../../src/code/strip-types.ts';
import { SYNTAX } from '../../src/code/syntax.ts';

const repeat =
	(unit: string, closing = '', core = '1', head = '') =>
	(n: number) =>
		head + unit.repeat(n) + core + closing.repeat(n);

/** Every way TypeScript has of nesting one construct in another. */
const NESTED: Record<string, (n: number) => string> = {
	parentheses: repeat('(', ')'),
	arrays: repeat('[', ']'),
	objects: repeat('{a:', '}', '1', 'x='),
	blocks: repeat('{', '}', ''),
	members: repeat('', '.b', 'a'),
	'optional members': repeat('', '?.b', 'a'),
	calls: repeat('', '()', 'a'),
	sums: repeat('1+'),
	powers: repeat('1**'),
	negations: repeat('!'),
	awaits: repeat('await '),
	constructions: repeat('new ', '', 'a'),
	assignments: repeat('a='),
	conditions: repeat('a?1:'),
	sequences: repeat('a,'),
	arrows: repeat('()=>'),
	'arrow bodies': repeat('(a=>{', '})', ''),
	functions: repeat('function f(){', '}', ''),
	classes: repeat('(class extends ', ' {})', 'a'),
	templates: repeat('`${', '}`'),
	tags: repeat('', '``', 'a'),
	labels: (n) => `${Array.from({ length: n }, (_, index) => `a${index}:`).join('')}1`,
	'else if': repeat('if(a){}else ', '', '{}'),
	if: repeat('if(a,b)', '', '{}'),
	for: repeat('for(;;)', '', '{}'),
	do: repeat('do ', 'while(1)', '{}'),
	switch: repeat('switch(a){case 1:', '}', ''),
	patterns: (n) => `let ${'{a:'.repeat(n)}b${'}'.repeat(n)}=1`,
	'as casts': repeat('', ' as y', 'x'),
	'non-null': repeat('', '!', 'x'),
	'type arguments': repeat('A<', '>', 'x', 'let a: '),
	'second type arguments': repeat('A<x,', '>', 'x', 'let a: '),
	'array types': repeat('', '[]', 'x', 'let a: '),
	'object types': repeat('{a:', '}', 'x', 'let a: '),
	'function types': repeat('()=>', '', 'x', 'let a: '),
	'conditional types': repeat('a extends b?c:', '', 'x', 'let a: '),
	'key types': repeat('keyof ', '', 'x', 'let a: '),
	'union types': repeat('x|', '', 'x', 'let a: '),
	'template types': repeat('`${', '}`', 'x', 'let a: '),
	'second type arguments behind semicolons': repeat('A<{x:1;y:', '}>', 'x', 'let a: '),
	'call type arguments': repeat('', '<b>()', 'a'),
};

describe('measureNesting', () => {
	// The stripper is WebAssembly that stays broken for the whole process once it has overflowed, so each case would also fail those after it.
	for (const [name, nest] of Object.entries(NESTED)) {
		test(`what it lets through does not overflow the stripper: ${name}`, () => {
			const units = largest((n) => nest(n).length <= LARGEST_PROGRAM && measureNesting(nest(n), SYNTAX) <= DEEPEST_NESTING);
			assert.ok(units > 50, `only ${units} levels are accepted`);
			const stripped = stripTypes(nest(units));
			assert.ok(stripped.ok || !/memory|stack|Node/.test(stripped.message), JSON.stringify(stripped));
			assert.deepEqual(stripTypes('let a: 1'), { ok: true, javascript: 'let a   ' });
		});
	}

	test('what one tokenizer takes for text and another for code counts as code', () => {
		const hidden = {
			'a regular expression that is a division': (n: number) => `const x = f<string> /${'['.repeat(n)}${']'.repeat(n)}/ 1;`,
			'a string behind such a one': (n: number) => `const x = f<string> /"/ 1; "${'['.repeat(n)}${']'.repeat(n)}"`,
			'operators in it': (n: number) => `const x = f<string> /${'1+'.repeat(n)}1/ 1;`,
			'words in it': (n: number) => `const x = f<string> /${'new '.repeat(n)}a/ 1;`,
			'a comment behind such a one': (n: number) => `const x = f<string> /\`/ 1; // \${${'['.repeat(n)}${']'.repeat(n)}}\``,
		};
		for (const [what, hide] of Object.entries(hidden)) {
			assert.ok(measureNesting(hide(8000), SYNTAX) > DEEPEST_NESTING, what);
			const units = largest((n) => measureNesting(hide(n), SYNTAX) <= DEEPEST_NESTING);
			stripTypes(hide(units));
			assert.deepEqual(stripTypes('let a: 1'), { ok: true, javascript: 'let a   ' }, what);
		}
	});

	test('ordinary texts and comments leave room', () => {
		const line =
			"const sentence = `${name} (born ${year}) directed: ${titles.join(', ')}.`; // See /person/{id}/credits, e.g. `job` === 'Director'.\n";
		assert.ok(measureNesting(line.repeat(30), SYNTAX) < DEEPEST_NESTING);
	});

	test('long programs are not deep ones', () => {
		const statement = 'const movie = await tmdb.searchMovie({ query: title, page: [1, 2].length < 3 ? 1 : 2 })\n';
		const program = `async function f(title: string): Promise<Map<string, number>> {\n${statement.repeat(100)}}\n`.repeat(5);
		assert.ok(measureNesting(program, SYNTAX) < DEEPEST_NESTING);
	});

	test('text that is no sequence of tokens is a syntax error', () => {
		assert.throws(() => measureNesting('"abc', SYNTAX), SyntaxError);
	});
});

function largest(accepted: (n: number) => boolean): number {
	let low = 1;
	let high = LARGEST_PROGRAM;
	while (low < high) {
		const middle = Math.ceil((low + high) / 2);
		if (accepted(middle)) low = middle;
		else high = middle - 1;
	}
	return low;
}
