import { type APIMessage, MessageFlags } from 'discord-api-types/v10';
import { readsContent } from '../state/application.ts';
import type { Message } from '../state/transcript.ts';
import type { World } from '../world.ts';
import { channelPayload } from './channel-payload.ts';

/** discord.com/developers/docs/resources/message#message-object, complete. */
export function messagePayload(world: World, message: Message): APIMessage {
	const { ephemeralFor: _ephemeralFor, deleted: _deleted, ...payload } = message;
	const hasThread = ((message.flags ?? 0) & MessageFlags.HasThread) !== 0;
	const thread = hasThread ? world.channels.get(message.id) : undefined;
	return { ...payload, ...referenced(world, message), ...(thread ? { thread: channelPayload(world, thread) } : {}) };
}

/** As REST shows it to the bot: without what it must not read. */
export function readablePayload(world: World, message: Message): APIMessage {
	const payload = messagePayload(world, message);
	return readsContent(world.application) || isReadableAnyway(world, message) ? payload : withoutContent(payload);
}

/**
 * Null when it was deleted; the messages it refers to in turn are left out: discord.com/developers/docs/resources/message#message-object
 */
function referenced(world: World, message: Message): Pick<APIMessage, 'referenced_message'> {
	const reference = message.message_reference;
	if (reference?.message_id === undefined) return {};
	const found = world.transcript.present({ channel_id: reference.channel_id, id: reference.message_id });
	if (!found) return { referenced_message: null };
	const { ephemeralFor: _ephemeralFor, deleted: _deleted, ...payload } = found;
	return { referenced_message: payload };
}

/**
 * Without the intent there still are the bot's own messages, direct messages, and those that mention it:
 * discord.com/developers/docs/events/gateway#message-content-intent
 */
export function isReadableAnyway(world: World, message: Message): boolean {
	const { id } = world.application;
	const isDirect = world.channels.get(message.channel_id)?.guildId === undefined;
	return isDirect || message.author.id === id || message.mentions.some((user) => user.id === id);
}

export function withoutContent<Payload extends APIMessage>(payload: Payload): Payload {
	const { poll: _poll, ...rest } = payload;
	const inner = payload.referenced_message ? { referenced_message: withoutContent(payload.referenced_message) } : {};
	return { ...rest, content: '', embeds: [], attachments: [], components: [], ...inner } as unknown as Payload;
}
