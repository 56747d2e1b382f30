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

	test('holds what comes after the warm-up against the median of its first samples', () => {
		const samples = [sample(1, 10), sample(2, 90), sample(3, 100), sample(4, 120), sample(5, 109), sample(6, 105)];
		const { most, atEnd } = gainOf(samples, 2, ({ rss }) => rss);
		assert.deepEqual([most.toFixed(2), atEnd.toFixed(2)], ['0.20', '0.05']);
		assert.match(enduranceVerdict({ samples: samples.filter(({ runs }) => runs !== 4), tally }, 3), /^FLAT/m);
	});

	test('is that memory grows when it does once, resident or on the heap', () => {
		assert.match(enduranceVerdict({ samples: [sample(2, 100), sample(5, 111), sample(6, 100)], tally }, 2), /^NOT FLAT/m);
		assert.match(enduranceVerdict({ samples: [sample(2, 100), sample(5, 100, 56)], tally }, 2), /^NOT FLAT/m);
	});

	test('cannot be had without a sample', () => {
		assert.throws(() => enduranceVerdict({ samples: [sample(2, 100)], tally }, 3), RangeError);
	});
});
