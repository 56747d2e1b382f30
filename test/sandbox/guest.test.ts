import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { Outcome, ProgramRun } from '../../src/sandbox/outcome.ts';
import { createSandbox } from '../../src/sandbox/pool.ts';
import { ending, LIMITS, program } from './programs.ts';

const sandbox = createSandbox({ size: 2 });
after(() => sandbox.close());

const run = (code: string, changes?: Partial<ProgramRun>): Promise<Outcome> => sandbox.run(program(code, changes));

async function returnedBy(code: string, changes?: Partial<ProgramRun>): Promise<unknown> {
	const outcome = await run(code, changes);
	assert.equal(outcome.kind, 'returned', JSON.stringify(ending(outcome)));
	return outcome.kind === 'returned' ? outcome.answer.value : undefined;
}

async function thrownBy(code: string): Promise<Extract<Outcome, { kind: 'threw' }>> {
	const outcome = await run(code);
	assert.equal(outcome.kind, 'threw', JSON.stringify(ending(outcome)));
	return outcome as Extract<Outcome, { kind: 'threw' }>;
}

describe('answers', () => {
	it('carry a sentence, or only a value', async () => {
		assert.deepEqual(ending(await run("return answer(1 + 1 + ' films', [1, 2]);")), {
			kind: 'returned',
			answer: { sentence: '2 films', value: [1, 2] },
		});
		assert.deepEqual(ending(await run('return { a: 1 };')), { kind: 'returned', answer: { value: { a: 1 } } });
	});

	it('keep undefined, NaN and infinities apart from null', async () => {
		for (const [code, value] of [
			['', undefined],
			['return undefined;', undefined],
			['return () => 1;', undefined],
			['return answer("x");', undefined],
			['return null;', null],
			['return NaN;', Number.NaN],
			['return answer("x", -1 / 0);', Number.NEGATIVE_INFINITY],
			['return 1 / 0;', Number.POSITIVE_INFINITY],
			['return "NaN";', 'NaN'],
			['return [NaN, undefined];', [null, null]],
		] as const) {
			assert.deepEqual(await returnedBy(code), value, code);
		}
	});

	it('turn dates, maps, sets and BigInts into JSON', async () => {
		assert.deepEqual(
			await returnedBy('return [new Date(0), new Map([["a", new Set([1, 2])], [2, 3]]), new Map([[{ k: 1 }, 2]]), 12n, 2n ** 64n];'),
			['1970-01-01T00:00:00.000Z', { a: [1, 2], 2: 3 }, [[{ k: 1 }, 2]], 12, '18446744073709551616'],
		);
	});

	it('that are cycles throw', async () => {
		assert.match((await thrownBy('const a = {}; a.self = a; return a;')).message, /circular/i);
	});

	it('may be as large as the limit, counted in bytes', async () => {
		const limits = { ...LIMITS, resultBytes: 12 };
		assert.equal(await returnedBy("return 'x'.repeat(10);", { limits }), 'xxxxxxxxxx');
		assert.equal(await returnedBy("return 'é'.repeat(5);", { limits }), 'ééééé');
		for (const code of ["return 'x'.repeat(11);", "return 'é'.repeat(6);", "return answer('12345678901', 12);"]) {
			assert.deepEqual(ending(await run(code, { limits })), { kind: 'result-too-large', limitBytes: 12 }, code);
		}
	});
});

