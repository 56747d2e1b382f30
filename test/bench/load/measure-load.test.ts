import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { measureLoad } from '../../../bench/load/measure-load.ts';
import { BUSY_WORKSPACE, busyQuestions, evenQuestions } from '../../../bench/load/questions.ts';
import { loadReport } from '../../../bench/load/report.ts';

describe('questions asked at once', () => {
	test('each is answered right, once, by a bot with fewer places than questions', async () => {
		const measured = await measureLoad({ questions: evenQuestions(12, 3), latencyMs: 1, concurrency: 4 });
		const { judgement } = measured;
		assert.deepEqual(judgement, { ...judgement, questions: 12, answered: 12, wrong: 0, failures: [], lost: 0, doubled: 0, repeats: 0 });
		assert.ok(judgement.modelCalls >= 12 && judgement.modelCalls <= 36, `${judgement.modelCalls} model calls`);
		assert.ok(judgement.toolCalls > 0);
		assert.equal(measured.otherWaits.length, 12);
		assert.match(loadReport('Some', measured), /0 lost, 0 doubled/);
	});
});

test('a busy workspace asks nine in ten questions, before all others', () => {
	const questions = busyQuestions(100);
	const first = questions.slice(0, 90);
	assert.ok(first.every(({ workspaceId }) => workspaceId === BUSY_WORKSPACE));
	assert.equal(new Set(questions.slice(90).map(({ workspaceId }) => workspaceId)).size, 9);
	assert.equal(new Set(questions.map(({ conversation }) => conversation)).size, 100);
});
