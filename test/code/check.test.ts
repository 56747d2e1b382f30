import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { createTypeChecker } from '../../src/code/check.ts';
import type { Diagnostic } from '../../src/code/diagnostic.ts';

const TMDB = `
interface Person { id: number; name?: string; department?: string }
interface Media { kind: 'movie'; title: string } interface Show { kind: 'tv'; name: string }
declare const tmdb: {
	/** Finds people. */
	searchPerson(args: { query: string; page?: number; sort?: 'name' | 'date' }): Promise<{ results: Person[]; total_pages?: number; open: { [key: string]: unknown } }>;
	credits(args: { personId: number; filter?: { job?: string } }): Promise<{ crew: { job: string; title: string }[]; known: Media | Show }>;
};`;
const STORED = 'declare function findPersonId(name: string): Promise<number>;';
const checker = createTypeChecker();
after(() => checker.close());

const check = (program: string) => checker.check({ program, declarations: [TMDB, STORED] });
const brief = ({ line, column, code, blocking }: Diagnostic) => `${blocking ? 'block' : 'advise'} ${code} ${line}:${column}`;

const GOOD = `/** Counts. */
async function count(name: string): Promise<number> {
  const people = await tmdb.searchPerson({ query: name });
  const id = people.results[0]?.id ?? (await findPersonId(name));
  const { crew } = await tmdb.credits({ personId: id, filter: { job: 'Director' } });
  return crew.filter((entry) => entry.job === 'Director').length;
}
const n = await count('Sofia Coppola');
console.log(n);
return answer(\`\${n} movies\`, n);`;

