import { type APIEmbed, type APIUser, type MessageFlags, MessageType } from 'discord-api-types/v10';
import { componentFields, pingsOf } from '../checks/mentions.ts';
import type { Draft } from '../checks/message-body.ts';
import { announceDeletion, announceJoined, announceMessage } from '../gateway/announce.ts';
import { resolveComponents } from '../payloads/resolve-components.ts';
import type { Channel } from '../state/channels.ts';
import { timestampOf } from '../state/snowflakes.ts';
import { type Message, type MessageRef, NOBODY, type Pings } from '../state/transcript.ts';
import type { World } from '../world.ts';

export interface NewMessage {
	readonly channel: Channel;
	readonly author: APIUser;
	readonly draft: Draft;
	readonly type?: MessageType;
	/** By default a new one. */
	readonly id?: string;
	/** Its author is notified too. */
	readonly repliedTo?: string;
	readonly extra?: Partial<Message>;
}

/** Puts a message into a channel and tells the bot of it; whether that is allowed was looked at before. */
export function createMessage(world: World, wanted: NewMessage): Message {
	const { channel, author, draft, extra = {}, type = MessageType.Default } = wanted;
	const id = wanted.id ?? world.snowflakes.next();
	const ephemeral = extra.ephemeralFor !== undefined;
	const files = draft.uploads.map((file) => world.attachments.upload(channel.id, file, ephemeral));
	const components = resolveComponents(draft.components ?? [], files);
	const content = draft.content ?? '';
	const { repliedTo } = wanted;
	const given = { content, components: componentFields(components), author: author.id, ...(repliedTo === undefined ? {} : { repliedTo }) };
	const pings = pingsOf(world, channel, given, draft.allowed);
	const message: Message = {
		id,
		channel_id: channel.id,
		author,
		content,
		timestamp: timestampOf(id),
		edited_timestamp: null,
		tts: false,
		...mentioned(world, pings),
		attachments: files.filter((file) => !JSON.stringify(components).includes(file.id)),
		embeds: (draft.embeds ?? []) as unknown as APIEmbed[],
		pinned: false,
		type,
		flags: (draft.flags ?? 0) as MessageFlags,
		components,
		...extra,
	};
	world.transcript.add(message, { files, pings: ephemeral ? NOBODY : pings });
	if (!ephemeral) count(world, channel, message);
	announceMessage(world, 'MESSAGE_CREATE', message);
	return message;
}

function mentioned(world: World, pings: Pings): Pick<Message, 'mentions' | 'mention_roles' | 'mention_everyone'> {
	const mentions = pings.users.flatMap((id) => world.people.get(id)?.user ?? []);
	return { mentions, mention_roles: [...pings.roles], mention_everyone: pings.everyone };
}

/** Whoever writes in a thread is a member of it from then on: discord.com/developers/docs/topics/threads#thread-members */
function count(world: World, channel: Channel, message: Message): void {
	channel.lastMessageId = message.id;
	if (!channel.thread || message.type === MessageType.ThreadStarterMessage) return;
	channel.messageCount += 1;
	if (channel.threadMembers.has(message.author.id) || message.webhook_id !== undefined) return;
	channel.threadMembers.set(message.author.id, message.timestamp);
	if (message.author.id === world.application.id) announceJoined(world, channel);
}

/** Changes a message and tells the bot of it. Nobody is notified by that. */
export function changeMessage(world: World, ref: MessageRef, draft: Draft, extra: Partial<Message> = {}): Message {
	const before = world.transcript.present(ref);
	const channel = world.channels.get(ref.channel_id);
	if (!before || !channel) throw new Error(`There is no message ${ref.id}.`);
	const { kept } = draft;
	const old = world.transcript.filesOf(ref).filter((file) => kept?.includes(file.id) ?? true);
	const files = [...old, ...draft.uploads.map((file) => world.attachments.upload(channel.id, file, before.ephemeralFor !== undefined))];
	const components = draft.components ? resolveComponents(draft.components, files) : before.components;
	const content = draft.content ?? before.content;
	const given = { content, components: componentFields(components), author: before.author.id };
	const message = world.transcript.change(
		ref,
		{
			content,
			...(components ? { components } : {}),
			...(draft.embeds ? { embeds: draft.embeds as unknown as APIEmbed[] } : {}),
			...(draft.flags === undefined ? {} : { flags: draft.flags as MessageFlags }),
			...mentioned(world, pingsOf(world, channel, given, draft.allowed)),
			attachments: files.filter((file) => !JSON.stringify(components).includes(file.id)),
			edited_timestamp: new Date().toISOString().replace('Z', '000+00:00'),
			...extra,
		},
		files,
	);
	announceMessage(world, 'MESSAGE_UPDATE', message);
	return message;
}

export function deleteMessage(world: World, message: Message): void {
	world.transcript.remove(message);
	const channel = world.channels.get(message.channel_id);
	if (channel?.thread) channel.messageCount -= 1;
	announceDeletion(world, message);
}
