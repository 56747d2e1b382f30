import assert from 'node:assert/strict';
import { access, appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { openResults, type Row } from '../../../bench/eval/results.ts';
import { beginRun } from '../../../bench/eval/run-file.ts';

async function temporaryFolder(context: TestContext): Promise<string> {
	const folder = await mkdtemp(path.join(tmpdir(), 'toolcoder-eval-'));
	context.after(() => rm(folder, { recursive: true, force: true }));
	return folder;
}

const row = { strategy: 'react', repeat: 0, task: 'n-0', scores: { noted: 1 } } as unknown as Row;

test('a row that a kill cut off is no row, and the next one starts on a line of its own', async (context) => {
	const folder = path.join(await temporaryFolder(context), 'new');
	await (await openResults(folder)).add(row);
	await appendFile(path.join(folder, 'results.jsonl'), '{"strategy":"react","repeat":0,"task":"n-1","sc');
	const again = await openResults(folder);
	assert.deepEqual([again.has('react', 0, 'n-0'), again.has('react', 0, 'n-1'), again.has('react', 1, 'n-0')], [true, false, false]);
	await again.add({ ...row, task: 'n-1' });
	assert.deepEqual(
		(await openResults(folder)).rows.map(({ task }) => task),
		['n-0', 'n-1'],
	);
});

test('results that somebody broke are not written over', async (context) => {
	const folder = await temporaryFolder(context);
	await writeFile(path.join(folder, 'results.jsonl'), `${JSON.stringify(row)}\nnonsense\n`);
	await assert.rejects(openResults(folder), /Line 2 of .*results\.jsonl is no JSON/);
	assert.match(await readFile(path.join(folder, 'results.jsonl'), 'utf8'), /nonsense/);
});

test('a run goes on under its name, and counts how often it was begun', async (context) => {
	const folder = await temporaryFolder(context);
	const settings = { model: 'm', strategy: ['react'], limit: undefined };
	assert.deepEqual(await beginRun(folder, settings, { rows: 0, newRun: 'first' }), { run: 'first', starts: 1, settings });
	const { run, starts } = await beginRun(folder, settings, { rows: 0, newRun: 'second' });
	assert.deepEqual([run, starts], ['first', 2]);
});

test('other settings are refused, each with what it was', async (context) => {
	const folder = await temporaryFolder(context);
	const before = { model: 'm', strategy: ['react'], limit: undefined, OPENAI_BASE_URL: 'http://127.0.0.1:1' };
	await beginRun(folder, before, { rows: 0, newRun: 'first' });
	const now = { model: 'm', strategy: ['react', 'atc'], limit: 3, OPENAI_BASE_URL: 'http://127.0.0.1:2' };
	await assert.rejects(beginRun(folder, now, { rows: 1, newRun: 'x' }), ({ message }: Error) => {
		assert.match(message, /holds another run:\n {2}--strategy was react, and is react,atc now\n/);
		assert.match(message, /\n {2}OPENAI_BASE_URL was http:\/\/127\.0\.0\.1:1, and is .*:2 now\n {2}--limit was not given, and is 3 now\n/);
		return true;
	});
	await writeFile(path.join(folder, 'run.json'), '{');
	await assert.rejects(beginRun(folder, {}, { rows: 0, newRun: 'x' }), /run\.json is no JSON/);
});

test('a run without a row makes room for one with other settings, and leaves it nothing', async (context) => {
	const folder = await temporaryFolder(context);
	await beginRun(folder, { base: 'http://127.0.0.1:1' }, { rows: 0, newRun: 'first' });
	const learnt = path.join(folder, 'strategies', 'toolcoder-0');
	await mkdir(learnt, { recursive: true });
	const settings = { base: 'http://127.0.0.1:2' };
	assert.deepEqual(await beginRun(folder, settings, { rows: 0, newRun: 'second' }), { run: 'second', starts: 1, settings });
	await assert.rejects(access(learnt), { code: 'ENOENT' });
});
