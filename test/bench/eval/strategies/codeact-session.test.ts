import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { createSession } from '../../../../bench/eval/strategies/codeact-session.ts';
import { parseProgram } from '../../../../src/code/parse.ts';
import { DEFAULT_LIMITS } from '../../../../src/sandbox/limits.ts';
import type { Outcome, SandboxLimits } from '../../../../src/sandbox/outcome.ts';
import { createSandbox } from '../../../../src/sandbox/pool.ts';

const sandbox = createSandbox({ size: 2 });
after(() => sandbox.close());

/** Runs actions one after the other; `api.count({})` tells how often it was called, `api.fail({})` fails. */
async function run(actions: readonly string[], limits: Partial<SandboxLimits> = {}) {
	const sent: string[] = [];
	const session = createSession({
		world: { sandbox, limits: { ...DEFAULT_LIMITS, ...limits }, now: 0, signal: new AbortController().signal },
		tools: { api: ['count', 'fail'] },
		call: async ({ tool, args }) => {
			sent.push(tool);
			if (args.broken) throw new Error('the harness is broken');
			return tool === 'api.fail' ? { ok: false, kind: 'http', message: 'no' } : { ok: true, value: sent.length };
		},
	});
	const outcomes: Outcome[] = [];
	for (const action of actions) {
		const parsed = parseProgram(action);
		assert.ok(parsed.ok, action);
		outcomes.push(await session.run(parsed.program));
	}
	return { outcomes, sent, logs: outcomes.map((outcome) => outcome.logs) };
}

/** What the last of these actions prints. */
const last = async (...actions: readonly string[]) => (await run(actions)).logs.at(-1);

describe('what an action leaves behind', () => {
	test('variables, functions, classes, and what became of them', async () => {
		assert.deepEqual(await last('let n = 1;\nfunction up() { n += 1; return n; }', 'up();\nn *= 10;', 'console.log(n, up());'), ['20 21']);
		assert.deepEqual(await last('class A { b = 1 }', 'var c = new A().b;', 'console.log(c);'), ['1']);
	});

	test('names may be declared anew, of any kind', async () => {
		const actions = [
			'const x = f();\nfunction f() { return 1; }',
			'const y = x;\nfunction f() { return 2; }',
			'var x = f() + y;',
			'let x = 9;\nconsole.log(x, y, f());',
		];
		assert.deepEqual(await last(...actions), ['9 1 2']);
	});

	test('only the own output is printed, that of earlier functions among it', async () => {
		const { logs } = await run(["function say(a) { console.log(a); }\nsay('one');", "say('two');", "say('three');"]);
		assert.deepEqual(logs, [['one'], ['two'], ['three']]);
	});

	test('what it returned was evaluated', async () => {
		assert.deepEqual(await last('let n = 0;\nreturn n += 5;', 'return;', 'console.log(n);'), ['5']);
	});

	test('nothing but effects where it returns in its midst', async () => {
		const { outcomes, sent } = await run([
			'let n = await api.count({});\nif (n) return n;\nn = 0;',
			'console.log(n);',
			'const n = 3;\nreturn n;',
		]);
		assert.equal(outcomes[1]?.kind, 'threw');
		assert.deepEqual(outcomes[2]?.kind === 'returned' && outcomes[2].answer.value, 3);
		assert.deepEqual(sent, ['api.count']);
	});
});

describe('an action that failed', () => {
	test('leaves what came before the failing statement, and its functions', async () => {
		const failing = 'const a = await api.count({});\nconst b = await api.fail({});\nconst c = 3;\nfunction d() { return a + 1; }';
		const { logs, sent, outcomes } = await run([failing, 'console.log(a, d());', 'console.log(c);', 'console.log(await api.count({}));']);
		assert.equal(outcomes[0]?.kind, 'threw');
		assert.deepEqual(logs[1], ['1 2']);
		assert.equal(outcomes[2]?.kind === 'threw' && outcomes[2].message, 'c is not defined');
		assert.deepEqual(logs[3], ['3'], 'a call like an earlier one goes out');
		assert.deepEqual(sent, ['api.count', 'api.fail', 'api.count']);
	});

	test('tells its own lines', async () => {
		const { outcomes } = await run(["function fail() {\n  throw new Error('x');\n}", 'const a = 1;\nfail();', "\n\nthrow new Error('y');"]);
		const lines = outcomes.map((outcome) => (outcome.kind === 'threw' ? outcome.frames.map(({ line }) => line) : []));
		assert.deepEqual(lines, [[], [2], [3]]);
	});

	test('at a limit leaves its functions alone', async () => {
		const { outcomes, logs } = await run(['const a = 1;\nfunction b() { return 2; }\nfor (;;);', 'console.log(b(), typeof a);'], {
			cpuMs: 300,
		});
		assert.equal(outcomes[0]?.kind, 'timed-out');
		assert.deepEqual(logs[1], ['2 undefined']);
	});
});

describe('calls', () => {
	test('go out once each, equal ones and those at once among them', async () => {
		const { logs, sent } = await run([
			'const [a, b] = await Promise.all([api.count({}), api.count({})]);',
			'const c = await api.count({});',
			'console.log(a, b, c, await api.count({}));',
		]);
		assert.deepEqual(logs[2], ['1 2 3 4']);
		assert.equal(sent.length, 4);
	});

	test('that failed and were handled fail again without going out', async () => {
		const { logs, sent } = await run([
			"let how = 'well';\ntry { await api.fail({}); } catch (error) { how = error.message; }",
			'console.log(how);',
		]);
		assert.deepEqual(logs[1], ['no']);
		assert.deepEqual(sent, ['api.fail']);
	});

	test('of earlier actions do not count towards the limit of one', async () => {
		const twice = 'await api.count({});\nawait api.count({});';
		const { outcomes } = await run([twice, twice, twice, `${twice}\nawait api.count({});`], { toolCalls: 2 });
		assert.deepEqual(
			outcomes.map(({ kind }) => kind),
			['returned', 'returned', 'returned', 'too-many-tool-calls'],
		);
	});

	test('chance and time are the same in every replay', async () => {
		const { logs } = await run(['const a = [Math.random(), Date.now()];\nconsole.log(a);', 'console.log(a);']);
		assert.deepEqual(logs[0], logs[1]);
	});

	test('that break the harness end the session', async () => {
		await assert.rejects(run(['await api.count({ broken: true });']), { message: 'the harness is broken' });
	});
});
