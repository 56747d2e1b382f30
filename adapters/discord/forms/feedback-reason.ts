import type { APIModalInteractionResponseCallbackData, ModalSubmitInteraction } from 'discord.js';
import { customId } from '../render/custom-id.ts';
import { field, form, line, typed } from './form.ts';

const REASON = 'reason';
const REASON_CHARACTERS = 1000;

/** Asks why an answer was no good. `run` is a run as buttons name it. */
export function feedbackReasonForm(run: string): APIModalInteractionResponseCallbackData {
	return form(customId('reason', run), 'What was wrong?', [
		field({ label: 'What should the answer have been?' }, line(REASON, { most: REASON_CHARACTERS, long: true })),
	]);
}

export function readFeedbackReason(interaction: ModalSubmitInteraction): string | undefined {
	return typed(interaction, REASON)?.slice(0, REASON_CHARACTERS);
}
