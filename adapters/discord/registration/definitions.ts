import {
	type APIApplicationCommandBasicOption,
	type APIApplicationCommandSubcommandOption,
	ApplicationCommandOptionType,
	ApplicationCommandType,
	ApplicationIntegrationType,
	InteractionContextType,
	PermissionFlagsBits,
	type RESTPostAPIApplicationCommandsJSONBody,
} from 'discord.js';
import type { Command, CommandOption } from '../../../commands/command.ts';
import { shorten } from '../../shared/shorten.ts';

/** Of the context menu of a message. */
export const ASK_ABOUT_THIS = 'Ask about this';

/** Discord takes 1 to 100 characters (discord.com/developers/docs/interactions/application-commands). */
const DESCRIPTION = 100;
/** Wherever people are: in a server, in a direct message with the bot, or anywhere with the bot in their account. */
const EVERYWHERE = {
	integration_types: [ApplicationIntegrationType.GuildInstall, ApplicationIntegrationType.UserInstall],
	contexts: [InteractionContextType.Guild, InteractionContextType.BotDM, InteractionContextType.PrivateChannel],
};

/** The table as Discord offers it: `/toolset add` is a subcommand, every option a field. The same table gives the same definitions. */
export function commandDefinitions(table: readonly Command[]): RESTPostAPIApplicationCommandsJSONBody[] {
	const names = [...new Set(table.map(({ path }) => path[0]))];
	const commands = names.map((name) =>
		definition(
			name,
			table.filter(({ path }) => path[0] === name),
		),
	);
	return [...commands, { type: ApplicationCommandType.Message, name: ASK_ABOUT_THIS, ...EVERYWHERE }];
}

function definition(name: string, group: readonly Command[]): RESTPostAPIApplicationCommandsJSONBody {
	const alone = group.find(({ path }) => path.length === 1);
	// A default that hides the whole command. One with subcommands for everybody has none: whose they are is checked at every call.
	const forAdmins = group.every(({ admin }) => admin) ? { default_member_permissions: String(PermissionFlagsBits.ManageGuild) } : {};
	return {
		type: ApplicationCommandType.ChatInput,
		name,
		description: alone ? describe(alone) : shorten(group.map(({ path }) => path[1]).join(', '), DESCRIPTION - 1),
		options: alone ? optionsOf(alone) : group.map(subcommand),
		...EVERYWHERE,
		...forAdmins,
	};
}

function subcommand(command: Command): APIApplicationCommandSubcommandOption {
	return {
		type: ApplicationCommandOptionType.Subcommand,
		name: String(command.path[1]),
		description: describe(command),
		options: optionsOf(command),
	};
}

/** Discord wants required ones first. What a form asks for need not be given: all but that of a credential ask for everything. */
function optionsOf({ options, form }: Command): APIApplicationCommandBasicOption[] {
	const offered = options.filter(({ internal }) => !internal);
	const isAskedFor = form !== undefined && form.name !== 'credential';
	const drawn = offered.map((option) => field(option, !isAskedFor && option.required === true));
	return drawn.sort((a, b) => Number(b.required) - Number(a.required));
}

function field({ name, description, kind, completes, choices }: CommandOption, required: boolean): APIApplicationCommandBasicOption {
	const common = { name, description: shorten(description, DESCRIPTION - 1), required };
	if (kind === 'flag') return { type: ApplicationCommandOptionType.Boolean, ...common };
	return { type: ApplicationCommandOptionType.String, ...common, ...((completes || choices) && { autocomplete: true }) };
}

function describe({ summary, admin }: Command): string {
	const note = admin ? ' (admins)' : '';
	return shorten(summary, DESCRIPTION - 1 - note.length) + note;
}
