import { type ChatInputCommandInteraction, type MessageContextMenuCommandInteraction, MessageFlags } from 'discord.js';
import type { Command, FormName, Request } from '../../../commands/command.ts';
import { confirmationOf, runCommand } from '../../../commands/run-command.ts';
import { UserError } from '../../../src/errors.ts';
import { toolsetName } from '../../../src/toolset/openapi/names.ts';
import { addToolsetForm } from '../forms/add-toolset.ts';
import { credentialForm } from '../forms/credential.ts';
import type { Mail } from '../mail.ts';
import type { Parts } from '../parts.ts';
import { confirmationMessage, errorMessage, renderReply } from '../render/reply.ts';
import { guildHere, isAdminHere, isPresent, requestOf } from './caller.ts';
import { plainText } from './incoming-message.ts';
import { acknowledged, answer, attempt, takeQuestion } from './respond.ts';
import { commandOf, lineOf, optionsOf } from './typed-command.ts';

const EPHEMERAL = { flags: MessageFlags.Ephemeral } as const;

/** A command that somebody has chosen. It is acknowledged as the table declares, before anything is read. */
export async function onCommand(interaction: ChatInputCommandInteraction, parts: Parts, mail: Mail): Promise<void> {
	const command = commandOf(interaction);
	const options = command ? optionsOf(interaction, command) : {};
	if (command?.form && options[command.form.unless] === undefined) {
		await openForm(command.form.name, interaction, options, parts);
		return;
	}
	const acknowledge = () => interaction.deferReply(command?.audience === 'everyone' ? {} : EPHEMERAL);
	if (command?.path[0] === 'ask') return takeQuestion(interaction, questionOf(interaction, options), acknowledge, { parts, mail });
	if (!(await acknowledged(acknowledge, parts))) return;
	await attempt(interaction, parts, async () => {
		if (!command)
			throw new UserError(
				'not-found',
				'This command is no longer there. Type / to see those there are; Discord shows new ones within an hour.',
			);
		await perform(interaction, command, options, parts);
	});
}

/** "Ask about this": the text of a message becomes the question, in the thread of that message. */
export async function onAskAboutThis(interaction: MessageContextMenuCommandInteraction, parts: Parts, mail: Mail): Promise<void> {
	const present = isPresent(interaction);
	const { targetMessage: message, client, guild } = interaction;
	const acknowledge = () => interaction.deferReply(present ? EPHEMERAL : {});
	const question = plainText(message, client.user.id, guild?.members.me?.roles.botRole?.id);
	if (question !== '') {
		const letter = { ...questionOf(interaction, { question }), ...(present && { about: message.id }) };
		return takeQuestion(interaction, letter, acknowledge, { parts, mail });
	}
	if (!(await acknowledged(acknowledge, parts))) return;
	await attempt(interaction, parts, async () => {
		throw new UserError('bad-input', 'This message has no text that could be a question. Mention the bot and type what you want to know.');
	});
}

/** Nothing may come before a form, so it is only looked at what Discord has sent along; what is submitted is checked again. */
async function openForm(
	name: FormName,
	interaction: ChatInputCommandInteraction,
	options: Request['options'],
	parts: Parts,
): Promise<void> {
	const refused = refusalOf(name, interaction, options, parts);
	if (refused) {
		const { components } = errorMessage(refused);
		const flags = MessageFlags.IsComponentsV2 | MessageFlags.Ephemeral;
		await acknowledged(() => interaction.reply({ components: [...components], flags }), parts);
		return;
	}
	const form = name === 'add-toolset' ? addToolsetForm(options) : credentialForm(String(options.name), parts.services.canSeal);
	await acknowledged(() => interaction.showModal(form), parts);
}

function refusalOf(
	name: FormName,
	interaction: ChatInputCommandInteraction,
	options: Request['options'],
	parts: Parts,
): UserError | undefined {
	if (guildHere(interaction) !== undefined && !isAdminHere(interaction, parts))
		return new UserError('not-allowed', 'Only an admin may connect APIs or set credentials. Ask one of them to do it.');
	const toolset = String(options.name);
	// What cannot be a name may be longer than a form can carry.
	if (name === 'credential' && toolsetName(toolset) !== toolset)
		return new UserError('not-found', `There is no toolset named ${toolset}. /toolset list shows all.`);
	return undefined;
}

function questionOf(interaction: ChatInputCommandInteraction | MessageContextMenuCommandInteraction, options: Request['options']) {
	const { id, token, channelId, user, member } = interaction;
	const guild = guildHere(interaction);
	const name = member && 'displayName' in member ? member.displayName : user.displayName;
	return {
		kind: 'question' as const,
		asking: { options, user: user.id, name, id: `interaction/${id}`, ...(guild !== undefined && { guild }) },
		interaction: id,
		token,
		channel: channelId,
		present: isPresent(interaction),
	};
}

async function perform(
	interaction: ChatInputCommandInteraction,
	command: Command,
	options: Request['options'],
	parts: Parts,
): Promise<void> {
	const request = await requestOf(interaction, options, parts);
	const question = await confirmationOf(command, request, parts.services);
	if (question !== undefined) return answer(interaction, [confirmationMessage(question, lineOf(command, options))]);
	await answer(interaction, renderReply(await runCommand(command, request, parts.services)));
}
