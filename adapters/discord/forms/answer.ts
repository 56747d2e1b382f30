import type { APIModalInteractionResponseCallbackData, ModalSubmitInteraction } from 'discord.js';
import { customId } from '../render/custom-id.ts';
import { field, form, line, typed } from './form.ts';

const TEXT = 'text';

/** Takes the text that a program asks for. The question itself stands on the card: it cannot be looked up before a form is shown. */
export function answerForm(questionId: string): APIModalInteractionResponseCallbackData {
	return form(customId('type', questionId), 'Your answer', [
		field(
			{ label: 'Answer', hint: 'Everybody who sees the question can read it: type nothing secret.' },
			line(TEXT, { long: true, required: true }),
		),
	]);
}

/** Undefined for nothing but spaces. */
export function readAnswer(interaction: ModalSubmitInteraction): string | undefined {
	return typed(interaction, TEXT);
}
