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
		['export default 1', 1, 1, /export/],
		['export default async () => {}', 1, 1, /export/],
		['export default a + 1', 1, 1, /export/],
		['export default function () {}', 1, 1, /export/],
		['function f() { return main }\nasync function main() { return answer("x", 1) }\nmain();', 3, 1, /answer of main is lost/],
		['const a = 1;\nexport { a };', 2, 1, /export/],
		['export * from "y"', 1, 1, /export/],
		[
			'async function main(a) { return answer("x", a) }\nmain(1)',
			2,
			1,
			/The answer of main is lost: write its statements at the top level/,
		],
		['const c = 1;\nasync function main() { const c = 2; return answer("x", c) }\nmain();', 3, 1, /answer of main is lost/],
		['async function main() { return answer("x", c) }\nconst c = 1;\nawait main();', 3, 1, /answer of main is lost/],
		['async function main() { return answer("x", 1) }\nmain.name; void main();', 2, 12, /answer of main is lost/],
		['(async (a) => { return answer("x", a) })(1);', 1, 1, /answer of \(async/],
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

describe('parseProgram puts into the form of a program', () => {
	const formed = (source: string) => {
		const program = parsed(source);
		assert.equal(program.source.split('\n').length, source.split('\n').length);
		assert.equal(program.javascript.length, program.source.length);
		return program;
	};
	const lineOf = (part: string, text: string) => text.slice(0, text.indexOf(part)).split('\n').length;
	const trimmed = (text: string) => text.replaceAll(/^\s+|\s+$/gm, '');

	test('exported declarations, in their places', () => {
		const source =
			'export interface A { export: 1 }\n/** Doc. */\nexport async function f(x: A): Promise<number> { return 1 }\nexport const c = { export: "export const" };\nexport type B = 1;\nexport default f;\nreturn f(c)';
		const program = formed(source);
		assert.equal(program.source.length, source.length);
		assert.equal(program.source.indexOf('async function'), source.indexOf('async function'));
		assert.equal(program.source.indexOf('"export const"'), source.indexOf('"export const"'));
		assert.equal(program.functions[0]?.documentation, 'Doc.');
		assert.deepEqual(
			program.types.map(({ name }) => name),
			['A', 'B'],
		);
		assert.equal(formed('export default async function f() {}\nreturn f()').functions[0]?.name, 'f');
	});

	const functions: readonly (readonly [source: string, signature: string | undefined])[] = [
		['const f = async (name: string): Promise<number> => {};', 'async function f(name: string): Promise<number>'],
		['const f = (a = "=>", b: (x: number) => void) => { return () => 1 }', 'function f(a = "=>", b: (x: number) => void)'],
		['const f = async function (x: number): Promise<number> { return x };', 'async function f(x: number): Promise<number>'],
		['const f = function g(x) { return g(x) }', undefined],
		['const f = async <T,>(x: T): Promise<T> => { return x };', 'async function f<T,>(x: T): Promise<T>'],
		['const f = <T,>(x: T): T => { return x };', 'function f<T,>(x: T): T'],
		['const f: Mapper = async (x) => { return x };', undefined],
		['const f = async x => { return x };', undefined],
		['const f = (x: number) => x + 1;', undefined],
		['const f = function* () { yield 1 };', undefined],
		['let f = async (x: number) => { return x };', undefined],
		['const f=async(x)=>{ return x }', undefined],
		['const f = () => {}, g = () => {};', undefined],
	];
	for (const [source, signature] of functions) {
		test(source, () => {
			const program = formed(`${source}\nreturn f(1)`);
			assert.equal(program.functions[0]?.signature, signature);
			assert.equal(program.source.length, source.length + '\nreturn f(1)'.length);
			assert.equal(program.source.split('{')[1], `${source}\nreturn f(1)`.split('{')[1]);
		});
	}

	const MAIN = 'const c = await f();\n  return answer(`${c}`, c);';
	const wrappers: readonly (readonly [source: string, main: string])[] = [
		[`async function main() {\n  ${MAIN}\n}\nmain();`, MAIN],
		[`async function main(): Promise<void> {\n  ${MAIN}\n}\nawait main();`, MAIN],
		[`async function run() {\n  ${MAIN}\n}\nreturn run();`, MAIN],
		[`main().catch(console.error);\nasync function main() {\n  ${MAIN}\n}`, MAIN],
		[`export const main = async () => {\n  ${MAIN}\n};\nvoid main().then(console.log);`, MAIN],
		[`(async () => {\n  ${MAIN}\n})();`, MAIN],
		[`await (async function () {\n  ${MAIN}\n})().catch((error) => {\n  throw error;\n});`, MAIN],
		['async function main() {\n  const c = await f();\n  answer(`${c}`, c);\n}\nmain();', MAIN],
		['const c = await f();\nanswer(`${c}`, c);', MAIN],
		['const c = await f();\nawait answer(`${c}`, c);', 'const c = await f();\nreturn await answer(`${c}`, c);'],
	];
	for (const [source, main] of wrappers) {
		test(source, () => {
			const program = formed(`async function f(): Promise<number> { return 1 }\n${source}`);
			assert.equal(trimmed(program.main), trimmed(main));
			assert.deepEqual(
				program.functions.map((fn) => fn.name),
				['f'],
			);
			assert.equal(lineOf('const c', program.source), lineOf('const c', source) + 1);
		});
	}

	test('functions inside a wrapper are functions of the program', () => {
		const program = formed(
			'(async () => {\n  const f = async (x: number): Promise<number> => { return x };\n  answer("x", await f(1));\n})();',
		);
		assert.deepEqual(
			program.functions.map((fn) => fn.name),
			['f'],
		);
		assert.match(program.main, /^return answer/);
	});

	const kept: readonly string[] = [
		'async function count(): Promise<number> { return 1 }\nreturn count();',
		'function finish(n) { return answer("x", n) }\nreturn finish(1);',
		'async function main() { const c = 2; return answer("x", c) }\nconst c = 1;\nreturn main();',
		'const c = 1;\nasync function main() { const c = 2; return answer("x", c) }\nreturn main();',
		'answer("x", 1);\nconsole.log("done");',
		'console.log(answer("x", 1));',
		'async function main() { const end = () => answer("x", 1); await end(); }\nmain();',
		'const text = "export const a = 1; export default f";\nreturn text',
	];
	for (const source of kept) test(`nothing in ${source}`, () => assert.equal(formed(source).source, source));

	test('what is inside a wrapper is checked like any program', () => {
		const result = parseProgram('(async () => {\n  const a = await import("fs");\n  return answer("x", a);\n})();');
		assert.ok(!result.ok);
		assert.deepEqual([result.diagnostic.line, /`import`/.test(result.diagnostic.message)], [2, true]);
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

	test('finds them behind an export', () => {
		assert.deepEqual(named('export async function f(a: string): Promise<number> {\n  const x = await tmdb.credits({ … });\n}'), [
			'tmdb.credits:2',
		]);
		const program = parseLoosely('export async function f(a: string): Promise<number> {\n  await tmdb.credits({ … })\n}');
		assert.equal(program?.functions[0]?.name, 'f');
	});

	test('gives up on what is too deep or too long', () => {
		assert.equal(parseLoosely('('.repeat(30_000)), undefined);
		assert.equal(parseLoosely(`${'a '.repeat(LARGEST_PROGRAM)}`), undefined);
	});
});
