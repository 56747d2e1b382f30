import { type APIUser, type MessageFlags, MessageType, PermissionFlagsBits } from 'discord-api-types/v10';
import { ALL_MENTIONS } from '../checks/mentions.ts';
import { inGuild, isSystem } from '../rest/messages.ts';
import { reopen } from '../rest/writable.ts';
import { changeMessage, createMessage, deleteMessage } from '../rest/write-message.ts';
import type { Channel } from '../state/channels.ts';
import { userOf } from '../state/people.ts';
import type { Message, MessageRef } from '../state/transcript.ts';
import { guildOf, type World } from '../world.ts';
import { type Actor, mayPerson, placeOf, visibleMessage } from './actor.ts';

export interface SayOptions {
	/** Begins the message with a mention of the bot, or of its role. */
	readonly mention?: 'user' | 'role';
	/** The id of a thread to say it in. */
	readonly thread?: string;
	/** Makes it a reply, which notifies the author of that message. */
	readonly replyTo?: MessageRef;
	readonly files?: readonly { readonly name: string; readonly content: string }[];
}

const LONGEST_CONTENT = 2000;

/** Writes a message, which opens an archived thread again unless it is locked. Throws where the person cannot write. */
export function say(actor: Actor, where: string, content: string, options: SayOptions = {}): Message {
	const { world, account } = actor;
	const channel = placeOf(actor, options.thread ?? where);
	demandPersonCanWrite(actor, channel);
	const whole = `${mentionIn(world, channel, options.mention)}${content}`;
	if (whole.length > LONGEST_CONTENT)
		throw new Error(`A message of ${whole.length} characters is too long: ${LONGEST_CONTENT} is the limit.`);
	const replied = options.replyTo && visibleMessage(actor, options.replyTo);
	if (replied && isSystem(replied)) throw new Error('Nobody can reply to a message of the system.');
	return createMessage(world, {
		channel,
		author: account.user,
		draft: { content: whole, allowed: ALL_MENTIONS, uploads: uploadsOf(options) },
		...(replied
			? {
					type: MessageType.Reply,
					repliedTo: replied.author.id,
					extra: { message_reference: { type: 0, channel_id: channel.id, message_id: replied.id, ...inGuild(channel) } },
				}
			: {}),
	});
}

function uploadsOf(options: SayOptions) {
	return (options.files ?? []).map((file) => ({ name: file.name, content: Buffer.from(file.content) }));
}

function mentionIn(world: World, channel: Channel, mention: SayOptions['mention']): string {
	if (mention === undefined) return '';
	const role = guildOf(world, channel)?.botRole;
	if (mention === 'role' && role === undefined) throw new Error('There are no roles in direct messages.');
	return mention === 'user' ? `<@${world.application.id}> ` : `<@&${role}> `;
}

function demandPersonCanWrite(actor: Actor, channel: Channel): void {
	const { world, account } = actor;
	const { thread } = channel;
	const isModerator = mayPerson(actor, channel, PermissionFlagsBits.ManageThreads);
	const bit = thread ? PermissionFlagsBits.SendMessagesInThreads : PermissionFlagsBits.SendMessages;
	if (!mayPerson(actor, channel, bit | PermissionFlagsBits.ViewChannel) || (thread?.locked && !isModerator))
		throw new Error(`${account.user.username} cannot write in ${channel.name}.`);
	if (thread?.archived) reopen(world, channel);
}

/** A message that no person wrote: of the bot itself, of another bot, of a webhook, or of Discord (somebody came into the server). */
export function sayAs(
	world: World,
	who: 'self' | 'bot' | 'webhook' | 'system',
	channel: Channel,
	content: string,
	mention: boolean,
): Message {
	const author = authorOf(world, who);
	return createMessage(world, {
		channel,
		author,
		draft: {
			content: `${mentionIn(world, channel, mention ? 'user' : undefined)}${content}`,
			flags: 0 as MessageFlags,
			allowed: ALL_MENTIONS,
			uploads: [],
		},
		...(who === 'system' ? { type: MessageType.UserJoin } : {}),
		...(who === 'webhook' ? { extra: { webhook_id: author.id } } : {}),
	});
}

function authorOf(world: World, who: 'self' | 'bot' | 'webhook' | 'system'): APIUser {
	if (who === 'self') return world.application.bot;
	if (who === 'system') return world.people.named('newcomer').user;
	const name = who === 'bot' ? 'another-bot' : 'a-webhook';
	const known = world.people.all().find(({ user }) => user.username === name && user.bot);
	if (known) return known.user;
	const user = userOf(world.snowflakes.before(1_000_000), name, { bot: true });
	// A webhook is no account.
	return who === 'bot' ? world.people.add(user).user : user;
}

/** Changes a message of one's own; the bot is told. */
export function edit(actor: Actor, ref: MessageRef, content: string): Message {
	return changeMessage(actor.world, ownMessage(actor, ref), { content, allowed: ALL_MENTIONS, uploads: [] });
}

/** Deletes a message of one's own; the bot is told. */
export function remove(actor: Actor, ref: MessageRef): void {
	deleteMessage(actor.world, ownMessage(actor, ref));
}

function ownMessage(actor: Actor, ref: MessageRef): Message {
	const message = visibleMessage(actor, ref);
	if (message.author.id !== actor.account.user.id) throw new Error(`${actor.account.user.username} did not write ${ref.id}.`);
	return message;
}
