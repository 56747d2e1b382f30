import { type ChatInputCommandInteraction, type MessageContextMenuCommandInteraction, MessageFlags } from 'discord.js';
import { ask } from '../../../commands/ask.ts';
import { type AskingCommand, beginsRun } from '../../../commands/begin-run.ts';
import type { Command, FormName, Request } from '../../../commands/command.ts';
import { UserError } from '../../../src/errors.ts';
import { toolsetName } from '../../../src/toolset/openapi/names.ts';
import { asksForClient } from '../../shared/credential-form.ts';
import { onlyAdmins } from '../../shared/document-form.ts';
import { addToolsetForm } from '../forms/add-toolset.ts';
import { clientForm, credentialForm } from '../forms/credential.ts';
import { importFunctionsForm } from '../forms/import-functions.ts';
import type { Mail } from '../mail.ts';
import type { Parts } from '../parts.ts';
import { errorMessage } from '../render/reply.ts';
import { guildHere, isAdminHere, isPresent } from './caller.ts';
import { plainText } from './incoming-message.ts';
import { perform } from './perform.ts';
import { acknowledged, attempt, takeQuestion } from './respond.ts';
import { commandOf, optionsOf } from './typed-command.ts';

const EPHEMERAL = { flags: MessageFlags.Ephemeral } as const;

/** A command that somebody has chosen. It is acknowledged as the table declares, before anything is read. */
export async function onCommand(interaction: ChatInputCommandInteraction, parts: Parts, mail: Mail): Promise<void> {
	const command = commandOf(interaction);
	const options = command ? optionsOf(interaction, command) : {};
	if (command?.form && wantsForm(command, options)) {
		await openForm(command.form.name, interaction, options, parts);
		return;
	}
	const acknowledge = () => interaction.deferReply(command?.audience === 'everyone' ? {} : EPHEMERAL);
	if (beginsRun(command)) return takeQuestion(interaction, questionOf(interaction, command, options), acknowledge, { parts, mail });
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
		const letter = { ...questionOf(interaction, ask, { question }), ...(present && { about: message.id }) };
		return takeQuestion(interaction, letter, acknowledge, { parts, mail });
	}
	if (!(await acknowledged(acknowledge, parts))) return;
	await attempt(interaction, parts, async () => {
		throw new UserError('bad-input', 'This message has no text that could be a question. Mention the bot and type what you want to know.');
	});
}

function wantsForm({ form, options: declared }: Command, options: Request['options']): boolean {
	if (form === undefined) return false;
	const asked = options[form.unless];
	return (
		asked === undefined ||
		(form.name === 'credential' && asksForClient(asked)) ||
		declared.some(({ name, required }) => required && options[name] === undefined)
	);
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
	await acknowledged(() => interaction.showModal(formOf(name, options, parts)), parts);
}

function formOf(name: FormName, options: Request['options'], { services }: Parts) {
	if (name === 'add-toolset') return addToolsetForm(options);
	if (name === 'import-functions') return importFunctionsForm();
	const draw = asksForClient(options.reference) ? clientForm : credentialForm;
	return draw(String(options.name), services.canSeal);
}

function refusalOf(
	name: FormName,
	interaction: ChatInputCommandInteraction,
	options: Request['options'],
	parts: Parts,
): UserError | undefined {
	// Outside of servers it takes time to find out whose APIs they are, and nobody sees it in a form.
	if (guildHere(interaction) === undefined) return new UserError('not-allowed', 'Type this command in the server that it is about.');
	if (!isAdminHere(interaction, parts))
		return onlyAdmins(name === 'import-functions' ? 'import functions' : 'connect APIs or set credentials');
	const toolset = String(options.name);
	// What cannot be a name may be longer than a form can carry.
	if (name === 'credential' && toolsetName(toolset) !== toolset)
		return new UserError('not-found', `There is no toolset named ${toolset}. /toolset list shows all.`);
	return undefined;
}

function questionOf(
	interaction: ChatInputCommandInteraction | MessageContextMenuCommandInteraction,
	command: AskingCommand,
	options: Request['options'],
) {
	const { id, token, channelId, user, member } = interaction;
	const guild = guildHere(interaction);
	const name = member && 'displayName' in member ? member.displayName : user.displayName;
	return {
		kind: 'question' as const,
		asking: {
			command: command.path.join(' '),
			options,
			user: user.id,
			name,
			id: `interaction/${id}`,
			...(guild !== undefined && { guild }),
		},
		interaction: id,
		token,
		channel: channelId,
		present: isPresent(interaction),
	};
}