describe('a program is blocked for', () => {
	const blocked: readonly (readonly [program: string, brief: string, message?: RegExp])[] = [
		['let x: = 1', 'syntax 1:8'],
		// unknown tools
		['await tmdb.searchPersn({ query: "a" })', 'TS2551 1:12', /tmdb has no tool searchPersn\. Did you mean tmdb\.searchPerson\?/],
		['await tmdb.lookUp({})', 'TS2339 1:12', /^tmdb has no tool lookUp\.$/],
		['await tmdb["lookUp"]({})', 'TS7053 1:7', /tmdb has no tool lookUp/],
		['const { lookUp } = tmdb', 'TS2339 1:9', /tmdb has no tool lookUp/],
		['const t = tmdb; await t.lookUp({})', 'TS2339 1:25', /tmdb has no tool lookUp/],
		['tmdb()', 'TS2349 1:1', /not callable/],
		// unknown names
		['imdb.search()', 'TS2304 1:1', /Cannot find name 'imdb'/],
		['await findPersonID("a")', 'TS2552 1:7', /Did you mean 'findPersonId'/],
		['return people', 'TS2304 1:8'],
		['return { people }', 'TS18004 1:10'],
		['document.title', 'TS2584 1:1', /^Cannot find name 'document'\. Only ECMAScript/],
		['require("fs")', 'TS2591 1:1', /^Cannot find name 'require'\. Only ECMAScript/],
		['setTimeout(() => {}, 1)', 'TS2304 1:1'],
		// arguments of tools and functions
		['await tmdb.searchPerson()', 'TS2554 1:12', /'args' was not provided/],
		['await tmdb.searchPerson({})', 'TS2741 1:25', /'query' is missing/],
		['await tmdb.searchPerson({ qery: "a" })', 'TS2561 1:27', /Did you mean to write 'query'/],
		['await tmdb.searchPerson({ query: "a", year: 1 })', 'TS2353 1:39', /'year' does not exist/],
		['await tmdb.searchPerson({ query: 5 })', 'TS2322 1:27', /'number' is not assignable to type 'string'/],
		['await tmdb.searchPerson({ query: "a", sort: "nam" })', 'TS2820 1:39', /Did you mean '"name"'/],
		['await tmdb.searchPerson({ query: "a" }, 1)', 'TS2554 1:41'],
		['await tmdb.searchPerson("a")', 'TS2345 1:25'],
		['await tmdb.credits({ personId: 1, filter: { jobs: "x" } })', 'TS2561 1:45'],
		['const t = tmdb; await t.credits({})', 'TS2741 1:33'],
		['await findPersonId(5)', 'TS2345 1:20'],
		['await findPersonId()', 'TS2554 1:7'],
		['function f(a: number) {} f("1")', 'TS2345 1:28'],
		['return answer("x")', 'TS2554 1:8'],
		['return answer(1, 2)', 'TS2345 1:15'],
		// missing await
		['const p = tmdb.searchPerson({ query: "a" }); return p.results', 'TS2339 1:55', /forget to use 'await'/],
		['const p = tmdb.searchPerson({ query: "a" }); for (const x of p) {}', 'TS2488 1:62', /forget to use 'await'/],
		['const p = tmdb.searchPerson({ query: "a" }); if (p) {}', 'TS2801 1:50', /forget to use 'await'/],
		['const id = findPersonId("a"); await tmdb.credits({ personId: id })', 'TS2322 1:52', /forget to use 'await'/],
		['const id = findPersonId("a"); return id + 1', 'TS2365 1:38', /forget to use 'await'/],
		['return answer("x", findPersonId("a"))', 'TS2345 1:20', /forget to use 'await'/],
		['tmdb.searchPerson({ query: "a" })', 'missing-await 1:1', /forget to use 'await'/],
		[`async function f() { return 1 }\nreturn \`\${f()}\``, 'missing-await 2:11', /used as text/],
		['["a"].forEach(async (x) => { await findPersonId(x) })', 'missing-await 1:1', /forEach does not wait/],
		['["a"].forEach((query) => tmdb.searchPerson({ query }))', 'missing-await 1:1', /forEach does not wait/],
		// properties that cannot be there
		['const p = await tmdb.searchPerson({ query: "a" }); return p.result[0]', 'TS2551 1:61', /Did you mean 'results'/],
		['const p = await tmdb.searchPerson({ query: "a" }); return p.results.map((r) => r.nme)', 'TS2551 1:82', /Did you mean 'name'/],
		['const p = await tmdb.searchPerson({ query: "a" }); return p.results.first()', 'TS2339 1:69'],
		['return "abc".lenght', 'TS2551 1:14'],
		['return [1].length()', 'TS2349 1:12'],
		['const o = { count: 1 }; return o.cuont', 'TS2551 1:34'],
		// certain to fail
		['const c = 1; c = 2', 'TS2588 1:14'],
		['x = 5; let x: number', 'TS2448 1:1'],
	];
	for (const [program, expected, message] of blocked) {
		test(program, async () => {
			const blocking = (await check(program)).filter((diagnostic) => diagnostic.blocking);
			assert.deepEqual(blocking.map(brief), [`block ${expected}`]);
			if (message) assert.match(blocking[0]?.message ?? '', message);
		});
	}
});

describe('a program is not blocked for', () => {
	const passing: readonly (readonly [program: string, ...advice: string[]])[] = [
		[GOOD],
		['const people = await tmdb.searchPerson({ query: "a" }); return people.open.anything'],
		['throw new ToolError("x")'],
		['return [...new Set([1]).union(new Set([2]))].values().map((x) => x + 1).toArray()'],
		['const a: any = 1; return answer("x", a.b.c)'],
		['return answer("x", await Promise.all(["a"].map((query) => tmdb.searchPerson({ query }))))'],
		['await Promise.all([findPersonId("a"), findPersonId("b")])'],
		['void findPersonId("a")'],
		// data that may be missing
		['const p = await tmdb.searchPerson({ query: "a" }); return p.results[0].name.length', 'TS2532 1:59'],
		['const p = await tmdb.searchPerson({ query: "a" }); return tmdb.searchPerson({ query: p.results[0].name })', 'TS2322 1:79'],
		['const p = await tmdb.searchPerson({ query: "a" }); return findPersonId(p.results[0].name)', 'TS2345 1:72'],
		// data that nobody described
		['const p = await tmdb.searchPerson({ query: "a" }); return p.results[0].popularity', 'TS2339 1:72'],
		['const c = await tmdb.credits({ personId: 1 }); return c.known.title', 'TS2339 1:63'],
		['interface P { id: number } const p: P = (await tmdb.searchPerson({ query: "a" })).results[0]; return p.idd', 'TS2339 1:104'],
		// what works although its types do not
		['const o = { count: 1 }; o.cuont = 2; return o.cuont', 'TS2551 1:27', 'TS2551 1:47'],
		['parseInt(5); Math.round("5"); [1].join(5)', 'TS2345 1:10', 'TS2345 1:25', 'TS2345 1:40'],
		['const f = (x) => x; return f(1)', 'TS7006 1:12'],
		['let a: Movie = 1; return a', 'TS2304 1:8'],
		['const s: string[] = [1]; return s', 'TS2322 1:22'],
		['return findPersonId(["a"].map((x) => { const y: string = 5; return x + y })[0])', 'TS2322 1:46'],
		['return Array.fromAsync([1])', 'TS2550 1:14'],
	];
	for (const [program, ...advice] of passing) {
		test(program, async () =>
			assert.deepEqual(
				(await check(program)).map(brief),
				advice.map((entry) => `advise ${entry}`),
			),
		);
	}
});

