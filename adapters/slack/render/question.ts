import type { ActionsBlock, KnownBlock } from '@slack/types';
import type { OpenQuestion } from '../../../src/runs/questions.ts';
import type { Spelling } from '../../shared/approval-words.ts';
import { type Choice, choicesOf, labelsOf } from '../../shared/question-choices.ts';
import { answerText, askedWords, type QuestionOutcome, questionOutcomeWords, questionText } from '../../shared/question-words.ts';
import { CANCEL_QUESTION, CHOICE, CHOICES, choiceValue, TYPE_ANSWER } from './action-ids.ts';
import { actions, button, context, mrkdwn, notification, person, plain, section, timeOf } from './elements.ts';
import { costOf } from './limits.ts';
import type { SlackMessage } from './message.ts';

/** More than these are easier found in a menu. */
const BUTTONS = 5;
/** Of the text on a button or in a menu (docs.slack.dev/reference/block-kit/block-elements/button-element, composition-objects/option-object). */
const LABEL = 75;
/** Of the question and of the answer: what one reads in a thread. */
const WORDS = 2000;

const SPELLING: Spelling = { person, time: timeOf };

/** Asks what a program asks: its choices as buttons or a menu, a button that opens a form for a text, and one to cancel. */
export function questionCard(question: OpenQuestion): SlackMessage {
	const choices = choicesOf(question.question);
	const { short, full } = labelsOf(choices, (label) => costOf(label) <= LABEL);
	return card(question, [
		...(full.length > 0 ? [section(plain(full.join('\n')))] : []),
		context(mrkdwn(askedWords(question, SPELLING))),
		ways(question.id, choices, short),
	]);
}

/** The same card once nothing is left to answer. */
export function questionSettled(question: OpenQuestion, outcome: QuestionOutcome): SlackMessage {
	const answer = answerText(question);
	return card(question, [
		context(mrkdwn(questionOutcomeWords(question, outcome, SPELLING))),
		...(answer === undefined ? [] : [section(plain(answer, WORDS))]),
	]);
}

function card(question: OpenQuestion, end: readonly KnownBlock[]): SlackMessage {
	const text = questionText(question.question);
	return { text: notification(`The program asks: ${text}`), blocks: [section(plain(text, WORDS)), ...end] };
}

function ways(questionId: string, choices: readonly Choice[], labels: readonly string[]): ActionsBlock {
	const cancel = button('Cancel', CANCEL_QUESTION, { value: questionId });
	if (choices.length === 0) return actions(button('Answer…', TYPE_ANSWER, { value: questionId, style: 'primary' }), cancel);
	const offered = labels.map((label, choice) => ({ text: plain(label, LABEL), value: choiceValue({ questionId, choice }) }));
	// No emoji: a name between colons in an option is just that.
	const widgets: ActionsBlock['elements'] =
		offered.length > BUTTONS
			? [{ type: 'static_select', action_id: CHOICES, placeholder: plain('Choose…'), options: offered }]
			: offered.map((option, choice) => ({ type: 'button', action_id: `${CHOICE}${choice}`, ...option }));
	return { type: 'actions', elements: [...widgets, cancel] };
}
