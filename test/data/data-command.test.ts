import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { consoleFolder, runConsole, startConsole } from '../adapters/console/console-process.ts';

const QUESTION = 'How many movies did Sofia Coppola direct?';

async function askedIn(context: TestContext): Promise<string> {
	const folder = await consoleFolder(context);
	const { code, errors } = await runConsole({ folder, args: ['ask', QUESTION] });
	assert.deepEqual([code, errors], [0, '']);
	return folder;
}

test('the data of one workspace goes out, away and back through the entry point', async (context) => {
	const folder = await askedIn(context);
	const run = (...args: string[]) => runConsole({ folder, args });

	assert.deepEqual(await run('export', 'slack:T1'), {
		code: 1,
		output: '',
		errors: 'There is no workspace slack:T1. There is: console:local\n',
	});
	const whole = await run('export', 'console:local');
	assert.deepEqual([whole.code, whole.errors], [0, '']);
	await writeFile(path.join(folder, 'local.jsonl'), whole.output);

	assert.match((await run('import', 'local.jsonl')).errors, /Erase it first: npm start -- erase console:local\n$/);
	assert.match((await run('erase', 'console:local')).output, /\nquestions +1\nNothing was removed/);
	assert.match((await run('erase', 'console:local', '--yes')).output, /All of console:local was removed\.\n$/);
	assert.match((await run('export', 'console:local')).errors, /There is none in this database/);

	assert.match((await run('import', 'local.jsonl')).output, /^\d+ records of console:local were restored\.\n$/);
	const listed = await run('ask', '/runs');
	assert.match(listed.output, /Sofia Coppola/);
	const again = await run('ask', QUESTION);
	assert.deepEqual([again.code, again.output.includes('8')], [0, true]);
});

test('an export that nobody reads to its end leaves quietly', async (context) => {
	const folder = await askedIn(context);
	const { child, ended } = startConsole({ folder, args: ['export', 'console:local'] });
	child.stdout?.once('data', () => child.stdout?.destroy());
	const { code, errors } = await ended;
	assert.ok(code === 0 || code === 1, String(code));
	assert.equal(errors, '');
});
