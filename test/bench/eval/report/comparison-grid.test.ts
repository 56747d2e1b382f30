import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Suite } from '../../../../bench/eval/contract.ts';
import { comparisonGrid } from '../../../../bench/eval/report/comparison-grid.ts';
import { groupsOf, type ReportRow } from '../../../../bench/eval/report/row.ts';
import { rowWith } from './rows.ts';

const MEASURES: Suite['measures'] = [
	{ name: 'answer', unit: '%', means: 'is right' },
	{ name: 'extra calls', unit: 'count', means: 'beyond the gold path' },
];
const gridOf = (rows: readonly ReportRow[]) => comparisonGrid(groupsOf(rows), MEASURES);
const answers = (strategy: string, right: string, repeat = 0) =>
	[...right].map((digit, at) => rowWith({ strategy, repeat, task: String(at), scores: { answer: Number(digit) } }));

describe('comparisonGrid', () => {
	test('one strategy has nothing beside it', () => {
		assert.equal(gridOf([]), undefined);
		assert.equal(gridOf(answers('toolcoder', '101')), undefined);
	});

	test('tasks are paired by their id, those of one strategy alone left out', () => {
		const rows = [...answers('toolcoder', '11110'), ...answers('react', '0001').toReversed()];
		const [answer] = gridOf(rows)?.rows ?? [];
		assert.deepEqual(answer?.slice(0, 3), ['answer, points', 'react', '4']);
		assert.match(String(answer?.[3]), /^\+75\.0 \(\+25\.0 to \+100\.0\)$/);
		assert.deepEqual(answer?.slice(4), ['3', '0', '1', '0.250']);
	});

	test('strategies without a task in common are not compared', () => {
		assert.equal(gridOf([rowWith({}), rowWith({ strategy: 'react', task: '2', modelCalls: 5 })]), undefined);
	});

	test('repeats are averaged before they are compared', () => {
		const rows = [...answers('toolcoder', '10'), ...answers('toolcoder', '11', 1), ...answers('react', '00')];
		assert.deepEqual(gridOf(rows)?.rows[0]?.slice(2, 3), ['2']);
		assert.match(String(gridOf(rows)?.rows[0]?.[3]), /^\+75\.0 /);
	});

	test('a measure that only one of them has on a task is not compared there', () => {
		const rows = [rowWith({ scores: { 'extra calls': 2 } }), rowWith({ strategy: 'react', modelCalls: 5, scores: {} })];
		assert.deepEqual(
			gridOf(rows)?.rows.map(([measure]) => measure),
			['model calls'],
		);
	});

	test('what the benchmark fixes and no task differs in has no line', () => {
		const alike = { 'extra calls': 2 };
		const rows = [rowWith({ scores: { ...alike, answer: 1 } }), rowWith({ strategy: 'react', scores: { ...alike, answer: 0 } })];
		assert.deepEqual(
			gridOf(rows)?.rows.map(([measure]) => measure),
			['answer, points'],
		);
	});

	test('p is adjusted when several are compared, and the report says so', () => {
		const two = gridOf([...answers('toolcoder', '11111111'), ...answers('react', '00000000')]);
		const three = gridOf([...answers('toolcoder', '11111111'), ...answers('react', '00000000'), ...answers('atc', '11110000')]);
		assert.deepEqual([two?.rows[0]?.at(-1), three?.rows[0]?.at(-1), three?.rows[1]?.at(-1)], ['0.008', '0.016', '0.125']);
		assert.doesNotMatch(String(two?.notes), /Holm/);
		assert.match(String(three?.notes), /2 comparisons of a measure \(Holm\)/);
	});
});
