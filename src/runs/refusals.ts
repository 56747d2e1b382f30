import { setTimeout as delay } from 'node:timers/promises';
import type { Run } from './run.ts';
import type { RunStore } from './run-store.ts';

/** Shorter than a look for unfinished runs, so that none is found that its asker was told is none. */
const RETRY_MS = 1_000;

/** Runs whose askers were told that they were not accepted, while the storage may have kept something of them. */
export class Refusals {
	readonly #store: Pick<RunStore, 'refuse'>;
	readonly #closing: AbortSignal;
	readonly #ids = new Set<string>();

	constructor(store: Pick<RunStore, 'refuse'>, closing: AbortSignal) {
		this.#store = store;
		this.#closing = closing;
	}

	/** Whether it is still to be taken back. */
	has(runId: string): boolean {
		return this.#ids.has(runId);
	}

	/** Takes it back, however long the storage is away; what a process that ends before has left is answered after all. Never rejects. */
	async takeBack(run: Pick<Run, 'id' | 'workspaceId'>): Promise<void> {
		this.#ids.add(run.id);
		while (!this.#closing.aborted) {
			try {
				await this.#store.refuse(run);
				break;
			} catch {
				// Whoever asked was told of the storage already.
				await delay(RETRY_MS, undefined, { signal: this.#closing, ref: false }).catch(() => {});
			}
		}
		this.#ids.delete(run.id);
	}
}
