import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { parseProgram } from '../../../src/code/parse.ts';
import type { Program } from '../../../src/code/program.ts';
import type { JsonValue } from '../../../src/json.ts';
import { liftLiterals } from '../../../src/repository/keeping/lift-literals.ts';
import { createSandbox } from '../../../src/sandbox/pool.ts';
import { LIMITS } from '../../sandbox/programs.ts';

const sandbox = createSandbox({ size: 1 });
after(() => sandbox.close());

function parse(source: string): Program {
	const parsed = parseProgram(source);
	assert.ok(parsed.ok, `${source}\n${JSON.stringify(parsed)}`);
	return parsed.program;
}

const lift = (source: string) => liftLiterals(parse(source));

/** What a program answers where `movies.find({ query, … })` gives back what it was asked. */
async function answerOf(program: Program): Promise<JsonValue | undefined> {
	const outcome = await sandbox.run({
		code: program.javascript,
		tools: { movies: ['find'] },
		seed: { now: 0, random: 1 },
		limits: LIMITS,
		callTool: async ({ args }) => ({ ok: true, value: args }),
		signal: new AbortController().signal,
	});
	assert.equal(outcome.kind, 'returned', `${program.source}\n${JSON.stringify(outcome)}`);
	return outcome.kind === 'returned' ? outcome.answer.value : undefined;
}

/** Functions that hold 'Sofia Coppola', and a main call `$MAIN` that gives it. */
const FIND = "async function find(): Promise<string> { return (await movies.find({ query: 'Sofia Coppola' })).query }";
const COUNT = 'async function count(name: string): Promise<string> { return await find() }';
const MAIN = "return answer('', await count('Sofia Coppola'));";

