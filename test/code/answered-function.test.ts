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
});
