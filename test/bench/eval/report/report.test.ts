import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { axisOf } from '../../../../bench/eval/report/plot.ts';
import { reportOf, writeReport } from '../../../../bench/eval/report/report.ts';
import { rowWith } from './rows.ts';

const SUITE = {
	name: 'films',
	tasks: ['a', 'b', 'c', 'd'].map((id) => ({ id })),
	measures: [
		{ name: 'extra calls', unit: 'count', means: 'calls beyond the gold path' },
		{ name: 'answer', unit: '%', means: 'the answer is right' },
	],
} as const;

const ROWS = [
	rowWith({ task: 'b', scores: { answer: 0 }, turn: { sentence: 'Nine | <img src=x>\n# [link](http://a.example)' }, functions: 3 }),
	rowWith({ task: 'a', scores: { answer: 1 }, functions: 1 }),
	rowWith({ task: 'c', scores: { answer: 1 }, functions: 5 }),
	rowWith({ task: 'a', strategy: 'react', scores: { answer: 0 }, failure: 'limit', detail: 'No model call is left.' }),
];
const report = () => reportOf(ROWS, SUITE, { model: 'a|b', strategy: ['toolcoder', 'react'], limit: undefined });

describe('reportOf', () => {
	test('gives the same for the same rows', () => assert.deepEqual(report(), report()));

	test('the terminal shows every table, and no escape sequence', () => {
		const { terminal } = report();
		for (const title of ['films · scripted · 4 tasks', 'Scores', 'Per task', 'Failures', 'Paired: toolcoder minus each of the others']) {
			assert.ok(terminal.includes(`${title}\n`), title);
		}
		assert.ok(!terminal.includes('\u001b'));
	});

	test('without any row there is a report all the same', () => {
		const { terminal, markdown, plot } = reportOf([], SUITE, {});
		assert.match(terminal, /films/);
		assert.match(markdown, /Scores/);
		assert.doesNotMatch(plot, /NaN|Infinity/);
	});
});

describe('Markdown', () => {
	const { markdown } = report();

	test('every line of a table has as many cells as its head', () => {
		const tables = markdown
			.trim()
			.split('\n\n')
			.filter((block) => block.startsWith('|'));
		assert.equal(tables.length, 7);
		for (const table of tables) {
			const counts = table.split('\n').map((line) => line.split(/(?<!\\)\|/).length);
			assert.equal(new Set(counts).size, 1, table);
		}
	});

	test('what models wrote is shown as it is', () => {
		assert.ok(markdown.includes('answered: Nine \\| &lt;img src=x\\> \\# \\[link\\](http://a.example)'));
		assert.ok(!markdown.includes('<img'));
	});

	test('what was not right is listed with its class, what was right is not', () => {
		const [, list = ''] = markdown.split('## What was not right');
		assert.match(list, /\| b \| 0 \| wrong \| answer \|/);
		assert.match(list, /\| a \| 0 \| limit \| answer \| No model call is left\. \|/);
		assert.doesNotMatch(list, /\| c \|/);
	});

	test('settings and meanings are there', () => {
		assert.match(markdown, /\| model \| a\\\|b \|\n\| strategy \| toolcoder, react \|\n\n/);
		assert.match(markdown, /\*\*answer\*\*: the answer is right/);
	});
});

test('one task is told as one', () => {
	assert.match(reportOf([], { ...SUITE, tasks: SUITE.tasks.slice(0, 1) }, {}).terminal, / 1 task\n/);
});

describe('plot', () => {
	test('lines that lie on one another are told by what they come to', () => {
		const rows = ['react', 'atc'].flatMap((strategy) =>
			[1, 0].map((answer, at) => rowWith({ task: 'ab'[at] ?? '', strategy, scores: { answer } })),
		);
		assert.match(reportOf(rows, SUITE, {}).plot, />react 50\.0 %<.*>atc 50\.0 %</s);
	});

	const points = (svg: string) =>
		[...svg.matchAll(/<polyline points="([^"]*)"/g)].map(([, list = '']) => list.split(' ').map((point) => point.split(',').map(Number)));

	test('success accumulates in the order of the suite, functions on the axis to the right', () => {
		const [success = [], functions = []] = points(report().plot);
		// a right, b wrong, c right: 100 %, 50 %, 67 % between 370 (0 %) and 24 (100 %); 1, 3 and 5 of 5 functions.
		assert.deepEqual(
			success.map(([, y]) => y),
			[24, 197, 139.3],
		);
		assert.deepEqual(
			functions.map(([, y]) => y),
			[300.8, 162.4, 24],
		);
		assert.deepEqual(
			success.map(([x]) => x),
			functions.map(([x]) => x),
		);
	});

	test('a strategy without a repository has no second line, and without any the axis goes', () => {
		assert.equal(points(report().plot).length, 3);
		assert.match(report().plot, /functions stored/);
		assert.doesNotMatch(reportOf(ROWS.slice(3), SUITE, {}).plot, /functions stored/);
	});

	test('names are escaped', () => {
		const { plot } = reportOf([rowWith({ task: 'a', strategy: 'a<b&"c"', scores: { answer: 1 } })], SUITE, {});
		assert.ok(plot.includes('a&lt;b&amp;&quot;c&quot;') && !plot.includes('a<b'));
	});

	for (const [most, end, marks] of [
		[1, 1, 2],
		[5, 5, 6],
		[7, 8, 5],
		[50, 50, 6],
		[101, 150, 4],
		[474, 500, 6],
	] as const) {
		test(`an axis for ${most} ends at ${end}`, () => {
			const axis = axisOf(most);
			assert.deepEqual([axis.most, axis.ticks.length, axis.ticks[0], axis.ticks.at(-1)], [end, marks, 0, end]);
		});
	}
});

test('writeReport puts the report and its plot side by side', async (context) => {
	const folder = mkdtempSync(path.join(tmpdir(), 'toolcoder-report-'));
	context.after(() => rmSync(folder, { recursive: true }));
	const file = await writeReport(folder, report());
	const [, plot = ''] = /!\[[^\]]*\]\(([^)]*)\)/.exec(readFileSync(file, 'utf8')) ?? [];
	assert.ok(existsSync(path.join(folder, plot)), plot);
});
