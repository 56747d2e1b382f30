import KeyvRedis, { createClient } from '@keyv/redis';
import type { Logger } from 'pino';
import { messageOf } from '../errors.ts';
import type { KeyRange } from './key-range.ts';
import { createKeyvRecords, openedOnce, type RecordAdapter } from './keyv-records.ts';
import { createOperations } from './operations.ts';
import type { Storage } from './storage.ts';

/** Everything the bot keeps is under this prefix: `toolcoder:<namespace>:<key>` a record, `toolcoder:<namespace>` the index of its keys. */
const PREFIX = 'toolcoder';
/** `@` cannot occur in an encoded namespace. */
const CLAIMS = `${PREFIX}:@claims`;

/** One script, so that no two processes both take a key. A Redis server drops a lapsed one by its own clock. */
const CLAIM = `local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`;
const RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end return 1";
/** Writes a record (with the index of its namespace) in one with the look at what it is: ARGV[3], which is not given for one that does not exist. */
const REPLACE = `if redis.call('GET', KEYS[1]) ~= (ARGV[3] or false) then return 0 end
redis.call('SET', KEYS[1], ARGV[1])
redis.call('ZADD', KEYS[2], 0, ARGV[2])
return 1`;

/** A process that is just starting on a busy machine is slow to see that it is connected: 2 s were too short there. */
const CONNECT_TIMEOUT_MS = 5000;
/** A connection that is silent for longer is given up; the ping every second keeps a healthy one talking. */
const SOCKET_TIMEOUT_MS = 2500;
const PING_INTERVAL_MS = 1000;
/** How long a request waits for a lost connection to come back. */
const RECONNECT_WAIT_MS = 1000;

type Client = ReturnType<typeof connectable>;

/** Storage on a Redis server (2.8.9 or newer, no cluster). Rejects at once when the server cannot be reached; later it reconnects by itself. */
export async function openRedisStorage(url: string, { logger }: { logger: Logger }): Promise<Storage> {
	let connected = false;
	const client = connectable(url, (retries) => (connected ? Math.min(100 * 2 ** retries, 2000) : false));
	// Told once, not at every try. Of the first connection, whoever opens the storage is told.
	let away = false;
	client.on('error', (error: unknown) => {
		if (connected && !away)
			logger.warn({ err: error }, 'the connection to the database on Redis is lost; it is tried again until it is back');
		away = connected;
	});
	client.on('ready', () => {
		if (away) logger.warn('the connection to the database on Redis is back');
		away = false;
	});
	await client.connect();
	connected = true;
	await warnWhereAcknowledgedWritesMayBeLost(client, logger);

	// One for all namespaces: to it they are a part of the keys, so there is nothing that could leak from one to another.
	const adapter = new KeyvRedis(client as ConstructorParameters<typeof KeyvRedis>[0], {
		namespace: PREFIX,
		keyPrefixSeparator: ':',
		throwOnErrors: true,
		connectionTimeout: CONNECT_TIMEOUT_MS,
	});
	// The client's own listener has logged it, and the request that failed rejects.
	adapter.on('error', () => {});

	const operations = createOperations();
	const ask = <R>(work: () => Promise<R>) => operations.run(() => untilReady(client).then(work));

	return {
		records: openedOnce((name) => createKeyvRecords(name, async () => createAdapter(adapter, client, name), { ...operations, run: ask })),
		claim: (key, owner, ttlMs) =>
			ask(async () => (await client.eval(CLAIM, { keys: [`${CLAIMS}:${key}`], arguments: [owner, String(ttlMs)] })) === 1),
		holder: (key) => ask(async () => (await client.get(`${CLAIMS}:${key}`)) ?? undefined),
		release: (key, owner) =>
			ask(async () => {
				await client.eval(RELEASE, { keys: [`${CLAIMS}:${key}`], arguments: [owner] });
			}),
		close: () => operations.close(async () => (client.isReady ? await client.close() : client.destroy())),
	};
}

/** Offline requests fail instead of queueing, and a dead connection is noticed: a request ends within seconds, one way or the other. */
function connectable(url: string, reconnectStrategy: (retries: number) => number | false) {
	return createClient({
		url,
		disableOfflineQueue: true,
		pingInterval: PING_INTERVAL_MS,
		socket: { connectTimeout: CONNECT_TIMEOUT_MS, socketTimeout: SOCKET_TIMEOUT_MS, reconnectStrategy },
	});
}

async function untilReady(client: Client): Promise<void> {
	if (client.isReady) return;
	await new Promise<void>((resolve) => {
		const done = () => {
			clearTimeout(timer);
			client.off('ready', done);
			resolve();
		};
		const timer = setTimeout(done, RECONNECT_WAIT_MS);
		client.on('ready', done);
	});
}

/**
 * Reads go through Keyv's adapter. Writes change a record and the index of its namespace in one transaction, because Redis itself can only
 * find keys by scanning all there are.
 */
function createAdapter(adapter: KeyvRedis<unknown>, client: Client, namespace: string) {
	const index = `${PREFIX}:${namespace}`;
	const keyOf = (name: string) => name.slice(namespace.length + 1);
	const keys = ({ from, exclusive, below }: KeyRange, limit: number) => {
		const [first, end] = [`${exclusive ? '(' : '['}${from}`, below === undefined ? '+' : `(${below}`];
		return client.zRangeByLex(index, first, end, { LIMIT: { offset: 0, count: limit } });
	};
	return {
		capabilities: { expires: true },
		get: (name) => adapter.get(name),
		getMany: (names) => adapter.getMany(names),
		set: async (name, value) => {
			await client
				.multi()
				.set(`${PREFIX}:${name}`, String(value))
				.zAdd(index, { score: 0, value: keyOf(name) })
				.exec();
			return true;
		},
		delete: async (name) => {
			const [deleted] = await client.multi().del(`${PREFIX}:${name}`).zRem(index, keyOf(name)).exec();
			return Number(deleted) > 0;
		},
		replace: async (name, before, after) => {
			const keys = [`${PREFIX}:${name}`, index];
			const change = [after, keyOf(name), ...(before === undefined ? [] : [before])];
			return (await client.eval(REPLACE, { keys, arguments: change })) === 1;
		},
		keys,
		page: async (range, limit) => {
			const names = await keys(range, limit);
			const texts = await adapter.getMany<string>(names.map((key) => `${namespace}:${key}`));
			return names.map((key, position) => [key, texts[position]] as const);
		},
	} satisfies RecordAdapter;
}

/** A Redis server with default settings forgets the last minutes when it is killed, and may evict records when memory is short. */
async function warnWhereAcknowledgedWritesMayBeLost(client: Client, logger: Logger): Promise<void> {
	try {
		const settings = await client.configGet(['appendonly', 'maxmemory-policy']);
		if (settings.appendonly === 'no') logger.warn('Redis keeps no append-only file and may lose saved answers: set `appendonly yes`');
		if (settings['maxmemory-policy'] !== 'noeviction') logger.warn('Redis may evict saved answers: set `maxmemory-policy noeviction`');
	} catch (error) {
		logger.info(
			{ reason: messageOf(error) },
			'Redis does not tell its settings; it needs `appendonly yes` and `maxmemory-policy noeviction`',
		);
	}
}
