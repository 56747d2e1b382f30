import { MessageFlags, type ModalSubmitInteraction } from 'discord.js';
import type { Command, Request } from '../../../commands/command.ts';
import { functionsImport } from '../../../commands/functions/import.ts';
import { toolsetAdd } from '../../../commands/toolset/add.ts';
import { UserError } from '../../../src/errors.ts';
import { savedWords } from '../../shared/credential-form.ts';
import { documentOf, importFormProblems, onlyAdmins } from '../../shared/document-form.ts';
import { thanksFor } from '../../shared/feedback-words.ts';
import { readAddToolset } from '../forms/add-toolset.ts';
import { readCredential } from '../forms/credential.ts';
import { type GivenDocument, readDocument } from '../forms/document.ts';
import { readFeedbackReason } from '../forms/feedback-reason.ts';
import type { Parts } from '../parts.ts';
import { readCustomId } from '../render/custom-id.ts';
import { noteMessage } from '../render/notes.ts';
import { onAnswer } from './answer-question.ts';
import { requestOf } from './caller.ts';
import { perform } from './perform.ts';
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
		else if (action === 'import') await importFunctions(interaction, parts, apiUrl);
		else if (action === 'credential') await setCredential(interaction, id ?? '', parts);
		else if (action === 'reason') await keepReason(interaction, id ?? '', parts);
		else throw new UserError('not-found', 'This form is of an older version of the bot. Type the command again.');
	});
}

async function addToolset(interaction: ModalSubmitInteraction, parts: Parts, apiUrl: string): Promise<void> {
	const { form, file, problems } = readAddToolset(interaction);
	if (problems.length > 0) throw new UserError('bad-input', `${problems.join('\n')}\nType /toolset add again.`);
	const options = { name: form.name, 'base-url': form.baseUrl, auth: form.auth };
	await performReading({ command: toolsetAdd, options, form, ...(file && { file }) }, interaction, parts, apiUrl);
}

async function importFunctions(interaction: ModalSubmitInteraction, parts: Parts, apiUrl: string): Promise<void> {
	const given = readDocument(interaction);
	const { source: problem } = importFormProblems(given.form);
	if (problem !== undefined) throw new UserError('bad-input', `${problem} Type /functions import again.`);
	await performReading({ command: functionsImport, options: {}, ...given }, interaction, parts, apiUrl);
}

/** A command that reads a document, and its options besides `source`. */
interface Reading extends GivenDocument {
	readonly command: Command;
	readonly options: Request['options'];
}

async function performReading(
	{ command, options, form, file }: Reading,
	interaction: ModalSubmitInteraction,
	parts: Parts,
	apiUrl: string,
): Promise<void> {
	const upload = file && { name: file.name, text: await readUpload(file, apiUrl) };
	const { source, services } = documentOf(form, upload, parts.services);
	await perform(interaction, command, { ...options, source }, { ...parts, services });
}

async function setCredential(interaction: ModalSubmitInteraction, toolset: string, parts: Parts): Promise<void> {
	const read = readCredential(interaction);
	const again = `Type /toolset auth ${toolset} again.`;
	if (!read.ok) throw new UserError('bad-input', `It was not saved. ${read.problem} ${again}`);
	const { workspaceId, user } = await requestOf(interaction, {}, parts);
	if (!(await user.isAdmin())) throw onlyAdmins('set credentials');
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
	const against = await parts.services.feedback.give(run, { by: interaction.user.id, rating: 'down', ...(reason && { reason }) });
	await answer(interaction, [noteMessage(thanksFor(against))]);
}
