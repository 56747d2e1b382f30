import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDry, retryLabel, retryOf } from '../../../adapters/shared/retry.ts';
import { NO_TOTALS } from '../../../src/pipeline/progress.ts';
import { resultOf, run } from './run.ts';

const dry = { ...run, dryRun: true } as const;
const failure = { type: 'failure', code: 'internal', message: '', reference: run.id, totals: NO_TOTALS } as const;

test('an answer is of a dry run also when there was nothing to hold back', () => {
	assert.deepEqual(
		[resultOf(1), { ...resultOf(1), withheld: 0 }, { ...resultOf(1), withheld: 2 }].map((result) => [isDry(result), retryLabel(result)]),
		[
			[false, 'Retry'],
			[true, 'Run for real'],
			[true, 'Run for real'],
		],
	);
});

test('a dry run is asked again for real once it has its answer, and dry where it has none', () => {
	for (const withheld of [0, 1]) {
		// A person may choose a dry run when they are asked about a write: the run itself is none then.
		for (const asked of [dry, run]) assert.deepEqual(retryOf(asked, { ...resultOf(1), withheld }), { options: {} });
	}
	for (const ending of [failure, undefined]) assert.deepEqual(retryOf(dry, ending), { options: { 'dry-run': true }, retryOf: run.id });
});

test('leave to write unasked is good for one question', () => {
	for (const ending of [resultOf(1), failure, undefined])
		assert.deepEqual(retryOf({ ...run, allowWrites: true } as typeof run, ending), { options: {}, retryOf: run.id });
});

test('a function that somebody named is called again: it answered what they wanted', () => {
	const called = { ...run, call: { name: 'countFilms', args: [] } };
	assert.deepEqual(retryOf(called, resultOf(1)), { options: {} });
	assert.deepEqual(retryOf({ ...called, dryRun: true }, failure), { options: { 'dry-run': true } });
});
