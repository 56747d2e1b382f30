import { type APIOverwrite, type APIThreadMetadata, ChannelType, OverwriteType, type ThreadChannelType } from 'discord-api-types/v10';
import type { Snowflakes } from './snowflakes.ts';

/** Any place that messages can be in (or threads, for a forum). */
export interface Channel {
	readonly id: string;
	readonly type: ChannelType;
	name: string;
	/** Undefined for direct messages. */
	readonly guildId?: string;
	readonly parentId?: string;
	/** Who made a thread. */
	readonly ownerId?: string;
	/** Of direct messages and group messages, without the bot. */
	readonly recipients: readonly string[];
	readonly position: number;
	overwrites: readonly APIOverwrite[];
	thread?: APIThreadMetadata;
	/** Of a thread, by user. */
	readonly threadMembers: Map<string, string>;
	lastMessageId: string | null;
	messageCount: number;
}

export interface NewThread {
	readonly id: string;
	readonly type: ThreadChannelType;
	readonly name: string;
	readonly parent: Channel;
	readonly ownerId: string;
	readonly autoArchiveMinutes: number;
}

/** Everything that has a channel id, by it. What was deleted is not there any more. */
export interface Channels {
	get(id: string): Channel | undefined;
	all(): readonly Channel[];
	/** By id, or by name within a server. */
	find(idOrName: string, guildId: string): Channel | undefined;
	make(name: string, guildId: string, type: ChannelType): Channel;
	/** The direct messages of a person with the bot (or, for several, with one another). */
	direct(recipients: readonly string[], type: ChannelType.DM | ChannelType.GroupDM): Channel;
	makeThread(thread: NewThread): Channel;
	/** Of this channel, the oldest first. */
	threadsOf(parentId: string): readonly Channel[];
	remove(id: string): void;
	/** Every name a thread ever had. */
	readonly threadNames: readonly string[];
	rename(channel: Channel, name: string): void;
}

export function createChannels(snowflakes: Snowflakes): Channels {
	const channels = new Map<string, Channel>();
	const threadNames: string[] = [];
	const add = (channel: Omit<Channel, 'threadMembers' | 'lastMessageId' | 'messageCount' | 'position'>): Channel => {
		const added = { ...channel, position: channels.size, threadMembers: new Map(), lastMessageId: null, messageCount: 0 };
		channels.set(channel.id, added);
		return added;
	};
	return {
		get: (id) => channels.get(id),
		all: () => [...channels.values()],
		find(idOrName, guildId) {
			const name = idOrName.replace(/^#/, '');
			return channels.get(name) ?? [...channels.values()].find((item) => item.guildId === guildId && item.name === name && !isThread(item));
		},
		make: (name, guildId, type) => add({ id: snowflakes.next(), type, name, guildId, recipients: [], overwrites: [] }),
		direct(recipients, type) {
			const same = (item: Channel) => item.type === type && item.recipients.join() === recipients.join();
			return [...channels.values()].find(same) ?? add({ id: snowflakes.next(), type, name: '', recipients, overwrites: [] });
		},
		makeThread({ id, type, name, parent, ownerId, autoArchiveMinutes }) {
			threadNames.push(name);
			const now = new Date().toISOString();
			const thread = {
				archived: false,
				locked: false,
				auto_archive_duration: autoArchiveMinutes,
				archive_timestamp: now,
				create_timestamp: now,
			};
			const place = { ...(parent.guildId === undefined ? {} : { guildId: parent.guildId }), parentId: parent.id };
			const made = add({ id, type, name, ...place, ownerId, recipients: [], overwrites: [], thread });
			made.threadMembers.set(ownerId, now);
			return made;
		},
		threadsOf: (parentId) => [...channels.values()].filter((item) => item.parentId === parentId),
		remove(id) {
			channels.delete(id);
			for (const item of [...channels.values()]) if (item.parentId === id) channels.delete(item.id);
		},
		threadNames,
		rename(channel, name) {
			if (isThread(channel) && channel.name !== name) threadNames.push(name);
			channel.name = name;
		},
	};
}

export function isThread(channel: Channel): channel is Channel & { readonly type: ThreadChannelType } {
	return [ChannelType.PublicThread, ChannelType.PrivateThread, ChannelType.AnnouncementThread].includes(channel.type);
}

/** Takes permissions from one member in a channel, instead of what was taken before. */
export function denyMember(channel: Channel, userId: string, deny: bigint): void {
	const others = channel.overwrites.filter((item) => item.id !== userId);
	const overwrite = { id: userId, type: OverwriteType.Member, allow: '0', deny: String(deny) };
	channel.overwrites = deny === 0n ? others : [...others, overwrite];
}
