import { type APIThreadMetadata, ChannelType, PermissionFlagsBits } from 'discord-api-types/v10';
import { checkBoolean, checkChoice, checkText, createProblems } from '../checks/problems.ts';
import { text } from '../fields.ts';
import { announceChannel } from '../gateway/announce.ts';
import { channelPayload } from '../payloads/channel-payload.ts';
import { refusal } from '../refusal.ts';
import type { Channel } from '../state/channels.ts';
import type { World } from '../world.ts';
import { type Call, can, channelOf, demand, guildOfCall, type Handler } from './call.ts';
import { demandRoom } from './writable.ts';

export const getChannel: Handler = (call) => ({ status: 200, body: channelPayload(call.world, channelOf(call)) });

/** discord.com/developers/docs/resources/channel#modify-channel */
export const changeChannel: Handler = (call) => {
	const { world, fields } = call;
	const channel = channelOf(call);
	if (channel.guildId === undefined) throw refusal(50003);
	const problems = createProblems();
	checkText(problems, 'name', fields.name, { max: 100, required: false });
	for (const name of ['archived', 'locked']) checkBoolean(problems, name, fields[name]);
	checkChoice(problems, 'auto_archive_duration', fields.auto_archive_duration, [60, 1440, 4320, 10_080]);
	problems.refuse();
	if (channel.thread) changeThread(call, channel, channel.thread);
	else {
		demand(world, channel, PermissionFlagsBits.ManageChannels);
		world.channels.rename(channel, text(fields, 'name') ?? channel.name);
		announceChannel(world, 'CHANNEL_UPDATE', channel);
	}
	return { status: 200, body: channelPayload(world, channel) };
};

/** Who may do what: discord.com/developers/docs/topics/threads#editing-deleting-threads */
function changeThread(call: Call, channel: Channel, thread: APIThreadMetadata): void {
	const { world, fields } = call;
	const isModerator = can(world, channel, PermissionFlagsBits.ManageThreads);
	const isOwner = channel.ownerId === world.application.id && !thread.locked;
	const opens = thread.archived && fields.archived === false;
	if (thread.archived && !opens) throw refusal(50083);
	if (opens && thread.locked && !isModerator) throw refusal(50013);
	if (opens) demand(world, channel, PermissionFlagsBits.SendMessagesInThreads);
	const changesOwned = fields.name !== undefined || fields.archived === true || fields.auto_archive_duration !== undefined;
	if (changesOwned && !isModerator && !isOwner) throw refusal(50013);
	if (fields.locked !== undefined && !isModerator) throw refusal(50013);
	if (opens) demandRoom(world, channel);
	world.channels.rename(channel, text(fields, 'name') ?? channel.name);
	setThreadState(world, channel, {
		...(typeof fields.archived === 'boolean' ? { archived: fields.archived } : {}),
		...(typeof fields.locked === 'boolean' ? { locked: fields.locked } : {}),
		...(typeof fields.auto_archive_duration === 'number' ? { auto_archive_duration: fields.auto_archive_duration } : {}),
	});
}

/** Archives, locks or opens a thread, and tells the bot. */
export function setThreadState(world: World, channel: Channel, state: Partial<APIThreadMetadata>): void {
	if (!channel.thread) throw new Error(`${channel.name} is not a thread.`);
	channel.thread = { ...channel.thread, ...state, archive_timestamp: new Date().toISOString() };
	announceChannel(world, 'THREAD_UPDATE', channel);
}

export const deleteChannel: Handler = (call) => {
	const { world } = call;
	const channel = channelOf(call);
	const payload = channelPayload(world, channel);
	// Closing direct messages takes nothing away from anybody.
	if (channel.guildId === undefined) return { status: 200, body: payload };
	demand(world, channel, channel.thread ? PermissionFlagsBits.ManageThreads : PermissionFlagsBits.ManageChannels);
	removeChannel(world, channel);
	return { status: 200, body: payload };
};

/** Takes a channel away, with its threads, and tells the bot of it. */
export function removeChannel(world: World, channel: Channel): void {
	announceChannel(world, channel.thread ? 'THREAD_DELETE' : 'CHANNEL_DELETE', channel);
	world.channels.remove(channel.id);
}

export const listChannels: Handler = (call) => {
	const { world } = call;
	const guild = guildOfCall(call);
	const channels = world.channels.all().filter((channel) => channel.guildId === guild.id && !channel.thread);
	const visible = channels.filter((channel) => can(world, channel, PermissionFlagsBits.ViewChannel));
	return { status: 200, body: visible.map((channel) => channelPayload(world, channel)) };
};

/**
 * discord.com/developers/docs/resources/user#create-dm: it can be opened with anybody; whether they take messages shows when one is sent.
 */
export const openDirectMessages: Handler = (call) => {
	const { world, fields } = call;
	const recipient = text(fields, 'recipient_id') ?? '';
	const problems = createProblems();
	if (!/^\d{17,20}$/.test(recipient)) problems.add('recipient_id', 'NUMBER_TYPE_COERCE', `Value "${recipient}" is not snowflake.`);
	problems.refuse();
	if (!world.people.get(recipient)) throw refusal(10013);
	if (recipient === world.application.id) throw refusal(50007);
	return { status: 200, body: channelPayload(world, world.channels.direct([recipient], ChannelType.DM)) };
};
