import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LARGEST_PROGRAM, parseLoosely, parseProgram } from '../../src/code/parse.ts';
import type { Program } from '../../src/code/program.ts';
import { toolReferences } from '../../src/code/references.ts';

function parsed(source: string): Program {
	const result = parseProgram(source);
	assert.ok(result.ok, JSON.stringify(result));
	return result.program;
}

describe('parseProgram refuses', () => {
	const refused: readonly (readonly [source: string, line: number, column: number, message: RegExp])[] = [
		['import x from "y"', 1, 1, /import.*tools and functions are in scope/],
		['\nimport { x } from "y"', 2, 1, /import.*in scope/],
		['import x = require("y")', 1, 1, /import.*in scope/],
		['const a = 1;\nconst fs = await import("fs")', 2, 18, /`import`/],
		['const a = import.meta.url', 1, 11, /import\.meta/],
		['export async function f() {}', 1, 1, /export/],
		['export default 1', 1, 1, /export/],
		['class A {\n\t@x foo() {}\n}', 2, 2, /Decorators/],
		['@sealed class A {}', 1, 1, /Decorators/],
		['with (a) {}', 1, 1, /`with`/],
		['const a = 1;\n  enum A { b }', 2, 3, /`enum`.*union/],
		['namespace N { export const a = 1 }', 1, 1, /`namespace`/],
		['const a = <string>x', 1, 11, /value as T/],
		['class A {\n  constructor(private x: number) {}\n}', 2, 23, /declare the field/],
		['let x: = 3;', 1, 8, /Unexpected token `=`/],
		['let x = ;', 1, 9, /Expression expected/],
		['\t\tlet z: ;', 1, 10, /Unexpected token `;`/],
		['const é = "😀"; let z: ;', 1, 24, /Unexpected token `;`/],
		['"abc', 1, 1, /Unterminated string/],
		['const a = 1; const a = 2;', 1, 20, /already been declared/],
		['async function f() {\n  const a = 1;\n', 3, 1, /end of the program/],
		['a } ; evil() ; async () => {', 1, 3, /Unexpected token/],
		['return 1; } async () => { 2', 1, 11, /./],
		['x = 010', 1, 5, /Invalid number/],
		['let await = 1', 1, 5, /await/],
		['\0', 1, 1, /Unexpected character/],
		['#!/usr/bin/env node', 1, 2, /Unexpected character/],
		['('.repeat(30_000), 1, 1, /nested too deeply/],
		[`x = 1${'+1'.repeat(1000)}`, 1, 1, /nested too deeply/],
		[`async () => {${'if (a) {'.repeat(200)}${'}'.repeat(200)}}`, 1, 1, /nested too deeply/],
		['a'.repeat(LARGEST_PROGRAM + 1), 1, 1, /at most 65536/],
	];
	for (const [source, line, column, message] of refused) {
		test(JSON.stringify(source.slice(0, 50)), () => {
			const result = parseProgram(source);
			assert.ok(!result.ok);
			const { diagnostic } = result;
			assert.deepEqual([diagnostic.line, diagnostic.code, diagnostic.blocking], [line, 'syntax', true]);
			assert.match(diagnostic.message, message);
			assert.match(diagnostic.message, /^.{1,320}[.!?)]$/s);
			if (!message.test('nested too deeply')) assert.equal(diagnostic.column, column);
		});
	}

	test('anything at all without throwing, and goes on reading programs', () => {
		const pieces = [
			'(',
			'[',
			'{',
			'`',
			'${',
			'}',
			']',
			')',
			'<',
			'>',
			'=>',
			'a',
			'.',
			'/',
			'"',
			"'",
			'\n',
			'async ',
			'type X =',
			'enum',
			'@',
			'\\',
			'…',
			'0x',
			';',
			'?',
			':',
		];
		let random = 42;
		const next = () => (random = (random * 1_103_515_245 + 12_345) % 2 ** 31);
		for (let round = 0; round < 300; round++) {
			const source = Array.from({ length: next() % 60 }, () => (pieces[next() % pieces.length] ?? '').repeat(1 + (next() % 3))).join('');
			assert.doesNotThrow(() => parseProgram(source), source);
			assert.doesNotThrow(() => parseLoosely(source), source);
		}
		parsed('const a: number = 1; return a');
	});
});

