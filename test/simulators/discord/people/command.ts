import {
	type APIApplicationCommand,
	type APIApplicationCommandBasicOption,
	type APIApplicationCommandOption,
	type APIAuthorizingIntegrationOwnersMap,
	ApplicationCommandOptionType,
	ApplicationCommandType,
	InteractionContextType,
	InteractionType,
	PermissionFlagsBits,
} from 'discord-api-types/v10';
import { messagePayload } from '../payloads/message-payload.ts';
import type { Channel } from '../state/channels.ts';
import type { MessageRef } from '../state/transcript.ts';
import { guildOf } from '../world.ts';
import { type Actor, mayPerson, placeOf, visibleMessage, type Where } from './actor.ts';
import { type FilledOptions, fillOptions, type OptionValue } from './command-options.ts';
import { contextOf, handleOf, type InteractionHandle, interact } from './interact.ts';

const { Subcommand, SubcommandGroup } = ApplicationCommandOptionType;

interface Offered {
	readonly command: APIApplicationCommand;
	readonly owners: APIAuthorizingIntegrationOwnersMap;
}

/** `/toolset add …`: the command of this name with its subcommands, its options filled in. */
export async function command(
	actor: Actor,
	path: string,
	given: Readonly<Record<string, OptionValue>> = {},
	where?: Where,
): Promise<InteractionHandle> {
	const channel = placeOf(actor, where);
	const names = path.replace(/^\//, '').split(' ');
	const { command: found, owners } = offered(actor, channel, names[0] ?? '', ApplicationCommandType.ChatInput);
	const branch = descend(found.options ?? [], names.slice(1), path);
	const filled = fillOptions(actor.world, channel, branch.options, given);
	const data = { ...dataOf(found), options: branch.wrap(filled.options), ...(filled.resolved ? { resolved: filled.resolved } : {}) };
	const deed = { type: InteractionType.ApplicationCommand, channel, owners, data, commandName: names.join(' ') };
	return handleOf(actor.world, await interact(actor, deed));
}

/** The choices that the app offers while an option is being typed. */
export async function autocomplete(
	actor: Actor,
	path: string,
	focused: { readonly name: string; readonly value: string },
	given: Readonly<Record<string, string>> = {},
	where?: Where,
): Promise<readonly { readonly name: string; readonly value: string }[]> {
	const channel = placeOf(actor, where);
	const names = path.replace(/^\//, '').split(' ');
	const { command: found, owners } = offered(actor, channel, names[0] ?? '', ApplicationCommandType.ChatInput);
	const branch = descend(found.options ?? [], names.slice(1), path);
	const option = branch.options.find((item) => item.name === focused.name);
	if (!option || !('autocomplete' in option) || !option.autocomplete) throw new Error(`/${path} offers nothing for ${focused.name}.`);
	const others = Object.entries(given).map(([name, value]) => {
		const type = branch.options.find((item) => item.name === name)?.type;
		if (type === undefined) throw new Error(`The command has no option ${name}.`);
		return { name, type, value };
	});
	const options = branch.wrap([...others, { ...focused, type: option.type, focused: true }]);
	const data = { ...dataOf(found), options };
	const interaction = await interact(actor, { type: InteractionType.ApplicationCommandAutocomplete, channel, owners, data });
	if (!interaction.choices) throw new Error('Loading options failed.');
	return interaction.choices;
}

/** An entry of the menu that a message has, under Apps. */
export async function contextMenu(actor: Actor, name: string, ref: MessageRef): Promise<InteractionHandle> {
	const message = visibleMessage(actor, ref);
	const channel = placeOf(actor, ref.channel_id);
	const { command: found, owners } = offered(actor, channel, name, ApplicationCommandType.Message);
	const target = messagePayload(actor.world, message);
	const data = { ...dataOf(found), target_id: message.id, resolved: { messages: { [message.id]: target } } };
	const metadata = { target_message_id: message.id };
	const deed = { type: InteractionType.ApplicationCommand, channel, owners, data, metadata, commandName: name };
	return handleOf(actor.world, await interact(actor, deed));
}

function dataOf(found: APIApplicationCommand): object {
	return { id: found.id, name: found.name, type: found.type, ...(found.guild_id === undefined ? {} : { guild_id: found.guild_id }) };
}

/** A command that this person can use here: discord.com/developers/docs/interactions/application-commands#contexts */
function offered(actor: Actor, channel: Channel, name: string, type: ApplicationCommandType): Offered {
	const { world } = actor;
	const guild = guildOf(world, channel);
	const all = [...(guild?.hasBot ? world.commands.of(guild.id) : []), ...world.commands.of(undefined)].filter((item) => item.type === type);
	const found = all.find((item) => item.name === name);
	if (!found) throw new Error(`There is no command ${name}; there are ${all.map((item) => item.name).join(', ') || 'none'}.`);
	const owners = ownersOf(actor, channel, found);
	if (Object.keys(owners).length === 0) throw new Error(`The command ${name} is not offered in ${channel.name || 'this private channel'}.`);
	const needed = found.default_member_permissions;
	const required = needed === null || needed === undefined ? 0n : needed === '0' ? PermissionFlagsBits.Administrator : BigInt(needed);
	if (guild && !mayPerson(actor, channel, required | PermissionFlagsBits.UseApplicationCommands))
		throw new Error(`${actor.account.user.username} does not have permission to use the command ${name}.`);
	if (channel.thread?.archived) throw new Error('Nobody can use commands in an archived thread.');
	return { command: found, owners };
}

/** By which installation it is offered, the same page; empty when by none. */
function ownersOf(actor: Actor, channel: Channel, found: APIApplicationCommand): APIAuthorizingIntegrationOwnersMap {
	const { world, account } = actor;
	const { id } = account.user;
	const guild = guildOf(world, channel);
	const context = contextOf(channel);
	const types: readonly number[] = found.integration_types ?? [0];
	const contexts: readonly number[] = found.contexts ?? [0, 1, ...(types.includes(1) ? [2] : [])];
	if (!contexts.includes(context)) return {};
	const sharesServer = [...world.guilds.values()].some((item) => item.hasBot && item.members.has(id));
	const byGuild =
		types.includes(0) &&
		(context === InteractionContextType.Guild ? guild?.hasBot : context === InteractionContextType.BotDM && sharesServer);
	return {
		...(byGuild ? { 0: guild?.id ?? '0' } : {}),
		...(types.includes(1) && account.userInstalled ? { 1: id } : {}),
	};
}

interface Branch {
	readonly options: readonly APIApplicationCommandBasicOption[];
	/** Puts filled options where the path leads. */
	wrap(filled: FilledOptions['options']): readonly object[];
}

function descend(options: readonly APIApplicationCommandOption[], names: readonly string[], path: string): Branch {
	const [name, ...rest] = names;
	const branches = options.filter((option) => option.type === Subcommand || option.type === SubcommandGroup);
	if (name === undefined) {
		if (branches.length > 0) throw new Error(`/${path} needs one of ${branches.map((item) => item.name).join(', ')}.`);
		return { options: options.filter(isBasic), wrap: (filled) => filled };
	}
	const found = branches.find((option) => option.name === name);
	if (!found)
		throw new Error(`/${path}: there is no subcommand ${name}; there are ${branches.map((item) => item.name).join(', ') || 'none'}.`);
	const inner = descend(found.options ?? [], rest, path);
	return { options: inner.options, wrap: (filled) => [{ type: found.type, name: found.name, options: inner.wrap(filled) }] };
}

function isBasic(option: APIApplicationCommandOption): option is APIApplicationCommandBasicOption {
	return option.type !== Subcommand && option.type !== SubcommandGroup;
}
