import { blocksAsRead } from '../block-kit/as-read.ts';
import { checkMessage } from '../block-kit/check-message.ts';
import { announceMessage, messageFields } from '../delivery/announce.ts';
import { type Fields, isFields, list, structure, text, truthy } from '../fields.ts';
import { Refusal } from '../refusal.ts';
import { timestamp } from '../state/ids.ts';
import type { Block, Message } from '../state/transcript.ts';
import { type Call, channelOf, forward, type Method, writableChannel } from './call.ts';

/** Names of https://docs.slack.dev/reference/methods/chat.postMessage that the emulator keeps with the message. */
const KEPT = ['text', 'thread_ts', 'metadata', 'unfurl_links', 'unfurl_media', 'mrkdwn', 'reply_broadcast', 'parse', 'link_names'];

export const postMessage: Method = async (call) => {
	const channel = await writableChannel(call);
	const content = checkMessage(call.fields);
	const message = await post(call, channel.id, content);
	return { channel: channel.id, ts: message.ts, message: messageFields(message, call.world) };
};

/** Posts as the bot, checked already. Slack takes the status line of a thread away when the bot writes there. */
export async function post(
	call: Call,
	channel: string,
	content: { text: string; blocks: readonly Block[] },
	extra: Fields = {},
): Promise<Message> {
	const { world, workspace } = call;
	const kept = Object.fromEntries(
		KEPT.filter((name) => call.fields[name] !== undefined).map((name) => [name, structure(call.fields, name)]),
	);
	const thread = text(call.fields, 'thread_ts') || undefined;
	if (thread !== undefined) checkThread(call, channel, thread);
	const { bot } = workspace;
	const stored = await forward(
		{ ...call, method: 'chat.postMessage' },
		{ ...kept, channel, text: content.text || ' ', blocks: content.blocks, bot_id: bot.botId, app_id: world.app.appId },
	);
	const metadata = structure(call.fields, 'metadata');
	const message = world.transcript.add({
		team: workspace.id,
		channel,
		ts: text(stored, 'ts'),
		user: bot.userId,
		bot_id: bot.botId,
		text: content.text,
		blocks: content.blocks,
		...(thread === undefined ? {} : { thread_ts: thread }),
		...(isFields(metadata) ? { metadata } : {}),
		...extra,
	});
	if (thread !== undefined) world.threads.change(channel, thread, { status: '' });
	announceMessage(world, workspace, channel, messageFields(message, world));
	return message;
}

function checkThread(call: Call, channel: string, thread: string): void {
	if (!/^\d{10}\.\d{6}$/.test(thread)) throw new Refusal('invalid_thread_ts');
	const parent = call.world.transcript.find({ channel, ts: thread });
	if (parent?.thread_ts !== undefined && parent.thread_ts !== thread) throw new Refusal('cannot_reply_to_message');
}

export const postEphemeral: Method = async (call) => {
	const channel = await writableChannel(call);
	const content = checkMessage(call.fields);
	const user = text(call.fields, 'user');
	if (!call.workspace.people.find(user)) throw new Refusal('user_not_found');
	if (!channel.members.has(user)) throw new Refusal('user_not_in_channel');
	const message = showEphemeral(call, channel.id, user, content, text(call.fields, 'thread_ts') || undefined);
	return { message_ts: message.ts };
};

/** The emulator cannot show what is ephemeral again, so it stays here. */
export function showEphemeral(
	call: Pick<Call, 'world' | 'workspace'>,
	channel: string,
	user: string,
	content: { text: string; blocks: readonly Block[] },
	threadTs?: string,
): Message {
	const { bot } = call.workspace;
	return call.world.transcript.add({
		team: call.workspace.id,
		channel,
		ts: timestamp(),
		user: bot.userId,
		bot_id: bot.botId,
		...content,
		...(threadTs === undefined ? {} : { thread_ts: threadTs }),
		ephemeralFor: user,
	});
}

export const updateMessage: Method = async (call) => {
	const { world, workspace, fields } = call;
	const ref = { channel: channelOf(call).id, ts: text(fields, 'ts') };
	const before = world.transcript.find(ref);
	if (!before || before.ephemeralFor !== undefined) throw new Refusal('message_not_found');
	if (before.user !== workspace.bot.userId) throw new Refusal('cant_update_message');
	if (before.streaming) throw new Refusal('streaming_state_conflict');
	const content = checkMessage(fields, { update: true, before });
	await forward(call, { ...ref, text: content.text || ' ', blocks: content.blocks });
	// Slack marks a message as edited when its text was changed, not when its blocks were.
	const edited = content.blocks.length > 0 ? {} : { edited: { user: workspace.bot.userId, ts: timestamp() } };
	const message = world.transcript.change(ref, { ...content, ...edited });
	if (!message) throw new Refusal('message_not_found');
	const previous_message = messageFields(before, world);
	announceMessage(world, workspace, ref.channel, {
		subtype: 'message_changed',
		hidden: true,
		ts: timestamp(),
		message: messageFields(message, world),
		previous_message,
	});
	return { channel: ref.channel, ts: ref.ts, text: message.text, message: messageFields(message, world) };
};

