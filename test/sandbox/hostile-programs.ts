import type { Outcome } from '../../src/sandbox/outcome.ts';

type Kind = Outcome['kind'];

export interface HostileProgram {
	readonly name: string;
	readonly code: string;
	/** Any of these; which limit is met first depends on the machine's load. */
	readonly ends: readonly Kind[];
	/** What it returns when it is contained. */
	readonly value?: unknown;
	/** What it throws when it is contained. */
	readonly error?: RegExp;
}

const TIME: readonly Kind[] = ['timed-out'];
const MEMORY: readonly Kind[] = ['out-of-memory', 'timed-out', 'threw'];
const returns = (name: string, value: unknown, code: string): HostileProgram => ({ name, code, ends: ['returned'], value });
const throws = (name: string, error: RegExp, code: string): HostileProgram => ({ name, code, ends: ['threw'], error });
const ends = (name: string, kinds: readonly Kind[], code: string): HostileProgram => ({ name, code, ends: kinds });

/** `of(value)` tries to make code from a string through a value's constructors and names what stopped it. */
const CODE_FROM = `const of = (value) => { try { return value.constructor.constructor('return typeof process')(); } catch (e) { return e.name; } };\n`;

const loops: readonly HostileProgram[] = [
	ends('a loop at once', TIME, 'for (;;);'),
	ends('a loop after an await', TIME, 'await null; while (true);'),
	ends('a loop after a tool call', TIME, 'await api.echo({}); do {} while (true);'),
	ends('a loop while a tool call is open', TIME, 'const open = api.slow({}); for (;;); await open;'),
	ends(
		'a loop in a branch nobody waits for',
		['timed-out', 'returned'],
		'(async () => { await api.echo({}); for (;;); })(); await api.slow({}); return 1;',
	),
	ends('a loop in finally', TIME, 'try { throw 1 } finally { for (;;); }'),
	ends('a loop that catches everything', TIME, 'for (;;) { try { (function f() { f(); })(); } catch {} }'),
	ends('a loop in a getter of the returned value', TIME, 'return { get x() { for (;;); } };'),
	ends('a loop in toJSON', TIME, 'return { toJSON() { for (;;); } };'),
	ends(
		'toJSON that returns itself anew without end',
		[...TIME, 'threw', 'result-too-large', 'out-of-memory'],
		'const make = () => ({ next: { toJSON: make } }); return make();',
	),
	ends('a loop in a proxy trap of the returned value', TIME, 'return new Proxy({}, { ownKeys() { for (;;); } });'),
	ends('a loop in then of the returned value', TIME, 'return { then() { for (;;); } };'),
	ends('a then that never calls back', ['never-finishes'], 'return { then() {} };'),
	ends('a loop in the message of a thrown object', TIME, 'throw { get message() { for (;;); } };'),
	ends('a loop in the name of a thrown object', TIME, 'throw { get name() { for (;;); } };'),
	ends('a loop in the stack of a thrown object', TIME, 'throw { get stack() { for (;;); } };'),
	ends('a loop in toString of a thrown message', TIME, 'throw { message: { toString() { for (;;); } } };'),
	ends('a loop in a thrown proxy', TIME, 'throw new Proxy(new Error(), { get() { for (;;); } });'),
	ends('a loop in getPrototypeOf of a logged proxy', TIME, 'console.log(new Proxy({}, { getPrototypeOf() { for (;;); } }));'),
	ends(
		'a loop in a rejection nobody handles',
		['timed-out', 'returned'],
		'Promise.reject({ get message() { for (;;); }, get stack() { for (;;); } }); return 1;',
	),
	ends('a loop in toString of a sentence', TIME, 'return answer({ toString() { for (;;); } }, 1);'),
	ends('a generator without end, spread', MEMORY, 'const all = [...(function* () { for (;;) yield 1; })()]; return all.length;'),
	ends('a sort with a comparison that loops', TIME, '[2, 1].sort(() => { for (;;); });'),
	ends('waiting for the clock', TIME, 'const until = Date.now() + 1000; while (Date.now() < until);'),
];

