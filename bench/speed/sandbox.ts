import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { DEFAULT_LIMITS } from '../../src/sandbox/limits.ts';
import type { ProgramRun, Sandbox } from '../../src/sandbox/outcome.ts';
import { createSandbox } from '../../src/sandbox/pool.ts';
import { type Finding, median, timed } from './report.ts';

const run = promisify(execFile);

const PROGRAM = `
async function total(count) {
	const { values } = await api.numbers({ count });
	return values.reduce((sum, value) => sum + value, 0);
}
const sum = await total(1000);
return answer(\`The sum is \${sum}.\`, sum);`;

/** The same, as a framework does it that starts an interpreter for every program. */
const PYTHON = `
import json, urllib.request
values = json.loads(json.dumps(list(range(1000))))
print("The sum is", sum(values))`;

const PARALLEL_CALLS = 10;
const CALL_MS = 200;

/** A program with one tool call in a warm child, against a Python interpreter started for it. */
export async function measureWarmRun(): Promise<Finding> {
	const sandbox = createSandbox({ size: 1 });
	try {
		const values = Array.from({ length: 1000 }, (_, index) => index);
		const callTool: ProgramRun['callTool'] = async () => ({ ok: true, value: { values } });
		const warm = median(await timed(100, () => answered(sandbox, PROGRAM, callTool), 20));
		const rows = [{ label: 'sandbox, warm: one tool call, 1,000 numbers summed', median: warm, unit: 'ms' }];
		const name = 'Sandbox run against python3 -c';
		const aim = 'at least 4x faster';
		const python = await timed(10, () => run('python3', ['-c', PYTHON])).catch(() => undefined);
		if (python === undefined) return { name, rows, aim, note: 'python3 is not installed, so there is nothing to compare with' };
		rows.push({ label: "python3 -c 'import urllib.request …', the sum alone", median: median(python), unit: 'ms' });
		return { name, rows, ratio: `${(median(python) / warm).toFixed(1)}x faster`, aim };
	} finally {
		await sandbox.close();
	}
}

/** Ten tool calls that take 200 ms each, made at once, against one of them. */
export async function measureParallelCalls(): Promise<Finding> {
	const sandbox = createSandbox({ size: 1 });
	try {
		const callTool: ProgramRun['callTool'] = async () => {
			await new Promise((resolve) => setTimeout(resolve, CALL_MS));
			return { ok: true, value: { values: [1] } };
		};
		const calls = (count: number) => `return (await Promise.all(Array.from({ length: ${count} }, (_, id) => api.numbers({ id })))).length;`;
		const one = median(await timed(5, () => answered(sandbox, calls(1), callTool)));
		const many = median(await timed(5, () => answered(sandbox, calls(PARALLEL_CALLS), callTool)));
		return {
			name: 'Parallel tool calls',
			rows: [
				{ label: `one call of ${CALL_MS} ms`, median: one, unit: 'ms' },
				{ label: `${PARALLEL_CALLS} at once`, median: many, unit: 'ms' },
			],
			ratio: `${(many / one).toFixed(2)}x one call`,
			aim: 'at most 1.2x',
		};
	} finally {
		await sandbox.close();
	}
}

async function answered(sandbox: Sandbox, code: string, callTool: ProgramRun['callTool']): Promise<void> {
	const outcome = await sandbox.run({
		code,
		tools: { api: ['numbers'] },
		seed: { now: 0, random: 0 },
		limits: DEFAULT_LIMITS,
		callTool,
		signal: new AbortController().signal,
	});
	if (outcome.kind !== 'returned') throw new Error(`The measured program must answer, but it ended as ${outcome.kind}.`);
}
