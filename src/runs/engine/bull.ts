import { Queue, Worker } from 'bullmq';
import { Redis, type RedisOptions } from 'ioredis';
import type { Logger } from 'pino';
import { messageOf } from '../../errors.ts';
import { within } from '../deadline.ts';
import type { Engine, Offer, Serve } from './engine.ts';

export interface BullOptions {
	/** `redis://…` or `rediss://…` */
	readonly url: string;
	/** Places of this process; 0 for one that only offers. */
	readonly concurrency: number;
	readonly logger: Logger;
}

const QUEUE = 'runs';
/** Among the keys of `RedisStorage`, where no namespace holds an `@`. */
const PREFIX = 'toolcoder:@queue';
/**
 * A job of a process that gives no sign of life is given to another one after at most both together. The run's own lease lapses in the same time, so a
 * shorter lock would only have it handed out in vain. A lock must outlast the longest block of the event loop.
 */
const LOCK_MS = 12_000;
const STALLED_CHECK_MS = 3_000;
/** How often a run that another process may still have is handed out. */
const AGAIN_MS = 1_000;
/** Neither processes that die nor hand it back end a job: how often a run is begun is counted where it is stored. */
const UNLIMITED = 1_000_000;
const COMMAND_LIMIT_MS = 3_000;
/** Between an answer of the server and the next one. A worker asks for jobs every 5 s, and looks for stalled ones more often. */
const SILENCE_LIMIT_MS = 12_000;
/** Nobody reads what BullMQ tells of each job: a page of it is the least that Redis keeps. */
const EVENTS = { events: { maxLen: 100 } };
const CLOSE_LIMIT_MS = 2_000;
const LONGEST_RECONNECT_MS = 2_000;

/**
 * BullMQ on a Redis server: whichever process has a free place takes the next run, and takes over those of processes that died. A job carries no more than
 * the names of a run: what is lost here is offered again from the storage.
 */
export function createBullEngine({ url, concurrency, logger }: BullOptions): Engine {
	const outages = watchOutages(logger);
	// Offers fail at once while Redis is away, since they are made again; a worker waits for it.
	const offering = connect(url, { enableOfflineQueue: false, maxRetriesPerRequest: 1, socketTimeout: COMMAND_LIMIT_MS }, outages);
	// The look at the version also writes to the console what the storage logs about its own server.
	const shared = { prefix: PREFIX, skipVersionCheck: true };
	const queue = new Queue<{ workspaceId: string }>(QUEUE, { ...shared, connection: offering, streams: EVENTS });
	queue.on('error', outages.fault);
	let working: { readonly worker: Worker; readonly connection: Redis } | undefined;
	let stopped = false;

	function open(serve: Serve): void {
		if (concurrency === 0 || working || stopped) return;
		const connection = connect(url, { maxRetriesPerRequest: null, socketTimeout: SILENCE_LIMIT_MS }, outages);
		const worker = new Worker<{ workspaceId: string }>(
			QUEUE,
			async ({ id = '', data: { workspaceId } }) => {
				// What is not done is tried again, which BullMQ does with jobs that fail.
				if ((await serve({ workspaceId, runId: id })) === 'again') throw new Error('to be handed out once more');
			},
			{
				...shared,
				connection,
				concurrency,
				lockDuration: LOCK_MS,
				stalledInterval: STALLED_CHECK_MS,
				maxStalledCount: UNLIMITED,
			},
		);
		worker.on('error', outages.fault);
		working = { worker, connection };
	}

	return {
		async offer({ workspaceId, runId }: Offer) {
			const adding = queue.add(
				'run',
				{ workspaceId },
				{
					jobId: runId,
					attempts: UNLIMITED,
					backoff: { type: 'fixed', delay: AGAIN_MS },
					removeOnComplete: true,
					removeOnFail: true,
					// One for each time that it is handed out again, else.
					stackTraceLimit: 0,
				},
			);
			await within(COMMAND_LIMIT_MS, adding);
			return undefined;
		},
		room: () => 0,
		open,
		async stop() {
			stopped = true;
			await within(CLOSE_LIMIT_MS, working?.worker.pause(true) ?? Promise.resolve()).catch(() => {});
		},
		async close() {
			stopped = true;
			const closing = Promise.all([working?.worker.close(), queue.close()]);
			// A Redis that is away must not keep the process from ending.
			await within(CLOSE_LIMIT_MS, closing).catch((error) => logger.debug({ err: error }, 'the queue was not closed in time'));
			working?.connection.disconnect();
			offering.disconnect();
		},
		trouble: outages.current,
	};
}

function connect(url: string, options: RedisOptions, outages: Outages): Redis {
	const redis = new Redis(url, { ...options, retryStrategy: (times) => Math.min(100 * 2 ** times, LONGEST_RECONNECT_MS) });
	outages.watch(redis);
	return redis;
}

interface Outages {
	readonly watch: (redis: Redis) => void;
	/** Something went wrong that may have to do with a server that is away, or with a single job. */
	readonly fault: (error: unknown) => void;
	readonly current: () => string | undefined;
}

/** A server that is away is told of once, not at every try to reach it. */
function watchOutages(logger: Logger): Outages {
	const connections: Redis[] = [];
	const isAway = () => connections.some(({ status }) => status !== 'ready');
	let reason: string | undefined;
	return {
		watch(redis) {
			connections.push(redis);
			redis.on('error', (error) => {
				if (reason === undefined) logger.warn({ err: error }, 'the queue on Redis does not work; runs are handed out when it is back');
				reason = messageOf(error) || 'no answer';
			});
			redis.on('ready', () => {
				if (reason === undefined || isAway()) return;
				logger.warn('the queue on Redis works again');
				reason = undefined;
			});
		},
		fault(error) {
			if (!isAway()) logger.warn({ err: error }, 'the queue on Redis has lost track of a run; what is stored is handed out again');
		},
		// What went wrong with a job says nothing about the server.
		current: () => (isAway() ? `The queue on Redis cannot be reached (${reason ?? 'no answer yet'}). Check that it runs.` : undefined),
	};
}
