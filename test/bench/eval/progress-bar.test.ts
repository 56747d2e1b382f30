import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProgressBar } from '../../../bench/eval/progress-bar.ts';
import type { Row } from '../../../bench/eval/results.ts';
import { notesSuite } from './notes-server.ts';

const { measures } = notesSuite([]);

function row(task: string, noted: number, change: Partial<Row> = {}): Row {
	return {
		...{ suite: 'notes', strategy: 'react', model: 'm', session: 's', task, repeat: 0, turns: [], calls: [], exchanges: [] },
		...{ modelCalls: 3, promptTokens: 9000, completionTokens: 1000, tokensEstimated: false, ms: 1500, functions: 0 },
		scores: { noted },
		...change,
	};
}

function shown(isTTY: boolean, rows: readonly Row[], added: readonly Row[], columns = 200): string[] {
	const texts: string[] = [];
	let now = 0;
	const output = { isTTY, columns, write: (text: string) => texts.push(text) };
	const kept = [...rows];
	const bar = createProgressBar(output, { total: 4, rows: kept, measures, clock: () => now });
	for (const one of added) {
		now += 60_000;
		// As results do, before they are shown.
		kept.push(one);
		bar.add(one);
	}
	bar.clear();
	return texts;
}

test('in a pipe a line for each row, and nothing to draw over', () => {
	const texts = shown(false, [row('n-0', 1)], [row('n-1', 0, { failure: 'limit', detail: 'All 12 model calls' })]);
	assert.deepEqual(texts, ['2/4  react  n-1  noted 0  3 model calls  10000 tokens  1.5 s  limit: All 12 model calls\n']);
});

test('a long failure is cut, and shows it', () => {
	const [line = ''] = shown(false, [], [row('n-0', 0, { failure: 'exception', detail: 'x'.repeat(500) })]);
	assert.match(line, /exception: x{160}…\n$/);
});

test('on a terminal one line: how far, success, tokens, time left', () => {
	const texts = shown(true, [row('n-0', 1)], [row('n-1', 0)]);
	assert.deepEqual(
		texts.map((text) => text.replace('\r\u001b[2K', '')),
		['█████░░░░░░░░░░░░░░░ 1/4 · noted 100.0 % · 10k tokens', '██████████░░░░░░░░░░ 2/4 · noted 50.0 % · 20k tokens · 2 min left', ''],
	);
});

test('the line never breaks, and what the measure says nothing of is no failure', () => {
	const [, last = ''] = shown(true, [], [row('n-0', 1, { scores: {} })], 40);
	assert.ok(!last.includes('%'), last);
	assert.ok(last.replace('\r\u001b[2K', '').length < 40, last);
});
