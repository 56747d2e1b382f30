import assert from 'node:assert/strict';
import { test } from 'node:test';
import { calledPaths, isCovered, isSubsequence, normalisePath, requestRows } from '../../../../bench/eval/scorers/correct-path.ts';
import type { JsonValue } from '../../../../src/json.ts';
import { verdictsIn } from './verdicts.ts';

interface Verdict {
	readonly gold: readonly string[];
	readonly log: readonly JsonValue[];
	readonly called: readonly string[];
	readonly correct: boolean;
	readonly covered: boolean;
}

test('a log of another kind of server is refused', () => {
	assert.throws(() => requestRows([{ tool: 'GetToday' }]), /none of a RestBench simulator.*method/s);
	assert.throws(() => requestRows(['GET /']), /none of a RestBench simulator/);
});

test('the logs of a run are judged as check.py judges them', () => {
	const verdicts = verdictsIn<Verdict>('paths.jsonl');
	assert.ok(verdicts.some(({ correct }) => correct) && verdicts.some(({ covered, correct }) => covered && !correct));
	for (const { gold, log, called, correct, covered } of verdicts) {
		const calls = calledPaths(requestRows(log));
		assert.deepEqual(calls, called);
		assert.deepEqual([isSubsequence(gold, calls), isCovered(gold, calls)], [correct, covered], JSON.stringify({ gold, called }));
		assert.deepEqual(gold.map(normalisePath), gold, 'gold paths are in their normal form');
	}
});

test('a step that is needed twice has to be called twice', () => {
	assert.equal(isSubsequence(['a', 'b', 'a'], ['a', 'b']), false);
	assert.equal(isSubsequence(['a', 'b', 'a'], ['a', 'x', 'b', 'b', 'a']), true);
	assert.equal(isCovered(['a', 'a'], ['b', 'a']), false);
	assert.equal(isCovered(['a', 'b', 'a'], ['a', 'a', 'b']), true);
});
