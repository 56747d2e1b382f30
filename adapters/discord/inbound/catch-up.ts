import { type Client, type Message, Status, type TextBasedChannel } from 'discord.js';
import PQueue from 'p-queue';
import type { Logger } from 'pino';
import type { Storage } from '../../../src/storage/storage.ts';
import { failureOf, isWithoutToken } from '../outbound/discord-failure.ts';
import { snowflakeAt } from '../outbound/find-message.ts';

/**
 * What people wrote while no process of the bot was connected, or its session was lost: Discord does not deliver that later. What Discord does not
 * give at the moment is looked for again. Methods never reject.
 */
export interface CatchUp {
	/** Messages of this direct channel are looked for, too: no list of Discord's has it. */
	rememberDirect(channel: string): Promise<void>;
	/** Begins to write down that the bot is connected. */
	start(): void;
	/** Gives what was missed until now to `handle`, which may have had some of it. */
	run(): Promise<void>;
	stop(): Promise<void>;
}

export interface CatchUpOptions {
	readonly client: Client;
	readonly storage: Storage;
	/** Gets messages of a channel one after the other, the oldest first. `asked` is the same for all that one look finds. Never rejects. */
	readonly handle: (message: Message, asked: Set<string>) => Promise<void>;
	readonly logger: Logger;
	/** How often it is written down that the bot is connected, and what could not be read is looked for again. */
	readonly noteMs?: number;
	/** The most that one look takes, the newest of each: more would be more than the bot can answer. */
	readonly limits?: { readonly channels: number; readonly directs: number; readonly messages: number };
}

const NOTE_MS = 15_000;
/** A connection that is dead is noticed after a heartbeat, 41 s, and what came before counts as seen. */
const MARGIN_MS = 120_000;
/** What was handled is known for an hour, and nobody waits longer for an answer. */
const LOOK_BACK_MS = 50 * 60_000;
const LIMITS = { channels: 200, directs: 200, messages: 1_000 };
/** The most that Discord gives at once (discord.com/developers/docs/resources/message#get-channel-messages). */
const PAGE = 100;
const CHANNELS_AT_ONCE = 4;
/** A direct channel counts as used so much later only. */
const REFRESH_MS = 60_000;
const FORGET_MS = 30 * 24 * 3_600_000;

/** A channel to be read from there on. */
interface Unread {
	readonly id: string;
	readonly since: bigint;
	/** When it was first to be read. */
	readonly at: number;
}

