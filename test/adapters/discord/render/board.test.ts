import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boardMessage } from '../../../../adapters/discord/render/board.ts';
import type { Approval } from '../../../../src/runs/approvals.ts';
import type { OpenQuestion } from '../../../../src/runs/questions.ts';
import { buttonsOf, checkMessage, textsOf } from './check-message.ts';
import { resultOf, run } from './run.ts';

function approval(at: number, body: string, decided = false): Approval {
	return {
		id: `${run.id}-01JD000000000000000000000${at}`,
		runId: run.id,
		workspaceId: run.workspaceId,
		askedBy: run.question.askedBy.id,
		expiresAt: '2026-01-02T03:19:05.000Z',
		write: { tool: `shop.order${at}`, effect: 'write', method: 'POST', url: 'https://shop.test/orders', body },
		...(decided && { decision: { allowed: true, by: run.question.askedBy.id, at: '2026-01-02T03:05:05.000Z' } }),
	};
}

for (const body of ['x'.repeat(20_000), 'a ``` fence']) {
	test(`an answer stands whole below a decided write of ${body.slice(0, 11)}`, () => {
		const message = boardMessage(run, {
			work: [],
			questions: [],
			approvals: [approval(1, body, true)],
			ending: resultOf(true, 'It is ordered.'),
		});
		checkMessage(message);
		assert.ok(textsOf(message).some((text) => text.includes('It is ordered')));
		assert.ok(textsOf(message).some((text) => text.includes('Approved')));
		assert.ok(JSON.stringify(buttonsOf(message)).includes('tc:retry:'));
	});
}

test('of many writes that wait, those there is room for can be decided, the first ones first', () => {
	const waiting = Array.from({ length: 9 }, (_, at) => approval(at, 'y'.repeat(2_000)));
	const shownIn = (approvals: readonly Approval[]) => {
		const message = boardMessage(run, { work: [], questions: [], approvals, status: 'Waiting for approval…' });
		checkMessage(message);
		return JSON.stringify(buttonsOf(message));
	};
	assert.ok(shownIn(waiting).includes(`tc:approve:v1:${waiting[0]?.id}`));
	const decided = { ...approval(0, 'y'.repeat(2_000), true) };
	assert.ok(shownIn([decided, ...waiting.slice(1)]).includes(`tc:approve:v1:${waiting[1]?.id}`));
});

test('a question can be answered on a board full of work, and is a line once it was', () => {
	const question = (decided: boolean): OpenQuestion => {
		const { write: _write, decision: _decision, ...asked } = approval(1, '');
		const decision = { value: 'b', by: asked.askedBy, at: '2026-01-02T03:05:05.000Z' };
		return { ...asked, question: { kind: 'choose', text: 'Which?', options: ['a', 'b'] }, ...(decided && { decision }) };
	};
	const work = Array.from({ length: 3 }, () => ({ type: 'plan' as const, code: `// ${'z'.repeat(3000)}`, tools: [] }));
	const waiting = boardMessage(run, { work, approvals: [], questions: [question(false)], status: 'Waiting for an answer…' });
	checkMessage(waiting);
	assert.deepEqual(
		buttonsOf(waiting).map(([label]) => label),
		['a', 'b', 'Cancel', 'Stop'],
	);
	const answered = boardMessage(run, { work, approvals: [], questions: [question(true)], ending: resultOf('b', 'It is b.') });
	checkMessage(answered);
	assert.ok(textsOf(answered).some((text) => /^-# Which\? ✅ Answered by .*: b$/.test(text)));
	const ended = boardMessage(run, { work, approvals: [], questions: [question(false)], ending: resultOf('b', 'It is b.') });
	assert.ok(!JSON.stringify(buttonsOf(ended)).includes('tc:choice:'));
});
