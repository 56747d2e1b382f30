import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spaced } from '../../../src/toolset/mcp/spaced.ts';

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('however often it is asked for, work is done at once, and again for the last who asked when the pause is over', async (context) => {
	context.mock.timers.enable({ apis: ['setTimeout'] });
	const done: number[] = [];
	let finish = () => {};
	const ask = spaced<number>(1_000, (asked) => {
		done.push(asked);
		return new Promise((resolve) => {
			finish = resolve;
		});
	});
	for (let asked = 0; asked < 100; asked += 1) ask(asked);
	context.mock.timers.tick(5_000);
	assert.deepEqual(done, [0], 'the pause begins with its end');
	finish();
	await settled();
	context.mock.timers.tick(999);
	assert.deepEqual(done, [0]);
	context.mock.timers.tick(1);
	assert.deepEqual(done, [0, 99]);
	finish();
	await settled();
	context.mock.timers.tick(1_000);
	assert.deepEqual(done, [0, 99], 'nobody asked');
	ask(100);
	assert.deepEqual(done, [0, 99, 100]);
});