const microtasks: readonly HostileProgram[] = [
	ends('await without end', TIME, 'for (;;) await 0;'),
	ends('an async function that calls itself', MEMORY, 'async function f() { await null; return f(); } await f();'),
	ends('an async function that doubles itself', MEMORY, 'async function f() { await null; f(); f(); } await f();'),
	ends('a promise chain without end', MEMORY, 'const again = () => Promise.resolve().then(again); await again();'),
	ends('a thenable that resolves with itself', TIME, 'const t = { then(resolve) { resolve(t); } }; await t;'),
	ends('promises by the million', MEMORY, 'const all = []; for (;;) all.push(new Promise(() => {}));'),
	ends('rejections by the million', MEMORY, 'for (;;) Promise.reject(1);'),
	ends('a promise that waits for itself', ['threw', 'never-finishes'], 'const p = (async () => { await null; return p; })(); await p;'),
	ends('a promise that never settles', ['never-finishes'], 'await new Promise(() => {});'),
	ends('an async generator without end', TIME, 'for await (const x of (async function* () { for (;;) yield 1; })());'),
];

const memory: readonly HostileProgram[] = [
	ends('an array that grows', MEMORY, 'const a = []; for (;;) a.push({});'),
	ends('a huge filled array', MEMORY, 'const a = new Array(1e9).fill(0); return a.length;'),
	ends('many filled arrays', MEMORY, 'const a = []; for (;;) a.push(new Array(1e6).fill(1.5));'),
	ends('a string that doubles', MEMORY, "let s = 'x'; for (;;) s += s;"),
	ends(
		'doubled strings made flat',
		MEMORY,
		"const all = []; let s = 'x'.repeat(1e6); for (;;) { s = s + 'y'; all.push(s.split('').join('')); }",
	),
	ends('repeat', MEMORY, "const all = []; for (let i = 0; ; i++) { const s = 'ab'.repeat(2 ** 24); all.push(s, s.charCodeAt(i)); }"),
	ends('padEnd', MEMORY, "const all = []; for (let i = 0; ; i++) all.push(''.padEnd(2 ** 25, 'x' + i).toUpperCase());"),
	ends('typed arrays', MEMORY, 'const all = []; for (;;) all.push(new Uint8Array(1 << 20).fill(1));'),
	ends('one huge typed array', MEMORY, 'return new Float64Array(2 ** 32).fill(1).length;'),
	ends(
		'a resizable buffer',
		['returned', 'threw', 'out-of-memory'],
		"const b = new ArrayBuffer(8, { maxByteLength: 2 ** 32 }); if (typeof b.resize !== 'function') return 'fixed'; b.resize(2 ** 32); return new Uint8Array(b).fill(1).length;",
	),
	returns(
		'a resizable buffer by other ways',
		[false, false, false],
		'const B = new Uint8Array(1).buffer.constructor; const o = { maxByteLength: 2 ** 30 }; return [new B(1, o), Reflect.construct(B, [1, o]), new (class extends B { constructor() { super(1, o); } })()].map((b) => b.resizable);',
	),
	returns(
		'a resizable buffer through a species',
		[16, false],
		'class Wide extends ArrayBuffer { constructor(n) { super(n, { maxByteLength: 2 ** 30 }); } } const copy = new Wide(16).slice(0); return [copy.byteLength, copy.resizable];',
	),
	returns(
		'shared memory and WebAssembly',
		['undefined', 'undefined', 'undefined'],
		'return [typeof SharedArrayBuffer, typeof WebAssembly, typeof Atomics];',
	),
	throws('growable shared memory', /SharedArrayBuffer is not defined/, 'return new SharedArrayBuffer(8, { maxByteLength: 2 ** 32 });'),
	throws('memory of WebAssembly', /WebAssembly is not defined/, 'return new WebAssembly.Memory({ initial: 60000 });'),
	ends('a JSON bomb', [...MEMORY, 'result-too-large'], "let a = ['x'.repeat(1000)]; for (let i = 0; i < 40; i++) a = [a, a]; return a;"),
	ends('a JSON bomb as arguments', MEMORY, "let a = ['x'.repeat(1000)]; for (let i = 0; i < 40; i++) a = [a, a]; await api.echo({ a });"),
	ends(
		'a JSON bomb stringified by the program',
		MEMORY,
		"let a = ['x'.repeat(1000)]; for (let i = 0; i < 40; i++) a = [a, a]; return JSON.stringify(a).length;",
	),
	ends('JSON.parse of a huge text', MEMORY, "const text = '[' + '[],'.repeat(2 ** 24) + '0]'; return JSON.parse(text).length;"),
	ends('a Map that grows', MEMORY, 'const m = new Map(); for (let i = 0; ; i++) m.set(i, {});'),
	ends('a Set that grows', MEMORY, 'const m = new Set(); for (let i = 0; ; i++) m.add(String(i));'),
	ends('an object that grows', MEMORY, "const o = {}; for (let i = 0; ; i++) o['k' + i] = i;"),
	ends('closures', MEMORY, 'let f = () => 0; for (;;) { const g = f, big = new Array(1000).fill(0); f = () => g() + big.length; }'),
	ends('results of a regular expression', MEMORY, "const all = []; for (;;) all.push('a'.repeat(1e6).match(/a/g));"),
	ends('replace that multiplies', MEMORY, "let s = 'x'.repeat(1000); for (;;) s = s.replace(/x/g, 'xxxxxxxx');"),
	ends('BigInt powers', MEMORY, 'let b = 3n; for (;;) b *= b;'),
	ends('a huge BigInt product', MEMORY, 'const b = 1n << (2n ** 29n); return String((b + 1n) * (b - 1n)).length;'),
	ends('a template that doubles', MEMORY, "let s = 'x'; for (;;) s = `\x24{s}\x24{s}`.trim();"),
	ends('a tag function called for ever', ['threw'], 'const tag = (s, v) => tag`\x24{v}`; tag`\x24{1}`;'),
	ends('deep recursion', ['threw'], 'const f = (n) => f(n + 1) + 1; return f(0);'),
	ends('symbols by the million', MEMORY, "const all = []; for (let i = 0; ; i++) all.push(Symbol.for('s' + i));"),
	ends(
		'a deep list through JSON',
		['threw', 'result-too-large', 'timed-out'],
		'let a = []; for (let i = 0; i < 1e5; i++) a = [a]; return a;',
	),
	ends(
		'concat of array likes',
		MEMORY,
		'return Array.prototype.concat.call([], { length: 2 ** 32 - 2, [Symbol.isConcatSpreadable]: true }, [1]).length;',
	),
	ends('Array.from of a length', MEMORY, 'return Array.from({ length: 2 ** 32 - 1 }, (_, i) => i).length;'),
	ends('copyWithin and flat', MEMORY, 'let a = [1, 2]; for (;;) a = [a, a].flat();'),
	ends('an Intl object each time', MEMORY, "const all = []; for (;;) all.push(new Intl.DateTimeFormat('de', { dateStyle: 'full' }));"),
];

