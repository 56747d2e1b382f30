import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inSlices, mapInSlices } from '../../src/toolset/in-slices.ts';

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

describe('inSlices', () => {
	it('rejects with what the source throws, and ends it when nobody takes more', async () => {
		let ended = false;
		async function* read() {
			try {
				yield 1;
				throw new RangeError('two');
			} finally {
				ended = true;
			}
		}
		await assert.rejects(Array.fromAsync(inSlices(read())), RangeError);
		ended = false;
		for await (const item of inSlices(read())) {
			assert.equal(item, 1);
			break;
		}
		assert.ok(ended);
	});

	it('lets others have their turn while the items are worked on', async () => {
		let turns = 0;
		const timer = setInterval(() => {
			turns += 1;
		}, 1);
		for await (const ms of inSlices([11, 11, 11, 11, 11, 11])) work(ms);
		clearInterval(timer);
		assert.ok(turns > 0);
	});
});
