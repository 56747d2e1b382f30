import { MessageType, PermissionFlagsBits } from 'discord-api-types/v10';
import { ALL_MENTIONS } from '../checks/mentions.ts';
import { CHANNEL_FLAGS, checkBody, EDIT_FLAGS } from '../checks/message-body.ts';
import { createProblems } from '../checks/problems.ts';
import { nested, text } from '../fields.ts';
import { readablePayload } from '../payloads/message-payload.ts';
import { refusal } from '../refusal.ts';
import type { Channel } from '../state/channels.ts';
import { isSnowflake } from '../state/snowflakes.ts';
import type { Message } from '../state/transcript.ts';
import { type Call, can, channelOf, demand, type Handler, messageOf } from './call.ts';
import { demandWritable } from './writable.ts';
import { changeMessage, createMessage, deleteMessage } from './write-message.ts';

/** discord.com/developers/docs/resources/message#create-message */
export const postMessage: Handler = (call) => {
	const { world, fields, files } = call;
	const channel = channelOf(call);
	demandWritable(world, channel);
	if (files.size > 0) demand(world, channel, PermissionFlagsBits.AttachFiles);
	const nonce = checkNonce(call);
	const draft = checkBody({ fields, files, flags: CHANNEL_FLAGS, mentions: ALL_MENTIONS });
	const repeated = nonce !== undefined && fields.enforce_nonce === true ? world.nonces.find(nonce) : undefined;
	const already = repeated && world.transcript.present(repeated);
	if (already) return { status: 200, body: readablePayload(world, already) };
	const replied = repliedTo(call, channel);
	const reference = replied ? { message_reference: { type: 0, channel_id: channel.id, message_id: replied.id, ...inGuild(channel) } } : {};
	const message = createMessage(world, {
		channel,
		author: world.application.bot,
		draft,
		...(replied ? { type: MessageType.Reply, repliedTo: replied.author.id } : {}),
		extra: { ...reference, ...(nonce === undefined ? {} : { nonce }) },
	});
	if (nonce !== undefined) world.nonces.remember(nonce, message);
	return { status: 200, body: readablePayload(world, message) };
};

export function inGuild(channel: Channel): { readonly guild_id?: string } {
	return channel.guildId === undefined ? {} : { guild_id: channel.guildId };
}

function checkNonce({ fields }: Call): string | undefined {
	const { nonce } = fields;
	if (nonce === undefined || nonce === null) return undefined;
	const problems = createProblems();
	if (typeof nonce !== 'string' && typeof nonce !== 'number')
		problems.add('nonce', 'NONCE_TYPE_CONVERT', 'Could not interpret as string or integer.');
	else if (String(nonce).length > 25) problems.add('nonce', 'BASE_TYPE_MAX_LENGTH', 'Must be 25 or fewer in length.');
	problems.refuse();
	return String(nonce);
}

/**
 * The message replied to, or a refusal unless that may be missing:
 * discord.com/developers/docs/resources/message#message-reference-structure
 */
function repliedTo(call: Call, channel: Channel): Message | undefined {
	const reference = nested(call.fields, 'message_reference');
	if (!reference) return undefined;
	const problems = createProblems();
	const id = text(reference, 'message_id') ?? '';
	if (reference.type === 1) problems.add('message_reference.type', 'BASE_TYPE_CHOICES', 'This simulator knows replies only.');
	if (reference.channel_id !== undefined && reference.channel_id !== channel.id)
		problems.add('message_reference', 'MESSAGE_REFERENCE_CHANNEL_MISMATCH', 'Cannot reply to a message in a different channel');
	problems.refuse();
	if (!can(call.world, channel, PermissionFlagsBits.ReadMessageHistory)) throw refusal(160002);
	const message = call.world.transcript.present({ channel_id: channel.id, id });
	const isThere = message !== undefined && message.ephemeralFor === undefined;
	if (!isThere && reference.fail_if_not_exists === false) return undefined;
	if (!isThere) problems.add('message_reference', 'MESSAGE_REFERENCE_UNKNOWN_MESSAGE', 'Unknown message');
	else if (isSystem(message))
		problems.add('message_reference', 'REPLIES_CANNOT_REPLY_TO_SYSTEM_MESSAGE', 'Cannot reply to a system message');
	problems.refuse();
	return message;
}

