import { ChannelType, PermissionFlagsBits } from 'discord-api-types/v10';
import { announceChannel } from '../gateway/announce.ts';
import { refusal } from '../refusal.ts';
import type { Channel } from '../state/channels.ts';
import { guildOf, type World } from '../world.ts';
import { can, demand } from './call.ts';

/**
 * Refuses where the bot cannot write. An archived thread has to be opened again first; Discord says that sending a message does that
 * too (discord.com/developers/docs/resources/channel#thread-metadata-object), which only happens here with `reopensThreads`.
 */
export function demandWritable(world: World, channel: Channel): void {
	if (channel.type === ChannelType.GuildForum || channel.type === ChannelType.GuildMedia) throw refusal(40058);
	if (channel.type === ChannelType.GuildCategory) throw refusal(50008);
	if (channel.type === ChannelType.DM) demandOpenDms(world, channel);
	const { thread } = channel;
	demand(world, channel, thread ? PermissionFlagsBits.SendMessagesInThreads : PermissionFlagsBits.SendMessages);
	if (!thread) return;
	const isModerator = can(world, channel, PermissionFlagsBits.ManageThreads);
	if (thread.archived && !(world.reopensThreads && (!thread.locked || isModerator))) throw refusal(50083);
	if (thread.locked && !isModerator) throw refusal(160005);
	if (thread.archived) reopen(world, channel);
}

/** Opens an archived thread again, when there is room: discord.com/developers/docs/topics/threads#active-archived-threads */
export function reopen(world: World, channel: Channel): void {
	if (!channel.thread) return;
	demandRoom(world, channel);
	channel.thread = { ...channel.thread, archived: false, archive_timestamp: new Date().toISOString() };
	announceChannel(world, 'THREAD_UPDATE', channel);
}

/** Refuses when as many threads are active as a server can have. */
export function demandRoom(world: World, channel: Channel): void {
	if (guildOf(world, channel)?.full) throw refusal(160006);
}

/** Only who shares a server with the bot, or has installed it, and takes direct messages. */
function demandOpenDms(world: World, channel: Channel): void {
	const [recipient = ''] = channel.recipients;
	const account = world.people.get(recipient);
	const sharesServer = [...world.guilds.values()].some((guild) => guild.hasBot && guild.members.has(recipient));
	if (!account || account.closedDms || !(sharesServer || account.userInstalled)) throw refusal(50007);
}