describe('a literal is lifted', () => {
	const lifted: readonly (readonly [what: string, source: string, given?: string, other?: string])[] = [
		['of the function itself', `async function count(name: string): Promise<string> { return 'Sofia Coppola' }\n${MAIN}`],
		['in other quotes', `async function count(name: string): Promise<string> { return "Sofia \\x43oppola" + \`Sofia Coppola\` }\n${MAIN}`],
		['next to a keyword', `async function count(name: string): Promise<string> { return'Sofia Coppola'in{}?'a':'Sofia Coppola' }\n${MAIN}`],
		['in functions inside', `async function count(name: string): Promise<string[]> { return [1, 2].map(() => 'Sofia Coppola') }\n${MAIN}`],
		['while the name is used, too', `async function count(name: string): Promise<string> { return name + 'Sofia Coppola' }\n${MAIN}`],
		['that is a default elsewhere', `async function count(name: string = 'a', n = 1): Promise<string> { return 'Sofia Coppola' }\n${MAIN}`],
		[
			'given twice',
			`async function count(name: string): Promise<string> { return 'Sofia Coppola' }\nawait count('Sofia Coppola');\n${MAIN}`,
		],
		[
			'given as a constant',
			`async function count(name: string): Promise<string> { return 'Sofia Coppola' }\nconst who = 'Sofia Coppola';\nreturn answer('', await count(who));`,
		],
		[
			'of a function that calls itself',
			`async function count(name: string, n: number): Promise<string> { return n > 0 ? count(name, n - 1) : 'Sofia Coppola' }\nreturn answer('', await count('Sofia Coppola', 2));`,
		],
		['of a helper', `${FIND}\n${COUNT}\n${MAIN}`],
		[
			'of a helper behind another',
			`${FIND}\nasync function first(n: number): Promise<string> { return n + (await find()) }\nasync function count(name: string): Promise<string> { return first((2)) }\n${MAIN}`,
		],
		[
			'of a helper that calls itself',
			`function spell(n: number): string { return n > 0 ? spell(n - 1) : 'Sofia Coppola' }\nasync function count(name: string): Promise<string> { return spell(2) }\n${MAIN}`,
		],
		[
			'of helpers that call one another',
			`function odd(n: number): string { return n > 0 ? even(n - 1) : 'Sofia Coppola' }\nfunction even(n: number): string { return odd(n) }\nasync function count(name: string): Promise<string> { return even(3) }\n${MAIN}`,
		],
		[
			'of a helper with commas and comments',
			`function spell(n: number, /* (last), */): string { return 'Sofia Coppola' + n }\nasync function count(name: string): Promise<string> { return spell((1), /* one, */) + spell(2 // two, )\n) }\n${MAIN}`,
		],
		[
			'of a helper that takes a pattern',
			`function spell({ n }: { n: number }): string { return 'Sofia Coppola' + n }\nasync function count(name: string): Promise<string> { return spell({ n: 1 }) }\n${MAIN}`,
		],
		[
			'that a function gives to a helper',
			`function spell(text: string): string { return text }\nasync function count(name: string): Promise<string> { return spell('Sofia Coppola') }\n${MAIN}`,
		],
		[
			'that is a number',
			"async function top(limit: number): Promise<number[]> { return [7, 8, 9].slice(0, 2) }\nreturn answer('', await top(2));",
			'2',
			'3',
		],
		[
			'that is a number below zero',
			"async function shift(hours: number): Promise<number> { return 12 + -5 }\nreturn answer('', await shift(-5));",
			'-5',
			'-6',
		],
		[
			'whatever its notation',
			"async function top(limit: number): Promise<number> { return 0x10 }\nreturn answer('', await top(16));",
			'16',
			'17',
		],
		[
			'of two that are given',
			"async function cast(title: string, name: string): Promise<string[]> { return ['Parasite', 'Sofia Coppola'] }\nreturn answer('', await cast('Parasite', 'Sofia Coppola'));",
		],
	];
	for (const [what, source, given = "'Sofia Coppola'", other = "'Greta Gerwig'"] of lifted) {
		test(what, async () => {
			const { program, unlifted } = lift(source);
			assert.deepEqual([...unlifted], [], program.source);
			const place = program.source.lastIndexOf(given);
			const asked = parse(program.source.slice(0, place) + other + program.source.slice(place + given.length));
			const before = JSON.stringify(await answerOf(parse(source)));
			assert.equal(JSON.stringify(await answerOf(program)), before);
			assert.equal(JSON.stringify(await answerOf(asked)), expected(before, given, other), program.source);
		});
	}
	/** What the program answers of somebody else, if it answers in the same way. */
	function expected(before: string, given: string, other: string): string {
		if (given.startsWith("'")) return before.replaceAll(given.slice(1, -1), other.slice(1, -1));
		return { 2: '[7,8,9]', '-5': '6', '16': '17' }[given] ?? '';
	}

	test('of a helper that others call as well, with the literal', async () => {
		const source = `${FIND}\n${COUNT}\nasync function other(): Promise<string> { return find() }\nreturn answer('', [await count('Sofia Coppola'), await other(), await find()]);`;
		const { program, unlifted } = lift(source);
		assert.match(
			program.source,
			/find\(name: string\).*query: name.*return await find\(name\).*other\(\).*return find\('Sofia Coppola'\).*await find\('Sofia Coppola'\)/s,
		);
		assert.deepEqual([...unlifted], ['other']);
		assert.deepEqual(await answerOf(program), await answerOf(parse(source)));
	});

	test('by two functions that share a helper', async () => {
		const source = `${FIND}\n${COUNT}\nasync function list(person: string): Promise<string> { return find() }\nreturn answer('', [await count('Sofia Coppola'), await list('Sofia Coppola')]);`;
		const { program, unlifted } = lift(source);
		assert.match(program.source, /find\(name: string\).*find\(name\).*find\(person\)/s);
		assert.deepEqual([...unlifted], []);
	});

	test('with the type of the parameter, and documentation is left alone', () => {
		const source = `type Kind = 'song' | 'album';\n/** Finds a song. */\nfunction one(): string { return 'song' }\n/** Counts each 'song'. */\nfunction all(kind: Kind): string { return one() }\nreturn all('song');`;
		const { program } = lift(source);
		assert.equal(
			program.source,
			source.replace('one()', 'one(kind: Kind)').replace("return 'song'", 'return kind').replace('return one()', 'return one(kind)'),
		);
	});
});

