import { MessageFlags, type ModalSubmitInteraction } from 'discord.js';
import { runCommand } from '../../../commands/run-command.ts';
import { toolsetAdd } from '../../../commands/toolset/add.ts';
import { UserError } from '../../../src/errors.ts';
import { savedWords } from '../../shared/credential-form.ts';
import { readAddToolset } from '../forms/add-toolset.ts';
import { readCredential } from '../forms/credential.ts';
import { readFeedbackReason } from '../forms/feedback-reason.ts';
import type { Parts } from '../parts.ts';
import { readCustomId } from '../render/custom-id.ts';
import { noteMessage } from '../render/notes.ts';
import { renderReply } from '../render/reply.ts';
import { onAnswer } from './answer-question.ts';
import { requestOf } from './caller.ts';
import { pressedRun } from './pressed-run.ts';
import { acknowledged, answer, attempt } from './respond.ts';
import { readUpload } from './upload.ts';

/** A form that somebody has filled in. Its answer is for them alone. */
export async function onForm(interaction: ModalSubmitInteraction, parts: Parts, apiUrl: string): Promise<void> {
	const { action, id } = readCustomId(interaction.customId) ?? {};
	if (action === 'type') return onAnswer(interaction, id ?? '', parts);
	if (!(await acknowledged(() => interaction.deferReply({ flags: MessageFlags.Ephemeral }), parts))) return;
	await attempt(interaction, parts, async () => {
		if (action === 'add-toolset') await addToolset(interaction, parts, apiUrl);
		else if (action === 'credential') await setCredential(interaction, id ?? '', parts);
		else if (action === 'reason') await keepReason(interaction, id ?? '', parts);
		else throw new UserError('not-found', 'This form is of an older version of the bot. Type the command again.');
	});
}

/** The command of the same name, with the document from an address or an upload. */
async function addToolset(interaction: ModalSubmitInteraction, parts: Parts, apiUrl: string): Promise<void> {
	const { form, file, problems } = readAddToolset(interaction);
	if (problems.length > 0) throw new UserError('bad-input', `${problems.join('\n')}\nType /toolset add again.`);
	const upload = file && (await readUpload(file, apiUrl));
	const options = { name: form.name, source: file ? `upload:${file.name}` : form.source, 'base-url': form.baseUrl, auth: form.auth };
	const services = upload === undefined ? parts.services : { ...parts.services, readDocument: async () => ({ text: upload }) };
	const request = await requestOf(interaction, options, parts);
	await answer(interaction, renderReply(await runCommand(toolsetAdd, request, services)));
}

async function setCredential(interaction: ModalSubmitInteraction, toolset: string, parts: Parts): Promise<void> {
	const read = readCredential(interaction);
	const again = `Type /toolset auth ${toolset} again.`;
	if (!read.ok) throw new UserError('bad-input', `It was not saved. ${read.problem} ${again}`);
	const { workspaceId, user } = await requestOf(interaction, {}, parts);
	if (!(await user.isAdmin())) throw new UserError('not-allowed', 'Only an admin may set credentials. Ask one of them to do it.');
	try {
		await parts.services.catalogue.setCredential(workspaceId, toolset, read.credential);
	} catch (error) {
		throw error instanceof UserError ? new UserError(error.code, `It was not saved. ${error.userMessage}`, { cause: error }) : error;
	}
	await answer(interaction, [noteMessage(savedWords(toolset))]);
}

async function keepReason(interaction: ModalSubmitInteraction, id: string, parts: Parts): Promise<void> {
	const reason = readFeedbackReason(interaction);
	const { run } = await pressedRun(interaction, id, parts);
	if (reason) await parts.services.feedback.give(run, { by: interaction.user.id, rating: 'down', reason });
	await answer(interaction, [noteMessage('Thank you.')]);
}
