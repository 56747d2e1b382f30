import { ChannelType, type GuildBasedChannel, PermissionFlagsBits, RESTJSONErrorCodes, Routes } from 'discord.js';
import { UserError } from '../../../src/errors.ts';
import { shorten } from '../../shared/shorten.ts';
import { refusalOf } from '../outbound/discord-failure.ts';
import type { Parts } from '../parts.ts';
import { conversationKey, type Place } from '../place.ts';

/** The message that a question stands in, or that stands for it. */
export interface Spot {
	readonly channel: string;
	readonly message: string;
	/** Absent in a direct message. */
	readonly guild?: string;
}

export interface Opened {
	readonly place: Place;
	/** Why there is no thread, for people. */
	readonly note?: string;
}

/** Discord takes 1 to 100 characters (discord.com/developers/docs/resources/channel#channel-object). */
const THREAD_NAME = 100;
/** A day without a message, and Discord puts the thread away; one more brings it back. */
const ARCHIVE_MINUTES = 1440;
const IN_THREAD = {
	'View Channel': PermissionFlagsBits.ViewChannel,
	'Send Messages in Threads': PermissionFlagsBits.SendMessagesInThreads,
};
const FOR_THREADS = { ...IN_THREAD, 'Create Public Threads': PermissionFlagsBits.CreatePublicThreads };
const FOR_REPLIES = { 'View Channel': PermissionFlagsBits.ViewChannel, 'Send Messages': PermissionFlagsBits.SendMessages };
/** The bot may not, or a channel of this kind has no threads. */
const NO_THREADS: ReadonlySet<unknown> = new Set([
	RESTJSONErrorCodes.MissingPermissions,
	RESTJSONErrorCodes.MissingAccess,
	RESTJSONErrorCodes.CannotExecuteActionOnThisChannelType,
]);

/**
 * Where a question is answered: in the thread or direct message that it stands in, else in a thread of its own, named after it, which anybody there
 * can follow up in. Where no thread can be made, in replies. The same place however often it is asked for. Rejects with a UserError.
 */
export async function openPlace({ channel, message, guild }: Spot, question: string, parts: Parts): Promise<Opened> {
	if (guild === undefined) return { place: { kind: 'channel', channel } };
	const known = await channelOf(channel, parts);
	if (known?.isThread()) {
		mustHold(known, IN_THREAD);
		return { place: { kind: 'channel', channel } };
	}
	const hasThreads = known?.type === ChannelType.GuildText || known?.type === ChannelType.GuildAnnouncement;
	const missing = known && hasThreads ? missingPermissions(known, FOR_THREADS) : [];
	if (known && (!hasThreads || missing.length > 0)) mustHold(known, FOR_REPLIES);
	const replies: Place = { kind: 'replies', channel, message };
	if (!hasThreads) return { place: replies };
	return missing.length > 0 ? { place: replies, note: lacks(missing) } : startThread({ channel, message }, question, replies, parts);
}

type Permissions = Readonly<Record<string, bigint>>;

/** What the bot lacks of these in the channel, by the names that Discord shows. */
function missingPermissions(channel: GuildBasedChannel, needed: Permissions): string[] {
	const held = channel.guild.members.me && channel.permissionsFor(channel.guild.members.me);
	if (!held) return [];
	return Object.entries(needed).flatMap(([name, flag]) => (held.has(flag) ? [] : [name]));
}

/** Nothing is begun whose answer could not be shown. Throws a UserError that names what is missing. */
function mustHold(channel: GuildBasedChannel, needed: Permissions): void {
	const missing = missingPermissions(channel, needed);
	if (missing.length === 0) return;
	throw new UserError(
		'not-allowed',
		`The bot lacks the permission ${missing.join(' and ')} in <#${channel.id}>. Somebody who manages the server can give it; then ask again.`,
	);
}

async function startThread(spot: { channel: string; message: string }, question: string, replies: Place, parts: Parts): Promise<Opened> {
	// A thread has the id of the message it hangs on (discord.com/developers/docs/topics/threads).
	const thread: Place = { kind: 'channel', channel: spot.message };
	try {
		const body = { name: threadName(question), auto_archive_duration: ARCHIVE_MINUTES };
		await parts.outbound.call((api) => api.post(Routes.threads(spot.channel, spot.message), { body }));
	} catch (error) {
		const refusal = refusalOf(error instanceof UserError ? error.cause : error);
		if (refusal === RESTJSONErrorCodes.MaximumActiveThreads) return { place: replies, note: TOO_MANY };
		if (NO_THREADS.has(refusal)) return { place: replies, note: lacks(Object.keys(FOR_THREADS)) };
		if (refusal !== RESTJSONErrorCodes.ThreadAlreadyCreatedForMessage) throw error;
		// A process before this one may have made it, or a person has.
		if (!(await isOwn(spot.message, parts))) return { place: thread };
	}
	await parts.engagements.join(conversationKey(thread));
	return { place: thread };
}

async function channelOf(id: string, { client, outbound }: Parts): Promise<GuildBasedChannel | undefined> {
	const channel = client.channels.cache.get(id) ?? (await outbound.call(() => client.channels.fetch(id)));
	return channel && !channel.isDMBased() ? channel : undefined;
}

async function isOwn(thread: string, parts: Parts): Promise<boolean> {
	const known = await channelOf(thread, parts);
	return known?.isThread() === true && known.ownerId === parts.client.user.id;
}

function threadName(question: string): string {
	const name = shorten(question.toWellFormed().replaceAll(/\s+/g, ' ').trim(), THREAD_NAME - 1);
	return name === '' ? 'A question' : name;
}

function lacks(names: readonly string[]): string {
	return `-# I answer in replies here, because I lack the permission ${names.map((name) => `**${name}**`).join(' and ')} in this channel. Somebody who manages the server can give it to me.`;
}

const TOO_MANY = '-# I answer in replies, because this server has as many open threads as Discord allows.';
