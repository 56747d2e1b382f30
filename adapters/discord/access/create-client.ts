import { Client, Events, GatewayIntentBits, Options, Partials, type RateLimitData, RESTEvents, Routes } from 'discord.js';
import type { Logger } from 'pino';
import type { DiscordConfig } from '../../../src/config.ts';
import { makeRequest } from './make-request.ts';

/** What every bot may have; what people write without mentioning it is added where the application may read that. */
export const INTENTS = [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages, GatewayIntentBits.DirectMessages] as const;

/** A channel takes messages again after 5 s at most, and discord.js knows when; what takes longer is for the caller to wait for, or not. */
const PATIENCE_MS = 6_000;
/** A page of messages, whose authors are named by what is kept, has no more of them as a rule. */
const USERS = 1_000;
/** In each server. */
const MEMBERS = 10;
const UNAUTHORIZED = 401;

/**
 * Not connected yet. What it has to say goes to the log. Calls reject with a RateLimitError instead of waiting for long. One that is refused with the
 * bot's token does not make it forget the token: the next one may be let in.
 */
export function createClient({ apiUrl, shards, token }: DiscordConfig, logger: Logger): Client {
	const client = new Client({
		intents: [...INTENTS],
		// Without it, direct messages from people who have not written before are left out.
		partials: [Partials.Channel],
		allowedMentions: { parse: [] },
		rest: { api: apiUrl, makeRequest, rejectOnRateLimit: isTooLong },
		...(shards === 'auto' ? { shards } : { shardCount: shards }),
		// Messages and people are asked for when they are needed: what is kept of them here is only memory.
		makeCache: Options.cacheWithLimits({
			...Options.DefaultMakeCacheSettings,
			MessageManager: 0,
			ReactionManager: 0,
			PresenceManager: 0,
			VoiceStateManager: 0,
			GuildMemberManager: { maxSize: MEMBERS, keepOverLimit: isSelf },
			UserManager: { maxSize: USERS, keepOverLimit: isSelf },
		}),
	});
	client.rest.on(RESTEvents.Response, ({ data }, { status }) => {
		// After discord.js, which takes it away.
		if (status === UNAUTHORIZED && data.auth) process.nextTick(() => client.rest.setToken(token));
	});
	client.on(Events.Error, (error) => logger.warn({ err: error }, 'the connection to Discord has met an error'));
	client.on(Events.Warn, (text) => logger.warn(text));
	client.on(Events.ShardError, (error, shard) => logger.warn({ err: error, shard }, 'a connection to Discord has met an error'));
	client.on(Events.ShardReconnecting, (shard) => logger.info({ shard }, 'connecting to Discord again'));
	client.on(Events.ShardResume, (shard, events) => logger.info({ shard, events }, 'connected to Discord again; nothing was missed'));
	return client;
}

/** Nobody repeats what the gateway asks for when it connects anew. */
function isTooLong({ route, timeToReset, retryAfter, sublimitTimeout }: RateLimitData): boolean {
	return Math.max(timeToReset, retryAfter, sublimitTimeout) > PATIENCE_MS && route !== Routes.gatewayBot();
}

function isSelf({ id, client }: { readonly id: string; readonly client: Client }): boolean {
	return id === client.user?.id;
}
