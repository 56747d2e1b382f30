import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { UserError } from '../../../src/errors.ts';
import { type CallFailure, callPatiently, type Patience } from './call-patiently.ts';
import { createChannelQueues, type Turn } from './channel-queues.ts';
import { createRateGate, type RateGate } from './rate-gate.ts';

/** When a message may go out. */
export interface Pace {
	/** Resolves when the channel takes another message; rejects when the signal is aborted or this process closes. */
	readonly pass: (signal?: AbortSignal) => Promise<void>;
	/** The channel has just been given one. */
	readonly rest: () => void;
}

/**
 * What is sent to a chat platform, in order and patiently: rate limits are waited out, trouble on its side for half a minute. Methods reject with
 * what `explain` makes of the last error. No wait outlives `close`.
 */
export interface Delivery {
	readonly gate: RateGate;
	readonly patience: Patience;
	/**
	 * Messages of a channel go out one after the other, in the order given. Content keeps its place while it is tried again, so that what follows
	 * appears after it; a status makes room for content and lines up again.
	 */
	deliver<T>(channel: string, attempt: (pace: Pace) => Promise<T>, turn: Turn): Promise<T>;
	/** Any other work: `close` waits for it, and people can read how it failed. */
	follow<T>(work: () => Promise<T>): Promise<T>;
	/** What waits is dropped and rejects as `stopped`; what is on its way gets 5 s. */
	close(): Promise<void>;
}

export interface DeliveryOptions {
	/** For statistics. */
	readonly platform?: string;
	readonly failureOf: (error: unknown) => CallFailure | undefined;
	/** For people; undefined for anything that is no failed call. */
	readonly explain: (error: unknown) => UserError | undefined;
	readonly logger: Logger;
	/** Between two messages of a channel. */
	readonly intervalMs: number;
	/** Before what failed is tried again; each further wait is twice as long. */
	readonly retryMs?: number;
}

const CLOSE_GRACE_MS = 5_000;

export function createDelivery({ platform, failureOf, explain, logger, intervalMs, retryMs }: DeliveryOptions): Delivery {
	const closing = new AbortController();
	const gate = createRateGate();
	const queues = createChannelQueues(closing.signal);
	const patience: Patience = { platform, failureOf, closing: closing.signal, logger, firstWaitMs: retryMs };
	const underWay = new Set<Promise<unknown>>();

	const follow = async <T>(work: () => Promise<T>): Promise<T> => {
		closing.signal.throwIfAborted();
		const going = work();
		underWay.add(going);
		try {
			return await going;
		} catch (error) {
			throw explain(error) ?? error;
		} finally {
			underWay.delete(going);
		}
	};
	return {
		gate,
		patience,
		follow,
		deliver(channel, attempt, turn) {
			const pace: Pace = {
				pass: (signal) => gate.pass(channel, signal ? AbortSignal.any([closing.signal, signal]) : closing.signal),
				// Counted from the answer: the platform counts from when a message arrives, and that takes now more, now less time.
				rest: () => gate.hold(channel, intervalMs),
			};
			const patient = { ...patience, signal: turn.signal, onRateLimit: (ms: number) => gate.hold(channel, ms) };
			const once = () => attempt(pace);
			return follow(() =>
				turn.priority === 'content'
					? queues.enqueue(channel, () => callPatiently(once, patient), turn)
					: callPatiently((signal) => queues.enqueue(channel, once, { priority: 'status', signal }), patient),
			);
		},
		async close() {
			closing.abort(new UserError('stopped', 'The bot is stopping. It goes on with this when it is back.'));
			await Promise.race([Promise.allSettled(underWay), delay(CLOSE_GRACE_MS, undefined, { ref: false })]);
		},
	};
}
