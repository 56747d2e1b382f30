import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Storage } from '../storage/storage.ts';
import { inSlices } from '../toolset/in-slices.ts';
import { expireRecords } from './expire-records.ts';
import { expireRuns } from './expire-runs.ts';
import { collectOrphans, type OrphanOptions } from './orphans.ts';

export interface RetentionOptions extends Pick<OrphanOptions, 'graceMs'> {
	/** A run is kept so long after its end; 0 for ever. */
	readonly days: number;
	readonly logger: Logger;
	/** Milliseconds since 1970. */
	readonly clock?: () => number;
	/** From the start to the first time, and from the end of one to the next. Milliseconds. */
	readonly firstMs?: number;
	readonly everyMs?: number;
}

const DAY_MS = 24 * 60 * 60_000;
/** A process that has just started answers what has waited for it. */
const FIRST_MS = 5 * 60_000;
const EVERY_MS = 60 * 60_000;
/** The claim of the last time has lapsed by the next one. */
const SLACK_MS = 60_000;

/** Nobody waits for it: half of the time is left to those who wait for an answer. */
const SLICES = { sliceMs: 5, restMs: 5 };

/** How many records were removed, by namespace. */
export type Removed = Readonly<Record<string, number>>;

/**
 * Removes what was kept long enough: runs every hour, and what belongs to nothing any more once a day. Of several processes on one storage one does it.
 * Never rejects: what fails is tried the next time, and said in the log.
 */
export function startRetention(storage: Storage, options: RetentionOptions): { stop(): Promise<void> } {
	const { logger, firstMs = FIRST_MS, everyMs = EVERY_MS } = options;
	const stopped = new AbortController();
	let going: Promise<void> = Promise.resolve();
	let timer: NodeJS.Timeout;
	const wait = (ms: number) => {
		timer = setTimeout(() => {
			going = once().finally(() => stopped.signal.aborted || wait(everyMs));
		}, ms).unref();
	};
	const once = async () => {
		try {
			await alone(storage, 'retention/hour', everyMs - SLACK_MS, stopped.signal, async (signal) => {
				const thoroughly = () => retain(storage, { ...options, thorough: true, signal });
				if (!(await alone(storage, 'retention/day', DAY_MS - SLACK_MS, signal, thoroughly))) await retain(storage, { ...options, signal });
			});
		} catch (error) {
			if (!stopped.signal.aborted)
				logger.warn({ err: error }, 'what was kept long enough could not be removed; it is tried again in an hour');
		}
	};
	wait(firstMs);
	return {
		async stop() {
			stopped.abort();
			clearTimeout(timer);
			await going;
		},
	};
}

/** Removes once what was kept long enough, and with `thorough` also what belongs to nothing any more. Rejects when the storage fails. */
export async function retain(
	storage: Storage,
	options: Pick<RetentionOptions, 'days' | 'logger' | 'clock' | 'graceMs'> & { readonly thorough?: boolean; readonly signal: AbortSignal },
): Promise<Removed> {
	const { days, logger, clock = Date.now, thorough = false, signal } = options;
	const now = clock();
	const before = days === 0 ? undefined : now - days * DAY_MS;
	const removed: Record<string, number> = {};
	try {
		for await (const name of inSlices(expired(storage, { ...options, now, before, thorough }), SLICES)) {
			if (name !== undefined) removed[name] = (removed[name] ?? 0) + 1;
			if (signal.aborted) break;
		}
	} finally {
		if (Object.keys(removed).length > 0) {
			const until = before === undefined ? undefined : new Date(before).toISOString();
			logger.info({ removed, ...(until && { runsBefore: until }) }, 'what was kept long enough was removed');
		}
	}
	return removed;
}

interface Expiry extends OrphanTerms {
	readonly now: number;
	readonly before: number | undefined;
	readonly thorough: boolean;
}

type OrphanTerms = Pick<OrphanOptions, 'signal' | 'graceMs'>;

async function* expired(storage: Storage, { now, before, thorough, signal, graceMs }: Expiry): AsyncGenerator<string | undefined> {
	const kept = new Set<string>();
	if (before !== undefined) yield* expireRuns(storage, before, kept);
	if (!thorough) return;
	yield* expireRecords(storage, { now, runs: before === undefined ? undefined : { before, kept } });
	yield* collectOrphans(storage, { silentSince: before, signal, ...(graceMs !== undefined && { graceMs }) });
}

/**
 * Does `work` unless it was done, or begun, in the time that its claim lasts. It keeps the claim, which so says when the next time may be; what was cut off
 * gives it back. False when it was not this one's turn.
 */
async function alone(
	storage: Storage,
	claim: string,
	lastsMs: number,
	signal: AbortSignal,
	work: (signal: AbortSignal) => Promise<unknown>,
): Promise<boolean> {
	// Another one each time: the same one could claim again.
	const owner = randomUUID();
	if (signal.aborted || !(await storage.claim(claim, owner, Math.max(1, lastsMs)))) return false;
	try {
		await work(signal);
		signal.throwIfAborted();
	} catch (error) {
		await storage.release(claim, owner);
		throw error;
	}
	return true;
}
