import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Outcome, Sandbox } from '../../src/sandbox/outcome.ts';
import { ChildPool, createSandbox } from '../../src/sandbox/pool.ts';
import type { ToolResponse } from '../../src/toolset/tool.ts';
import { ending, LIMITS, program } from './programs.ts';

const FINE = { kind: 'returned', answer: { value: 2 } };
const NATIVE_SPIN = 'new Array(1e9).fill(0); return 1;';

async function works(sandbox: Sandbox): Promise<void> {
	assert.deepEqual(ending(await sandbox.run(program('return 1 + 1;'))), FINE);
}

describe('a program that waits for a person', () => {
	/** Waits, its clock standing still, until `decided` resolves. */
	const waiting = (decided: Promise<void>, calls = 1) =>
		program(`await Promise.all(Array.from({ length: ${calls} }, () => api.echo({}))); return 1 + 1;`, {
			callTool: async (_call, clock) => {
				const resume = clock.pause();
				await decided;
				resume();
				return { ok: true, value: null };
			},
		});

	it('leaves its place to others, and is answered afterwards', async (context) => {
		const sandbox = createSandbox({ size: 1 });
		context.after(() => sandbox.close());
		const decided = Promise.withResolvers<void>();
		const waits = [sandbox.run(waiting(decided.promise)), sandbox.run(waiting(decided.promise, 3)), sandbox.run(waiting(decided.promise))];
		await works(sandbox);
		await works(sandbox);
		decided.resolve();
		for (const outcome of await Promise.all(waits)) assert.deepEqual(ending(outcome), FINE);
		await works(sandbox);
	});

	it('gives its place up for good when it is stopped while it waits', async (context) => {
		const sandbox = createSandbox({ size: 1 });
		context.after(() => sandbox.close());
		const never = new Promise<void>(() => {});
		const stopped = await Promise.all(
			Array.from({ length: 3 }, () => sandbox.run({ ...waiting(never), signal: AbortSignal.timeout(500) })),
		);
		assert.deepEqual(stopped.map(ending), Array(3).fill({ kind: 'stopped' }));
		await Promise.all(Array.from({ length: 5 }, () => works(sandbox)));
	});
});

