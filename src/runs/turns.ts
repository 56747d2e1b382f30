import PQueue from 'p-queue';

/** Who may go next: one at a time in a conversation, in the order they came, and at most so many in all. */
export interface Turns {
	/**
	 * Resolves when it is the turn of somebody in `conversation`, or at once when `signal` is aborted. The turn, and with it the place among
	 * all, lasts until `finished` resolves.
	 */
	take(conversation: string, finished: Promise<unknown>, signal: AbortSignal): Promise<void>;
}

export function createTurns(concurrency: number): Turns {
	const places = new PQueue({ concurrency });
	/** Conversation -> when everybody who came so far is through. */
	const through = new Map<string, Promise<unknown>>();

	function queueUp(conversation: string, finished: Promise<unknown>): Promise<unknown> {
		const before = through.get(conversation) ?? Promise.resolve();
		const all = Promise.all([before, finished]).then(() => {
			if (through.get(conversation) === all) through.delete(conversation);
		});
		through.set(conversation, all);
		return before;
	}

	return {
		async take(conversation, finished, signal) {
			const aborted = abortOf(signal);
			await Promise.race([queueUp(conversation, finished), aborted]);
			const { promise: place, resolve } = Promise.withResolvers<void>();
			void places.add(() => {
				resolve();
				return finished;
			});
			await Promise.race([place, aborted]);
		},
	};
}

function abortOf(signal: AbortSignal): Promise<void> {
	if (signal.aborted) return Promise.resolve();
	return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
