import { PermissionFlagsBits } from 'discord-api-types/v10';
import type { Fields } from '../fields.ts';
import { refusal } from '../refusal.ts';
import type { UploadedFile } from '../state/attachments.ts';
import type { Channel } from '../state/channels.ts';
import type { Guild } from '../state/guilds.ts';
import { permissionsIn } from '../state/permissions.ts';
import type { Message } from '../state/transcript.ts';
import { governing, guildOf, type World } from '../world.ts';

/** One call of the REST API. */
export interface Call {
	readonly world: World;
	/** What stands in the path, by the names of the route. */
	readonly params: Readonly<Record<string, string>>;
	readonly query: URLSearchParams;
	/** The JSON body; empty when it is a list. */
	readonly fields: Fields;
	readonly body: unknown;
	readonly files: ReadonlyMap<string, UploadedFile>;
}

/** Without a body it is 204 (no content). */
export interface Answer {
	readonly status?: number;
	readonly body?: unknown;
}

/** Answers, or throws a Refusal. */
export type Handler = (call: Call) => Answer | Promise<Answer>;

/** A channel that the bot can see: 10003 when there is none, 50001 when it must not. */
export function channelOf(call: Call, id = call.params.id ?? ''): Channel {
	const { world } = call;
	const channel = world.channels.get(id);
	if (!channel) throw refusal(10003);
	const guild = guildOf(world, channel);
	if (!guild && channel.recipients.length !== 1) throw refusal(50001);
	if (guild && (!guild.hasBot || !can(world, channel, PermissionFlagsBits.ViewChannel))) throw refusal(50001);
	return channel;
}

/** Everything is allowed in direct messages. */
export function can(world: World, channel: Channel, permission: bigint, userId = world.application.id): boolean {
	const guild = guildOf(world, channel);
	return !guild || (permissionsIn(guild, governing(world, channel), userId) & permission) === permission;
}

export function demand(world: World, channel: Channel, permission: bigint): void {
	if (!can(world, channel, permission)) throw refusal(50013);
}

export function messageOf(call: Call, channel: Channel, id = call.params.mid ?? ''): Message {
	const message = call.world.transcript.present({ channel_id: channel.id, id });
	if (!message || message.ephemeralFor !== undefined) throw refusal(10008);
	return message;
}

/** A server that the bot is in. */
export function guildOfCall(call: Call): Guild {
	const guild = call.world.guilds.get(call.params.guild ?? '');
	if (!guild) throw refusal(10004);
	if (!guild.hasBot) throw refusal(50001);
	return guild;
}
