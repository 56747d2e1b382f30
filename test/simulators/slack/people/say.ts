import { announce, announceMessage, messageFields } from '../delivery/announce.ts';
import type { Delivery } from '../delivery/delivery.ts';
import { type Fields, text } from '../fields.ts';
import type { Channel } from '../state/channels.ts';
import { timestamp } from '../state/ids.ts';
import type { Block, Message, MessageRef } from '../state/transcript.ts';
import type { UploadedFile } from '../state/uploads.ts';
import type { Actor } from './interaction.ts';

export interface SayOptions {
	/** The thread, by a message of it or by the time stamp of its first. */
	readonly thread?: MessageRef | string;
	/** Begins the message with a mention of the bot. */
	readonly mention?: boolean;
	readonly files?: readonly UploadedFile[];
}

/**
 * Writes into a channel (by name or id; one that does not exist is made, with the bot in it) or, for `im`, to the bot directly.
 * Resolves once the message stands there and the app is being told.
 */
export async function say(actor: Actor, where: string, content: string, options: SayOptions = {}): Promise<Message> {
	const { world, workspace, member } = actor;
	const channel = await channelFor(actor, where);
	const thread = threadOf(actor, channel, options.thread);
	const mention = options.mention ? `<@${workspace.bot.userId}> ` : '';
	const fields: Fields = { channel: channel.id, text: mention + escapeText(content), client_msg_id: crypto.randomUUID() };
	const stored = await workspace.emulator.call('chat.postMessage', member.token, { ...fields, ...(thread ? { thread_ts: thread } : {}) });
	if (stored.ok !== true) throw new Error(`${member.name} cannot write in ${where}: ${text(stored, 'error')}`);
	const message = world.transcript.add({
		team: workspace.id,
		channel: channel.id,
		ts: text(stored, 'ts'),
		user: member.id,
		text: text(fields, 'text'),
		blocks: [richText(options.mention ? workspace.bot.userId : undefined, content)],
		...(thread === undefined ? {} : { thread_ts: thread }),
		...(options.files ? { files: options.files.map((file) => file.info) } : {}),
	});
	world.causes.set(`${message.channel}/${message.ts}`, announceSaid(actor, channel, message, text(fields, 'client_msg_id')));
	return message;
}

export async function channelFor(actor: Actor, where: string): Promise<Channel> {
	const { channels } = actor.workspace;
	if (where === 'im') return channels.direct(actor.member);
	const channel = channels.find(where) ?? (await channels.open(where, actor.member));
	if (channel.kind !== 'im') await channels.join(channel, actor.member);
	return channel;
}

function threadOf(actor: Actor, channel: Channel, thread: SayOptions['thread']): string | undefined {
	if (thread === undefined || typeof thread === 'string') return thread;
	return actor.world.transcript.find({ channel: channel.id, ts: thread.ts })?.thread_ts ?? thread.ts;
}

/** Slack tells of a mention twice: as a message and as a mention, with one time stamp and two event ids. */
function announceSaid(actor: Actor, channel: Channel, message: Message, client_msg_id: string): Delivery[] {
	const { world, workspace } = actor;
	const shared = message.files ? { subtype: 'file_share', upload: false } : {};
	const event = { ...messageFields(message, world), ...shared, client_msg_id, event_ts: message.ts };
	const parent = message.thread_ts === undefined ? undefined : world.transcript.find({ channel: channel.id, ts: message.thread_ts });
	const asMessage = announceMessage(world, workspace, channel.id, { ...event, ...(parent ? { parent_user_id: parent.user } : {}) });
	const mentioned =
		message.text.includes(`<@${workspace.bot.userId}>`) && channel.kind !== 'im' && channel.members.has(workspace.bot.userId);
	const asMention = mentioned ? announce(world, workspace, { ...event, type: 'app_mention', channel: channel.id }) : undefined;
	return [asMessage, asMention].filter((delivery) => delivery !== undefined);
}

/** Changes a message of one's own. */
export async function edit(actor: Actor, ref: MessageRef, content: string): Promise<Message> {
	const { world, workspace, member } = actor;
	const before = ownMessage(actor, ref);
	const fields = { channel: ref.channel, ts: ref.ts, text: escapeText(content) };
	await workspace.emulator.call('chat.update', member.token, fields);
	const edited = { user: member.id, ts: timestamp() };
	const after = world.transcript.change(ref, { text: fields.text, blocks: [richText(undefined, content)], edited }) ?? before;
	const [message, previous_message] = [messageFields(after, world), messageFields(before, world)];
	announceMessage(world, workspace, ref.channel, { subtype: 'message_changed', hidden: true, ts: timestamp(), message, previous_message });
	return after;
}

/** Deletes a message of one's own. */
export async function remove(actor: Actor, ref: MessageRef): Promise<void> {
	const { world, workspace, member } = actor;
	const previous_message = messageFields(ownMessage(actor, ref), world);
	await workspace.emulator.call('chat.delete', member.token, { channel: ref.channel, ts: ref.ts });
	world.transcript.remove(ref);
	const event = { subtype: 'message_deleted', hidden: true, ts: timestamp(), deleted_ts: ref.ts, previous_message };
	announceMessage(world, workspace, ref.channel, event);
}

function ownMessage(actor: Actor, ref: MessageRef): Message {
	const message = actor.world.transcript.find(ref);
	if (message?.user !== actor.member.id) throw new Error(`${actor.member.name} has no message ${ref.ts}.`);
	return message;
}

/** https://docs.slack.dev/messaging/formatting-message-text#escaping */
export function escapeText(content: string): string {
	return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function richText(mentioned: string | undefined, content: string): Block {
	const mention = mentioned === undefined ? [] : [{ type: 'user', user_id: mentioned }];
	const said = { type: 'text', text: mentioned === undefined ? content : ` ${content}` };
	return { type: 'rich_text', block_id: timestamp().slice(-5), elements: [{ type: 'rich_text_section', elements: [...mention, said] }] };
}
