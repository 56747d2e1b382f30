import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { meanOf, shareOf, studentQuantile, wilson } from '../../../../bench/eval/report/statistics.ts';

const about = (actual: number, expected: number, within = 5e-5) =>
	assert.ok(Math.abs(actual - expected) <= within, `${actual} is not ${expected}`);

describe('wilson', () => {
	// Newcombe 1998, Statistics in Medicine 17, 857–872, table I, method 3.
	for (const [successes, trials, low, high] of [
		[81, 263, 0.2553, 0.3662],
		[15, 148, 0.0624, 0.1605],
		[0, 20, 0, 0.1611],
		[1, 29, 0.0061, 0.1718],
	] as const) {
		test(`${successes} of ${trials}, as published`, () => {
			const interval = wilson(successes / trials, trials);
			about(interval.low, low);
			about(interval.high, high);
		});
	}

	test('lies within 0 and 1, holds the share, and mirrors for failures', () => {
		const shares = fc.integer({ min: 1, max: 500 }).chain((trials) => fc.tuple(fc.integer({ min: 0, max: trials }), fc.constant(trials)));
		fc.assert(
			fc.property(shares, ([successes, trials]) => {
				const share = successes / trials;
				const { low, high } = wilson(share, trials);
				assert.ok(low >= 0 && low <= share && share <= high && high <= 1, `${low} ${share} ${high}`);
				about(wilson((trials - successes) / trials, trials).low, 1 - high, 1e-9);
			}),
		);
	});
});

describe('shareOf', () => {
	const outcomes = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 2, maxLength: 60 });

	test('is Wilson’s interval when each task was attempted once', () => {
		fc.assert(
			fc.property(outcomes, (tasks) => {
				const { value, low, high, units } = shareOf(tasks, tasks.length);
				const expected = wilson(value, tasks.length);
				assert.deepEqual([low, high, units], [expected.low, expected.high, tasks.length]);
			}),
		);
	});

	test('repeats that always end alike make nothing more certain', () => {
		fc.assert(
			fc.property(outcomes, fc.integer({ min: 2, max: 5 }), (tasks, repeats) => {
				assert.deepEqual(shareOf(tasks, repeats * tasks.length), shareOf(tasks, tasks.length));
			}),
		);
	});

	test('repeats that differ within tasks alone count as attempts, and never as more', () => {
		const halves = Array.from({ length: 20 }, () => 0.5);
		assert.deepEqual(shareOf(halves, 40), { value: 0.5, ...wilson(0.5, 40), units: 20 });
		const mixed = shareOf([0, 0.5, 1, 0.5, 0.5, 0.5], 12);
		assert.ok(mixed.low > wilson(0.5, 6).low && mixed.low <= wilson(0.5, 12).low + 1e-12, String(mixed.low));
	});
});

describe('meanOf', () => {
	test('Student’s own example: the sleep that a drug gains (Student 1908)', () => {
		const { value, low, high, units } = meanOf([1.2, 2.4, 1.3, 1.3, 0, 1, 1.8, 0.8, 4.6, 1.4]);
		about(value, 1.58);
		about(low, 0.7001142, 1e-6);
		about(high, 2.4598858, 1e-6);
		assert.equal(units, 10);
	});

	test('of one task nothing is said but its value', () => {
		assert.deepEqual(meanOf([3]), { value: 3, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, units: 1 });
	});

	test('moves and scales with the values', () => {
		const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 40 });
		fc.assert(
			fc.property(values, fc.integer({ min: -50, max: 50 }), fc.integer({ min: 1, max: 9 }), (all, shift, scale) => {
				const before = meanOf(all);
				const after = meanOf(all.map((value) => value * scale + shift));
				assert.ok(before.low <= before.value && before.value <= before.high);
				about(after.low, before.low * scale + shift, 1e-6);
				about(after.high, before.high * scale + shift, 1e-6);
			}),
		);
	});
});

// Fisher and Yates 1963, table III.
for (const [degrees, t] of [
	[1, 12.706],
	[2, 4.303],
	[3, 3.182],
	[10, 2.228],
	[29, 2.045],
	[120, 1.98],
] as const) {
	test(`Student's distribution with ${degrees} degrees of freedom`, () => about(studentQuantile(degrees), t, 5e-4));
}
