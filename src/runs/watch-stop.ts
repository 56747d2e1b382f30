import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Job } from './job.ts';
import type { RunStore } from './run-store.ts';

/** How often a run is looked at for a request to stop that came to another process: one read each time. */
const POLL_MS = 500;

/** Stops the job once somebody has asked for it in another process since it was taken. Looks until the job has finished or is cut off. Never rejects. */
export async function watchStop(job: Job, store: Pick<RunStore, 'stopRequest'>, logger: Logger): Promise<void> {
	const over = new AbortController();
	const end = () => over.abort();
	job.signal.addEventListener('abort', end, { once: true });
	void job.finished.then(end);
	let failed = false;
	for (;;) {
		await delay(POLL_MS, undefined, { signal: over.signal, ref: false }).catch(() => {});
		if (over.signal.aborted) return;
		try {
			const request = await store.stopRequest(job.run.id);
			failed = false;
			if (request) return job.stop(request.by);
		} catch (error) {
			// Once an outage, not twice a second.
			if (!failed)
				logger.warn({ err: error, run: job.run.id }, 'whether somebody has stopped a run cannot be looked up; it is tried again');
			failed = true;
		}
	}
}