describe('the sandbox', { concurrency: 2 }, () => {
	const sandbox = createSandbox({ size: 2 });
	after(() => sandbox.close());

	it('refuses a pool without children and limits it cannot keep', async () => {
		assert.throws(() => createSandbox({ size: 0 }), /size/);
		await assert.rejects(sandbox.run(program('return 1;', { limits: { ...LIMITS, memoryMb: 1 } })), /memoryMb/);
	});

	it('rejects when callTool throws, and goes on', async () => {
		const callTool = () => Promise.reject(new Error('a bug'));
		await assert.rejects(sandbox.run(program('await api.echo({});', { callTool })), /callTool must not throw.*a bug/);
		const throwing = () => {
			throw new Error('a bug');
		};
		await assert.rejects(sandbox.run(program('await api.echo({});', { callTool: throwing })), /a bug/);
		await works(sandbox);
	});

	it('ends a run at its wall time while a tool is open', async () => {
		const outcome = await sandbox.run(program('await api.hang({});', { limits: { ...LIMITS, wallMs: 60 } }));
		assert.deepEqual(ending(outcome), { kind: 'timed-out', limit: 'wall', ms: 60 });
		assert.equal(outcome.usage.toolCalls, 1);
	});

	it('does not count waiting for a tool as processor time', async () => {
		const callTool = async (): Promise<ToolResponse> => {
			await sleep(400);
			return { ok: true, value: 2 };
		};
		const outcome = await sandbox.run(program('return await api.echo({});', { callTool, limits: { ...LIMITS, cpuMs: 250 } }));
		assert.deepEqual(ending(outcome), FINE);
		assert.ok(outcome.usage.wallMs >= 390);
	});

	it('has tool calls in parallel when the program has', async () => {
		let open = 0;
		let most = 0;
		const everyone = Promise.withResolvers<void>();
		const callTool = async (): Promise<ToolResponse> => {
			most = Math.max(most, ++open);
			if (open === 10) everyone.resolve();
			await everyone.promise;
			return { ok: true, value: null };
		};
		const code = 'await Promise.all(Array.from({ length: 10 }, () => api.echo({}))); return 2;';
		assert.deepEqual(ending(await sandbox.run(program(code, { callTool }))), FINE);
		assert.equal(most, 10);
	});

	it('stops runs on a signal: before they start, while a tool is open, and while they compute', async () => {
		const stopped = { kind: 'stopped' };
		assert.deepEqual(ending(await sandbox.run(program('return 1;', { signal: AbortSignal.abort() }))), stopped);
		for (const code of ['await api.hang({});', 'for (;;);', NATIVE_SPIN]) {
			const signal = AbortSignal.timeout(50);
			assert.deepEqual(ending(await sandbox.run(program(code, { signal }))), stopped);
		}
		await works(sandbox);
	});

	it('is not harmed by an answer that comes after the end', async () => {
		const late = Promise.withResolvers<ToolResponse>();
		const callTool = () => late.promise;
		const outcome = await sandbox.run(program('await api.echo({});', { callTool, limits: { ...LIMITS, wallMs: 50 } }));
		assert.equal(outcome.kind, 'timed-out');
		late.resolve({ ok: true, value: 1 });
		await works(sandbox);
	});

	it('runs others while one misbehaves', async () => {
		const spinning = sandbox.run(program(NATIVE_SPIN, { limits: { ...LIMITS, cpuMs: 400 } }));
		await works(sandbox);
		assert.equal((await spinning).kind, 'timed-out');
	});

	it('leaves nothing of a run for the next', async () => {
		for (let n = 0; n < 4; n++) {
			const code = 'const before = globalThis.left; globalThis.left = 1; Object.prototype.left ??= 2; return before ?? null;';
			assert.deepEqual(ending(await sandbox.run(program(code))), { kind: 'returned', answer: { value: null } });
		}
	});

	it('reports what a run used', async () => {
		const { usage } = await sandbox.run(program('let n = 0; for (let i = 0; i < 1e6; i++) n += i; await api.echo({}); return n;'));
		assert.equal(usage.toolCalls, 1);
		assert.ok(usage.cpuMs > 1 && usage.wallMs > 1);
	});
});