describe('errors', () => {
	it('point at lines and columns of the program, innermost first, across awaits', async () => {
		const { name, message, frames } = await thrownBy(`async function findPerson(name) {
	const found = await api.echo({});
	return found.results[0].id;
}
const count = async () => {
	return await findPerson('x');
};
return answer('n', await count());`);
		assert.deepEqual({ name, message }, { name: 'TypeError', message: "Cannot read properties of undefined (reading '0')" });
		assert.deepEqual(frames, [
			{ functionName: 'findPerson', line: 3, column: 22 },
			{ functionName: 'count', line: 6, column: 9 },
			{ functionName: '', line: 8, column: 20 },
		]);
	});

	it('of a failed tool are thrown at the line that calls', async () => {
		const { name, message, frames } = await thrownBy('const ids = [1];\nawait Promise.all(ids.map((id) =>\n\tapi.fail({ id })));');
		assert.deepEqual({ name, message }, { name: 'ToolError', message: 'Nothing has this id.' });
		assert.deepEqual(frames[0], { functionName: '', line: 3, column: 6 });
		assert.equal(frames[1]?.line, 2);
	});

	it('of a failed tool say which tool, what kind and what status, and carry a stack', async () => {
		const code =
			'try { await api.fail({}); } catch (e) { return [e.tool, e.kind, e.status, e.name, e.message, e instanceof ToolError, e.stack]; }';
		assert.deepEqual(await returnedBy(code), [
			'api.fail',
			'http',
			404,
			'ToolError',
			'Nothing has this id.',
			true,
			'ToolError: Nothing has this id.\n    at program.js:1:17',
		]);
	});

	it('of a tool that does not exist are those of the language', async () => {
		const { name, message, frames } = await thrownBy('\nawait api.nope({});');
		assert.deepEqual([name, message, frames], ['TypeError', 'api.nope is not a function', [{ functionName: '', line: 2, column: 11 }]]);
	});

	it('in the arguments of a tool point at the call', async () => {
		const { message, frames } = await thrownBy('\n\nawait api.echo({ id: 1n });');
		assert.match(message, /api\.echo: argument "id" is a BigInt/);
		assert.deepEqual(frames, [{ functionName: '', line: 3, column: 11 }]);
	});

	it('of syntax point at their place', async () => {
		const { name, frames } = await thrownBy('const a = 1;\nconst b = ;');
		assert.equal(name, 'SyntaxError');
		assert.deepEqual(frames, [{ functionName: '', line: 2, column: 11 }]);
	});

	it('of its own classes keep their name, and anything else can be thrown', async () => {
		const mine = await thrownBy("class NotFound extends Error { name = 'NotFound'; }\nthrow new NotFound('nobody');");
		assert.deepEqual([mine.name, mine.message, mine.frames[0]?.line], ['NotFound', 'nobody', 2]);
		const text = await thrownBy("throw 'only text';");
		assert.deepEqual([text.name, text.message, text.frames], ['Uncaught', 'only text', []]);
	});

	it('keep at most 20 frames and 2,000 characters', async () => {
		const { message, frames } = await thrownBy("const f = (n) => { if (n === 0) throw new Error('x'.repeat(5000)); f(n - 1); };\nf(50);");
		assert.equal(message.length, 2_000);
		assert.equal(frames.length, 20);
	});
});

describe('tools', () => {
	it('get plain copies, without what is undefined', async () => {
		assert.deepEqual(await returnedBy('return await api.echo({ a: undefined, b: [undefined, 1], d: new Date(0), s: new Set([1]) });'), {
			b: [null, 1],
			d: '1970-01-01T00:00:00.000Z',
			s: [1],
		});
		assert.deepEqual(await returnedBy('return await api.echo();'), {});
	});

	it('are told the line of the call', async () => {
		const lines: unknown[] = [];
		const callTool: ProgramRun['callTool'] = async ({ line }) => {
			lines.push(line);
			return { ok: true, value: null };
		};
		await run('async function f() {\n\treturn await api.echo({});\n}\nawait f();\nawait api.slow({});', { callTool });
		assert.deepEqual(lines, [2, 5]);
	});

	it('may be as many as the limit', async () => {
		const limits = { ...LIMITS, toolCalls: 2 };
		assert.equal(await returnedBy('await api.echo({}); await api.echo({}); return 1;', { limits }), 1);
		const outcome = await run('for (let i = 0; i < 3; i++) await api.echo({}); return 1;', { limits });
		assert.deepEqual(ending(outcome), { kind: 'too-many-tool-calls', limit: 2 });
	});

	it('of several toolsets stay apart', async () => {
		const callTool: ProgramRun['callTool'] = async ({ tool }) => ({ ok: true, value: tool });
		const tools = { films: ['get'], music: ['get', 'constructor'] };
		const code = 'return [await films.get({}), await music.get({}), await music.constructor({}), typeof films.constructor];';
		assert.deepEqual(await returnedBy(code, { tools, callTool }), ['films.get', 'music.get', 'music.constructor', 'undefined']);
	});
});

describe('a promise that can never settle', () => {
	it('ends the run, also after tool calls, but not while one is open', async () => {
		assert.deepEqual(ending(await run('await api.slow({}); await new Promise(() => {});')), { kind: 'never-finishes' });
		assert.equal(await returnedBy('return await Promise.race([new Promise(() => {}), api.slow({})]);'), 'slow');
	});
});

