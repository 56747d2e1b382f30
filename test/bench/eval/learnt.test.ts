import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { openLearnt } from '../../../bench/eval/learnt.ts';

async function openFolder(context: TestContext) {
	const out = await mkdtemp(path.join(tmpdir(), 'toolcoder-eval-'));
	context.after(() => rm(out, { recursive: true }));
	const folder = path.join(out, 'atc-0');
	const file = path.join(folder, 'known');
	return {
		folder,
		learn: (text: string) => appendFile(file, text),
		known: () => readFile(file, 'utf8').catch(() => ''),
		copies: async () => (await readdir(`${folder}.kept`)).length,
	};
}

test('what was learnt from a task that was cut off is forgotten', async (context) => {
	const { folder, learn, known, copies } = await openFolder(context);
	await openLearnt(folder, []);
	await learn('x');
	const learnt = await openLearnt(folder, []);
	assert.equal(await known(), '');
	for (const task of ['a', 'b', 'c']) {
		await learn(task);
		await learnt.keep(task);
	}
	await learn('x');
	assert.equal(await copies(), 2);
	await openLearnt(folder, ['a', 'b', 'c']);
	assert.equal(await known(), 'abc');
});

test('a task whose row was not written any more is cut off, too, and goes on from there', async (context) => {
	const { folder, learn, known } = await openFolder(context);
	const first = await openLearnt(folder, []);
	for (const task of ['a', 'b']) {
		await learn(task);
		await first.keep(task);
	}
	const second = await openLearnt(folder, ['a']);
	assert.equal(await known(), 'a');
	await learn('B');
	await second.keep('b');
	await openLearnt(folder, ['a', 'b']);
	assert.equal(await known(), 'aB');
});

test('without rows that were taken out by hand, it stays as it is', async (context) => {
	const { folder, learn, known } = await openFolder(context);
	const learnt = await openLearnt(folder, []);
	for (const task of ['a', 'b', 'c']) {
		await learn(task);
		await learnt.keep(task);
	}
	await openLearnt(folder, ['b', 'c']);
	assert.equal(await known(), 'abc');
});
