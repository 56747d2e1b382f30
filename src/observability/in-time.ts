import { setTimeout as delay } from 'node:timers/promises';

/** What the work gives, or `late` when that takes longer than `limitMs`. The work goes on, and nobody hears of how it ends. */
export async function inTime<T, Late>(limitMs: number, work: Promise<T>, late: Late): Promise<T | Late> {
	work.catch(() => {});
	const over = new AbortController();
	try {
		return await Promise.race([work, delay(limitMs, late, { signal: over.signal, ref: false })]);
	} finally {
		over.abort();
	}
}
