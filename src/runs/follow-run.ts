import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Failure, Result } from '../pipeline/progress.ts';
import type { Job } from './job.ts';
import type { LooseEnds } from './loose-ends.ts';
import { leftFailure } from './perform-run.ts';
import type { Run } from './run.ts';
import type { RunStore } from './run-store.ts';

/** How often a run that another process has is looked at. */
const FOLLOW_MS = 500;

export interface Following {
	/** Takes the run over when nobody has it. */
	readonly take: (run: Run) => Promise<Job | undefined>;
	readonly store: RunStore;
	readonly looseEnds: LooseEnds;
	/** Aborted when this process ends. */
	readonly closing: AbortSignal;
	readonly logger: Logger;
}

/** The ending of a run that this process may not have: waits for the one that has it, and takes over when that one dies. Never rejects. */
export async function followRun(run: Run, { take, store, looseEnds, closing, logger }: Following): Promise<Result | Failure> {
	while (!closing.aborted) {
		const ending = looseEnds.of(run.id);
		if (ending) return ending;
		try {
			const job = await take(run);
			if (job) return job.finished;
			if (!(await store.isUnfinished(run.id))) return (await store.ending(run.id))?.event ?? leftFailure(run);
		} catch (error) {
			logger.warn({ err: error, run: run.id }, 'a run cannot be looked at');
		}
		await delay(FOLLOW_MS, undefined, { signal: closing }).catch(() => {});
	}
	return leftFailure(run);
}