describe('nothing is lifted, and the function is named,', () => {
	const left: readonly (readonly [what: string, source: string, ...unlifted: string[]])[] = [
		[
			'where the parameter is assigned',
			`function count(name: string): string { name = name.trim(); return 'Sofia Coppola' }\n${MAIN}`,
			'count',
		],
		[
			'where a variable replaces the parameter',
			`function count(name: string): string { var name = 'a'; return 'Sofia Coppola' }\n${MAIN}`,
			'count',
		],
		[
			'where a function replaces the parameter',
			`function count(name: string): string { function name() {} return 'Sofia Coppola' }\n${MAIN}`,
			'count',
		],
		[
			'where the parameter is hidden',
			`function count(name: string): string[] { return ['a'].map((name) => 'Sofia Coppola') }\n${MAIN}`,
			'count',
		],
		['where the parameter may be missing', `function count(name?: string): string { return 'Sofia Coppola' }\n${MAIN}`, 'count'],
		['where the parameter is a pattern', `function count([name]: string): string { return 'Sofia Coppola' }\n${MAIN}`, 'count'],
		['where the parameter is the rest', `function count(...name: string[]): string { return 'Sofia Coppola' }\n${MAIN}`, 'count'],
		['where it stands in a default', `function count(name: string, other = 'Sofia Coppola'): string { return other }\n${MAIN}`, 'count'],
		[
			'where others are asked for, too',
			`function count(name: string): string { return 'Sofia Coppola' }\ncount('Greta Gerwig');\n${MAIN}`,
			'count',
		],
		[
			'where something unknown is asked for, too',
			`function count(name: string): string { return 'Sofia Coppola' }\ncount(...['a']);\n${MAIN}`,
			'count',
		],
		[
			'where the function is handed on',
			`function count(name: string): string { return 'Sofia Coppola' }\n['a'].map(count);\n${MAIN}`,
			'count',
		],
		[
			'where it calls itself with another',
			`function count(name: string): string { return name ? count('') : 'Sofia Coppola' }\n${MAIN}`,
			'count',
		],
		[
			'where two parameters are given the same',
			"function count(a: string, b: string): string { return 'Sofia Coppola' }\nreturn count('Sofia Coppola', 'Sofia Coppola');",
			'count',
		],
		['where it is a key', `function count(name: string): unknown { return { 'Sofia Coppola': 1 } }\n${MAIN}`, 'count'],
		['where it is the name of a member', `function count(name: string): unknown { return {}['Sofia Coppola'] }\n${MAIN}`, 'count'],
		['where it is a constant for the types', `function count(name: string): unknown { return 'Sofia Coppola' as const }\n${MAIN}`, 'count'],
		['where a tag sees it', `function count(name: string): string { return String.raw\`Sofia Coppola\` }\n${MAIN}`, 'count'],
		['where it is part of a text', `function count(name: string): string { return 'films of Sofia Coppola' }\n${MAIN}`, 'count'],
		['where it is part of a template', `function count(name: string): string { return \`Sofia Coppola \${name}\` }\n${MAIN}`, 'count'],
		['where it is part of a pattern', `function count(name: string): boolean { return /^Sofia Coppola$/.test(name) }\n${MAIN}`, 'count'],
		['where its case differs', `function count(name: string): boolean { return name === 'sofia coppola' }\n${MAIN}`, 'count'],
		[
			'where a number stands twice',
			'function top(limit: number): number[] { return [1, 2, 9].slice(0, 5).map((n) => n * 5) }\nreturn top(5);',
			'top',
		],
		['where another function holds it', `${FIND}\nfunction count(name: string): string { return name }\nawait find();\n${MAIN}`, 'find'],
		[
			'where a helper takes what it gets',
			`function spell(...n: number[]): string { return 'Sofia Coppola' }\nfunction count(name: string): string { return spell(1) }\n${MAIN}`,
			'spell',
		],
		[
			'where a helper has an optional parameter',
			`function spell(n?: number): string { return 'Sofia Coppola' }\nfunction count(name: string): string { return spell() }\n${MAIN}`,
			'spell',
		],
		[
			'where a helper has a default',
			`function spell(n = 1): string { return 'Sofia Coppola' }\nfunction count(name: string): string { return spell(1) }\n${MAIN}`,
			'spell',
		],
		[
			'where a helper has a local of the name',
			`function spell(): string { const name = 'a'; return 'Sofia Coppola' }\nfunction count(name: string): string { return spell() }\n${MAIN}`,
			'spell',
		],
		[
			'where a helper knows something else by the name',
			`const name = 'a'; function spell(): string { return name + 'Sofia Coppola' }\nfunction count(name: string): string { return spell() }\n${MAIN}`,
			'spell',
		],
		[
			'where a helper counts its arguments',
			`function spell(): string { return arguments.length + 'Sofia Coppola' }\nfunction count(name: string): string { return spell() }\n${MAIN}`,
			'spell',
		],
		[
			'where a helper is handed on',
			`function spell(): string { return 'Sofia Coppola' }\nfunction count(name: string): string[] { return [1].map(spell) }\n${MAIN}`,
			'spell',
		],
		[
			'where a helper is given more than it takes',
			`function spell(): string { return 'Sofia Coppola' }\nfunction count(name: string): string { return (spell as any)(1) }\n${MAIN}`,
			'spell',
		],
		[
			'where a helper is given a list',
			`function spell(n: number): string { return 'Sofia Coppola' }\nfunction count(name: string): string { return spell(...[1]) }\n${MAIN}`,
			'spell',
		],
	];
	for (const [what, source, ...names] of left) {
		test(what, () => {
			const program = parse(source);
			const { program: same, unlifted } = liftLiterals(program);
			assert.equal(same, program, same.source);
			assert.deepEqual([...unlifted], names);
		});
	}

	test('where the parameter is hidden at the call of a helper', async () => {
		const source = `${FIND}\nasync function count(name: string): Promise<string> { for (const name of ['a']) return find(); return '' }\n${MAIN}`;
		const { program, unlifted } = lift(source);
		assert.deepEqual([...unlifted], ['count']);
		assert.equal(await answerOf(program), 'Sofia Coppola');
	});
});

