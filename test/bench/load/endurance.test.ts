import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { measureEndurance, type Sample } from '../../../bench/load/endurance.ts';
import { enduranceVerdict, gainOf } from '../../../bench/load/endurance-report.ts';
import { mixedQuestions, troubleIn } from '../../../bench/load/questions.ts';

describe('runs in a row', () => {
	test('new, repaired and hopeless questions end once each, and memory is looked at in between', async () => {
		// The eighth question of a workspace slips, the fourteenth is hopeless.
		const { samples, tally } = await measureEndurance({ runs: 16, every: 8, concurrency: 4, workspaces: 1 });
		assert.deepEqual(
			samples.map(({ runs }) => runs),
			[8, 16],
		);
		assert.ok(samples.every(({ rss, heapUsed, compiler, sandbox }) => rss > heapUsed && heapUsed > 0 && compiler > 0 && sandbox > 0));
		assert.deepEqual([tally.answered, tally.failed, tally.shown], [15, 1, 16]);
		// One for the slip, three for what is hopeless.
		assert.equal(tally.repairs, 4);
	});
});

describe('questions of all kinds', () => {
	const questions = mixedQuestions(200, 10);

	test('four follow one another in a conversation', () => {
		const sizes = [...Map.groupBy(questions, ({ conversation }) => conversation).values()].map(({ length }) => length);
		assert.deepEqual(new Set(sizes), new Set([4]));
	});

	test('one in ten has a trouble, of two kinds', () => {
		const troubles = questions.map(({ text }) => troubleIn(text).trouble);
		assert.deepEqual([troubles.filter((each) => each === 'slip').length, troubles.filter((each) => each === 'hopeless').length], [10, 10]);
	});
});

describe('the verdict', () => {
	const sample = (runs: number, rss: number, heapUsed = 50): Sample => ({
		runs,
		rss,
		heapUsed,
		seconds: 1,
		external: 1,
		handles: 1,
		compiler: 1,
		sandbox: 1,
		children: 1,
	});
	const tally = { answered: 1, failed: 0, shown: 1, modelCalls: 1, repairs: 0, reusing: 0 };

	const inARow = (from: number, resident: readonly number[], heap = 50) => resident.map((rss, index) => sample(from + index, rss, heap));

	test('holds what comes after the warm-up against the median of its first samples', () => {
		const samples = [sample(1, 10), ...inARow(2, [90, 100, 110]), ...inARow(5, [104, 105, 106, 105, 140, 104, 103])];
		const { most, atEnd, peak } = gainOf(samples, 2, ({ rss }) => rss);
		assert.deepEqual(
			[most, atEnd, peak].map((gain) => gain.toFixed(2)),
			['0.05', '0.05', '0.40'],
		);
		assert.match(enduranceVerdict({ samples, tally }, 2), /^FLAT/m);
	});

	test('is that memory grows when it does for several samples, resident or on the heap, also when it falls again', () => {
		const base = inARow(2, [100, 100, 100]);
		const grown = [...base, ...inARow(5, [112, 111, 112, 100, 100, 100, 100])];
		assert.match(enduranceVerdict({ samples: grown, tally }, 2), /^NOT FLAT/m);
		assert.match(enduranceVerdict({ samples: [...base, ...inARow(5, [100, 100, 100], 56)], tally }, 2), /^NOT FLAT/m);
	});

	test('cannot be had without a sample', () => {
		assert.throws(() => enduranceVerdict({ samples: [sample(2, 100)], tally }, 3), RangeError);
	});
});
