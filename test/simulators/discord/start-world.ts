import type { Gateway } from './gateway/gateway.ts';
import { createGateway } from './gateway/gateway.ts';
import { textChannel } from './people/actor.ts';
import { createRoutes } from './rest/routes.ts';
import { listen, originOf } from './server.ts';
import { createApplication } from './state/application.ts';
import { createAttachments } from './state/attachments.ts';
import { createChannels } from './state/channels.ts';
import { createCommands } from './state/commands.ts';
import { createFaults } from './state/faults.ts';
import { createGuild, type Guild, type GuildOptions } from './state/guilds.ts';
import { createInteractions } from './state/interactions.ts';
import { createNonces } from './state/nonces.ts';
import { createPeople } from './state/people.ts';
import { createRateLimit } from './state/rate-limit.ts';
import { createSnowflakes } from './state/snowflakes.ts';
import { createTranscript } from './state/transcript.ts';
import type { World } from './world.ts';

/**
 * "you must send an initial response within 3 seconds":
 * discord.com/developers/docs/interactions/receiving-and-responding#interaction-callback
 */
const FIRST_RESPONSE_MS = 3000;
const HEARTBEAT_MS = 41_250;

export interface DiscordOptions {
	/** Servers. Default: one named Films with the bot in it. The first is the one meant where none is named. */
	readonly guilds?: readonly GuildOptions[];
	/** The privileged intent for the content of messages is switched on in the portal. Default true. */
	readonly messageContent?: boolean;
	/** As many shards are recommended. Default 1. */
	readonly shards?: number;
	/** Messages that a channel takes in 5 s. Default 5. */
	readonly messagesPer5s?: number;
	/** A message of the bot opens an archived thread again, as Discord's documentation says; by default it is refused with 50083. */
	readonly reopensThreads?: boolean;
	/** How long an interaction waits for its first response. Default 3,000. */
	readonly firstResponseMs?: number;
	/** Default 41,250. Clients that do not beat within twice that time are closed with 4009. */
	readonly heartbeatMs?: number;
}

/** The simulated Discord itself, listening on a free port, and the way to shut it down. */
export interface RunningWorld {
	readonly world: World;
	close(): Promise<void>;
}

export async function startWorld(options: DiscordOptions): Promise<RunningWorld> {
	let started: World | undefined;
	const world = () => {
		if (!started) throw new Error('The simulator is starting.');
		return started;
	};
	const routes = createRoutes(options.shards ?? 1);
	const server = await listen(world, routes);
	const gateway = createGateway({ world, heartbeatMs: options.heartbeatMs ?? HEARTBEAT_MS });
	started = createWorld(
		options,
		originOf(server),
		gateway,
		routes.map((route) => route.name),
	);
	for (const guild of options.guilds ?? [{ name: 'Films' }]) addGuild(started, guild);
	const { interactions, failures } = started;
	return {
		world: started,
		async close() {
			interactions.close();
			await gateway.close();
			const closed = new Promise((resolve) => server.close(resolve));
			server.closeAllConnections();
			await closed;
			if (failures.length > 0) throw new AggregateError(failures, 'The simulator failed.');
		},
	};
}

function createWorld(options: DiscordOptions, origin: string, gateway: Gateway, routes: readonly string[]): World {
	const snowflakes = createSnowflakes();
	const people = createPeople(snowflakes);
	const application = createApplication(snowflakes, options.messageContent ?? true);
	people.add(application.bot);
	return {
		origin,
		application,
		snowflakes,
		people,
		guilds: new Map(),
		channels: createChannels(snowflakes),
		transcript: createTranscript(),
		attachments: createAttachments(origin, snowflakes),
		commands: createCommands(),
		interactions: createInteractions(options.firstResponseMs ?? FIRST_RESPONSE_MS),
		gateway,
		faults: createFaults(routes),
		rateLimit: createRateLimit(options.messagesPer5s ?? 5),
		nonces: createNonces(),
		calls: [],
		failures: [],
		reopensThreads: options.reopensThreads ?? false,
	};
}

/** Makes a server, with a channel `general` as every new one has. */
export function addGuild(world: World, options: GuildOptions): Guild {
	const { snowflakes, application, people } = world;
	const owner = people.named(`owner of ${options.name}`).user.id;
	const guild = createGuild({ ...options, botId: application.id, ownerId: owner, snowflakes });
	world.guilds.set(guild.id, guild);
	textChannel(world, guild, 'general');
	return guild;
}