const WRITTEN: readonly MessageType[] = [
	MessageType.Default,
	MessageType.Reply,
	MessageType.ChatInputCommand,
	MessageType.ContextMenuCommand,
];

export function isSystem(message: Pick<Message, 'type'>): boolean {
	return !WRITTEN.includes(message.type);
}

/** Without the permission for the history there are none: discord.com/developers/docs/resources/message#get-channel-messages */
export const listMessages: Handler = (call) => {
	const { world, query } = call;
	const channel = channelOf(call);
	const limit = Number(query.get('limit') ?? 50);
	const problems = createProblems();
	if (!Number.isInteger(limit) || limit < 1) problems.add('limit', 'NUMBER_TYPE_MIN', 'int value should be greater than or equal to 1.');
	if (limit > 100) problems.add('limit', 'NUMBER_TYPE_MAX', 'int value should be less than or equal to 100.');
	for (const name of ['before', 'after', 'around']) {
		const value = query.get(name);
		if (value !== null && !/^\d+$/.test(value)) problems.add(name, 'NUMBER_TYPE_COERCE', `Value "${value}" is not snowflake.`);
	}
	problems.refuse();
	if (!can(world, channel, PermissionFlagsBits.ReadMessageHistory)) return { status: 200, body: [] };
	const all = world.transcript.inChannel(channel.id).toSorted((a, b) => (BigInt(a.id) < BigInt(b.id) ? 1 : -1));
	return { status: 200, body: page(all, query, limit).map((message) => readablePayload(world, message)) };
};

/** Of messages sorted from the newest to the oldest. */
function page(all: readonly Message[], query: URLSearchParams, limit: number): readonly Message[] {
	const [before, after, around] = ['before', 'after', 'around'].map((name) => query.get(name));
	if (around) {
		const half = Math.floor(limit / 2);
		const newer = all.filter((message) => BigInt(message.id) > BigInt(around));
		const others = all.filter((message) => BigInt(message.id) <= BigInt(around));
		return [...newer.slice(-half), ...others.slice(0, limit - Math.min(half, newer.length))];
	}
	if (after) return all.filter((message) => BigInt(message.id) > BigInt(after)).slice(-limit);
	return all.filter((message) => !before || BigInt(message.id) < BigInt(before)).slice(0, limit);
}

export const getMessage: Handler = (call) => {
	const channel = channelOf(call);
	demand(call.world, channel, PermissionFlagsBits.ReadMessageHistory);
	if (!isSnowflake(call.params.mid)) throw refusal(10008);
	return { status: 200, body: readablePayload(call.world, messageOf(call, channel)) };
};

/** discord.com/developers/docs/resources/message#edit-message */
export const editMessage: Handler = (call) => {
	const { world, fields, files } = call;
	const channel = channelOf(call);
	const before = messageOf(call, channel);
	if (before.author.id !== world.application.id) throw refusal(50005);
	if (isSystem(before)) throw refusal(50021);
	if (channel.thread?.archived) throw refusal(50083);
	if (channel.thread?.locked) demandUnlocked(call, channel);
	if (files.size > 0) demand(world, channel, PermissionFlagsBits.AttachFiles);
	const start = { message: before, files: world.transcript.filesOf(before) };
	const draft = checkBody({ fields, files, flags: EDIT_FLAGS, mentions: ALL_MENTIONS, before: start });
	return { status: 200, body: readablePayload(world, changeMessage(world, before, draft)) };
};

function demandUnlocked(call: Call, channel: Channel): void {
	if (!can(call.world, channel, PermissionFlagsBits.ManageThreads)) throw refusal(160005);
}

export const removeMessage: Handler = (call) => {
	const { world } = call;
	const channel = channelOf(call);
	const message = messageOf(call, channel);
	if (channel.thread?.archived) throw refusal(50083);
	if (message.author.id !== world.application.id) {
		if (!channel.guildId) throw refusal(50003);
		demand(world, channel, PermissionFlagsBits.ManageMessages);
	} else if (message.type === MessageType.ThreadStarterMessage) throw refusal(50021);
	deleteMessage(world, message);
	return {};
};

export const type: Handler = (call) => {
	demandWritable(call.world, channelOf(call));
	return {};
};
