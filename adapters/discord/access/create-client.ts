import { Client, Events, GatewayIntentBits, Options, Partials } from 'discord.js';
import type { Logger } from 'pino';
import type { DiscordConfig } from '../../../src/config.ts';
import { makeRequest } from './make-request.ts';

/** What every bot may have; what people write without mentioning it is added where the application may read that. */
export const INTENTS = [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages, GatewayIntentBits.DirectMessages] as const;

/** Not connected yet. What it has to say goes to the log. */
export function createClient({ apiUrl, shards }: DiscordConfig, logger: Logger): Client {
	const client = new Client({
		intents: [...INTENTS],
		// Without it, direct messages from people who have not written before are left out.
		partials: [Partials.Channel],
		allowedMentions: { parse: [] },
		rest: { api: apiUrl, makeRequest },
		...(shards === 'auto' ? { shards } : { shardCount: shards }),
		// Messages and people are asked for when they are needed: what is kept of them here is only memory.
		makeCache: Options.cacheWithLimits({
			...Options.DefaultMakeCacheSettings,
			MessageManager: 0,
			ReactionManager: 0,
			PresenceManager: 0,
			VoiceStateManager: 0,
			GuildMemberManager: { maxSize: 100, keepOverLimit: (member) => member.id === member.client.user.id },
		}),
	});
	client.on(Events.Error, (error) => logger.warn({ err: error }, 'the connection to Discord has met an error'));
	client.on(Events.Warn, (text) => logger.warn(text));
	client.on(Events.ShardError, (error, shard) => logger.warn({ err: error, shard }, 'a connection to Discord has met an error'));
	client.on(Events.ShardReconnecting, (shard) => logger.info({ shard }, 'connecting to Discord again'));
	client.on(Events.ShardResume, (shard, events) => logger.info({ shard, events }, 'connected to Discord again; nothing was missed'));
	client.on(Events.ShardDisconnect, ({ code }, shard) => {
		// Whoever starts the bot hears of it in another way.
		if (client.isReady())
			logger.fatal({ code, shard }, 'Discord has ended a connection for good. Check DISCORD_TOKEN and restart the bot.');
	});
	return client;
}
