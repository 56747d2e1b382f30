import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { comparePairs, holm, signTest } from '../../../../bench/eval/report/paired.ts';

const about = (actual: number, expected: number, within: number) =>
	assert.ok(Math.abs(actual - expected) <= within, `${actual} is not ${expected}`);

describe('signTest', () => {
	test('airways before and after a transplantation: 1 against 7 (Fagerland, Lydersen, Laake 2013, exact conditional test)', () => {
		about(signTest(1, 7), 0.0703125, 1e-12);
	});

	test('10 of 12 (binomial tables)', () => about(signTest(10, 2), 0.03857421875, 1e-12));

	test('nothing decided says nothing', () => {
		assert.equal(signTest(0, 0), 1);
		assert.equal(signTest(5, 5), 1);
	});

	test('is a probability, the same from both sides, and falls as the division grows uneven', () => {
		const counts = fc.tuple(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 0, max: 2000 }));
		fc.assert(
			fc.property(counts, ([higher, lower]) => {
				const p = signTest(higher, lower);
				assert.ok(p >= 0 && p <= 1, String(p));
				assert.equal(p, signTest(lower, higher));
				if (higher < lower) assert.ok(p >= signTest(higher, lower + 1) - 1e-9);
			}),
		);
	});
});

describe('holm', () => {
	test('the example of R’s p.adjust: each p by the number of those not smaller, never below one before', () => {
		const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
		for (const [at, expected] of [0.03, 0.06, 0.06, 0.02].entries()) about(adjusted[at] ?? Number.NaN, expected, 1e-12);
	});

	test('keeps order and limits', () => {
		fc.assert(
			fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }), (values) => {
				const adjusted = holm(values);
				assert.equal(adjusted.length, values.length);
				for (const [at, p] of values.entries()) {
					const own = adjusted[at] ?? Number.NaN;
					assert.ok(own >= p && own <= 1);
					for (const [other, q] of values.entries()) if (p <= q) assert.ok(own <= (adjusted[other] ?? 0));
				}
			}),
		);
	});
});

describe('comparePairs', () => {
	test('of shares, the discordant tasks are those of McNemar’s test', () => {
		const differences = [...Array<number>(7).fill(-1), 1, ...Array<number>(13).fill(0)];
		const { higher, lower, equal, p, difference } = comparePairs(differences);
		assert.deepEqual([higher, lower, equal], [1, 7, 13]);
		about(p, 0.0703125, 1e-12);
		about(difference.value, -6 / 21, 1e-12);
		// The normal approximation gives −0.53 to −0.04.
		assert.ok(difference.low < -0.4 && difference.high > -0.15, JSON.stringify(difference));
	});

	test('sums in another order are no difference', () => {
		assert.equal(comparePairs([(0.1 + 0.2) / 3 - 0.3 / 3]).equal, 1);
	});

	test('the bootstrap comes near to Student’s interval where that is right', () => {
		const { difference } = comparePairs(Array.from({ length: 200 }, (_, at) => (at % 21) - 10));
		about(difference.high - difference.value, 1.96 * (6.06 / Math.sqrt(200)), 0.1);
	});

	test('the same twice, reversed with the signs, without width where all agree', () => {
		fc.assert(
			fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 20 }), (differences) => {
				const one = comparePairs(differences);
				assert.deepEqual(one, comparePairs(differences));
				assert.ok(one.difference.low <= one.difference.value + 1e-9 && one.difference.value <= one.difference.high + 1e-9);
				const turned = comparePairs(differences.map((difference) => -difference));
				assert.deepEqual([turned.higher, turned.lower, turned.p], [one.lower, one.higher, one.p]);
				about(turned.difference.low, -one.difference.high, 1e-9);
			}),
			{ numRuns: 20 },
		);
		const { value, low, high } = comparePairs([2, 2, 2]).difference;
		assert.deepEqual([value, low, high], [2, 2, 2]);
	});
});
