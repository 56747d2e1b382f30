import type { Logger } from 'pino';
import type { Failure, Result } from '../pipeline/progress.ts';
import type { Performed } from './perform-run.ts';

/** Endings of this process that are not done with: shown but not recorded yet, or not shown and left to the next start. */
export class LooseEnds {
	readonly #unsettled = new Map<string, Extract<Performed, { kind: 'unrecorded' }>>();
	readonly #unshown = new Map<string, Result | Failure>();
	readonly #logger: Logger;

	constructor(logger: Logger) {
		this.#logger = logger;
	}

	note(runId: string, performed: Performed): void {
		if (performed.kind === 'unrecorded') this.#unsettled.set(runId, performed);
		if (performed.kind === 'unshown') this.#unshown.set(runId, performed.event);
	}

	of(runId: string): Result | Failure | undefined {
		return this.#unsettled.get(runId)?.event ?? this.#unshown.get(runId);
	}

	/** Records what could not be recorded, as far as the storage works again. Never rejects. */
	async settle(): Promise<void> {
		for (const [id, { settle }] of this.#unsettled) {
			try {
				await settle();
				this.#unsettled.delete(id);
			} catch (error) {
				this.#logger.warn({ err: error, run: id }, 'the ending of a run still cannot be recorded');
			}
		}
	}
}
