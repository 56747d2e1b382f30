import { setTimeout as delay } from 'node:timers/promises';

/** When calls of one kind may go out: not too close together, and none while the platform wants to be left alone. */
export interface RateGate {
	/** Resolves when nothing holds this kind back. Rejects with the signal's reason. */
	pass(key: string, signal: AbortSignal): Promise<void>;
	/** Nobody passes before that. */
	hold(key: string, ms: number): void;
}

/** So many keys are looked through for those that hold nobody back any more. */
const CROWDED = 1_000;

export function createRateGate(): RateGate {
	const openAt = new Map<string, number>();
	return {
		async pass(key, signal) {
			for (;;) {
				signal.throwIfAborted();
				const ms = (openAt.get(key) ?? 0) - performance.now();
				if (ms <= 0) return;
				// A timer may fire a fraction early, and the gate may be held longer meanwhile: the loop looks again.
				await delay(Math.ceil(ms), undefined, { signal }).catch(() => {});
			}
		},
		hold(key, ms) {
			const now = performance.now();
			if (openAt.size >= CROWDED) for (const [other, at] of openAt) if (at <= now) openAt.delete(other);
			openAt.set(key, Math.max(openAt.get(key) ?? 0, now + ms));
		},
	};
}
