import PQueue from 'p-queue';

/** What goes ahead when both wait: nobody's answer waits for what somebody else's run is doing at the moment. */
export type Priority = 'content' | 'status';

export interface Turn {
	readonly priority: Priority;
	readonly signal?: AbortSignal;
}

/** One queue for each channel: a channel shows messages in the order in which they were given, and channels do not wait for one another. */
export interface ChannelQueues {
	/**
	 * Does the work when its turn comes. While it waits, it rejects with the reason of the signal; work that has begun runs to its end.
	 * Enqueues before it returns.
	 */
	enqueue<T>(channel: string, work: () => Promise<T>, turn: Turn): Promise<T>;
}

const PRIORITIES: Readonly<Record<Priority, number>> = { content: 1, status: 0 };

/** Aborting `closing` rejects everything that waits. */
export function createChannelQueues(closing: AbortSignal): ChannelQueues {
	const queues = new Map<string, PQueue>();

	function queueOf(channel: string): PQueue {
		const known = queues.get(channel);
		if (known) return known;
		const queue = new PQueue({ concurrency: 1 });
		queues.set(channel, queue);
		queue.addEventListener('idle', () => {
			if (queues.get(channel) === queue) queues.delete(channel);
		});
		return queue;
	}
	return {
		async enqueue(channel, work, { priority, signal }) {
			const signals = signal ? [closing, signal] : [closing];
			for (const each of signals) each.throwIfAborted();
			const leaving = new AbortController();
			const leave = ({ target }: Event) => leaving.abort((target as AbortSignal).reason);
			const stay = () => {
				for (const each of signals) each.removeEventListener('abort', leave);
			};
			for (const each of signals) each.addEventListener('abort', leave, { once: true });
			const begin = () => {
				stay();
				return work();
			};
			try {
				return await queueOf(channel).add(begin, { priority: PRIORITIES[priority], signal: leaving.signal });
			} finally {
				stay();
			}
		},
	};
}
