import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import { answeredFiles, withFileNames } from '../../../adapters/shared/answered-files.ts';
import { shapeOf } from '../../../adapters/shared/shape.ts';
import type { JsonValue } from '../../../src/json.ts';
import { createRunFiles } from '../../../src/runs/files.ts';
import { openStorage } from '../../../src/storage/open.ts';
import { resultOf, run } from './run.ts';

const handle = (file: string, bytes = 12_345) => ({ file, name: `${file}.pdf`, mediaType: 'application/pdf', bytes });

test('files are shown by name and size, wherever they stand', () => {
	assert.deepEqual(withFileNames({ a: handle('x', 3), b: [handle('y'), { c: handle('z', 2_340_000) }] }), {
		a: 'x.pdf (3 bytes)',
		b: ['y.pdf (12 KB)', { c: 'z.pdf (2.3 MB)' }],
	});
	assert.deepEqual(shapeOf(handle('x'), ''), { kind: 'scalar', text: 'x.pdf (12 KB)', said: false });
	assert.equal(shapeOf([handle('x'), handle('y')], '').kind, 'list');
});

test('what only looks a little like one stays what it is', () => {
	const { bytes: _, ...less } = handle('x');
	const values: JsonValue[] = [null, 1, 'x', [], less, { ...handle('x'), path: '/' }, { ...handle('x'), bytes: '3' }];
	for (const value of values) assert.deepEqual(withFileNames(value), value);
});

test('the files of an answer are its own, each once, at most eight, and none when they are gone', async (context) => {
	const storage = await openStorage('sqlite://:memory:', { logger: pino({ level: 'silent' }) });
	context.after(() => storage.close());
	const files = createRunFiles(storage);
	const put = (name: string, runId = run.id) => files.of(runId).put({ name, mediaType: 'a/b', content: Buffer.from(name) });
	const [one, two] = [await put('one'), await put('two')].map((each) => ({ ...each }));
	const foreign = { ...(await put('foreign', 'other-run')) };
	assert.ok(one && two);
	const found = await answeredFiles(files, run, resultOf([one, { deep: [two, one] }, foreign]));
	assert.deepEqual(
		found.map(({ filename, bytes }) => [filename, Buffer.from(bytes).toString()]),
		[
			['one', 'one'],
			['two', 'two'],
		],
	);
	const many = await Promise.all(Array.from({ length: 10 }, async (_, at) => ({ ...(await put(`f${at}`)) })));
	assert.equal((await answeredFiles(files, run, resultOf(many))).length, 8);
	await files.discard(run.id);
	assert.deepEqual(await answeredFiles(files, run, resultOf(one)), []);
});
