import PQueue from 'p-queue';

/** Who may go next: one at a time in a conversation, in the order they came, and at most so many in all. */
export interface Turns {
	/**
	 * Resolves when it is the turn of somebody in `conversation`, or at once when `signal` is aborted. The turn, and with it the place among
	 * all, lasts until `finished` resolves. `waits` is called, once, as soon as it is clear that the turn does not come at once.
	 */
	take(conversation: string, finished: Promise<unknown>, signal: AbortSignal, waits: () => void): Promise<void>;
}

export function createTurns(concurrency: number): Turns {
	const places = new PQueue({ concurrency });
	/** Conversation -> when everybody who came so far is through. */
	const through = new Map<string, Promise<unknown>>();

	/** What to wait for; undefined when nobody was there before. */
	function queueUp(conversation: string, finished: Promise<unknown>): Promise<unknown> | undefined {
		const before = through.get(conversation);
		const all = Promise.all([before, finished]).then(() => {
			if (through.get(conversation) === all) through.delete(conversation);
		});
		through.set(conversation, all);
		return before;
	}

	return {
		async take(conversation, finished, signal, waits) {
			const aborted = abortOf(signal);
			const before = queueUp(conversation, finished);
			if (before) {
				if (!signal.aborted) waits();
				await Promise.race([before, aborted]);
			}
			if (!before && !signal.aborted && places.pending >= concurrency) waits();
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
