import type { ButtonInteraction, MessageComponentInteraction, ModalSubmitInteraction, StringSelectMenuInteraction } from 'discord.js';
import { UserError } from '../../../src/errors.ts';
import type { OpenQuestion } from '../../../src/runs/questions.ts';
import { answerQuestion, cancelQuestion, type Given, notTheAsker } from '../../shared/question-actions.ts';
import { questionOutcome } from '../../shared/question-words.ts';
import type { Presser } from '../../shared/run-actions.ts';
import { answerForm, readAnswer } from '../forms/answer.ts';
import type { Parts } from '../parts.ts';
import { placeOfRun } from '../place.ts';
import { readAnswererReference, readChoiceReference, readCustomId } from '../render/custom-id.ts';
import { questionSettled } from '../render/question.ts';
import { guildHere, presserOf } from './caller.ts';
import { acknowledged, attempt, whisper } from './respond.ts';

type Answering = MessageComponentInteraction | ModalSubmitInteraction;

/** A choice that was pressed or chosen, as `choiceReference` has it. */
export async function chooseAnswer(interaction: Answering, reference: string, parts: Parts): Promise<void> {
	const { questionId = '', choice = -1 } = readChoiceReference(reference) ?? {};
	await give(interaction, questionId, { choice }, parts);
}

/** The menu of a question with many choices. */
export function onSelect(interaction: StringSelectMenuInteraction, parts: Parts): Promise<void> {
	return acknowledging(interaction, parts, async () => {
		const { action } = readCustomId(interaction.customId) ?? {};
		if (action !== 'choices') throw new UserError('not-found', 'This menu is of an older version of the bot. Ask again.');
		await chooseAnswer(interaction, interaction.values[0] ?? '', parts);
	});
}

/** The form first: nothing may come before it. Whom the program does not ask is told so instead. */
export async function openAnswer(interaction: ButtonInteraction, reference: string, parts: Parts): Promise<void> {
	const { questionId, askedBy } = readAnswererReference(reference);
	if (interaction.user.id === askedBy) await acknowledged(() => interaction.showModal(answerForm(questionId)), parts);
	else await acknowledging(interaction, parts, () => Promise.reject(notTheAsker()));
}

/** The form of a question that is answered with a text. */
export function onAnswer(interaction: ModalSubmitInteraction, questionId: string, parts: Parts): Promise<void> {
	return acknowledging(interaction, parts, async () => {
		const text = readAnswer(interaction);
		if (text === undefined) throw new UserError('bad-input', 'The answer was empty. Press Answer… again, or Cancel.');
		await give(interaction, questionId, { text }, parts);
	});
}

export async function withdrawQuestion(interaction: Answering, questionId: string, parts: Parts): Promise<void> {
	await cancelQuestion(questionId, await answererOf(interaction, questionId, parts), parts.services, settleIn(interaction, parts));
}

async function give(interaction: Answering, questionId: string, given: Given, parts: Parts): Promise<void> {
	await answerQuestion(questionId, given, await answererOf(interaction, questionId, parts), parts.services, settleIn(interaction, parts));
}

/** Acknowledged before anything is read or written; what cannot be done is whispered. Never rejects. */
async function acknowledging(interaction: Answering, parts: Parts, work: () => Promise<void>): Promise<void> {
	if (!(await acknowledged(() => interaction.deferUpdate(), parts))) return;
	await attempt(interaction, parts, work, (message) => whisper(interaction, message));
}

/** Outside of servers it may be about another one's APIs than those that this person would ask now. */
async function answererOf(interaction: Answering, questionId: string, parts: Parts): Promise<Presser> {
	const presser = await presserOf(interaction, parts);
	const question = guildHere(interaction) === undefined ? await parts.services.questions.get(questionId) : undefined;
	return question?.askedBy === presser.id ? { ...presser, workspaceId: question.workspaceId } : presser;
}

function settleIn(interaction: Answering, { services, tokens, outbound }: Parts): (question: OpenQuestion) => Promise<void> {
	return async (question) => {
		const run = await services.runs.get(question.workspaceId, question.runId);
		const [place, outcome] = [run && placeOfRun(run), questionOutcome(question)];
		// The process that has the run draws it.
		if (place?.kind === 'interaction') return tokens.keep(place.interaction, interaction.token);
		const { channelId: channel, message } = interaction;
		if (outcome && channel && message) await outbound.update({ channel, message: message.id }, questionSettled(question, outcome));
	};
}
