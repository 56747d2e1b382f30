import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mapInSlices } from '../../src/toolset/in-slices.ts';

/** Keeps the processor for some time. */
function work(ms: number): void {
	const until = performance.now() + ms;
	while (performance.now() < until);
}

describe('mapInSlices', () => {
	it('rejects with what is thrown', async () => {
		const bad = (item: number) => {
			if (item === 2) throw new RangeError('two');
			return item;
		};
		await assert.rejects(mapInSlices([1, 2, 3], bad), RangeError);
	});

	it('keeps the order, and takes any iterable', async () => {
		assert.deepEqual(await mapInSlices([], String), []);
		assert.deepEqual(await mapInSlices(new Set([3, 1, 2]), String), ['3', '1', '2']);
		async function* read() {
			yield* [3, 1, 2];
		}
		assert.deepEqual(await mapInSlices(read(), String), ['3', '1', '2']);
	});

	it('lets others have their turn', async () => {
		let turns = 0;
		const timer = setInterval(() => {
			turns += 1;
		}, 1);
		await mapInSlices([1, 2, 3, 4, 5, 6], () => work(11));
		clearInterval(timer);
		assert.ok(turns > 0);
	});
});
