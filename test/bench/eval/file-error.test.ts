import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileError } from '../../../bench/eval/file-error.ts';
import { recordedRun } from '../../../bench/eval/recorded-model.ts';
import { openResults } from '../../../bench/eval/results.ts';
import { UserError } from '../../../src/errors.ts';

const told = (work: Promise<unknown>) =>
	work.then(
		() => assert.fail('nothing was wrong'),
		(error: unknown) => {
			const { name, message } = fileError(error) as Error;
			return `${name}: ${message}`;
		},
	);

test('a file for a folder, and a folder for a file, are named with what to do', async (context) => {
	const folder = await mkdtemp(path.join(tmpdir(), 'toolcoder-eval-'));
	context.after(() => rm(folder, { recursive: true }));
	const file = path.join(folder, 'taken');
	await writeFile(file, '');
	assert.equal(
		await told(openResults(file)),
		`UserError: ${file} cannot be used: a file is there. Mend that, or name another with --out or --record, and run the command again.`,
	);
	assert.match(await told(openResults(path.join(file, 'below'))), /taken.* cannot be used: a part of its path is no folder\./);
	assert.match(await told(recordedRun(folder)), /^UserError: .* cannot be used: it is a folder\./);
});

test('what is no fault of a file stays what it is', () => {
	for (const error of [
		new Error('a'),
		Object.assign(new Error('b'), { code: 'ECONNRESET' }),
		new UserError('network', 'c'),
		'd',
		undefined,
	]) {
		assert.equal(fileError(error), error);
	}
});
