import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as later } from 'node:timers/promises';
import { oneAtATime } from '../../src/runs/one-at-a-time.ts';

describe('one at a time', () => {
	it('goes on after work that fails, which is told to whom it was done for', async () => {
		const inTurn = oneAtATime();
		const failed = inTurn('key', () => Promise.reject(new Error('no')));
		const thrown = inTurn('key', () => {
			throw new Error('never');
		});
		const done = inTurn('key', async () => 'done');
		await assert.rejects(failed, /no/);
		await assert.rejects(thrown, /never/);
		assert.equal(await done, 'done');
	});

	it('keeps the order of one key, and lets others go at the same time', async () => {
		const inTurn = oneAtATime();
		const seen: string[] = [];
		const work = (name: string, turns: number) => async () => {
			seen.push(`${name} begins`);
			for (let turn = 0; turn < turns; turn++) await later();
			seen.push(`${name} ends`);
		};
		await Promise.all([inTurn('a', work('a1', 3)), inTurn('a', work('a2', 0)), inTurn('b', work('b', 1))]);
		assert.deepEqual(seen, ['a1 begins', 'b begins', 'b ends', 'a1 ends', 'a2 begins', 'a2 ends']);
	});
});
