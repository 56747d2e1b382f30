import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { pino } from 'pino';
import { createLines, type Lines } from '../../src/runs/line.ts';
import { openStorage } from '../../src/storage/open.ts';
import type { Storage } from '../../src/storage/storage.ts';

let storage: Storage;
let lines: Lines;
beforeEach(async () => {
	storage = await openStorage('sqlite://:memory:', { logger: pino({ level: 'silent' }) });
	lines = createLines(storage);
});
afterEach(() => storage.close());

const run = (id: string, conversation = id, workspaceId = 'slack:T1') => ({ id, conversation, workspaceId });
const nextOf = async (workspaceId = 'slack:T1', most = 10, mayTake = async (_place: { runId: string }) => true) =>
	(await lines.of(workspaceId, most, mayTake)).next.map(({ runId }) => runId);
const atWork = async () => (await lines.of('slack:T1', 0, async () => true)).atWork.map(({ runId, crashes }) => [runId, crashes]);

describe('a line', () => {
	it('is empty where nobody has asked', async () => {
		assert.deepEqual(await lines.of('slack:T1', 10, async () => true), { next: [], atWork: [] });
		assert.deepEqual(await lines.load(), { waiting: 0, working: 0 });
		assert.equal(await lines.has(run('1')), false);
		await lines.leave(run('1'));
	});

	it('gives the oldest first, one of each conversation, of its workspace alone', async () => {
		for (const [id, conversation] of [
			['3', 'c'],
			['1', 'a'],
			['2', 'a'],
			['4', 'd'],
		])
			await lines.join(run(id ?? '', conversation));
		await lines.join(run('0', 'x', 'slack:T10'));
		assert.deepEqual(await nextOf(), ['1', '3', '4']);
		assert.deepEqual(await nextOf('slack:T1', 2), ['1', '3']);
		assert.deepEqual(await nextOf('slack:T10'), ['0']);
	});

	it('gives none of a conversation in which something is being answered', async () => {
		for (const id of ['1', '2']) await lines.join(run(id, 'a'));
		await lines.begin(run('1', 'a'));
		assert.deepEqual(await nextOf(), []);
		await lines.leave(run('1', 'a'));
		assert.deepEqual(await nextOf(), ['2']);
	});

	it('passes over what may not be taken, with its conversation', async () => {
		for (const [id, conversation] of [
			['1', 'a'],
			['2', 'a'],
			['3', 'b'],
		])
			await lines.join(run(id ?? '', conversation));
		assert.deepEqual(await nextOf('slack:T1', 10, async ({ runId }) => runId !== '1'), ['3']);
	});

	it('counts how often a run was begun and did not end, and does not count what was handed back', async () => {
		await lines.join(run('1'), { keeper: 'keeper' });
		assert.deepEqual(await lines.begin(run('1')), { crashes: 0, keeper: 'keeper', first: true });
		assert.deepEqual(await lines.begin(run('1')), { crashes: 1, keeper: 'keeper', first: false });
		await lines.handBack(run('1'));
		assert.deepEqual(await nextOf(), ['1']);
		assert.deepEqual(await lines.begin(run('1')), { crashes: 1, first: false });
		assert.deepEqual(await lines.begin(run('1')), { crashes: 2, first: false });
		assert.deepEqual(await atWork(), [['1', 2]]);
	});

	it('has nobody the first to begin a run that was handed back, or has no place', async () => {
		await lines.join(run('1'));
		await lines.begin(run('1'));
		await lines.handBack(run('1'));
		assert.deepEqual(await lines.begin(run('1')), { crashes: 0, first: false });
		assert.deepEqual(await lines.begin(run('2')), { crashes: 0, first: false });
		await lines.join(run('3'), { begun: true });
		assert.deepEqual(await lines.begin(run('3')), { crashes: 0, first: false });
	});

	it('passes over thousands of one conversation, and finds one behind them that has another', async () => {
		const ids = Array.from({ length: 1_100 }, (_, n) => String(n).padStart(4, '0'));
		await Promise.all(ids.map((id) => lines.join(run(id, 'busy'))));
		await lines.join(run('9999', 'other'));
		for (let times = 0; times < 2; times++) assert.deepEqual(await nextOf('slack:T1', 2), ['0000', '9999']);
		await lines.leave(run('0000'));
		assert.deepEqual(await nextOf('slack:T1', 2), ['0001', '9999']);
	});

	it('keeps a run where it is when it joins again', async () => {
		await lines.join(run('1'), { keeper: 'keeper' });
		await lines.join(run('1'));
		assert.partialDeepStrictEqual(await lines.of('slack:T1', 1, async () => true), {
			next: [{ runId: '1', keeper: 'keeper', crashes: 0 }],
		});
		await lines.begin(run('1'));
		await lines.join(run('1'));
		assert.deepEqual(await nextOf(), []);
		assert.deepEqual(await lines.load(), { waiting: 0, working: 1 });
	});

	it('takes a run that a process left in both states for one at work', async () => {
		await lines.join(run('1'));
		await storage.records('runs-at-work').put('slack%3AT1/1', { conversation: '1' });
		assert.deepEqual(await nextOf(), []);
		assert.deepEqual(await lines.begin(run('1')), { crashes: 1, first: false });
		await lines.leave(run('1'));
		assert.equal(await lines.has(run('1')), false);
	});

	it('tells which of many still wait', async () => {
		await lines.join(run('1'));
		await lines.join(run('2'));
		await lines.begin(run('2'));
		assert.deepEqual(await lines.wait([run('2'), run('1'), run('3')]), [false, true, false]);
	});
});
