import type { ButtonInteraction } from 'discord.js';
import { parseLine } from '../../../commands/parse.ts';
import { runCommand } from '../../../commands/run-command.ts';
import { commandTable } from '../../../commands/table.ts';
import { UserError } from '../../../src/errors.ts';
import { thanksFor } from '../../shared/feedback-words.ts';
import { ANSWERED_ALREADY, isBeingAnswered, resultOf, stopRun } from '../../shared/run-actions.ts';
import { postAll } from '../discord-conversation.ts';
import { feedbackReasonForm } from '../forms/feedback-reason.ts';
import type { Mail } from '../mail.ts';
import type { Parts } from '../parts.ts';
import { PLATFORM, placeOfRun, targetOfRun } from '../place.ts';
import { type Action, readConfirmation, readCustomId } from '../render/custom-id.ts';
import { noteMessage } from '../render/notes.ts';
import { programMessages } from '../render/progress.ts';
import { renderReply } from '../render/reply.ts';
import { chooseAnswer, openAnswer, withdrawQuestion } from './answer-question.ts';
import { askIn } from './ask.ts';
import { againAs } from './ask-again.ts';
import { guildHere, isPresent, requestOf } from './caller.ts';
import { approveNow, approveWrite, decideWrite } from './decide-write.ts';
import { pressedRun } from './pressed-run.ts';
import { acknowledged, answer, attempt, takeQuestion, whisper } from './respond.ts';

interface Press {
	readonly interaction: ButtonInteraction;
	readonly id: string;
	readonly parts: Parts;
}

type Handle = (press: Press) => Promise<void>;

const HANDLERS: Partial<Record<Action, Handle>> = {
	stop,
	retry,
	program,
	async up({ interaction, id, parts }) {
		const { run } = await pressedRun(interaction, id, parts);
		await parts.services.feedback.give(run, { by: interaction.user.id, rating: 'up' });
		await whisper(interaction, noteMessage(thanksFor()));
	},
	approve: ({ interaction, id, parts }) => approveWrite(interaction, id, parts),
	'approve-now': ({ interaction, id, parts }) => approveNow(interaction, id, parts),
	back: ({ interaction }) => answer(interaction, [noteMessage('Nothing was decided yet.')]),
	refuse: ({ interaction, id, parts }) => decideWrite(interaction, id, 'refused', parts),
	'dry-run': ({ interaction, id, parts }) => decideWrite(interaction, id, 'dry-run', parts),
	choice: ({ interaction, id, parts }) => chooseAnswer(interaction, id, parts),
	withdraw: ({ interaction, id, parts }) => withdrawQuestion(interaction, id, parts),
	confirm,
	cancel: ({ interaction }) => answer(interaction, [noteMessage('Nothing was changed.')]),
};

/** Any button of the bot, however old its message is. Acknowledged before anything is read or written. */
export async function onButton(interaction: ButtonInteraction, parts: Parts, mail: Mail): Promise<void> {
	const { action, id } = readCustomId(interaction.customId) ?? { action: undefined, id: '' };
	if (action === 'down') return dislike(interaction, id, parts);
	if (action === 'type') return openAnswer(interaction, id, parts);
	// Where the bot is not, the answer to the press is the only place for a new answer.
	if (action === 'retry' && !isPresent(interaction)) return askAgain(interaction, id, parts, mail);
	if (!(await acknowledged(() => interaction.deferUpdate(), parts))) return;
	const handle = action && HANDLERS[action];
	// The question after a second look is for its person alone, and gives way to what became of it.
	const tellFailure = action === 'approve-now' ? undefined : (message: Parameters<typeof whisper>[1]) => whisper(interaction, message);
	await attempt(
		interaction,
		parts,
		async () => {
			if (!handle) throw new UserError('not-found', 'This button is of an older version of the bot. Ask again.');
			await handle({ interaction, id, parts });
		},
		tellFailure,
	);
}

/** The form first: nothing may come before it. Whoever closes it has given their rating all the same. */
async function dislike(interaction: ButtonInteraction, id: string, parts: Parts): Promise<void> {
	if (!(await acknowledged(() => interaction.showModal(feedbackReasonForm(id)), parts))) return;
	try {
		const { run } = await pressedRun(interaction, id, parts);
		await parts.services.feedback.give(run, { by: interaction.user.id, rating: 'down' });
	} catch (error) {
		parts.logger.warn({ err: error }, 'a rating could not be kept');
	}
}

async function stop({ interaction, id, parts }: Press): Promise<void> {
	const { run, presser } = await pressedRun(interaction, id, parts);
	if (!(await stopRun(run, presser, parts.services))) await whisper(interaction, noteMessage(ANSWERED_ALREADY));
}

/** As a question that was asked with a command: what is acknowledged is on disk by then. */
async function askAgain(interaction: ButtonInteraction, reference: string, parts: Parts, mail: Mail): Promise<void> {
	const { user, channelId: channel, token, id } = interaction;
	const letter = { kind: 'retry', reference, user: user.id, interaction: id, token, channel } as const;
	await takeQuestion(interaction, letter, () => interaction.deferReply(), { parts, mail });
}

async function retry({ interaction, id, parts }: Press): Promise<void> {
	const { run } = await pressedRun(interaction, id, parts);
	const guild = guildHere(interaction);
	const again = await againAs(run, { user: interaction.user.id, id: interaction.id }, parts);
	const asking = { ...again, ...(guild ? { guild } : { workspaceId: run.workspaceId }) };
	if (await isBeingAnswered(run, parts.services)) {
		return whisper(interaction, noteMessage('This question is being answered right now.'));
	}
	const place = placeOfRun(run);
	if (place.kind === 'interaction') throw new UserError('not-found', 'This question was asked elsewhere. Ask it again.');
	await askIn(place, { ...asking, ...(run.topic !== undefined && { topic: run.topic }) }, parts);
}

async function program({ interaction, id, parts }: Press): Promise<void> {
	const { run } = await pressedRun(interaction, id, parts);
	const messages = programMessages(run, await resultOf(run, parts.services));
	if (placeOfRun(run).kind === 'interaction') {
		for (const message of messages) await whisper(interaction, message);
		return;
	}
	const key = `${run.id}.program`;
	if ((await parts.outbound.posted(`${key}.0`)) !== undefined) {
		return whisper(interaction, noteMessage('The program stands in this thread already.'));
	}
	await postAll(parts.outbound, targetOfRun(run), messages, key);
}

/** Does what a line says that its person has confirmed. */
async function confirm({ interaction, id, parts }: Press): Promise<void> {
	const { scope, line } = readConfirmation(id);
	const { command, options } = parseLine(line, commandTable);
	const request = await requestOf(interaction, options, parts);
	if (request.workspaceId !== PLATFORM + scope)
		throw new UserError('not-found', 'This was about a server that you have not asked in last. Type the command again, there.');
	await answer(interaction, renderReply(await runCommand(command, request, parts.services)));
}
