import type { Logger } from 'pino';
import type { Dispatcher } from './dispatcher.ts';
import type { Lines } from './line.ts';
import type { LooseEnds } from './loose-ends.ts';
import { reconcile } from './reconcile.ts';
import type { Run } from './run.ts';
import type { SubmittedRun } from './run-request.ts';
import type { RunStore } from './run-store.ts';
import type { RunsInHand } from './runs-in-hand.ts';

export interface SweepsOptions {
	readonly store: RunStore;
	readonly lines: Lines;
	readonly dispatcher: Dispatcher;
	readonly inHand: RunsInHand;
	readonly looseEnds: LooseEnds;
	/** Aborted when nothing more is taken. */
	readonly closing: AbortSignal;
	readonly logger: Logger;
}

/** Looks for what dead processes, and failures of this one, have left: to be answered, to be shown, or to be recorded. */
export class Sweeps {
	readonly #options: SweepsOptions;
	#timer: NodeJS.Timeout | undefined;
	#sweeping = false;

	constructor(options: SweepsOptions) {
		this.#options = options;
	}

	/** Gives what nobody had, before it was offered, and what has ended and is shown now. Rejects when the storage fails. */
	async sweep(): Promise<{ readonly free: readonly Run[]; readonly taken: readonly SubmittedRun[] }> {
		const { store, lines, dispatcher, inHand, looseEnds, closing } = this.#options;
		await looseEnds.settle();
		const { ended, free, abandoned, workspaces, open } = await reconcile({ store, lines, dispatcher });
		looseEnds.forgetClosed((id) => open.has(id));
		const nobodys = free.filter(({ id }) => !inHand.has(id));
		const taken: SubmittedRun[] = [];
		for (const run of ended) {
			if (inHand.has(run.id) || !looseEnds.isDue(run.id)) continue;
			const job = await inHand.take(run);
			if (job) taken.push({ run, finished: job.finished });
		}
		if (!closing.aborted) await dispatcher.offerAll(abandoned, workspaces);
		return { free: nobodys, taken };
	}

	/** From now on, so often. One sweep that takes longer is not joined by the next. */
	repeat(everyMs: number): void {
		this.#timer ??= setInterval(() => void this.#sweepAgain(), everyMs).unref();
	}

	stop(): void {
		clearInterval(this.#timer);
	}

	async #sweepAgain(): Promise<void> {
		if (this.#sweeping) return;
		this.#sweeping = true;
		try {
			await this.sweep();
		} catch (error) {
			this.#options.logger.warn({ err: error }, 'unfinished runs could not be looked for');
		} finally {
			this.#sweeping = false;
		}
	}
}
