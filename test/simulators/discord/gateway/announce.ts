import {
	ChannelType,
	GatewayIntentBits,
	type GatewayThreadDeleteDispatchData,
	PermissionFlagsBits,
	type TextChannelType,
} from 'discord-api-types/v10';
import { channelPayload, threadMemberPayload } from '../payloads/channel-payload.ts';
import { guildCreateEvent, partialMemberPayload } from '../payloads/guild-payload.ts';
import { isReadableAnyway, messagePayload, withoutContent } from '../payloads/message-payload.ts';
import type { Channel } from '../state/channels.ts';
import type { Guild } from '../state/guilds.ts';
import { permissionsIn } from '../state/permissions.ts';
import type { Message } from '../state/transcript.ts';
import { governing, guildOf, type World } from '../world.ts';
import type { ChannelEvent } from './session.ts';

/**
 * Tells the bot of a message when it can see the channel. Of ephemeral ones nobody is told
 * (discord.com/developers/docs/events/gateway-events#messages).
 */
export function announceMessage(world: World, t: 'MESSAGE_CREATE' | 'MESSAGE_UPDATE', message: Message): void {
	const channel = world.channels.get(message.channel_id);
	if (!channel || message.ephemeralFor !== undefined || !isVisible(world, channel)) return;
	const guild = guildOf(world, channel);
	const payload = {
		...messagePayload(world, message),
		channel_type: channel.type as TextChannelType,
		...(guild ? ofGuild(guild, message) : {}),
	};
	const event = { t, d: payload };
	const redacted = isReadableAnyway(world, message) ? event : { t, d: withoutContent(payload) };
	const intent = guild ? GatewayIntentBits.GuildMessages : GatewayIntentBits.DirectMessages;
	world.gateway.announce(
		{ event, redacted, intent, ...(guild ? { guildId: guild.id } : {}) },
		t === 'MESSAGE_CREATE' ? message.id : undefined,
	);
}

/** discord.com/developers/docs/events/gateway-events#message-create-message-create-extra-fields */
function ofGuild(guild: Guild, message: Message) {
	const member = message.webhook_id === undefined ? partialMemberPayload(guild, message.author.id) : undefined;
	const mentions = message.mentions.map((user) => {
		const mentioned = partialMemberPayload(guild, user.id);
		return mentioned ? { ...user, member: mentioned } : user;
	});
	return { guild_id: guild.id, mentions, ...(member ? { member } : {}) };
}

export function announceDeletion(world: World, message: Message): void {
	const channel = world.channels.get(message.channel_id);
	if (!channel || message.ephemeralFor !== undefined || !isVisible(world, channel)) return;
	const { guildId } = channel;
	const inGuild = guildId === undefined ? {} : { guild_id: guildId };
	const event = { t: 'MESSAGE_DELETE', d: { id: message.id, channel_id: channel.id, ...inGuild } } as const;
	const intent = guildId === undefined ? GatewayIntentBits.DirectMessages : GatewayIntentBits.GuildMessages;
	world.gateway.announce({ event, intent, ...(guildId === undefined ? {} : { guildId }) });
}

/** Of direct messages nobody is told since API version 8; a change of what the bot may see is told in any case. */
export function announceChannel(world: World, t: ChannelEvent, channel: Channel, extra: object = {}): void {
	const guild = guildOf(world, channel);
	if (!guild?.hasBot || (t !== 'CHANNEL_UPDATE' && !isVisible(world, channel))) return;
	const d = t === 'THREAD_DELETE' ? deletedThread(channel, guild) : { ...channelPayload(world, channel), ...extra };
	world.gateway.announce({ event: { t, d }, guildId: guild.id, intent: GatewayIntentBits.Guilds });
}

function deletedThread({ id, type, parentId }: Channel, guild: Guild): GatewayThreadDeleteDispatchData {
	return { id, type, guild_id: guild.id, parent_id: parentId ?? '' };
}

/** discord.com/developers/docs/events/gateway-events#thread-members-update: without the intent for members only of the bot itself. */
export function announceJoined(world: World, thread: Channel): void {
	const guild = guildOf(world, thread);
	const member = threadMemberPayload(thread, world.application.id);
	if (!guild || !member) return;
	const d = { id: thread.id, guild_id: guild.id, member_count: thread.threadMembers.size, added_members: [member], removed_member_ids: [] };
	world.gateway.announce({ event: { t: 'THREAD_MEMBERS_UPDATE', d }, guildId: guild.id, intent: GatewayIntentBits.Guilds });
}

export function announceGuild(world: World, guild: Guild): void {
	if (guild.hasBot) world.gateway.announce(guildCreateEvent(world, guild));
	else world.gateway.announce({ event: { t: 'GUILD_DELETE', d: { id: guild.id } }, guildId: guild.id, intent: GatewayIntentBits.Guilds });
}

export function isVisible(world: World, channel: Channel): boolean {
	const guild = guildOf(world, channel);
	if (!guild) return channel.type === ChannelType.DM;
	return guild.hasBot && (permissionsIn(guild, governing(world, channel), world.application.id) & PermissionFlagsBits.ViewChannel) !== 0n;
}
