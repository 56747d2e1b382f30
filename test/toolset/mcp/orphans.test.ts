import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

const MODULE = path.join(import.meta.dirname, '../../../src/toolset/mcp/orphans.ts');

/** Starts two processes that stay, takes one out of the watch again, and says their numbers. */
const BOT = `
	import { spawn } from 'node:child_process';
	import { killWithUs } from ${JSON.stringify(MODULE)};
	const start = () => spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' }).pid;
	const [watched, ended] = [start(), start()];
	killWithUs(watched);
	killWithUs(ended)();
	console.log(JSON.stringify([watched, ended]));
	setInterval(() => {}, 1000);
`;

function lives(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
}

test('what a killed process has started is killed, and nothing that ended before', async (context) => {
	const bot = spawn(process.execPath, ['--input-type=module', '-e', BOT], { stdio: ['ignore', 'pipe', 'inherit'] });
	const [line] = (await once(bot.stdout, 'data')) as [Buffer];
	const [watched, ended] = JSON.parse(line.toString()) as [number, number];
	context.after(() => process.kill(ended, 'SIGKILL'));
	assert.deepEqual([lives(watched), lives(ended)], [true, true]);
	bot.kill('SIGKILL');
	while (lives(watched)) await delay(20);
	await delay(100);
	assert.ok(lives(ended), 'its number may belong to another process by now');
});
