import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ChildCommand, childCommand } from '../../src/sandbox/child-command.ts';
import { SandboxChild } from '../../src/sandbox/child-process.ts';
import type { ProgramRun, ToolCall } from '../../src/sandbox/outcome.ts';
import { type FinishedRun, runProgram } from '../../src/sandbox/program-run.ts';
import { ending, LIMITS, program } from './programs.ts';

const RUN = 7;

/** A child that a program has taken over: `onRun` is what it does when it is given a program. */
function takenOver(onRun: string, onToolResult = ''): ChildCommand {
	const code = `
		const send = (message) => process.stdout.write(JSON.stringify(message) + '\\n');
		const report = (parts) => send({ type: 'report', run: ${RUN}, calls: [], logs: [], reusable: true, cpuMs: 1, ...parts });
		const call = (parts) => report({ calls: [{ call: 1, tool: 'api.echo', args: '{}', ...parts }], reusable: false });
		const answer = (value) => report({ end: { kind: 'returned', value: JSON.stringify(value) } });
		const receive = {
			guest: () => send({ type: 'ready' }),
			run: (message) => { ${onRun} },
			'tool-result': (message) => { ${onToolResult} },
		};
		require('node:readline').createInterface(process.stdin).on('line', (line) => { const message = JSON.parse(line); receive[message.type](message); });
		process.stdin.on('end', () => process.exit());
	`;
	return { file: process.execPath, args: ['--eval', code], env: {}, guestModules: {} };
}

async function run(command: ChildCommand, changes: Partial<ProgramRun> = {}): Promise<FinishedRun> {
	const child = await SandboxChild.start(command);
	try {
		return await runProgram(child, program('', changes), RUN);
	} finally {
		child.kill();
		await child.exited;
	}
}