const expressions: readonly HostileProgram[] = [
	ends('nested quantifiers', TIME, "return /^(a+)+$/.test('a'.repeat(40) + '!');"),
	ends('alternatives that overlap', TIME, "return /^(a|aa)+$/.test('a'.repeat(60) + '!');"),
	ends('three stars', TIME, "return /a*a*a*a*a*b/.test('a'.repeat(5000));"),
	ends('a look-behind', TIME, "return /(?<=!(a+)+)c/.test(`\x24{'a'.repeat(40)}c`);"),
	ends('a back reference', TIME, "return /^(\\w+\\s?)*\\1$/.test('aaaa '.repeat(12) + '!');"),
	ends('a replace with a function that loops', TIME, "'a'.replace(/a/, () => { for (;;); });"),
	ends('a huge expression', [...MEMORY, 'returned'], "return new RegExp('(' .repeat(1e5) + ')'.repeat(1e5)).test('');"),
	ends('a repeated repetition', [...MEMORY, 'returned'], "return new RegExp('((((a{1,500}){1,500}){1,500}){1,500})').test('aaaa');"),
];

const escapes: readonly HostileProgram[] = [
	returns(
		'what Node and browsers have',
		[],
		"return ['process', 'require', 'module', 'global', 'Buffer', 'fetch', 'XMLHttpRequest', 'WebSocket', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'structuredClone', 'performance', 'ivm', 'Deno', 'importScripts', 'Worker', 'WeakRef', 'FinalizationRegistry', 'Temporal', 'eval'].filter((name) => name in globalThis);",
	),
	throws('process', /process is not defined/, 'process.exit(1);'),
	throws('require', /require is not defined/, "require('node:fs').readFileSync('/etc/passwd');"),
	throws('import()', /./, "const fs = await import('node:fs'); return fs.readFileSync('/etc/passwd', 'utf8');"),
	returns(
		'constructors of the error of import()',
		[true, 'EvalError'],
		`${CODE_FROM}return import('node:fs').catch((e) => [e instanceof Error, of(e)]);`,
	),
	throws('import.meta', /import\.meta/, 'return import.meta.url;'),
	throws('an import declaration', /import statement|Unexpected/i, "import fs from 'node:fs'; return fs;"),
	throws('network', /fetch is not defined/, "return await fetch('http://127.0.0.1/');"),
	throws('eval', /eval is not defined/, "return eval('1 + 1');"),
	throws('Function', /from strings/, "return Function('return this')();"),
	throws('new Function', /from strings/, "return new Function('for (;;);')();"),
	throws('a subclass of Function', /from strings/, "return new (class extends Function { constructor() { super('return 1'); } })();"),
	throws('Reflect.construct of Function', /from strings/, "return Reflect.construct(Function, ['return this'])();"),
	throws('the constructor of an async function', /from strings/, "return Object.getPrototypeOf(async () => {}).constructor('return 1')();"),
	throws('the constructor of a generator', /from strings/, "return (function* () {}).constructor('yield 1')();"),
	throws('the constructor of an async generator', /from strings/, "return (async function* () {}).constructor('yield 1')();"),
	returns(
		'the constructors of everything the sandbox gives',
		'EvalError',
		`${CODE_FROM}const seen = [api.echo, console.log, answer, nextPage, ToolError, Date, Math.random, ArrayBuffer, Date.now, Function, Error.prepareStackTrace, console, answer('a', 1), api.echo({}), await api.echo({ a: [1] }), new ToolError('t', 'k', 'm'), Intl.DateTimeFormat.prototype.formatToParts, new Intl.DateTimeFormat().format].map(of); return [...new Set(seen)].join();`,
	),
	returns(
		'the prototype chain of everything the sandbox gives',
		true,
		'return [api.echo, console.log, answer, nextPage, Date, ArrayBuffer, Function, Error.prepareStackTrace].every((f) => Object.getPrototypeOf(f) === (() => {}).__proto__ && f instanceof Function) && Object.getPrototypeOf(ToolError) === Error && Object.getPrototypeOf(api) === null;',
	),
	returns(
		'the error of a failed tool call',
		['ToolError', true, true, true, 'EvalError'],
		`${CODE_FROM}try { await api.fail({}); } catch (e) { return [e.name, e instanceof Error, e instanceof ToolError, e.constructor === ToolError, of(e)]; }`,
	),
	returns(
		'the errors of a stack overflow in a tool call',
		[true, true],
		'let up = 0; const errors = []; const keep = (e) => void errors.push(e); const deep = () => { try { deep(); } catch (e) { if (up++ % 25 === 0 && up < 1500) api.echo([]).catch(keep); throw e; } }; try { deep(); } catch (e) { keep(e); } await 0; await 0; return [errors.length > 1, errors.every((e) => e instanceof Error)];',
	),
	returns(
		'the promise of a tool call',
		[true, true],
		'const p = api.echo({}); return [p.constructor === Promise, Object.getPrototypeOf(p) === Promise.prototype];',
	),
	returns(
		'what a tool returned',
		[true, true, true],
		'const v = await api.echo({ list: [1], sub: {} }); return [v.constructor === Object, v.list.constructor === Array, v.sub.__proto__ === Object.prototype];',
	),
	throws('prepareStackTrace replaced', /read only/, 'Error.prepareStackTrace = (e, sites) => sites; return typeof new Error().stack;'),
	throws('prepareStackTrace redefined', /redefine/, 'Object.defineProperty(Error, "prepareStackTrace", { value: (e, sites) => sites });'),
	returns(
		'call sites',
		'string',
		'class Mine extends Error { static prepareStackTrace(e, sites) { return sites; } } const o = {}; Error.captureStackTrace(o, Mine); return typeof o.stack;',
	),
	ends(
		'prepareStackTrace called with call sites of its own',
		['threw', 'returned'],
		"const fake = new Proxy(function () {}, { get: (t, k) => (k === 'length' ? 1e9 : fake), apply: () => fake }); return Error.prepareStackTrace(new Error(), [fake, {}, null]);",
	),
	ends(
		'prepareStackTrace called with endless call sites',
		['threw', 'timed-out'],
		'return Error.prepareStackTrace({}, { length: Infinity, get [0]() { for (;;); } });',
	),
	throws('stackTraceLimit without a limit', /read only/, 'Error.stackTraceLimit = Infinity;'),
	returns('arguments and callers', ['undefined', 0], 'return [typeof this, arguments.length];'),
	throws('callee', /caller|callee|strict/, 'return arguments.callee;'),
	throws('with', /with/, 'with (api) { return echo; }'),
	returns(
		'a label, a debugger statement and a comment',
		3,
		'outer: for (let i = 0; ; i++) { debugger; for (;;) { if (i === 3) return i; continue outer; } } /* } */',
	),
	throws('a wrapper closed early', /Single function|Unexpected|missing/, '}); globalThis.x = 1; (async () => {'),
	throws('a wrapper closed early with a line comment', /Single function|Unexpected|missing/, '}); for (;;); //'),
	throws('a wrapper closed early inside a template', /./, '`\x24{1}}); ('),
	throws('a comment that stays open', /Invalid or unexpected|Unexpected/, 'return 1; /*'),
	throws('parameters closed early', /Unexpected|Single function|missing/, '*/){ return 1 }); (function (/*'),
	returns('a source name of its own', 1, 'return 1; //# sourceURL=/etc/passwd\n//# sourceMappingURL=http://127.0.0.1/'),
	returns(
		'strict mode',
		'TypeError',
		'try { undefined.x = 1; } catch {} try { Object.freeze(api).echo = 1; } catch (e) { return e.name; }',
	),
	throws('a tool replaced', /read only|extensible/, 'api.echo = async () => 1;'),
	throws('a toolset replaced', /read only/, 'globalThis.api = {};'),
	throws('a tool that is not offered', /api\.steal is not a function/, 'return await api.steal({});'),
	throws('a tool through the prototype', /is not a function/, 'return await api.toString({});'),
	throws('a tool constructed', /not a constructor/, 'return new api.echo({});'),
	returns(
		'the real time',
		[0, 0, true],
		'const now = Date.now(); let n = 0; for (let i = 0; i < 1e5; i++) n += i; return [Date.now() - now, new Date().getTime() - now, Date.prototype.constructor === Date];',
	),
	returns(
		'the real time by other ways',
		[true, true, 'undefined'],
		"const now = new Date(); const shown = new Intl.DateTimeFormat('en', { dateStyle: 'full', timeStyle: 'full' }); return [shown.format() === shown.format(now), shown.formatToParts().map((p) => p.value).join('') === shown.format(now), typeof Date.prototype.toTemporalInstant];",
	),
	throws('waiting with Atomics', /Atomics is not defined/, 'Atomics.wait(new Int32Array(4), 0, 0);'),
];

