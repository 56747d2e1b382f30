import type { ModalView } from '@slack/types';
import type { OpenQuestion } from '../../../src/runs/questions.ts';
import { questionText } from '../../shared/question-words.ts';
import { ANSWER } from '../render/action-ids.ts';
import { plain, section } from '../render/elements.ts';
import { field, form, INPUT, type Read, type SubmittedForm, typed } from './form.ts';

const TEXT = 'text';
/** docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element */
const TEXT_CHARACTERS = 3000;

/** Takes the text that a program asks for. */
export function answerView(question: OpenQuestion): ModalView {
	const view = form(ANSWER, 'Your answer', 'Send', [
		section(plain(questionText(question.question))),
		field(
			{ blockId: TEXT, label: 'Answer', hint: 'Everybody in the thread can read it: type nothing secret.' },
			{ type: 'plain_text_input', action_id: INPUT, multiline: true, max_length: TEXT_CHARACTERS },
		),
	]);
	return { ...view, private_metadata: question.id };
}

export function readAnswer({
	state,
	private_metadata: questionId,
}: SubmittedForm): Read<{ readonly questionId: string; readonly text: string }> {
	const text = typed(state, TEXT);
	if (text === undefined) return { ok: false, problems: { [TEXT]: 'Type an answer, or close this and press Cancel.' } };
	return { ok: true, value: { questionId, text } };
}