describe('a run in a child that has been taken over', { concurrency: 2 }, () => {
	const broken: readonly [what: string, onRun: string, detail: RegExp][] = [
		['speaks of another run', 'report({ run: 8, end: { kind: "never-finishes" } });', /another run/],
		['says again that it is ready', 'send({ type: "ready" });', /another run/],
		['sends what is no JSON', 'process.stdout.write("hello\\n");', /no message/],
		['sends JSON that is no message', 'send({ type: "report", run: 7 });', /no message/],
		['sends numbers that are none', 'send({ type: "usage", run: 7, cpuMs: -1, residentMb: "many" });', /no message/],
		['sends an ending that does not exist', 'report({ end: { kind: "stopped" } });', /no message/],
		[
			'sends more frames than there are',
			'report({ end: { kind: "threw", name: "E", message: "", frames: Array(1000).fill({ functionName: "f", line: 1, column: 1 }) } });',
			/no message/,
		],
		['sends a line without an end', 'const more = () => process.stdout.write("x".repeat(1e6), more); more();', /too long/],
		[
			'sends messages without end',
			'const more = () => process.stdout.write(JSON.stringify({ type: "usage", run: 7, cpuMs: 0, residentMb: 0 }) + "\\n", more); more();',
			/too many messages/,
		],
		['uses a call number twice', 'call(); call();', /twice/],
		['calls with a list', 'call({ args: "[]" });', /no object/],
		['calls with broken JSON', 'call({ args: "{" });', /no object/],
		['answers with broken JSON', 'report({ end: { kind: "returned", value: "{" } });', /no JSON/],
		['exits', 'process.exit(3);', /exit status 3/],
	];
	for (const [what, onRun, detail] of broken) {
		it(`crashes when it ${what}`, async () => {
			const { outcome, reusable } = await run(takenOver(onRun));
			assert.equal(outcome.kind, 'crashed');
			assert.match(outcome.kind === 'crashed' ? outcome.detail : '', detail);
			assert.equal(reusable, false);
		});
	}

	it('never calls a tool that was not offered', async () => {
		const called: string[] = [];
		const callTool = async ({ tool }: ToolCall) => {
			called.push(tool);
			return { ok: true, value: null } as const;
		};
		const command = takenOver('call({ tool: "bank.transfer" });', 'answer([message.ok, JSON.parse(message.json).kind]);');
		const { outcome } = await run(command, { callTool });
		assert.deepEqual(ending(outcome), { kind: 'returned', answer: { value: [false, 'unknown-tool'] } });
		assert.deepEqual(called, []);
	});

	it('passes no __proto__ on', async () => {
		const seen: string[] = [];
		const callTool = async ({ args }: ToolCall) => {
			seen.push(...Object.getOwnPropertyNames(args));
			return { ok: true, value: null } as const;
		};
		await run(takenOver('call({ args: \'{"a":1,"__proto__":{"b":2}}\' });', 'answer(1);'), { callTool });
		assert.deepEqual(seen, ['a']);
	});

	it('counts the tool calls itself', async () => {
		const { outcome } = await run(takenOver('for (let n = 1; n < 9; n++) call({ call: n });'), { limits: { ...LIMITS, toolCalls: 3 } });
		assert.deepEqual(ending(outcome), { kind: 'too-many-tool-calls', limit: 3 });
	});

	it('measures the answer itself', async () => {
		const { outcome } = await run(takenOver('answer("x".repeat(1000));'), { limits: { ...LIMITS, resultBytes: 500 } });
		assert.deepEqual(ending(outcome), { kind: 'result-too-large', limitBytes: 500 });
	});

	it('cuts the logs itself', async () => {
		const { outcome } = await run(takenOver('report({ logs: Array(1000).fill("0123456789"), end: { kind: "never-finishes" } });'), {
			limits: { ...LIMITS, logBytes: 100 },
		});
		assert.equal(outcome.kind, 'never-finishes');
		assert.equal(outcome.logs.length, 10);
	});

	it('measures the processor time itself, whatever the child reports', async () => {
		const command = takenOver('send({ type: "usage", run: 7, cpuMs: 0, residentMb: 1 }); for (;;);');
		const { outcome } = await run(command, { limits: { ...LIMITS, cpuMs: 200 } });
		assert.deepEqual(ending(outcome), { kind: 'timed-out', limit: 'cpu', ms: 200 });
	});

	it('measures the memory itself', async () => {
		const { outcome } = await run(takenOver('const all = []; for (;;) all.push(Buffer.alloc(1e7, 1));'), {
			limits: { ...LIMITS, memoryMb: 16 },
		});
		assert.deepEqual(ending(outcome), { kind: 'out-of-memory', limitMb: 16 });
	});

	it('believes usage above the limits, where it cannot look itself', async () => {
		const busy = await run(takenOver('send({ type: "usage", run: 7, cpuMs: 1e6, residentMb: 1 });'));
		assert.equal(busy.outcome.kind, 'timed-out');
		const big = await run(takenOver('send({ type: "usage", run: 7, cpuMs: 0, residentMb: 1e6 });'));
		assert.equal(big.outcome.kind, 'out-of-memory');
	});

	it('tells a lack of memory from other ends of the process', async () => {
		const { outcome } = await run(takenOver('process.stderr.write("FATAL ERROR: JavaScript heap out of memory", () => process.abort());'));
		assert.equal(outcome.kind, 'out-of-memory');
	});

	it('ignores what it says after the end', async () => {
		const { outcome } = await run(takenOver('answer(1); answer(2); call();'));
		assert.deepEqual(ending(outcome), { kind: 'returned', answer: { value: 1 } });
	});
});

describe('a child', () => {
	const endings: readonly [code: string, reusable: boolean][] = [
		['return 1;', true],
		['throw 1;', true],
		['const x = ;', true],
		['await new Promise(() => {});', true],
		['await Promise.all(Array.from({ length: 50 }, () => api.echo({})));', true],
		['api.slow({}); return 1;', true],
		['(async () => { await api.echo({}); for (;;); })(); await api.slow({}); return 1;', false],
		['const a = []; for (;;) a.push({});', false],
	];
	for (const [code, expected] of endings) {
		it(`is ${expected ? 'used again' : 'ended'} after: ${code}`, async () => {
			const limits = { ...LIMITS, cpuMs: 2_000, memoryMb: 16 };
			const { outcome, reusable } = await run(childCommand(), { code, limits });
			assert.equal(reusable, expected, outcome.kind);
		});
	}
});

describe('SandboxChild', () => {
	it('rejects with what the process wrote when it does not start', async () => {
		const command = { ...takenOver(''), args: ['--eval', 'process.stderr.write("no library"); process.exitCode = 2;'] };
		await assert.rejects(SandboxChild.start(command), /no library/);
	});

	it('rejects when there is no such program', async () => {
		await assert.rejects(SandboxChild.start({ ...takenOver(''), file: '/nowhere/node' }), /ENOENT/);
	});

	it('ends a child that speaks without a run', async () => {
		const command = takenOver('answer(1); setTimeout(() => answer(2), 20);');
		const child = await SandboxChild.start(command);
		const { reusable } = await runProgram(child, program(''), RUN);
		assert.equal(reusable, true);
		assert.match((await child.exited).detail, /without a run/);
	});
});