export const deleteMessage: Method = async (call) => {
	const { world, workspace } = call;
	const ref = { channel: channelOf(call).id, ts: text(call.fields, 'ts') };
	const before = world.transcript.find(ref);
	if (!before || before.ephemeralFor !== undefined) throw new Refusal('message_not_found');
	if (before.user !== workspace.bot.userId) throw new Refusal('cant_delete_message');
	await forward(call, { ...ref });
	world.transcript.remove(ref);
	const previous_message = messageFields(before, world);
	announceMessage(world, workspace, ref.channel, {
		subtype: 'message_deleted',
		hidden: true,
		ts: timestamp(),
		deleted_ts: ref.ts,
		previous_message,
	});
	return { ...ref };
};

/** Kept apart from the emulator's list of messages: it neither pages replies nor says how many there are. */
export const listReplies: Method = async (call) => {
	const channel = readableChannel(call);
	const ts = text(call.fields, 'ts');
	const message = call.world.transcript.find({ channel, ts });
	const stored = await forward(call, { channel, ts: message?.thread_ts ?? ts });
	const messages = list(stored, 'messages');
	if (messages.length === 0) throw new Refusal('thread_not_found');
	return page(call, messages);
};

export const listHistory: Method = async (call) => {
	const channel = readableChannel(call);
	const stored = await forward(call, { channel, limit: 1000 });
	return page(call, list(stored, 'messages'));
};

function readableChannel(call: Call): string {
	const channel = channelOf(call);
	if (!channel.members.has(call.workspace.bot.userId))
		throw new Refusal(channel.kind === 'channel' ? 'not_in_channel' : 'channel_not_found');
	return channel.id;
}

function page(call: Call, messages: readonly Fields[]): Fields {
	const { fields } = call;
	const oldest = Number(text(fields, 'oldest') || 0);
	const latest = Number(text(fields, 'latest') || Number.MAX_SAFE_INTEGER);
	const inclusive = truthy(fields, 'inclusive');
	const wanted = messages.filter((message) => {
		const ts = Number(text(message, 'ts'));
		return inclusive ? ts >= oldest && ts <= latest : ts > oldest && ts < latest;
	});
	const limit = Math.min(Number(text(fields, 'limit') || 1000), 1000);
	const start = Number(Buffer.from(text(fields, 'cursor'), 'base64').toString().replace('next:', '') || 0);
	if (!Number.isInteger(start)) throw new Refusal('invalid_cursor');
	const has_more = start + limit < wanted.length;
	const next = has_more ? Buffer.from(`next:${start + limit}`).toString('base64') : '';
	return {
		messages: wanted.slice(start, start + limit).map((message) => asShown(call, message)),
		has_more,
		response_metadata: { next_cursor: next },
	};
}

/** The emulator marks every changed message as edited, and shows blocks and metadata as they were given. */
function asShown(call: Call, stored: Fields): Fields {
	const { edited: _, metadata, ...message } = stored;
	const known = call.world.transcript.find({ channel: channelOf(call).id, ts: text(stored, 'ts') });
	return {
		...message,
		team: call.workspace.id,
		...(message.blocks === undefined ? {} : { blocks: blocksAsRead(list(message, 'blocks')) }),
		...(known?.edited ? { edited: known.edited } : {}),
		...(metadata !== undefined && truthy(call.fields, 'include_all_metadata') ? { metadata } : {}),
	};
}

/** https://docs.slack.dev/reference/methods/chat.getPermalink */
export const linkToMessage: Method = async (call) => {
	const channel = await channelOf(call);
	const ts = text(call.fields, 'message_ts');
	const message = call.world.transcript.find({ channel: channel.id, ts });
	if (!message) throw new Refusal('message_not_found');
	const thread = message.thread_ts && message.thread_ts !== ts ? `?thread_ts=${message.thread_ts}&cid=${channel.id}` : '';
	return { channel: channel.id, permalink: `https://example.slack.com/archives/${channel.id}/p${ts.replace('.', '')}${thread}` };
};
