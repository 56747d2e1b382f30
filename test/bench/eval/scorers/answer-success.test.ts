import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerText, expectationSchema, isAnswered } from '../../../../bench/eval/scorers/answer-success.ts';
import { verdictsIn } from './verdicts.ts';

test('answers are judged as check.py judges them', () => {
	for (const { answer, expect, right } of verdictsIn<{ answer: string; expect: unknown; right: boolean }>('answers.jsonl')) {
		assert.equal(isAnswered(answer, expectationSchema.parse(expect)), right, JSON.stringify({ answer, expect }));
	}
});

test('an expectation that nothing could meet is refused', () => {
	assert.equal(expectationSchema.safeParse({ all: [[]] }).success, false);
	assert.equal(expectationSchema.safeParse({ all: ['a'] }).success, false);
});

test('the answer is the sentence and every text, number and truth value of the value', () => {
	const value = { title: 'Up', cast: [{ name: 'Ed Asner', lead: true }, null], year: 2009, none: null };
	const text = answerText([
		{ sentence: 'It is this one.', value, repairs: 0, reused: [] },
		{ sentence: 'There is no other.', repairs: 0, reused: [] },
	]);
	assert.equal(text, 'It is this one.\ntitle: Up\ncast: name: Ed Asner\nlead: true\nyear: 2009\nnone\nThere is no other.');
	assert.equal(answerText([{ sentence: '', failure: 'no-answer', repairs: 3, reused: [] }]), '');
});
