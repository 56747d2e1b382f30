import assert from 'node:assert/strict';
import { test } from 'node:test';
import { feedbackReasonView, readFeedbackReason } from '../../../../adapters/slack/views/feedback-reason.ts';
import { run } from '../../shared/run.ts';
import { checkView } from '../render/check-limits.ts';
import { submitted } from './form-state.ts';

const view = feedbackReasonView(run.id);

test('the form stays within the limits', () => checkView(view));

test('no reason is no reason', () => {
	for (const reason of ['', ' \n ']) assert.deepEqual(readFeedbackReason(submitted(view, { reason })), { runId: run.id });
	assert.deepEqual(readFeedbackReason({ state: { values: {} }, private_metadata: run.id }), { runId: run.id });
});

test('a reason is cut to 1,000 characters', () => {
	assert.deepEqual(readFeedbackReason(submitted(view, { reason: ' It is 9. ' })), { runId: run.id, reason: 'It is 9.' });
	assert.equal(readFeedbackReason(submitted(view, { reason: 'x'.repeat(5000) })).reason?.length, 1000);
});