describe('a pool', () => {
	it('queues runs in order, and a waiting one can be stopped', async () => {
		const sandbox = createSandbox({ size: 1 });
		const order: string[] = [];
		const note = (name: string) => (outcome: Outcome) => void order.push(`${name} ${outcome.kind}`);
		const waiting = new AbortController();
		const runs = [
			sandbox.run(program('await api.slow({});')).then(note('first')),
			sandbox.run(program('return 1;', { signal: waiting.signal })).then(note('stopped')),
			sandbox.run(program('return 1;')).then(note('last')),
		];
		waiting.abort();
		await Promise.all(runs);
		assert.deepEqual(order, ['stopped stopped', 'first returned', 'last returned']);
		await sandbox.close();
	});

	it('starts one child, however many runs wait', async () => {
		let started = 0;
		const count = () => void started++;
		subscribe('child_process', count);
		const sandbox = createSandbox({ size: 1 });
		await Promise.all(Array.from({ length: 5 }, () => works(sandbox)));
		await sandbox.close();
		unsubscribe('child_process', count);
		assert.equal(started, 1);
	});

	it('starts a child when one is wanted, and again when the last was killed', async () => {
		let started = 0;
		const count = () => void started++;
		subscribe('child_process', count);
		const sandbox = createSandbox({ size: 4 });
		const counted = [started];
		sandbox.prepare();
		sandbox.prepare();
		counted.push(started);
		for (let n = 0; n < 3; n++) await works(sandbox);
		counted.push(started);
		await Promise.all([works(sandbox), works(sandbox)]);
		counted.push(started);
		await sandbox.run(program('for (;;);', { limits: { ...LIMITS, cpuMs: 50 } }));
		await sandbox.run(program('for (;;);', { limits: { ...LIMITS, cpuMs: 50 } }));
		counted.push(started);
		await sandbox.close();
		unsubscribe('child_process', count);
		assert.deepEqual(counted, [0, 1, 1, 2, 3]);
	});

	it('stops its runs when it is closed, and takes no more', async () => {
		const sandbox = createSandbox({ size: 1 });
		const open = ['await api.hang({});', 'return 1;'].map((code) => sandbox.run(program(code)));
		await sleep(100);
		await sandbox.close();
		const kinds = (await Promise.all([...open, sandbox.run(program('return 1;'))])).map(({ kind }) => kind);
		assert.deepEqual(kinds, ['stopped', 'stopped', 'stopped']);
	});

	it('rejects runs when its children do not start, and tries again for the next', async () => {
		const command = {
			file: process.execPath,
			args: ['--eval', 'process.stderr.write("no library"); process.exitCode = 1;'],
			env: {},
			guestModules: {},
		};
		const sandbox = new ChildPool(() => command, 1, undefined);
		for (let attempt = 0; attempt < 2; attempt++) {
			await assert.rejects(
				sandbox.run(program('return 1;')),
				(error: Error) => /could not start/.test(error.message) && /no library/.test(String(error.cause)),
			);
		}
		await sandbox.close();
	});

	it('can be closed before it has started, twice', async () => {
		const sandbox = createSandbox({ size: 1 });
		sandbox.prepare();
		await Promise.all([sandbox.close(), sandbox.close()]);
	});
});

describe('the process that has a sandbox', () => {
	const sources = path.join(import.meta.dirname, '../../src/sandbox');

	it('ends by itself when no run is open, also without close', async () => {
		const script = `
			const { createSandbox } = await import(${JSON.stringify(path.join(sources, 'pool.ts'))});
			const { program } = await import(${JSON.stringify(path.join(import.meta.dirname, 'programs.ts'))});
			const outcome = await createSandbox({ size: 1 }).run(program('return (await api.slow({})) + 1;'));
			process.stdout.write(outcome.kind);`;
		const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', '--input-type=module', '--eval', script], {
			timeout: 20_000,
		});
		assert.equal(stdout, 'returned');
	});

	for (const code of ['for (;;);', NATIVE_SPIN]) {
		it(`takes its child along when it is killed, during ${code}`, async () => {
			const script = `
			const { childCommand } = await import(${JSON.stringify(path.join(sources, 'child-command.ts'))});
			const { SandboxChild } = await import(${JSON.stringify(path.join(sources, 'child-process.ts'))});
			const { runProgram } = await import(${JSON.stringify(path.join(sources, 'program-run.ts'))});
			const { program } = await import(${JSON.stringify(path.join(import.meta.dirname, 'programs.ts'))});
			setInterval(() => {}, 1000);
			const child = await SandboxChild.start(childCommand());
			void runProgram(child, program(${JSON.stringify(code)}), 1);
			setTimeout(() => process.stdout.write(String(child.pid)), 100);`;
			const parent = spawn(process.execPath, ['--no-warnings', '--input-type=module', '--eval', script], {
				stdio: ['ignore', 'pipe', 'inherit'],
			});
			const pid = Number(await new Promise((resolve) => parent.stdout.once('data', resolve).once('end', () => resolve('nothing'))));
			assert.ok(Number.isInteger(pid) && isRunning(pid));
			parent.kill('SIGKILL');
			for (let waited = 0; isRunning(pid) && waited < 10_000; waited += 20) await sleep(20);
			assert.equal(isRunning(pid), false);
		});
	}
});

/** A process that has ended but that nobody has asked about yet (a zombie) does not run. */
function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
	} catch {
		return false;
	}
	const stat = `/proc/${pid}/stat`;
	return !existsSync(stat) || !/\) Z /.test(readFileSync(stat, 'latin1'));
}
