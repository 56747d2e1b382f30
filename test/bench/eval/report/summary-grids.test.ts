import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Suite } from '../../../../bench/eval/contract.ts';
import { groupsOf } from '../../../../bench/eval/report/row.ts';
import { costsGrid, failuresGrid, scoresGrid } from '../../../../bench/eval/report/summary-grids.ts';
import { rowWith } from './rows.ts';

const MEASURES: Suite['measures'] = [
	{ name: 'answer', unit: '%', means: 'is right' },
	{ name: 'extra calls', unit: 'count', means: 'beyond the gold path' },
];

describe('scores', () => {
	test('tasks are the units, however often each is attempted', () => {
		const once = ['1', '2', '3', '4'].map((task) => rowWith({ task, scores: { answer: Number(task !== '4') } }));
		const thrice = [0, 1, 2].flatMap((repeat) => once.map((row) => ({ ...row, repeat })));
		const cell = (rows: typeof once) => scoresGrid(groupsOf(rows), MEASURES, 4).rows[0]?.[3];
		assert.equal(cell(once), '75.0 (30.1–95.4)');
		assert.equal(cell(thrice), cell(once));
	});

	test('a task with more attempts than others counts no more', () => {
		const rows = [rowWith({ scores: { answer: 1 } }), rowWith({ task: '2', scores: { answer: 0 } })];
		const again = [1, 2, 3].map((repeat) => rowWith({ task: '2', repeat, scores: { answer: 0 } }));
		assert.match(String(scoresGrid(groupsOf([...rows, ...again]), MEASURES, 2).rows[0]?.[3]), /^50\.0 /);
	});

	test('what says nothing of a task is not a zero, and what is said of none is a dash', () => {
		const rows = [rowWith({ scores: { 'extra calls': 2 } }), rowWith({ task: '2', scores: {} })];
		assert.deepEqual(scoresGrid(groupsOf(rows), MEASURES, 2).rows, [['toolcoder', '2', '2', '–', '2.00 (–) n=1']]);
	});

	test('tasks that were not attempted are told', () => {
		assert.match(scoresGrid(groupsOf([rowWith({})]), MEASURES, 50).notes.join(' '), /Not all 50 tasks were attempted by toolcoder/);
		assert.doesNotMatch(scoresGrid(groupsOf([rowWith({})]), MEASURES, 1).notes.join(' '), /Not all/);
	});

	test('what the harness itself failed is told beside the scores', () => {
		const notes = (failure: 'harness' | 'limit') => scoresGrid(groupsOf([rowWith({ failure })]), MEASURES, 1).notes.join(' ');
		assert.match(notes('harness'), /count as wrong here: 1\./);
		assert.doesNotMatch(notes('limit'), /harness/);
	});

	test('two models are two lines', () => {
		const grid = scoresGrid(groupsOf([rowWith({}), rowWith({ model: 'other' })]), MEASURES, 1);
		assert.deepEqual(
			grid.rows.map(([label]) => label),
			['toolcoder · scripted', 'toolcoder · other'],
		);
	});
});

describe('costs', () => {
	test('medians and means over tasks, not over attempts', () => {
		const tokens = [100, 200, 900].map((promptTokens, at) => rowWith({ task: String(at), promptTokens }));
		const again = rowWith({ task: '2', repeat: 1, promptTokens: 700 });
		const [row] = costsGrid(groupsOf([...tokens, again])).rows;
		assert.equal(row?.[2], '200 / 367');
	});

	test('repairs and reuse come from all turns of a task', () => {
		const turns = [
			{ sentence: '', repairs: 2, reused: [] },
			{ sentence: '', repairs: 1, reused: ['countMovies'] },
		];
		const [row] = costsGrid(groupsOf([rowWith({ turns }), rowWith({ task: '2' })])).rows;
		assert.deepEqual(row?.slice(5, 7), ['1.50', '50.0']);
	});

	test('estimated tokens are said to be estimated', () => {
		const notes = (tokensEstimated: boolean) => costsGrid(groupsOf([rowWith({ tokensEstimated })])).notes.join(' ');
		assert.match(notes(true), /estimated/);
		assert.doesNotMatch(notes(false), /estimated/);
	});
});

describe('failures', () => {
	test('are counted by class, for each strategy, in one order', () => {
		const grid = failuresGrid(
			groupsOf([
				rowWith({ failure: 'limit' }),
				rowWith({ task: '2' }),
				rowWith({ task: '3', failure: 'exception' }),
				rowWith({ strategy: 'react', failure: 'limit' }),
			]),
		);
		assert.deepEqual(grid?.head, ['strategy', 'attempts', 'answered', 'exception', 'limit']);
		assert.deepEqual(grid?.rows, [
			['toolcoder', '3', '1', '1', '1'],
			['react', '1', '0', '0', '1'],
		]);
	});

	test('none need no table', () => assert.equal(failuresGrid(groupsOf([rowWith({})])), undefined));
});
