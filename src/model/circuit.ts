import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { UserError } from '../errors.ts';
import { ModelOutage } from './outage.ts';
import { inWords } from './retry.ts';

/**
 * - `closed`: requests go out
 * - `open`: the server has failed several times in a row, and requests are refused at once
 * - `half-open`: one request is under way to find out whether the server is back
 */
export type CircuitState = 'closed' | 'open' | 'half-open';

export interface CircuitOptions {
	/** What the log calls the server's part: a model's name. */
	readonly model: string;
	readonly logger: Logger;
	/** Failures in a row that open it. */
	readonly failures?: number;
	/** How long it stays open before one request may try the server. Milliseconds. */
	readonly openMs?: number;
	/** How long others wait for what that request finds out. Milliseconds. */
	readonly patienceMs?: number;
	/** A clock that never goes back. Milliseconds. */
	readonly now?: () => number;
}

/**
 * Keeps people from waiting for a server that is down: after failures in a row, requests are refused at once for a while, then one tries the
 * server. What it finds out counts for all. The state is this process's own.
 */
export interface Circuit {
	readonly state: CircuitState;
	/**
	 * What `work` gives, unless the circuit is open: then it rejects with a UserError `model-unavailable` that says what has been happening and when to
	 * ask again. Only a `ModelOutage` counts as a failure of the server, and only what it answered, be it a refusal, as a sign of life: work that was
	 * aborted says nothing about the server.
	 */
	run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

/** One bad moment of a server with four requests at a time is not five failures in a row, each after its retries. */
const FAILURES = 5;
const OPEN_MS = 30_000;
/** As long as a busy server is waited for (`RETRIES`): its reply takes as long as any other, and the bot is back with it. */
const PATIENCE_MS = 20_000;

/** Failures without a sign of life between them. */
interface Row {
	readonly since: number;
	readonly count: number;
	readonly last: ModelOutage;
	/** When the server may be tried again; undefined while the circuit is closed. */
	readonly openUntil?: number;
}

/**
 * Own code and not opossum: that opens by the share of failures within some seconds, in which requests that run into a limit of minutes never fall
 * together, and takes a failure that is not counted, such as a trial that a person stopped, for a success.
 */
export function createCircuit(options: CircuitOptions): Circuit {
	return new FailureCircuit(options);
}

class FailureCircuit implements Circuit {
	readonly #options: Required<CircuitOptions>;
	#row: Row | undefined;
	#trial: Promise<void> | undefined;

	constructor(options: CircuitOptions) {
		this.#options = { failures: FAILURES, openMs: OPEN_MS, patienceMs: PATIENCE_MS, now: () => performance.now(), ...options };
	}

	get state(): CircuitState {
		if (this.#row?.openUntil === undefined) return 'closed';
		return this.#trial ? 'half-open' : 'open';
	}

	async run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
		const leave = await this.#enter(signal);
		try {
			const done = await work();
			this.#answered();
			return done;
		} catch (error) {
			if (error instanceof ModelOutage) this.#failed(error);
			else if (error instanceof UserError && error.code !== 'internal' && !signal.aborted) this.#answered();
			throw error;
		} finally {
			leave();
		}
	}

	/** Gives what to call at the end of the work that may go out; rejects when none may. */
	async #enter(signal: AbortSignal): Promise<() => void> {
		for (;;) {
			const row = this.#row;
			if (row?.openUntil === undefined) return () => {};
			const waitMs = row.openUntil - this.#options.now();
			if (this.#trial) await this.#outcome(this.#trial, row, signal);
			else if (waitMs > 0) throw this.#refusal(row, `tries it again in ${inWords(waitMs)}; ask again then`);
			else return this.#beginTrial();
		}
	}

	#beginTrial(): () => void {
		const trial = Promise.withResolvers<void>();
		this.#trial = trial.promise;
		return () => {
			this.#trial = undefined;
			trial.resolve();
		};
	}

	async #outcome(trial: Promise<void>, row: Row, signal: AbortSignal): Promise<void> {
		const ended = new AbortController();
		const patience = delay(this.#options.patienceMs, 'late', { signal: AbortSignal.any([signal, ended.signal]) });
		try {
			const first = await Promise.race([trial, patience]);
			if (first === 'late') throw this.#refusal(row, 'is trying it right now; ask again in a minute');
		} finally {
			patience.catch(() => {});
			ended.abort();
		}
	}

	#answered(): void {
		const { model, logger } = this.#options;
		if (this.state !== 'closed') logger.warn({ model, failures: this.#row?.count }, 'the model server answers again');
		this.#row = undefined;
	}

	#failed(last: ModelOutage): void {
		const { failures, openMs, now, model, logger } = this.#options;
		const { since, count, openUntil } = this.#row ?? { since: now(), count: 0 };
		// What went out before it opened, and fails late, does not keep it open.
		const opens = this.state !== 'open' && count + 1 >= failures;
		if (opens && openUntil === undefined) {
			const reason = last.userMessage;
			logger.error({ model, failures: count + 1, reason }, 'the model server fails: questions are refused until it answers again');
		}
		this.#row = { since, count: count + 1, last, openUntil: opens ? now() + openMs : openUntil };
	}

	#refusal({ last, since }: Row, next: string): UserError {
		const forTheLast = inWords(this.#options.now() - since);
		const message = `The model server at ${last.origin} has failed for the last ${forTheLast}: ${last.symptom}. The bot ${next}.`;
		return new UserError('model-unavailable', message, { cause: last });
	}
}