export function createCatchUp(options: CatchUpOptions): CatchUp {
	const { client, storage, handle, logger, noteMs = NOTE_MS, limits = LIMITS } = options;
	const seen = storage.records<{ readonly at: number }>('discord-seen');
	const direct = storage.records<{ readonly at: number }>('discord-direct');
	const used = new Map<string, number>();
	/** By their ids: what has still to be read. */
	const unread = new Map<string, Unread>();
	let noting: NodeJS.Timeout | undefined;
	let running: Promise<void> | undefined;
	/** It has not been looked yet what is to be read. */
	let due = false;
	let stopped = false;

	const quietly = async (work: () => Promise<void>) => {
		try {
			await work();
		} catch (error) {
			logger.warn({ err: error }, 'what was missed in Discord could not be looked for');
		}
	};
	const note = () =>
		quietly(async () => {
			const connected = client.ws.shards.size > 0 && client.ws.shards.every(({ status }) => status === Status.Ready);
			// What has not been found yet does not count as seen.
			if (connected && !running && !due && unread.size === 0) await seen.put('last', { at: Date.now() });
		});
	const add = (ids: readonly string[], since: bigint) => {
		for (const id of ids) {
			const known = unread.get(id);
			unread.set(id, known && known.since < since ? known : { id, since, at: known?.at ?? Date.now() });
		}
	};
	const newest = (ids: readonly string[], limit: number, kind: string) => {
		if (ids.length > limit) logger.warn({ leftOut: ids.length - limit, kind }, 'not everywhere in Discord is looked for what was missed');
		return ids.slice(0, limit);
	};
	const directsOf = async (): Promise<string[]> => {
		const directs: { readonly id: string; readonly at: number }[] = [];
		for await (const [id, { at }] of direct.entries()) {
			if (at < Date.now() - FORGET_MS) await direct.delete(id);
			else directs.push({ id, at });
		}
		return directs.sort((one, other) => other.at - one.at).map(({ id }) => id);
	};
	/** Notes where something may have been missed. */
	const survey = async () => {
		const last = await seen.get('last');
		if (!last) return;
		const since = snowflakeAt(Math.max(last.at - MARGIN_MS, Date.now() - LOOK_BACK_MS));
		const directs = await directsOf();
		add(newest(directs, limits.directs, 'direct messages'), since);
		add(newest(channelsSince(client, since), limits.channels, 'channels'), since);
	};
	const missedIn = async ({ id, since }: Unread): Promise<readonly Message[]> => {
		const channel = await client.channels.fetch(id);
		if (!channel?.isTextBased()) return [];
		const messages = await messagesSince(channel, since, limits.messages);
		if (messages.length >= limits.messages)
			logger.warn({ channel: id, taken: messages.length }, 'the oldest of what was missed in a channel may be left out');
		if (channel.isDMBased() && messages.length > 0) await rememberDirect(id);
		return messages;
	};
	/** It stays to be read when it could not be read for no reason of ours. */
	const onUnreadable = ({ id, at }: Unread, error: unknown) => {
		if (failureOf(error)?.kind === 'refused' && !isWithoutToken(error)) {
			unread.delete(id);
			logger.debug({ err: error, channel: id }, 'a channel may not be looked through');
			return;
		}
		const givenUp = Date.now() - at > LOOK_BACK_MS;
		if (givenUp) unread.delete(id);
		logger.warn({ err: error, channel: id, givenUp }, 'a channel could not be looked through');
	};
	const read = async (each: Unread, asked: Set<string>) => {
		try {
			for (const message of await missedIn(each)) {
				if (stopped) return;
				await handle(message, asked);
			}
			unread.delete(each.id);
		} catch (error) {
			onUnreadable(each, error);
		}
	};
	const lookOnce = async () => {
		if (due) {
			due = false;
			await survey().catch((error) => {
				due = true;
				throw error;
			});
		}
		const asked = new Set<string>();
		const queue = new PQueue({ concurrency: CHANNELS_AT_ONCE });
		await queue.addAll([...unread.values()].map((each) => async () => stopped || (await read(each, asked))));
	};
	const look = async () => {
		try {
			do await lookOnce();
			while (due && !stopped);
		} finally {
			// At once: who asks for another look from now on begins one.
			running = undefined;
		}
	};
	const run = (): Promise<void> => {
		running ??= quietly(look);
		return running;
	};
	const rememberDirect = (channel: string) =>
		quietly(async () => {
			const now = Date.now();
			if (now - (used.get(channel) ?? 0) < REFRESH_MS) return;
			await direct.put(channel, { at: now });
			for (const [other, at] of used) if (now - at >= REFRESH_MS) used.delete(other);
			used.set(channel, now);
		});
	return {
		rememberDirect,
		start() {
			void note();
			noting = setInterval(() => void (due || unread.size > 0 ? run() : note()), noteMs).unref();
		},
		run() {
			due = true;
			return run();
		},
		async stop() {
			stopped = true;
			clearInterval(noting);
			await running;
			await note();
		},
	};
}

/** Ids of those in servers in which something was written since, the newest first. */
function channelsSince(client: Client, since: bigint): string[] {
	const found: { readonly id: string; readonly last: bigint }[] = [];
	for (const channel of client.channels.cache.values()) {
		if (channel.isDMBased() || !channel.isTextBased() || channel.lastMessageId === null) continue;
		const last = BigInt(channel.lastMessageId);
		if (last > since) found.push({ id: channel.id, last });
	}
	return found.sort((one, other) => Number(other.last - one.last)).map(({ id }) => id);
}

/** At most so many, the newest, in the order they were written. */
async function messagesSince(channel: TextBasedChannel, since: bigint, limit: number): Promise<Message[]> {
	const found: Message[] = [];
	for (;;) {
		const before = found.at(-1)?.id;
		const page = await channel.messages.fetch({ limit: Math.min(PAGE, limit - found.length), ...(before && { before }), cache: false });
		const newer = [...page.values()].filter(({ id }) => BigInt(id) > since);
		found.push(...newer);
		if (newer.length < PAGE || found.length >= limit) return found.reverse();
	}
}
