import type { Gateway } from './gateway/gateway.ts';
import type { Application } from './state/application.ts';
import type { Attachments } from './state/attachments.ts';
import type { Channel, Channels } from './state/channels.ts';
import type { Commands } from './state/commands.ts';
import type { Faults } from './state/faults.ts';
import type { Guild } from './state/guilds.ts';
import type { Interactions } from './state/interactions.ts';
import type { Nonces } from './state/nonces.ts';
import type { People } from './state/people.ts';
import type { RateLimit } from './state/rate-limit.ts';
import type { Snowflakes } from './state/snowflakes.ts';
import type { Transcript } from './state/transcript.ts';

/** All of the simulated Discord. */
export interface World {
	/** Of the server, without a slash at its end. */
	readonly origin: string;
	readonly application: Application;
	readonly snowflakes: Snowflakes;
	readonly people: People;
	readonly guilds: Map<string, Guild>;
	readonly channels: Channels;
	readonly transcript: Transcript;
	readonly attachments: Attachments;
	readonly commands: Commands;
	readonly interactions: Interactions;
	readonly gateway: Gateway;
	readonly faults: Faults;
	readonly rateLimit: RateLimit;
	readonly nonces: Nonces;
	/** Every call of the REST API, in order. */
	readonly calls: ApiCall[];
	/** What went wrong in the simulator itself. */
	readonly failures: unknown[];
	/** A message of the bot opens an archived thread again. */
	readonly reopensThreads: boolean;
}

/** Recorded as soon as it arrives. */
export interface ApiCall {
	readonly method: string;
	/** With names instead of ids, such as `/channels/:id/messages`; the path itself when there is no such route. */
	readonly route: string;
	readonly path: string;
	readonly at: number;
	readonly body?: unknown;
	/** There is no such route. */
	readonly unknown?: boolean;
	/** Undefined until it was answered, and 0 when the connection was cut instead. */
	status?: number;
	/** Discord's error code. */
	code?: number;
}

export function guildOf(world: World, channel: Channel): Guild | undefined {
	return channel.guildId === undefined ? undefined : world.guilds.get(channel.guildId);
}

/** By name or id; the first one when nothing is said. */
export function guildNamed(world: World, name: string | undefined): Guild {
	const all = [...world.guilds.values()];
	const found = name === undefined ? all[0] : all.find((guild) => guild.name === name || guild.id === name);
	if (!found) throw new Error(`There is no server ${name}.`);
	return found;
}

/** The channel that a thread's permissions come from: its parent. */
export function governing(world: World, channel: Channel): Channel {
	return (channel.thread && channel.parentId !== undefined ? world.channels.get(channel.parentId) : undefined) ?? channel;
}
