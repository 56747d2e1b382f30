import { ChannelType, PermissionFlagsBits, type ThreadChannelType } from 'discord-api-types/v10';
import { ALL_MENTIONS } from '../checks/mentions.ts';
import { CHANNEL_FLAGS, checkBody } from '../checks/message-body.ts';
import { checkChoice, checkText, createProblems } from '../checks/problems.ts';
import { integer, nested, text } from '../fields.ts';
import { announceChannel, announceJoined } from '../gateway/announce.ts';
import { channelPayload, threadMemberPayload } from '../payloads/channel-payload.ts';
import { readablePayload } from '../payloads/message-payload.ts';
import { refusal } from '../refusal.ts';
import type { Channel } from '../state/channels.ts';
import { type Call, channelOf, demand, guildOfCall, type Handler, messageOf } from './call.ts';
import { isSystem } from './messages.ts';
import { markStart, openThread, threadTypeIn } from './open-thread.ts';
import { demandRoom } from './writable.ts';
import { createMessage } from './write-message.ts';

const { AnnouncementThread, GuildAnnouncement, GuildForum, GuildText, PrivateThread, PublicThread } = ChannelType;

/** discord.com/developers/docs/resources/channel#start-thread-from-message: the thread has the id of the message. */
export const startThreadFromMessage: Handler = (call) => {
	const { world } = call;
	const parent = channelOf(call);
	if (parent.type !== GuildText && parent.type !== GuildAnnouncement) throw refusal(50024);
	const message = messageOf(call, parent);
	checkThread(call);
	demand(world, parent, PermissionFlagsBits.CreatePublicThreads);
	if (isSystem(message)) throw refusal(50021);
	if (world.channels.get(message.id)) throw refusal(160004);
	demandRoom(world, parent);
	const thread = makeThread(call, parent, threadTypeIn(parent), message.id);
	markStart(world, thread, message);
	return { status: 201, body: channelPayload(world, thread) };
};

/** discord.com/developers/docs/resources/channel#start-thread-without-message and #start-thread-in-forum-or-media-channel */
export const startThread: Handler = (call) => {
	const { world, fields } = call;
	const parent = channelOf(call);
	if (parent.type === GuildForum) return startPost(call, parent);
	if (parent.type !== GuildText && parent.type !== GuildAnnouncement) throw refusal(50024);
	checkThread(call);
	const type = integer(fields, 'type') ?? PrivateThread;
	const problems = createProblems();
	checkChoice(problems, 'type', type, parent.type === GuildText ? [PublicThread, PrivateThread] : [AnnouncementThread]);
	problems.refuse();
	const { CreatePrivateThreads, CreatePublicThreads } = PermissionFlagsBits;
	demand(world, parent, type === PrivateThread ? CreatePrivateThreads : CreatePublicThreads);
	demandRoom(world, parent);
	const thread = makeThread(call, parent, type as ThreadChannelType, world.snowflakes.next());
	return { status: 201, body: channelPayload(world, thread) };
};

function startPost(call: Call, forum: Channel) {
	const { world, fields, files } = call;
	checkThread(call);
	demand(world, forum, PermissionFlagsBits.SendMessages);
	const draft = checkBody({ fields: nested(fields, 'message') ?? {}, files, flags: CHANNEL_FLAGS, mentions: ALL_MENTIONS, at: 'message.' });
	demandRoom(world, forum);
	const id = world.snowflakes.next();
	const thread = makeThread(call, forum, PublicThread, id);
	const message = createMessage(world, { channel: thread, author: world.application.bot, draft, id });
	return { status: 201, body: { ...channelPayload(world, thread), message: readablePayload(world, message) } };
}

function checkThread({ fields }: Call): void {
	const problems = createProblems();
	checkText(problems, 'name', fields.name, { max: 100 });
	checkChoice(problems, 'auto_archive_duration', fields.auto_archive_duration, [60, 1440, 4320, 10_080]);
	problems.refuse();
}

function makeThread({ world, fields }: Call, parent: Channel, type: ThreadChannelType, id: string): Channel {
	const name = text(fields, 'name') ?? '';
	const minutes = integer(fields, 'auto_archive_duration');
	return openThread(world, {
		id,
		type,
		name,
		parent,
		ownerId: world.application.id,
		...(minutes === undefined ? {} : { autoArchiveMinutes: minutes }),
	});
}

export const joinThread: Handler = (call) => {
	const thread = channelOf(call);
	if (!thread.thread) throw refusal(50024);
	if (thread.thread.archived) throw refusal(50083);
	if (!thread.threadMembers.has(call.world.application.id)) {
		thread.threadMembers.set(call.world.application.id, new Date().toISOString());
		announceChannel(call.world, 'THREAD_CREATE', thread);
		announceJoined(call.world, thread);
	}
	return {};
};

/** discord.com/developers/docs/resources/guild#list-active-guild-threads */
export const listActiveThreads: Handler = (call) => {
	const { world } = call;
	const guild = guildOfCall(call);
	const threads = world.channels.all().filter((channel) => channel.guildId === guild.id && channel.thread?.archived === false);
	const members = threads.flatMap((thread) => threadMemberPayload(thread, world.application.id) ?? []);
	return { status: 200, body: { threads: threads.map((thread) => channelPayload(world, thread)), members } };
};