describe('diagnostics', () => {
	test('have their places in the form of the program that runs', async () => {
		const written =
			'export const f = async (name: string): Promise<number> => {\n  return await findPersonID(name);\n};\nanswer("x", await f("a"));';
		assert.deepEqual((await check(written)).map(brief), ['block TS2552 2:16']);
		assert.deepEqual((await check(written.replace('ID(', 'Id('))).map(brief), []);
	});

	test('stand where the model wrote the code, also behind characters of two units', async () => {
		const found = await check('// 😀 日本\nconst é = "😀";  foo();\n\n\tbar();');
		assert.deepEqual(found.map(brief), ['block TS2304 2:18', 'block TS2304 4:2']);
	});

	test('print no type at length', async () => {
		const wide = `declare const wide: { ${Array.from({ length: 500 }, (_, index) => `tool${index}(args: { query: string }): Promise<number>`).join('; ')} };`;
		const [found] = await checker.check({ program: 'return wide() + 1', declarations: [wide] });
		assert.equal(found?.code, 'TS2349');
		assert.ok((found?.message.length ?? 0) < 400, found?.message);
	});

	test('cannot be brought about outside the program', async () => {
		assert.deepEqual((await check('return 1 // no end')).map(brief), []);
		assert.deepEqual((await check('')).map(brief), []);
	});

	test('a program reads no file', async () => {
		const text = '/// <reference path="/etc/passwd" />\n/// <reference types="node" />\nreturn process.pid';
		assert.deepEqual((await check(text)).map(brief), ['block TS2591 3:8']);
	});
});

