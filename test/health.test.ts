import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, test } from 'node:test';
import { readConfig } from '../src/config.ts';
import { checkHealth } from '../src/health.ts';
import { consoleFolder, runConsole } from './adapters/console/console-process.ts';

/** The production entry point in a temporary folder. */
const check = (folder: string, environment: Record<string, string> = {}) => runConsole({ folder, args: ['health'], environment });

describe('the health check', () => {
	test('is content on a machine that can store and run, within the limits that are set', async (context) => {
		const folder = await consoleFolder(context);
		const environment = { DATABASE_URL: 'sqlite://data/health.sqlite', SANDBOX_MEMORY_MB: '8', RUN_TIMEOUT_SECONDS: '30' };
		assert.deepEqual(await check(folder, environment), { code: 0, output: '', errors: '' });
	});

	test('says in one line that the database cannot be used', async (context) => {
		const folder = await consoleFolder(context);
		await writeFile(path.join(folder, 'data'), 'a file where a folder must be');
		const { code, output, errors } = await check(folder, { DATABASE_URL: 'sqlite://data/health.sqlite' });
		assert.deepEqual([code, output], [1, '']);
		assert.match(errors, /^[^\n]*data\/health\.sqlite[^\n]*\n$/);
		assert.doesNotMatch(errors, / at |Error:|node:/);
	});

	test('says in one line that what is there is no database', async (context) => {
		const folder = await consoleFolder(context);
		await writeFile(path.join(folder, 'notes.txt'), 'no database at all, but text of more than a hundred bytes. '.repeat(20));
		const { code, errors } = await check(folder, { DATABASE_URL: 'sqlite://notes.txt' });
		assert.equal(code, 1);
		assert.match(errors, /^[^\n]*notes\.txt[^\n]*\n$/);
	});

	test('says which setting is wrong', async (context) => {
		const { code, errors } = await check(await consoleFolder(context), { SANDBOX_MEMORY_MB: '1' });
		assert.equal(code, 1);
		assert.match(errors, /SANDBOX_MEMORY_MB must be a whole number from 8 to 128/);
	});

	test('keeps to one line whatever the settings hold', async (context) => {
		const written = context.mock.method(process.stderr, 'write', () => true);
		assert.equal(await checkHealth(readConfig({ DATABASE_URL: 'sqlite:///dev/null/a\nb' })), 1);
		assert.match(String(written.mock.calls.at(-1)?.arguments[0]), /^[^\n]*\/dev\/null\/a b[^\n]*\n$/);
	});

	test('runs within the limits that are set, and says so when the sandbox does not', async (context) => {
		const written = context.mock.method(process.stderr, 'write', () => true);
		const config = { ...readConfig({ DATABASE_URL: 'sqlite://:memory:' }), sandbox: { processes: 1, memoryMb: 1 } };
		assert.equal(await checkHealth(config), 1);
		const texts = written.mock.calls.map(({ arguments: [text] }) => String(text));
		// Node's warning about type stripping may come first, as the bot's own start turns it off.
		assert.equal(texts.at(-1), 'Sandbox limit memoryMb must be at least 8.\n');
	});
});
