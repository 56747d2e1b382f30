import {
	type APIActionRowComponent,
	type APIButtonComponentWithCustomId,
	type APIComponentInContainer,
	type APIComponentInMessageActionRow,
	ComponentType,
} from 'discord.js';
import type { OpenQuestion } from '../../../src/runs/questions.ts';
import type { Spelling } from '../../shared/approval-words.ts';
import { type Choice, choicesOf, type Labels, labelsOf } from '../../shared/question-choices.ts';
import { answerText, askedWords, type QuestionOutcome, questionOutcomeWords, questionText } from '../../shared/question-words.ts';
import { shorten } from '../../shared/shorten.ts';
import { answererReference, choiceReference, customId } from './custom-id.ts';
import { actionRow, button, container, fitted, literalLine, person, subtext, textDisplay, timeOf } from './elements.ts';
import { LABEL, ROW_BUTTONS } from './limits.ts';
import type { DiscordMessage } from './message.ts';

/** discord.com/developers/docs/components/reference#string-select-select-option-structure */
const OPTION_LABEL = 100;
/** Escapes may double a text; question, answer or list, and our own words take less than a message has. */
const WORDS = 1500;
/** Of the list of choices, all of them together. */
const LIST = 1800;
/** Of a question and its answer in a line. */
const LINE_WORDS = 150;

const SPELLING: Spelling = { person, time: timeOf };

/** Asks what a program asks: its choices as buttons or a menu, a button that opens a form for a text, and one to cancel. */
export function questionMessage(question: OpenQuestion): DiscordMessage {
	const choices = choicesOf(question.question);
	const isMenu = choices.length > ROW_BUTTONS;
	const labels = labelsOf(choices, (label) => label.length < (isMenu ? OPTION_LABEL : LABEL));
	const list = labels.full.length > 0 ? [textDisplay(listOf(labels))] : [];
	const asked = [asking(question), ...list, textDisplay(askedWords(question, SPELLING))];
	const ways = isMenu ? [menu(question.id, labels), actionRow(cancelButton(question.id))] : buttons(question, choices, labels);
	return { components: [container(...asked, ...ways)], whole: true };
}

/** The same card once nothing is left to answer. */
export function questionSettled(question: OpenQuestion, outcome: QuestionOutcome): DiscordMessage {
	const answer = answerText(question);
	const words = textDisplay(questionOutcomeWords(question, outcome, SPELLING));
	return { components: [container(asking(question), words, ...(answer === undefined ? [] : [textDisplay(fitted(answer, WORDS).text)]))] };
}

/** What was asked and answered, in a line: where the card gives way to other things. */
export function questionLine(question: OpenQuestion, outcome: QuestionOutcome): DiscordMessage {
	const answer = answerText(question);
	const said = answer === undefined ? '' : ` ${literalLine(answer, LINE_WORDS)}`;
	const asked = literalLine(questionText(question.question), LINE_WORDS);
	return { components: [subtext(`${asked} ${questionOutcomeWords(question, outcome, SPELLING)}${said}`)] };
}

function asking(question: OpenQuestion): APIComponentInContainer {
	return textDisplay(fitted(questionText(question.question), WORDS).text);
}

function listOf({ full }: Labels): string {
	const room = Math.floor(LIST / full.length);
	return full.map((label) => literalLine(label, room)).join('\n');
}

type Row = APIActionRowComponent<APIComponentInMessageActionRow>;

function buttons(question: OpenQuestion, choices: readonly Choice[], { short }: Labels): Row[] {
	const cancel = cancelButton(question.id);
	if (choices.length === 0) return [actionRow(button('Answer…', customId('type', answererReference(question)), 'primary'), cancel)];
	const offered = short.map((label, choice) => button(label, customId('choice', choiceReference(question.id, choice)), 'primary'));
	return offered.length < ROW_BUTTONS ? [actionRow(...offered, cancel)] : [actionRow(...offered), actionRow(cancel)];
}

function menu(questionId: string, { short }: Labels): Row {
	const options = short.map((label, choice) => ({ label: shorten(label, OPTION_LABEL - 1), value: choiceReference(questionId, choice) }));
	const select = { type: ComponentType.StringSelect, custom_id: customId('choices', questionId), placeholder: 'Choose…', options } as const;
	return { type: ComponentType.ActionRow, components: [select] };
}

function cancelButton(questionId: string): APIButtonComponentWithCustomId {
	return button('Cancel', customId('withdraw', questionId));
}
