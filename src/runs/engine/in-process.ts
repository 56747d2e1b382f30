import PQueue from 'p-queue';
import type { Engine, Offer, Serve } from './engine.ts';

/** Places of this process alone, `concurrency` of them. */
export function createInProcessEngine(concurrency: number): Engine {
	const places = new PQueue({ concurrency });
	/** Those that have no place yet. */
	const offered = new Set<string>();
	let serve: Serve | undefined;

	async function served(offer: Offer): Promise<void> {
		offered.delete(offer.runId);
		// One that is to be handed out again is offered again, from what is stored.
		await serve?.(offer);
	}

	return {
		async offer(offer) {
			if (offered.has(offer.runId)) return false;
			const free = places.pending < concurrency;
			offered.add(offer.runId);
			void places.add(() => served(offer));
			return free;
		},
		room: () => Math.max(0, concurrency - places.pending - places.size),
		open(serving) {
			serve = serving;
		},
		async stop() {
			places.pause();
			places.clear();
			offered.clear();
		},
		close: () => places.onPendingZero(),
		trouble: () => undefined,
	};
}
