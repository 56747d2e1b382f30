import { ChannelType, MessageFlags, MessageType, type ThreadChannelType } from 'discord-api-types/v10';
import { ALL_MENTIONS } from '../checks/mentions.ts';
import { announceChannel, announceJoined, announceMessage } from '../gateway/announce.ts';
import type { Channel, NewThread } from '../state/channels.ts';
import type { Message } from '../state/transcript.ts';
import type { World } from '../world.ts';
import { inGuild } from './messages.ts';
import { createMessage } from './write-message.ts';

const A_DAY_MINUTES = 1440;

/** Makes a thread, by whomever, and tells the bot of it; whether that is allowed was looked at before. */
export function openThread(
	world: World,
	wanted: Omit<NewThread, 'autoArchiveMinutes'> & { readonly autoArchiveMinutes?: number },
): Channel {
	const thread = world.channels.makeThread({ autoArchiveMinutes: A_DAY_MINUTES, ...wanted });
	announceChannel(world, 'THREAD_CREATE', thread, { newly_created: true });
	announceJoined(world, thread);
	return thread;
}

export function threadTypeIn(parent: Channel): ThreadChannelType {
	return parent.type === ChannelType.GuildAnnouncement ? ChannelType.AnnouncementThread : ChannelType.PublicThread;
}

/**
 * Marks the message that a thread hangs on. The first message in such a thread is one of the system, which only refers to that one
 * (discord.com/developers/docs/topics/threads#new-message-types).
 */
export function markStart(world: World, thread: Channel, message: Message): void {
	const flags = ((message.flags ?? 0) | MessageFlags.HasThread) as MessageFlags;
	announceMessage(world, 'MESSAGE_UPDATE', world.transcript.change(message, { flags }));
	createMessage(world, {
		channel: thread,
		author: message.author,
		draft: { content: '', allowed: { ...ALL_MENTIONS, parse: [] }, uploads: [] },
		type: MessageType.ThreadStarterMessage,
		extra: { message_reference: { type: 0, channel_id: message.channel_id, message_id: message.id, ...inGuild(thread) } },
	});
}
