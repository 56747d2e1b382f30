import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boardMessage } from '../../../../adapters/discord/render/board.ts';
import type { Approval } from '../../../../src/runs/approvals.ts';
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