describe('time and chance', () => {
	const CODE =
		'const d = new Date(); return [Date.now(), d.toISOString(), Date(), Math.random(), Math.random(), d.getTimezoneOffset(), new Date(2020, 0, 1).toISOString()];';

	it('are fixed by the seed', async () => {
		const first = await returnedBy(CODE);
		assert.deepEqual(await returnedBy(CODE), first);
		assert.deepEqual((first as unknown[]).slice(0, 3), [
			Date.UTC(2025, 0, 31, 12),
			'2025-01-31T12:00:00.000Z',
			'Fri Jan 31 2025 12:00:00 GMT+0000 (Coordinated Universal Time)',
		]);
		assert.deepEqual((first as unknown[]).slice(5), [0, '2020-01-01T00:00:00.000Z']);
	});

	it('differ with the seed', async () => {
		const randoms = new Set<unknown>();
		for (const random of [0, 1, 2, 0.1, 0.2, 2 ** 40, 2 ** 41]) {
			randoms.add(await returnedBy('return Math.random();', { seed: { now: 0, random } }));
		}
		assert.equal(randoms.size, 7);
		for (const random of randoms) assert.ok(typeof random === 'number' && random >= 0 && random < 1);
	});

	it('leave dates working as they do', async () => {
		const code =
			'class Day extends Date { next() { return new Day(this.getTime() + 864e5); } } const d = new Day(2024, 1, 28).next(); return [d instanceof Date, d.toISOString(), Date.UTC(2000, 0), Date.parse("2000-01-01"), new Date(NaN).getTime(), Date.length, Date.name];';
		assert.deepEqual(await returnedBy(code), [true, '2024-02-29T00:00:00.000Z', 946684800000, 946684800000, null, 7, 'Date']);
	});
});

describe('logs', () => {
	it('come in order, from every method, also when the run fails later', async () => {
		const { logs, kind } = await run(
			"console.log('a', 1, { b: [2] }); console.warn(null, undefined); await api.echo({}); console.error(new TypeError('bad')); throw 1;",
		);
		assert.equal(kind, 'threw');
		assert.deepEqual(logs, ['a 1 {"b":[2]}', 'null undefined', 'TypeError: bad']);
	});

	it('are cut at the limit, with a mark', async () => {
		const { logs } = await run("console.log('x'.repeat(50)); console.log('y'.repeat(500)); console.log('z');", {
			limits: { ...LIMITS, logBytes: 100 },
		});
		assert.equal(logs.length, 2);
		assert.match(logs[1] ?? '', /^y{49} … \(log cut here\)$/);
	});
});

describe('everything a program can reach', () => {
	it('makes no code from strings, shares no memory and sees no collection of garbage', async () => {
		const code = `
const seen = new Set(), found = [];
const forbidden = /^(eval|SharedArrayBuffer|WebAssembly|Atomics|WeakRef|FinalizationRegistry|resize|grow|transfer.*|ShadowRealm)$/;
const walk = (o, path) => {
	if (o === null || (typeof o !== 'object' && typeof o !== 'function') || seen.has(o)) return;
	seen.add(o);
	for (const key of Reflect.ownKeys(o)) {
		const { value, get, set } = Reflect.getOwnPropertyDescriptor(o, key);
		if (forbidden.test(String(key))) found.push(path + '.' + String(key));
		for (const part of [value, get, set]) walk(part, path + '.' + String(key));
	}
	walk(Object.getPrototypeOf(o), path + '.__proto__');
};
for (const root of [globalThis, async () => {}, function* () {}, async function* () {}, [].values(), api.echo({}), new Error(), answer('a')]) walk(root, 'root');
for (const f of seen) {
	if (typeof f !== 'function' || !/Function$/.test(f.name)) continue;
	try { f('return 1'); found.push(f.name); } catch (e) { if (e.name !== 'EvalError') found.push(f.name + e.name); }
}
return [seen.size > 500, found];`;
		assert.deepEqual(await returnedBy(code), [true, []]);
	});

	it('still lets the language work', async () => {
		const code = `
const pairs = Object.entries({ b: 2, a: 1 }).sort(([x], [y]) => x.localeCompare(y));
const bytes = new Uint8Array(new ArrayBuffer(4)).fill(7);
class Point { #x = 1; get x() { return this.#x; } static make() { return new this(); } }
const grouped = Object.groupBy([1, 2, 3], (n) => (n % 2 ? 'odd' : 'even'));
return [pairs, [...bytes], Point.make().x, { ...grouped }, (() => {}) instanceof Function, (1234.5).toLocaleString('en'), 'aXb'.replace(/x/i, '-'), ArrayBuffer.isView(bytes), bytes.buffer.slice(1).byteLength];`;
		assert.deepEqual(await returnedBy(code), [
			[
				['a', 1],
				['b', 2],
			],
			[7, 7, 7, 7],
			1,
			{ odd: [1, 3], even: [2] },
			true,
			'1,234.5',
			'a-b',
			true,
			3,
		]);
	});
});