describe('checkValue', () => {
	const MOVIE =
		'interface Movie { id: number; title: string; kind?: "a" | "b"; next?: Movie; when?: Date | null; note: string | undefined }';
	const cases: readonly (readonly [value: unknown, type: string, problem: RegExp | undefined])[] = [
		[1, 'Promise<number>', undefined],
		['1', 'Promise<number>', /^Type 'string' is not assignable to type 'number'/],
		[null, 'number', /'null'/],
		[undefined, 'Promise<number>', /'undefined'/],
		[undefined, 'Promise<void>', undefined],
		[Number.NaN, 'number', undefined],
		[Number.POSITIVE_INFINITY, 'string', /'number'/],
		[{ a: 1 }, 'any', undefined],
		[{ a: 1 }, 'unknown', undefined],
		[true, 'number | string', /type 'number \| string'/],
		[[{ id: 1, title: 'x' }], 'Promise<Movie[]>', undefined],
		[[{ id: 1, title: 'x', more: { deep: 1 }, kind: 'a', when: '2020-01-01' }], 'Movie[]', undefined],
		[[{ id: 1, title: 'x', kind: 'c' }], 'Movie[]', /^\[0\]\.kind: .*"c"/],
		[
			[
				{ id: 1, title: 'x' },
				{ id: 1, title: 'x', next: { id: '5', title: 'y' } },
			],
			'Movie[]',
			/^\[1\]\.next\.id: Type 'string'/,
		],
		[[{ id: 1 }], 'Movie[]', /'title' is missing/],
		[{ movies: [] }, 'Movie[]', /^an object is not assignable to type 'Movie\[\]'/],
		[{ a: { b: [] } }, '{ a: { b: Movie } }', /^a\.b: /],
		[{ a: 1, b: 2 }, 'Record<string, number>', undefined],
		[{ a: 1, b: 'x' }, 'Record<string, number>', /^b: /],
		[['a', 1], '[string, number]', undefined],
		[[1, 'a'], '[string, number]', /^\[0\]: /],
		[{ kind: 'q' }, '{ kind: "a"; x: 1 } | { kind: "b" }', /kind/],
		[{ a: 1 }, 'Map<string, number>', /missing/],
		[{ results: [{ id: 1 }], open: {} }, 'Awaited<ReturnType<typeof tmdb.searchPerson>>', undefined],
		['x'.repeat(10_000), 'string', undefined],
		[JSON.parse('{"__proto__": 1, "a-b": {"c": null}}'), '{ "a-b": { c: string } }', /^a-b\.c: /],
		// cannot be told
		[1, 'NobodyKnows', undefined],
		[1, 'number; evil', undefined],
		[1, '// number', undefined],
		[1, '', undefined],
	];
	for (const [value, type, problem] of cases) {
		test(`${JSON.stringify(value)?.slice(0, 60)} as ${type}`, async () => {
			const found = await checker.checkValue({ value: value as never, type, types: [MOVIE], declarations: [TMDB] });
			if (problem === undefined) assert.equal(found, undefined);
			else {
				assert.match(found ?? 'fits', problem);
				assert.doesNotMatch(found ?? '', /\n|Open/);
			}
		});
	}

	test('looks at the first elements of long lists', async () => {
		const rows = (bad: number) => Array.from({ length: 5000 }, (_, index) => ({ id: index === bad ? null : index, text: 'x'.repeat(150) }));
		const type = '{ id: number; text: string }[]';
		assert.match((await checker.checkValue({ value: rows(19), type, types: [], declarations: [] })) ?? '', /^\[19\]\.id/);
		assert.equal(await checker.checkValue({ value: rows(4000), type, types: [], declarations: [] }), undefined);
	});

	test('a value too large to be looked at fits', async () => {
		const value = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`key ${index}`, index]));
		assert.equal(await checker.checkValue({ value, type: 'Record<string, string>', types: [], declarations: [] }), undefined);
	});
});

/** Compares 10,000 with 10,000 members: seconds of work. */
const HEAVY = `type D = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9';
type N = \`\${D}\${D}\${D}\${D}\`; type M = { [K in N]: { [L in N]: \`\${K}\${L}\` extends \`\${infer A}\${infer B}\` ? [A, B, K, L] : never }[N] }[N];
const m: M = 1; return m`;

