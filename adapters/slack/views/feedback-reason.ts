import type { ModalView } from '@slack/types';
import { FEEDBACK_REASON } from '../render/action-ids.ts';
import { field, form, INPUT, type SubmittedForm, typed } from './form.ts';

const REASON = 'reason';
const REASON_CHARACTERS = 1000;

/** Asks why an answer was no good. Whoever closes it has given their rating all the same. */
export function feedbackReasonView(runId: string): ModalView {
	const view = form(FEEDBACK_REASON, 'What was wrong?', 'Send', [
		field(
			{ blockId: REASON, label: 'What should the answer have been?', optional: true },
			{ type: 'plain_text_input', action_id: INPUT, multiline: true, max_length: REASON_CHARACTERS },
		),
	]);
	return { ...view, private_metadata: runId };
}

export function readFeedbackReason({ state, private_metadata: runId }: SubmittedForm): {
	readonly runId: string;
	readonly reason?: string;
} {
	const reason = typed(state, REASON)?.slice(0, REASON_CHARACTERS);
	return { runId, ...(reason && { reason }) };
}