describe('parseProgram reads', () => {
	const source = `interface Movie { id: number; title: string }
/** Kinds of it. */
type Kind = 'a' | 'b'
type Box<T> = {
  value: T; type: string };

/**
 * Counts the movies a person directed.
 * @param name full name
 */
async function countMovies(
  name: string, // "Ann, Lee"
  page = 1,
  { a, b: [c] }: { a: string; b: number[] } = { a: ')', b: [] },
  found?: Map<string, number>,
  ...rest: string[]
): Promise<Map<string, { a: 1 }>> {
  const x: number = 1 as number;
  return new Map();
}

const LIMIT: number = 3; // not a documentation

// 1. Finds it,
// with care.
function helper<T extends object>(x: T, callback: (a: number) => void): T { return x!; }
function scaffold(): void {
  // nothing yet
}
const count = await countMovies('Sofia Coppola');
return answer(\`She made \${count}.\`, count);
interface Last { z: 1 }`;
	const program = parsed(source);
	const [count, helper, scaffold] = program.functions;

	test('the JavaScript in the same places', () => {
		assert.equal(program.javascript.length, source.length);
		assert.doesNotMatch(program.javascript, /interface|Promise<|: string|as number/);
		assert.equal(program.javascript.indexOf('return answer'), source.indexOf('return answer'));
	});

	test('signatures, with white space folded and comments left out', () => {
		assert.equal(
			count?.signature,
			"async function countMovies( name: string, page = 1, { a, b: [c] }: { a: string; b: number[] } = { a: ')', b: [] }, found?: Map<string, number>, ...rest: string[] ): Promise<Map<string, { a: 1 }>>",
		);
		assert.equal(helper?.signature, 'function helper<T extends object>(x: T, callback: (a: number) => void): T');
	});

	test('parameters with their types', () => {
		assert.deepEqual(count?.parameters, [
			{ name: 'name', type: 'string', optional: false },
			{ name: 'page', optional: true },
			{ name: '{ a, b: [c] }', type: '{ a: string; b: number[] }', optional: true },
			{ name: 'found', type: 'Map<string, number>', optional: true },
			{ name: '...rest', type: 'string[]', optional: false },
		]);
		assert.deepEqual(helper?.parameters[1], { name: 'callback', type: '(a: number) => void', optional: false });
		assert.deepEqual([count?.returnType, helper?.returnType, scaffold?.returnType], ['Promise<Map<string, { a: 1 }>>', 'T', 'void']);
		assert.deepEqual([count?.async, helper?.async], [true, false]);
	});

	test('documentation right before a function, as blocks or lines, and no other comment', () => {
		assert.equal(count?.documentation, 'Counts the movies a person directed.\n@param name full name');
		assert.equal(helper?.documentation, '1. Finds it,\nwith care.');
		assert.equal(scaffold?.documentation, '');
		assert.equal(count && source.slice(count.start, count.end), count?.source);
		assert.match(count?.source ?? '', /^\/\*\*[\s\S]*\}$/);
		assert.equal(parsed('f(); /** not its own line */ function f() {}').functions[0]?.documentation, '');
		assert.equal(parsed('/** far away */\n\nfunction f() {}').functions[0]?.documentation, '');
	});

	test('lines, and which bodies are empty', () => {
		assert.deepEqual(
			program.functions.map((fn) => [fn.name, fn.line, fn.empty]),
			[
				['countMovies', 11, false],
				['helper', 26, false],
				['scaffold', 27, true],
			],
		);
	});

	test('types, wherever they stand', () => {
		assert.deepEqual(program.types, [
			{ name: 'Movie', source: 'interface Movie { id: number; title: string }' },
			{ name: 'Kind', source: "type Kind = 'a' | 'b'" },
			{ name: 'Box', source: 'type Box<T> = {\n  value: T; type: string };' },
			{ name: 'Last', source: 'interface Last { z: 1 }' },
		]);
	});

	test('the main call: what is neither function nor type', () => {
		assert.equal(
			program.main,
			`const LIMIT: number = 3;\nconst count = await countMovies('Sofia Coppola');\nreturn answer(\`She made \${count}.\`, count);`,
		);
	});

	test('programs without functions, without anything, with only comments', () => {
		assert.equal(parsed('return 1').main, 'return 1');
		assert.deepEqual([parsed('').main, parsed('').functions], ['', []]);
		assert.deepEqual(parsed('// nothing\n/* here */').types, []);
	});

	test('newer syntax', () => {
		parsed(
			'for await (const x of y()) {}\nusing a = b();\nconst c = d?.e ?? f!; label: for (;;) break label; class G { #h = 1; static {} }\nreturn x satisfies Y',
		);
	});
});

describe('parseLoosely', () => {
	const tools = new Set(['tmdb.searchPerson', 'tmdb.credits']);
	const named = (source: string) => {
		const program = parseLoosely(source);
		assert.ok(program);
		assert.equal(program.javascript.length, source.length);
		return toolReferences(program.tree, { tools, known: new Set() }).map(({ id, line }) => `${id}:${line}`);
	};

	test('reads what a strict parser reads', () => {
		assert.equal(parseLoosely('const a: number = 1; return a')?.main, 'const a: number = 1;\nreturn a');
	});

	test('finds the tools in a plan that leaves things open', () => {
		const plan = `async function count(name: string): Promise<number> {
  // 1. Find the person's id.
  const people = await tmdb.searchPerson({ query: name, … });
  // 2. Credits
  const credits: Credits = await tmdb.credits({ person: people.results[0].id, ... });
  for each credit in credits.crew {
    const more: Movie = await imdb.lookUp({ id: credit.id });
  }
  return number of credits.crew with job Director
}`;
		assert.deepEqual(named(plan), ['tmdb.searchPerson:3', 'tmdb.credits:5', 'imdb.lookUp:7']);
		assert.equal(parseLoosely(plan)?.functions[0]?.signature, 'async function count(name: string): Promise<number>');
	});

	test('finds them behind types that leave things open', () => {
		assert.deepEqual(named('interface Movie { title: string; … }\nconst a = await tmdb.credits({ … })'), ['tmdb.credits:2']);
		assert.deepEqual(named('interface Movie { # }\nconst a = await tmdb.credits({ ... })'), ['tmdb.credits:2']);
	});

	test('finds them in a plan that breaks off', () => {
		assert.deepEqual(
			named('async function f(a: string): Promise<number> {\n  const x: X = await tmdb.searchPerson({ query: a });\n  if (x) {\n'),
			['tmdb.searchPerson:2'],
		);
	});

	test('finds them in a plan that is hardly code', () => {
		assert.deepEqual(named('First the person: await tmdb.searchPerson({ query })\nthen tmdb.credits(id), and so on'), [
			'tmdb.searchPerson:1',
			'tmdb.credits:2',
		]);
	});

	test('gives up on what is too deep or too long', () => {
		assert.equal(parseLoosely('('.repeat(30_000)), undefined);
		assert.equal(parseLoosely(`${'a '.repeat(LARGEST_PROGRAM)}`), undefined);
	});
});