describe('a checker', () => {
	test('answers checks made at once, each with its own', async () => {
		const results = await Promise.all([
			check('foo1()'),
			check(GOOD),
			check('\nfoo2()'),
			checker.checkValue({ value: 1, type: 'string', types: [], declarations: [] }),
		]);
		assert.deepEqual(
			results.slice(0, 3).map((found) => (found as Diagnostic[]).map(brief)),
			[['block TS2304 1:1'], [], ['block TS2304 2:1']],
		);
		assert.match(String(results[3]), /number/);
	});

	test('checks several at once, each as if it were alone', async () => {
		const programs = [
			'interface Own { a: string }\nconst own: Own = { a: "" };\nreturn own.a',
			'retrun foo1(',
			'interface Own { b: number }\nconst own: Own = { b: 1 };\nfoo2();\nreturn own.c',
			'function own(): string { return tmdb.serchPerson({}) }',
			`return [${'own(), '.repeat(400)}]`,
			'const text: string = "";\nreturn text',
		];
		const alone: Diagnostic[][] = [];
		for (const program of programs) alone.push(await check(program));
		assert.deepEqual(
			alone.map((found) => found.length > 0),
			[false, true, true, true, true, false],
		);
		assert.deepEqual(await checker.checkEach({ programs, declarations: [TMDB, STORED] }), alone);
		const few = programs.toSpliced(4, 1);
		assert.deepEqual(await checker.checkEach({ programs: few, declarations: [TMDB, STORED] }), alone.toSpliced(4, 1));
		assert.deepEqual(await checker.checkEach({ programs: [], declarations: [] }), []);
	});

	test('follows declarations that come, change and go', async () => {
		const program = 'return one() + two()';
		const codes = async (...declarations: string[]) => (await checker.check({ program, declarations })).map(brief);
		assert.deepEqual(await codes('declare function one(): 1;', 'declare function two(): 2;'), []);
		assert.deepEqual(await codes('declare function one(): 1;', '', '  '), ['block TS2304 1:16']);
		assert.deepEqual(await codes('declare function one(a: 1): 1;', 'declare function two(): 2;'), ['block TS2554 1:8']);
		assert.deepEqual(await codes('declare function two(): 2;', 'declare function two(): 2;', 'declare function one(): 1;'), []);
	});

	test('survives types that take too long, and says so without blocking', async (t) => {
		const impatient = createTypeChecker({ timeLimitMs: 150 });
		t.after(() => impatient.close());
		// The first check starts the compiler, which is not what is timed here.
		while ((await impatient.check({ program: 'return 1', declarations: [] })).length > 0);
		const heavy = impatient.check({ program: HEAVY, declarations: [] });
		assert.deepEqual((await heavy).map(brief), ['advise unchecked 1:1']);
		const before = impatient.pid;
		while ((await impatient.check({ program: 'return 1', declarations: [] })).length > 0);
		assert.notEqual(impatient.pid, before);
		assert.deepEqual((await impatient.check({ program: 'foo()', declarations: [] })).map(brief), ['block TS2304 1:1']);
		const [one, other] = await impatient.checkEach({ programs: [HEAVY, 'foo()'], declarations: [] });
		assert.deepEqual(
			[one?.map(brief), other?.map(({ code }) => code === 'unchecked' || code === 'TS2304')],
			[['advise unchecked 1:1'], [true]],
		);
	});

	test('survives its compiler being killed, between checks and within one', async (t) => {
		const victim = createTypeChecker();
		t.after(() => victim.close());
		await victim.check({ program: 'return 1', declarations: [] });
		process.kill(victim.pid ?? Number.NaN, 'SIGKILL');
		assert.deepEqual((await victim.check({ program: 'foo()', declarations: [] })).map(brief), ['block TS2304 1:1']);
		const killed = victim.pid;
		const within = victim.check({ program: 'bar()', declarations: [] });
		await new Promise(setImmediate);
		process.kill(killed ?? Number.NaN, 'SIGKILL');
		assert.deepEqual((await within).map(brief), ['block TS2304 1:1']);
	});

	test('stops waiting when told to, in a check and before it, and goes on with others', async (t) => {
		const patient = createTypeChecker();
		t.after(() => patient.close());
		const abort = new AbortController();
		const running = patient.check({ program: HEAVY, declarations: [], signal: abort.signal });
		const waiting = patient.check({ program: 'return 1', declarations: [], signal: abort.signal });
		const other = patient.check({ program: 'foo()', declarations: [] });
		setTimeout(() => abort.abort(new Error('stop')), 50);
		await assert.rejects(running, /^Error: stop$/);
		await assert.rejects(waiting, /^Error: stop$/);
		assert.deepEqual((await other).map(brief), ['block TS2304 1:1']);
		await assert.rejects(patient.check({ program: 'return 1', declarations: [], signal: AbortSignal.abort(new Error('late')) }), /late/);
	});

	test('ends what is running when it is closed, and refuses what comes then', async () => {
		const closing = createTypeChecker();
		const running = assert.rejects(closing.check({ program: HEAVY, declarations: [] }), /closed/);
		await new Promise((resolve) => setTimeout(resolve, 30));
		await closing.close();
		await running;
		await assert.rejects(closing.check({ program: 'return 1', declarations: [] }), /closed/);
		await closing.close();
	});
});
