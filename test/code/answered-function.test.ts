import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { answeredFunction } from '../../src/code/answered-function.ts';
import { parseProgram } from '../../src/code/parse.ts';

describe('answeredFunction', () => {
	const cases: readonly (readonly [main: string, name: string | undefined])[] = [
		['return 1', undefined],
		['', undefined],
		['return', undefined],
		['return answer("x")', undefined],
		['return answer(...[1, await f()])', undefined],
		[`const n = await f(); return answer(\`\${n}\`, n)`, 'f'],
		['return answer("x", await f())', 'f'],
		['return answer("x", g())', 'g'],
		['return f()', 'f'],
		['const a = await f(); const b = a; return b', 'f'],
		['const n = await f(); return answer("x", n.length)', undefined],
		['const n = (await f()) + 1; return answer("x", n)', undefined],
		['let n = await f(); n = 2; return answer("x", n)', undefined],
		['return answer("x", await stored())', undefined],
		['const a = b; const b = a; return answer("x", a)', undefined],
		['if (x) return answer("x", g()); return answer("x", await f())', 'f'],
	];
	for (const [main, name] of cases) {
		test(main, () => {
			const parsed = parseProgram(`async function f() {}\nfunction g() {}\n${main}`);
			assert.ok(parsed.ok);
			assert.equal(answeredFunction(parsed.program)?.name, name);
		});
	}

	const stored = [
		{ name: 'stored', source: 'interface Movie { title: string }\n\nasync function stored(): Promise<Movie[]> { return []; }' },
		{ name: 'f', source: 'async function f(): Promise<string> { return "x"; }' },
	];
	const answered = (source: string) => {
		const parsed = parseProgram(source);
		assert.ok(parsed.ok);
		return answeredFunction(parsed.program, stored);
	};

	test('a stored function, with what it declares', () => {
		assert.deepEqual(answered('const movies = await stored(); return answer("x", movies)'), {
			name: 'stored',
			returnType: 'Promise<Movie[]>',
			types: ['interface Movie { title: string }'],
		});
		assert.equal(answered('return answer("x", (await stored()).length)'), undefined);
	});

	test('what the program declares hides the stored function of that name', () => {
		const own = answered('type N = number;\nasync function f(): Promise<N> { return 1 }\nreturn answer("x", await f())');
		assert.deepEqual(own, { name: 'f', returnType: 'Promise<N>', types: ['type N = number;'] });
		assert.equal(answered('const f = other; return answer("x", f())'), undefined);
	});
});
