import type { Logger } from 'pino';
import type { Failure, Result } from '../pipeline/progress.ts';
import { leftFailure } from './perform-run.ts';
import type { Run } from './run.ts';
import type { RunStore } from './run-store.ts';

/** How often runs that other processes have are looked at, all of them in one read. */
const LOOK_MS = 500;

interface Followed {
	readonly run: Run;
	readonly ended: PromiseWithResolvers<Result | Failure>;
}

/** Those who wait for endings of runs, whichever process brings them. */
export class Followers {
	readonly #store: Pick<RunStore, 'areUnfinished' | 'ending'>;
	readonly #logger: Logger;
	readonly #followed = new Map<string, Followed>();
	#looking: NodeJS.Timeout | undefined;
	#closed = false;

	constructor(store: Pick<RunStore, 'areUnfinished' | 'ending'>, logger: Logger) {
		this.#store = store;
		this.#logger = logger;
	}

	/** The ending, once everything is done. Never rejects; after `close`, a failure that says that the run goes on later. */
	follow(run: Run): Promise<Result | Failure> {
		if (this.#closed) return Promise.resolve(leftFailure(run));
		const known = this.#followed.get(run.id);
		if (known) return known.ended.promise;
		const followed = { run, ended: Promise.withResolvers<Result | Failure>() };
		this.#followed.set(run.id, followed);
		this.#lookLater();
		return followed.ended.promise;
	}

	/** This process has brought it to an ending. */
	end(runId: string, ending: Result | Failure): void {
		this.#followed.get(runId)?.ended.resolve(ending);
		this.#followed.delete(runId);
	}

	close(): void {
		this.#closed = true;
		clearTimeout(this.#looking);
		for (const { run } of [...this.#followed.values()]) this.end(run.id, leftFailure(run));
	}

	#lookLater(): void {
		if (this.#looking !== undefined || this.#followed.size === 0 || this.#closed) return;
		this.#looking = setTimeout(async () => {
			await this.#look();
			this.#looking = undefined;
			this.#lookLater();
		}, LOOK_MS);
	}

	async #look(): Promise<void> {
		const followed = [...this.#followed.values()].map(({ run }) => run);
		try {
			const open = await this.#store.areUnfinished(followed.map(({ id }) => id));
			for (const [index, run] of followed.entries())
				if (!open[index]) this.end(run.id, (await this.#store.ending(run.id))?.event ?? leftFailure(run));
		} catch (error) {
			this.#logger.warn({ err: error }, 'runs of other processes cannot be looked at');
		}
	}
}
