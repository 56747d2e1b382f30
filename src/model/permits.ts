import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import type { Logger } from 'pino';

/** How many may do something at once, in all processes that share them. */
export interface Permits {
	/** Resolves with what gives the permit back; that never throws. Rejects with the reason of `signal` alone. */
	acquire(signal: AbortSignal): Promise<() => void>;
	close(): Promise<void>;
}

export interface SharedPermitsOptions {
	readonly url: string;
	/** What they are for: of equal names there are `limit` together. */
	readonly name: string;
	readonly limit: number;
	readonly logger: Logger;
}

/** Among the keys of `RedisStorage`, where no namespace holds an `@`. */
const PREFIX = 'toolcoder:@permits';
/** A process that gives no sign of life for so long has lost its permits. */
const TTL_MS = 15_000;
const RENEW_MS = 5_000;
/** Those that lapsed are told of by nobody. */
const LOOK_MS = 1_000;
/** Who holds one, by when it lapses, all by the clock of the server. */
const ACQUIRE = `local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[1]) then return 0 end
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[3])
return 1`;
const RENEW = `local time = redis.call('TIME')
local lapses = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1]
for i = 2, #ARGV do redis.call('ZADD', KEYS[1], 'XX', lapses, ARGV[i]) end
return 1`;

interface Waiting {
	readonly got: (release: () => void) => void;
}

/**
 * Permits on a Redis server. While that is away they are given to everybody: who shares them has a limit of its own besides. Those of a process that
 * died lapse within 15 s.
 */
export function createSharedPermits({ url, name, limit, logger }: SharedPermitsOptions): Permits {
	const key = `${PREFIX}:${name}`;
	const commands = new Redis(url, { enableOfflineQueue: false, maxRetriesPerRequest: 0 });
	const channel = new Redis(url);
	const waiting: Waiting[] = [];
	const held = new Set<string>();
	let trying = false;
	/** Permits may have been given back since the last look. */
	let news = false;
	let away = false;
	for (const redis of [commands, channel]) redis.on('error', noteAway);
	commands.on('ready', () => {
		away = false;
	});
	const firstContact = new Promise<void>((resolve) => {
		for (const event of ['ready', 'error', 'end']) commands.once(event, () => resolve());
	});
	channel.subscribe(key).catch(noteAway);
	channel.on('message', () => void serve());
	const looking = setInterval(() => void serve(), LOOK_MS).unref();
	const renewing = setInterval(() => {
		if (held.size > 0) commands.eval(RENEW, 1, key, TTL_MS, ...held).catch(noteAway);
	}, RENEW_MS).unref();

	function noteAway(error: unknown): void {
		if (!away)
			logger.warn(
				{ err: error, permits: name },
				'requests to the model cannot be counted together while Redis is away: each process keeps to MODEL_CONCURRENCY by itself',
			);
		away = true;
	}

	/** Gives permits to those who wait, the first first, as long as there are any. */
	async function serve(): Promise<void> {
		news = true;
		if (trying) return;
		trying = true;
		try {
			// One that is given back while there was none is asked for again.
			for (let granted = true; (granted || news) && waiting.length > 0; ) {
				news = false;
				const id = randomUUID();
				granted = await take(id);
				if (granted) give(id);
			}
		} finally {
			trying = false;
		}
	}

	async function take(id: string): Promise<boolean> {
		await firstContact;
		try {
			return (await commands.eval(ACQUIRE, 1, key, limit, TTL_MS, id)) === 1;
		} catch (error) {
			noteAway(error);
			return true;
		}
	}

	function give(id: string): void {
		const next = waiting.shift();
		const release = () => {
			if (!held.delete(id)) return;
			commands.multi().zrem(key, id).publish(key, '').exec().catch(noteAway);
		};
		held.add(id);
		// Nobody waits any more.
		if (next) next.got(release);
		else release();
	}

	return {
		acquire(signal) {
			signal.throwIfAborted();
			const { promise, resolve, reject } = Promise.withResolvers<() => void>();
			const entry: Waiting = {
				got(release) {
					signal.removeEventListener('abort', left);
					resolve(release);
				},
			};
			const left = () => {
				waiting.splice(waiting.indexOf(entry), 1);
				reject(signal.reason);
			};
			signal.addEventListener('abort', left, { once: true });
			waiting.push(entry);
			void serve();
			return promise;
		},
		async close() {
			clearInterval(looking);
			clearInterval(renewing);
			channel.disconnect();
			if (commands.status === 'ready') await commands.zrem(key, ...[...held, '']).catch(() => {});
			commands.disconnect();
		},
	};
}
