import { ChannelType, PermissionFlagsBits } from 'discord-api-types/v10';
import { announceChannel } from '../gateway/announce.ts';
import type { Channel } from '../state/channels.ts';
import { createGuild, type Guild, join } from '../state/guilds.ts';
import type { Account } from '../state/people.ts';
import { permissionsIn } from '../state/permissions.ts';
import type { Message, MessageRef } from '../state/transcript.ts';
import { governing, guildOf, type World } from '../world.ts';

/** A person, and where they are. */
export interface Actor {
	readonly world: World;
	readonly account: Account;
	/** Where their channels are looked for by name. */
	readonly home: Guild;
}

/** A channel by name or id (one that does not exist is made), `dm`, `group`, or a server that has not the bot. */
export type Where = string | { readonly foreignGuild: true };

const FOREIGN = 'A server without the bot';

export function placeOf(actor: Actor, where: Where = 'general'): Channel {
	const { world, account, home } = actor;
	const { id } = account.user;
	if (typeof where !== 'string') return foreignChannel(actor);
	if (where === 'dm') return world.channels.direct([id], ChannelType.DM);
	if (where === 'group') return world.channels.direct([id, world.people.named('somebody-else').user.id], ChannelType.GroupDM);
	const channel = world.channels.get(where) ?? textChannel(world, home, where);
	const guild = guildOf(world, channel);
	if (guild && !guild.members.has(id)) throw new Error(`${account.user.username} is not in the server ${guild.name}.`);
	if (!guild && !channel.recipients.includes(id)) throw new Error(`${account.user.username} does not see the channel ${where}.`);
	return channel;
}

/** A text channel of this name, made when there is none. */
export function textChannel(world: World, guild: Guild, name: string, type: ChannelType = ChannelType.GuildText): Channel {
	const known = world.channels.find(name, guild.id);
	if (known) return known;
	const made = world.channels.make(name.replace(/^#/, ''), guild.id, type);
	announceChannel(world, 'CHANNEL_CREATE', made);
	return made;
}

function foreignChannel({ world, account }: Actor): Channel {
	const known = [...world.guilds.values()].find((guild) => guild.name === FOREIGN);
	const owner = world.people.named('somebody-else').user.id;
	const guild =
		known ?? createGuild({ name: FOREIGN, bot: false, botId: world.application.id, ownerId: owner, snowflakes: world.snowflakes });
	world.guilds.set(guild.id, guild);
	join(guild, account.user.id, [guild.memberRole]);
	return textChannel(world, guild, 'elsewhere');
}

export function mayPerson(actor: Actor, channel: Channel, permission: bigint): boolean {
	const guild = guildOf(actor.world, channel);
	return !guild || (permissionsIn(guild, governing(actor.world, channel), actor.account.user.id) & permission) === permission;
}

/** The newest version of a message that this person can see. */
export function visibleMessage(actor: Actor, ref: MessageRef): Message {
	const { world, account } = actor;
	const message = world.transcript.present(ref);
	const channel = world.channels.get(ref.channel_id);
	const forOther = message?.ephemeralFor !== undefined && message.ephemeralFor !== account.user.id;
	if (!message || !channel || forOther || !mayPerson(actor, channel, PermissionFlagsBits.ViewChannel))
		throw new Error(`${account.user.username} sees no message ${ref.id}.`);
	return message;
}
