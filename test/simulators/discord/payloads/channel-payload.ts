import {
	type APIChannel,
	type APIThreadMember,
	type APIUser,
	type ChannelFlags,
	ChannelType,
	ForumLayoutType,
	type GatewayGuildCreateDispatchData,
	type ThreadChannelType,
	type ThreadMemberFlags,
} from 'discord-api-types/v10';
import { type Channel, isThread } from '../state/channels.ts';
import type { World } from '../world.ts';

/** discord.com/developers/docs/resources/channel#channel-object, as the bot is shown it. */
export function channelPayload(world: World, channel: Channel): APIChannel {
	const { id, type } = channel;
	const shared = { id, last_message_id: channel.lastMessageId, flags: 0 as ChannelFlags };
	if (type === ChannelType.DM) return { ...shared, type, name: null, recipients: recipients(world, channel) };
	if (type === ChannelType.GroupDM) {
		const [owner_id] = channel.recipients;
		return { ...shared, type, name: null, icon: null, recipients: recipients(world, channel), ...(owner_id ? { owner_id } : {}) };
	}
	return isThread(channel) ? threadPayload(world, channel) : guildChannelPayload(channel);
}

function recipients(world: World, channel: Channel): APIUser[] {
	return channel.recipients.flatMap((id) => world.people.get(id)?.user ?? []);
}

/** Of a channel that is no thread. */
export function guildChannelPayload(channel: Channel): GatewayGuildCreateDispatchData['channels'][number] {
	const { id, type, name, guildId, position, lastMessageId, overwrites } = channel;
	const shared = {
		id,
		name,
		position,
		flags: 0 as ChannelFlags,
		last_message_id: lastMessageId,
		permission_overwrites: [...overwrites],
		parent_id: null,
		nsfw: false,
		rate_limit_per_user: 0,
		...(guildId === undefined ? {} : { guild_id: guildId }),
	};
	if (type === ChannelType.GuildVoice) return { ...shared, type, bitrate: 64_000, user_limit: 0, rtc_region: null };
	if (type === ChannelType.GuildForum) {
		const sorting = { default_reaction_emoji: null, default_sort_order: null, default_forum_layout: ForumLayoutType.NotSet };
		return { ...shared, type, topic: null, available_tags: [], ...sorting };
	}
	return { ...shared, type: type === ChannelType.GuildAnnouncement ? type : ChannelType.GuildText, topic: null };
}

export function threadPayload(
	world: World,
	channel: Channel & { readonly type: ThreadChannelType },
): GatewayGuildCreateDispatchData['threads'][number] {
	const { id, type, name, guildId, parentId, ownerId, thread, messageCount } = channel;
	const member = threadMemberPayload(channel, world.application.id);
	return {
		id,
		type,
		name,
		flags: 0 as ChannelFlags,
		last_message_id: channel.lastMessageId,
		rate_limit_per_user: 0,
		message_count: messageCount,
		total_message_sent: messageCount,
		member_count: channel.threadMembers.size,
		...(guildId === undefined ? {} : { guild_id: guildId }),
		...(parentId === undefined ? {} : { parent_id: parentId }),
		...(ownerId === undefined ? {} : { owner_id: ownerId }),
		...(thread ? { thread_metadata: thread } : {}),
		...(member ? { member } : {}),
	};
}

export function threadMemberPayload(thread: Channel, userId: string): APIThreadMember | undefined {
	const join_timestamp = thread.threadMembers.get(userId);
	return join_timestamp === undefined ? undefined : { id: thread.id, user_id: userId, join_timestamp, flags: 0 as ThreadMemberFlags };
}
