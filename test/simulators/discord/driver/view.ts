import { type APIApplicationCommand, ChannelType, MessageType } from 'discord-api-types/v10';
import type { Person } from '../people/person.ts';
import type { Modal } from '../state/interactions.ts';
import type { Message } from '../state/transcript.ts';
import { guildNamed, type World } from '../world.ts';
import { findChannel } from './find-channel.ts';

/** What became of an interaction. */
export interface InteractionRecord {
	readonly id: string;
	readonly type: number;
	readonly user: string;
	/** Until it was acknowledged. */
	readonly ms?: number;
	/** The type of the first response. */
	readonly callback?: number;
	/** Such as `not acknowledged within 3000 ms` or `acknowledged twice`. */
	readonly problem?: string;
}

export interface PostedFile {
	readonly name: string;
	readonly content: string;
	readonly channel_id: string;
	readonly message_id: string;
}

export interface Thread {
	/** That of the message it hangs on. */
	readonly id: string;
	readonly name: string;
	readonly archived: boolean;
	readonly locked: boolean;
}

/** What is to be seen. */
export function createView(world: World) {
	const { channels, commands, interactions, transcript } = world;
	const idOf = (channel: string) => findChannel(world, channel)?.id ?? channel;
	return {
		messages: (channel: string): readonly Message[] =>
			transcript.inChannel(idOf(channel)).filter((message) => message.type !== MessageType.ThreadStarterMessage),
		message: transcript.get,
		pings: transcript.pingsOf,
		threads: (channel: string): readonly Thread[] =>
			channels
				.threadsOf(idOf(channel))
				.flatMap(({ id, name, thread }) => (thread ? [{ id, name, archived: thread.archived, locked: thread.locked }] : [])),
		ephemerals: (person: Person): readonly Message[] => transcript.ephemeralsOf(person.id),
		modal: (person: Person): Modal | undefined => interactions.modals.get(person.id)?.modal,
		directChannel: (person: Person): string => channels.direct([person.id], ChannelType.DM).id,
		files: (): readonly PostedFile[] => filesOfBot(world),
		commands: (guild?: string): readonly APIApplicationCommand[] =>
			commands.of(guild === undefined ? undefined : guildNamed(world, guild).id),
		interactionRecords: (): readonly InteractionRecord[] =>
			interactions.all.map(({ id, type, user, ms, callback, problem }) => ({
				id,
				type,
				user,
				...(ms === undefined ? {} : { ms }),
				...(callback === undefined ? {} : { callback }),
				...(problem === undefined ? {} : { problem }),
			})),
	};
}

function filesOfBot({ transcript, attachments, application }: World): readonly PostedFile[] {
	const newest = new Map(transcript.everything().map((message) => [`${message.channel_id}/${message.id}`, message]));
	return [...newest.values()]
		.filter((message) => message.author.id === application.id)
		.flatMap((message) =>
			transcript.filesOf(message).map((file) => ({
				name: file.filename,
				content: attachments.contentOf(file.id)?.toString() ?? '',
				channel_id: message.channel_id,
				message_id: message.id,
			})),
		);
}
