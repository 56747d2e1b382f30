import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { judge } from '../../../bench/load/judge.ts';
import { evenQuestions } from '../../../bench/load/questions.ts';
import type { Shown } from '../../../bench/load/shown-file.ts';

const questions = evenQuestions(2, 1);
const [first, second] = questions.map(({ conversation }) => conversation);

function shown(conversation: string | undefined, more: Partial<Shown>): Shown {
	return {
		at: 0,
		pid: 1,
		workspaceId: 'load:0',
		conversation: conversation ?? '',
		run: `run of ${conversation}`,
		index: 3,
		type: 'result',
		...more,
	};
}

describe('what conversations saw', () => {
	test('a question without an ending is lost', () => {
		const { lost, answered } = judge(questions, [shown(first, { index: 0, type: 'status' }), shown(second, {})]);
		assert.deepEqual([lost, answered], [1, 1]);
	});

	test('two endings are doubled, the same one under the same name is a repeat', () => {
		const { doubled, repeats, repeatedEndings, lost } = judge(questions, [
			shown(first, {}),
			shown(first, { index: 4 }),
			shown(second, { type: 'failure', message: 'no' }),
			shown(second, { type: 'failure', message: 'no', pid: 2 }),
			shown(second, { type: 'status', index: 0 }),
			shown(second, { type: 'status', index: 0, pid: 2 }),
		]);
		assert.deepEqual([doubled, repeats, repeatedEndings, lost], [1, 2, 1, 0]);
	});

	test('another run that answers the same question is doubled, too', () => {
		assert.equal(judge(questions, [shown(first, {}), shown(first, { run: 'another run' })]).doubled, 1);
	});

	test('a value is held against the facts', () => {
		const { wrong, answered } = judge(questions, [shown(first, { value: 'nonsense' }), shown(second, { type: 'failure', message: 'no' })]);
		assert.deepEqual([wrong, answered], [1, 1]);
	});
});