const pollution: readonly HostileProgram[] = [
	returns('then of promises replaced', 7, 'Promise.prototype.then = function () { for (;;); }; return 7;'),
	returns(
		'constructor of promises replaced',
		{ a: 1 },
		"Object.defineProperty(Promise.prototype, 'constructor', { get() { return function () {}; } }); return await api.echo({ a: 1 });",
	),
	returns(
		'species of promises replaced',
		{ a: 1 },
		'Object.defineProperty(Promise, Symbol.species, { get() { return class Evil extends Promise {}; } }); return await api.echo({ a: 1 });',
	),
	returns('toJSON for all objects', 'polluted', "Object.prototype.toJSON = () => 'polluted'; return { a: 1 };"),
	returns(
		'toJSON for all objects, in a tool call',
		{ a: 1 },
		'Array.prototype.toJSON = Object.prototype.toJSON = function () { return this === undefined ? 1 : { a: 1 }; }; const v = await api.echo({ b: 2 }); delete Object.prototype.toJSON; return v;',
	),
	throws('toJSON that makes arguments a string', /one object/, "Object.prototype.toJSON = () => 'text'; await api.echo({});"),
	returns(
		'setters for array elements',
		[1],
		"for (let i = 0; i < 50; i++) Object.defineProperty(Array.prototype, i, { set() { throw new Error('caught'); }, configurable: true }); console.log('a', 'b'); return (await api.echo({ list: new Set([1]) })).list;",
	),
	returns(
		'a getter for every property descriptor',
		{ a: 1 },
		"Object.prototype.get = () => 'x'; Object.prototype.set = () => {}; Object.prototype.value = 'y'; const v = await api.echo({ a: 1 }); delete Object.prototype.value; return v;",
	),
	ends(
		'a setter for what the sandbox stores',
		['returned', 'threw'],
		"for (const key of ['tool', 'frames', 'resolve', 'reject', 'json', 'line', 'text', 'kind', '1', '2']) Object.defineProperty(Object.prototype, key, { set() { for (;;); }, get() { return undefined; }, configurable: true }); const v = await api.echo({}); return 1;",
	),
	returns('JSON replaced', { a: 1 }, 'JSON.parse = JSON.stringify = () => { for (;;); }; return await api.echo({ a: 1 });'),
	returns(
		'methods of strings and maps replaced',
		{ a: 1 },
		"String.prototype.slice = WeakMap.prototype.get = Map.prototype.forEach = Array.prototype.push = Function.prototype.call = Function.prototype.apply = Function.prototype.bind = () => { for (;;); }; console.log('x'); return answer('s', await api.echo({ a: 1 }));",
	),
	returns(
		'Reflect and Object replaced',
		{ a: 1 },
		"for (const from of [Reflect, Object]) for (const key of Reflect.ownKeys(from)) { if (typeof from[key] === 'function' && from !== Reflect) from[key] = () => { throw new Error('replaced'); }; } return await api.echo({ a: 1 });",
	),
	throws(
		'every global replaced',
		/^Nothing has this id\.$/,
		"const keys = Reflect.ownKeys(globalThis), own = Reflect.defineProperty; for (const key of keys) own(globalThis, key, { value: new (class { constructor() { return function () { throw 'replaced'; }; } })() }); console.log(1n, {}, new Map()); await api.echo({ a: [1] }); await api.fail({});",
	),
	throws('errors replaced', /boom/, "globalThis.Error = globalThis.TypeError = function () { for (;;); }; throw new RangeError('boom');"),
	throws(
		'toString of errors replaced',
		/boom/,
		"Error.prototype.toString = () => { for (;;); }; String.prototype.toString = () => 'x'; throw new RangeError('boom');",
	),
	ends(
		'hasInstance of everything',
		['returned', 'threw'],
		'for (const C of [Map, Set, Error]) Object.defineProperty(C, Symbol.hasInstance, { value: () => true }); console.log({}); return { a: 1 };',
	),
	returns('an answer that is only shaped like one', { sentence: 'fake', value: 1 }, "return { sentence: 'fake', value: 1 };"),
	throws('an answer changed afterwards', /read only/, "const a = answer('true', 1); a.value = 2; return a;"),
	returns('__proto__ in arguments', {}, `return await api.echo(JSON.parse('{"__proto__": {"isAdmin": true}}'));`),
	returns('__proto__ in the answer', { a: 1 }, `return JSON.parse('{"a": 1, "__proto__": {"isAdmin": true}}');`),
	returns(
		'__proto__ in what a tool returned',
		[undefined, true].map((v) => v ?? null),
		"const v = await api.poison({}); return [v.isAdmin, Object.hasOwn(v, '__proto__')];",
	),
	ends('getters in arguments', TIME, 'await api.echo({ get a() { for (;;); } });'),
	returns(
		'a proxy as arguments',
		{ a: 1 },
		"return await api.echo(new Proxy({}, { ownKeys: () => ['a'], getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true, value: 1 }), get: (t, k) => (k === 'a' ? 1 : undefined) }));",
	),
	throws('a cycle as arguments', /circular/i, 'const a = {}; a.a = a; await api.echo(a);'),
	throws('a function as an argument', /"callback" is a function/, 'await api.echo({ callback() {} });'),
	throws('a BigInt as an argument', /"id" is a BigInt/, 'await api.echo({ id: 1n });'),
	throws('NaN as an argument', /"id" is NaN/, "await api.echo({ id: Number('x') });"),
	throws('a list as arguments', /takes one object/, 'await api.echo([1]);'),
	throws('arguments nested without end', /nested|stack/i, 'let a = {}; for (let i = 0; i < 1000; i++) a = { a }; await api.echo(a);'),
];

