import { ApplicationCommandOptionType, type AutocompleteInteraction, type ChatInputCommandInteraction } from 'discord.js';
import type { Command, Request } from '../../../commands/command.ts';
import { commandTable } from '../../../commands/table.ts';

/** The command of the table that was chosen; undefined for one that an older version has registered. */
export function commandOf(interaction: ChatInputCommandInteraction | AutocompleteInteraction): Command | undefined {
	const path = [interaction.commandName, interaction.options.getSubcommand(false)].filter((name) => name !== null).join(' ');
	return commandTable.find((command) => command.path.join(' ') === path);
}

/** What was given, by option name. */
export function optionsOf({ options }: ChatInputCommandInteraction, command: Command): Request['options'] {
	const given = command.options.flatMap(({ name, kind }) => {
		const value = kind === 'flag' ? options.getBoolean(name) : options.getString(name)?.trim();
		return value === null || value === undefined || value === '' || value === false ? [] : [[name, value] as const];
	});
	return Object.fromEntries(given);
}

/** What is being typed. */
export function focusedOf(interaction: AutocompleteInteraction): { readonly name: string; readonly value: string } {
	const { name, value, type } = interaction.options.getFocused(true);
	return { name, value: type === ApplicationCommandOptionType.String ? value : '' };
}