describe('nothing is to be lifted', () => {
	const nothing: readonly (readonly [what: string, source: string])[] = [
		['from an empty program', ''],
		['without functions', "return answer('', 'Sofia Coppola');"],
		['without a main call', "function count(name: string): string { return 'Sofia Coppola' }"],
		['where the function takes its parameter', `function count(name: string): string { return name }\n${MAIN}`],
		[
			'where the literal is in the documentation',
			`/** Counts films, as of 'Sofia Coppola'. */\nfunction count(name: string): string { return name /* 'Sofia Coppola' */ }\n${MAIN}`,
		],
		['where the literal is a type', `function count(name: 'Sofia Coppola'): 'Sofia Coppola' { return name as 'Sofia Coppola' }\n${MAIN}`],
		["where it is the parameter's own default", `function count(name = 'Sofia Coppola'): string { return name }\n${MAIN}`],
		['where it is part of a word', "function find(word: string): string { return word + 'artist' }\nreturn find('art');"],
		['where the text is empty', "function find(word: string): string { return word ?? '' }\nreturn find('');"],
		['where a number is used', 'function top(limit: number): number { return limit + 5 }\nreturn top(5);'],
		['where a number says nothing', 'function top(limit: number): number { return [1, 2].slice(0, 1)[0] }\nreturn top(1);'],
		['where what is given is computed', "function find(word: string): string { return 'ab' + word }\nreturn find('a' + 'b');"],
		[
			'where a local function has the name',
			"function find(word: string): string { return 'Sofia' }\nreturn [1].map((find) => find('Sofia'));",
		],
		[
			'where a constant is taken apart',
			"function find(n: string): string { return 'Sofia' }\nconst { length } = 'Sofia';\nreturn find(length);",
		],
	];
	for (const [what, source] of nothing) {
		test(what, () => {
			const program = parse(source);
			const { program: same, unlifted } = liftLiterals(program);
			assert.equal(same, program, same.source);
			assert.deepEqual([...unlifted], []);
		});
	}
});
