import type { Logger } from 'pino';
import type { Failure, Result } from '../pipeline/progress.ts';
import type { Performed } from './conclusion.ts';

type Unshown = Extract<Performed, { kind: 'unshown' }>;

interface Pause {
	readonly ms: number;
	readonly until: number;
}

/** Between two tries to show an ending, at most: who waits for it sees it soon after the chat is back. */
const LONGEST_PAUSE_MS = 300_000;

/** Endings of this process that are not done with: shown but not recorded yet, or not shown yet. */
export class LooseEnds {
	readonly #unsettled = new Map<string, Extract<Performed, { kind: 'unrecorded' }>>();
	readonly #unshown = new Map<string, Unshown & { readonly pause: Pause }>();
	readonly #firstPauseMs: number;
	readonly #logger: Logger;

	/** Each pause between two tries to show an ending is twice as long as the one before it. */
	constructor({ firstPauseMs, logger }: { readonly firstPauseMs: number; readonly logger: Logger }) {
		this.#firstPauseMs = firstPauseMs;
		this.#logger = logger;
	}

	note(runId: string, performed: Performed): void {
		const before = this.#unshown.get(runId)?.pause.ms;
		// One that was left on the way is still to be shown.
		if (performed.kind !== 'left') this.#unshown.delete(runId);
		if (performed.kind === 'unrecorded') this.#unsettled.set(runId, performed);
		if (performed.kind !== 'unshown') return;
		const ms = before === undefined ? this.#firstPauseMs : Math.min(2 * before, LONGEST_PAUSE_MS);
		this.#unshown.set(runId, { ...performed, pause: { ms, until: Date.now() + ms } });
	}

	of(runId: string): Result | Failure | undefined {
		return this.#unsettled.get(runId)?.event ?? this.#unshown.get(runId)?.event;
	}

	/** What to try again, once the run is held. */
	unshown(runId: string): Unshown | undefined {
		return this.#unshown.get(runId);
	}

	/** False when nothing is to be tried for this run now. */
	isDue(runId: string): boolean {
		if (this.#unsettled.has(runId)) return false;
		return (this.#unshown.get(runId)?.pause.until ?? 0) <= Date.now();
	}

	/** Those that another process has shown meanwhile are done with. */
	forgetClosed(isOpen: (runId: string) => boolean): void {
		for (const id of this.#unshown.keys()) if (!isOpen(id)) this.#unshown.delete(id);
	}

	/** Records what could not be recorded, as far as the storage works again. Never rejects. */
	async settle(): Promise<void> {
		for (const id of this.#unsettled.keys()) await this.settled(id);
	}

	/** False while the ending of this run is shown but cannot be recorded: it is not to be answered again. Never rejects. */
	async settled(runId: string): Promise<boolean> {
		try {
			await this.#unsettled.get(runId)?.settle();
			this.#unsettled.delete(runId);
			return true;
		} catch (error) {
			this.#logger.warn({ err: error, run: runId }, 'the ending of a run still cannot be recorded');
			return false;
		}
	}
}