const floods: readonly HostileProgram[] = [
	ends('a huge answer', ['result-too-large'], "return 'x'.repeat(1e6);"),
	ends('a huge sentence', ['result-too-large'], "return answer('x'.repeat(1e6), 1);"),
	ends('an answer of many small things', ['result-too-large'], 'return Array.from({ length: 1e5 }, (_, i) => i);'),
	ends('an answer that escapes to six times its length', ['result-too-large'], "return '\\u0001'.repeat(5000);"),
	ends('an answer of wide characters', ['result-too-large'], "return '\\u{1F600}'.repeat(3000);"),
	ends('a huge thrown message', ['threw'], "throw new Error('x'.repeat(1e7));"),
	ends('a huge thrown name', ['threw'], "const e = new Error('m'); e.name = 'x'.repeat(1e7); throw e;"),
	ends('a huge function name in a stack', ['threw'], "const f = { ['x'.repeat(1e6)]() { throw new Error('m'); } }; Object.values(f)[0]();"),
	ends('huge logs', ['returned'], "for (let i = 0; i < 1000; i++) console.log('x'.repeat(10000)); return 1;"),
	ends('empty logs without end', TIME, 'for (;;) console.log();'),
	ends('logs of a huge list', ['returned'], 'console.log(Array.from({ length: 1e5 }, () => "text")); return 1;'),
	ends('tool calls one after another', ['too-many-tool-calls'], 'for (;;) { try { await api.echo({}); } catch {} }'),
	ends('tool calls all at once', ['too-many-tool-calls'], 'await Promise.all(Array.from({ length: 1e4 }, () => api.echo({})));'),
	ends('tool calls nobody waits for', ['too-many-tool-calls', 'timed-out'], 'for (;;) { api.echo({}); await 0; }'),
	throws('huge arguments', /longer than/, "await api.echo({ a: 'x'.repeat(2e6) });"),
	ends(
		'as many arguments as can be sent, each escaped',
		['returned'],
		"const a = '\u20ac\"'.repeat(30000); await Promise.all(Array.from({ length: 9 }, () => api.echo({ a }))); return 1;",
	),
	throws(
		'large arguments of many calls',
		/longer than/,
		"const a = '\u20ac'.repeat(150000); await Promise.all(Array.from({ length: 9 }, () => api.echo({ a })));",
	),
	ends('a tool call that never answers', TIME, 'await api.hang({});'),
	ends('a tool call left open at the end', ['returned'], 'api.hang({}); api.slow({}); await api.echo({}); return 1;'),
	throws('a thrown nothing', /undefined/, 'throw undefined;'),
	throws('a thrown symbol', /Symbol\(s\)/, "throw Symbol('s');"),
	throws('a thrown revoked proxy', /./, 'const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); throw proxy;'),
	throws('a thrown object without a prototype', /\{"code":5\}/, 'const o = Object.create(null); o.code = 5; throw o;'),
];

/** Programs that a determined attacker, or a very bad model, would write. `\x24{` is the start of a placeholder in their own template strings. */
export const HOSTILE_PROGRAMS: readonly HostileProgram[] = [
	...loops,
	...microtasks,
	...memory,
	...expressions,
	...escapes,
	...pollution,
	...floods,
];
