import { ChannelType } from 'discord-api-types/v10';
import { announceChannel, announceGuild } from '../gateway/announce.ts';
import { textChannel } from '../people/actor.ts';
import { removeChannel, setThreadState } from '../rest/channels.ts';
import { deleteMessage } from '../rest/write-message.ts';
import { addGuild } from '../start-world.ts';
import { type Channel, denyMember } from '../state/channels.ts';
import { type GuildOptions, join } from '../state/guilds.ts';
import type { MessageRef } from '../state/transcript.ts';
import { guildNamed, type World } from '../world.ts';
import { channelNamed } from './find-channel.ts';

export interface ChannelOptions {
	readonly guild?: string;
	/** Taken from the bot there. */
	readonly deny?: bigint;
	/** Default text. */
	readonly type?: keyof typeof KINDS;
}

export type InviteOptions = Omit<GuildOptions, 'name' | 'bot'>;

const KINDS = {
	text: ChannelType.GuildText,
	announcement: ChannelType.GuildAnnouncement,
	voice: ChannelType.GuildVoice,
	forum: ChannelType.GuildForum,
} as const;

/** What happens to servers and channels, by whoever may do that; the bot is told of it. */
export function createServerDriver(world: World) {
	const { application, guilds } = world;
	const deny = (channel: Channel, permissions: bigint) => {
		denyMember(channel, application.id, permissions);
		announceChannel(world, 'CHANNEL_UPDATE', channel);
	};
	return {
		guild: (name?: string): string => guildNamed(world, name).id,
		botRole: (guild?: string): string => guildNamed(world, guild).botRole,
		channel(name: string, options: ChannelOptions = {}): string {
			const made = textChannel(world, guildNamed(world, options.guild), name, KINDS[options.type ?? 'text']);
			if (options.deny !== undefined) deny(made, options.deny);
			return made.id;
		},
		setBotPermissions: (channel: string, options: { readonly deny: bigint }): void => deny(channelNamed(world, channel), options.deny),
		archive: (thread: string, { locked = false }: { readonly locked?: boolean } = {}): void =>
			setThreadState(world, channelNamed(world, thread), { archived: true, locked }),
		deleteChannel: (channel: string): void => removeChannel(world, channelNamed(world, channel)),
		deleteMessage(ref: MessageRef): void {
			const message = world.transcript.present(ref);
			if (!message) throw new Error(`There is no message ${ref.id}.`);
			deleteMessage(world, message);
		},
		fillThreads(guild?: string): void {
			guildNamed(world, guild).full = true;
		},
		kick(name?: string): void {
			const guild = guildNamed(world, name);
			guild.hasBot = false;
			guild.members.delete(application.id);
			announceGuild(world, guild);
		},
		invite(name: string, options: InviteOptions = {}): string {
			const known = [...guilds.values()].find((guild) => guild.name === name);
			const guild = known ?? addGuild(world, { ...options, name, bot: false });
			guild.hasBot = true;
			join(guild, application.id, [guild.botRole]);
			announceGuild(world, guild);
			return guild.id;
		},
	};
}
