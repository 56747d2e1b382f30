import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

const COMPILER = pathToFileURL(`${import.meta.dirname}/../../src/code/compiler.ts`).href;

/** Starts compilers, says their process ids, and answers none of what they ask: so it stands when a process is killed in the midst of a check. */
const SCRIPT = `
import { ChildProcess } from 'node:child_process';
const { startCompiler } = await import('${COMPILER}');
const started = await Promise.all([1, 2, 3].map(() => startCompiler()));
process.stdout.write(started.map(({ pid }) => pid).join(' ') + '\\n');
const text = 'const x: number = 1;'.repeat(2000);
for (let index = 0; ; index++) await Promise.all(started.map((compiler) => compiler.check(text + index, [text.replaceAll('x', 'y' + index)])));
`;

test('compilers end with their process, also when it is killed in the midst of a check', async () => {
	const child = spawn(process.execPath, ['--input-type=module', '--eval', SCRIPT], { stdio: ['ignore', 'pipe', 'ignore'] });
	const [line] = (await once(child.stdout, 'data')) as [Buffer];
	const pids = line.toString().trim().split(' ').map(Number);
	assert.equal(pids.length, 3);
	await delay(100);
	child.kill('SIGKILL');
	await once(child, 'exit');
	for (const pid of pids) {
		for (let look = 0; isRunning(pid); look++) {
			assert.ok(look < 200, `the compiler ${pid} still runs`);
			await delay(50);
		}
	}
});

function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}
