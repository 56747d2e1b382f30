import { type Client, type GuildTextBasedChannel, type Message, Status, type TextBasedChannel } from 'discord.js';
import type { Logger } from 'pino';
import type { Storage } from '../../../src/storage/storage.ts';
import { snowflakeAt } from '../outbound/find-message.ts';

/**
 * What people wrote while no process of the bot was connected, or its session was lost: Discord does not deliver that later. Methods never reject.
 */
export interface CatchUp {
	/** Messages of this direct channel are looked for, too: no list of Discord's has it. */
	rememberDirect(channel: string): Promise<void>;
	/** Begins to write down that the bot is connected. */
	start(): void;
	/** Gives what was missed to `handle`, which may have had some of it. */
	run(): Promise<void>;
	stop(): Promise<void>;
}

export interface CatchUpOptions {
	readonly client: Client;
	readonly storage: Storage;
	readonly handle: (message: Message) => Promise<void>;
	readonly logger: Logger;
}

const NOTE_MS = 15_000;
/** A connection that is dead is noticed after a heartbeat, 41 s, and what came before counts as seen. */
const MARGIN_MS = 120_000;
/** What was handled is known for an hour, and nobody waits longer for an answer. */
const LOOK_BACK_MS = 50 * 60_000;
const CHANNELS = 100;
const MESSAGES = 100;

export function createCatchUp({ client, storage, handle, logger }: CatchUpOptions): CatchUp {
	const seen = storage.records<{ readonly at: number }>('discord-seen');
	const direct = storage.records<{ readonly at: number }>('discord-direct');
	const known = new Set<string>();
	let noting: NodeJS.Timeout | undefined;
	let running: Promise<void> | undefined;

	const quietly = async (work: () => Promise<void>) => {
		try {
			await work();
		} catch (error) {
			logger.warn({ err: error }, 'what was missed in Discord could not be looked for');
		}
	};
	const note = () =>
		quietly(async () => {
			// While it looks, what it has not found yet does not count as seen.
			const connected = client.ws.shards.size > 0 && client.ws.shards.every(({ status }) => status === Status.Ready);
			if (connected && !running) await seen.put('last', { at: Date.now() });
		});
	const readSince = async (channel: TextBasedChannel, since: bigint) => {
		try {
			const messages = await channel.messages.fetch({ after: String(since), limit: MESSAGES, cache: false });
			for (const message of [...messages.values()].reverse()) await handle(message);
		} catch (error) {
			logger.debug({ err: error, channel: channel.id }, 'a channel could not be looked through');
		}
	};
	const look = async () => {
		const last = await seen.get('last');
		if (!last) return;
		const since = snowflakeAt(Math.max(last.at - MARGIN_MS, Date.now() - LOOK_BACK_MS));
		const channels = [...client.channels.cache.values()].filter((channel): channel is GuildTextBasedChannel => isNewer(channel, since));
		const directs: TextBasedChannel[] = [];
		for await (const [id] of direct.entries()) {
			const channel = directs.length < CHANNELS ? await client.channels.fetch(id).catch(() => null) : null;
			if (channel?.isDMBased() && channel.isTextBased()) directs.push(channel);
		}
		for (const channel of [...channels.slice(0, CHANNELS), ...directs]) await readSince(channel, since);
	};
	return {
		rememberDirect: (channel) =>
			quietly(async () => {
				if (known.has(channel)) return;
				await direct.put(channel, { at: Date.now() });
				known.add(channel);
			}),
		start() {
			void note();
			noting = setInterval(note, NOTE_MS).unref();
		},
		run() {
			running ??= quietly(look).finally(() => {
				running = undefined;
			});
			return running;
		},
		async stop() {
			clearInterval(noting);
			await running;
			await note();
		},
	};
}

/** Whether something was written in it since. */
function isNewer(channel: { isDMBased(): boolean; isTextBased(): boolean; lastMessageId?: string | null }, since: bigint): boolean {
	return (
		!channel.isDMBased() && channel.isTextBased() && typeof channel.lastMessageId === 'string' && BigInt(channel.lastMessageId) > since
	);
}
