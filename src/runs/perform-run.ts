import type { Logger } from 'pino';
import type { Conversation } from '../conversation.ts';
import { toUserError, UserError } from '../errors.ts';
import { type Failure, NO_TOTALS, type Progress, type Result } from '../pipeline/progress.ts';
import type { Storage } from '../storage/storage.ts';
import { AnswerOverdue, untilOverdue, within } from './deadline.ts';
import { openJournal } from './durable-journal.ts';
import type { Journal } from './journal.ts';
import type { Lease } from './lease.ts';
import type { Run, RunStatus } from './run.ts';
import type { Ending, RunStore } from './run-store.ts';
import type { Transcript } from './transcript.ts';
import type { Usage } from './usage.ts';

/** Answers a run. The same run may be answered again after a crash, with its journal. Is to end soon after the signal is aborted. */
export type Answer = (run: Run, journal: Journal, signal: AbortSignal) => AsyncIterable<Progress>;

/** Why a run is cut off: a person stopped it, or this process leaves it to be resumed (shutdown, lost lease). */
export type Cut = { readonly kind: 'stopped'; readonly by: string } | { readonly kind: 'left' };

/** A run in the hands of this process. */
export interface HeldRun {
	readonly run: Run;
	readonly conversation: Conversation;
	readonly lease: Lease;
	/** Aborted right after `cut` was set. */
	readonly signal: AbortSignal;
	readonly cut?: Cut;
}

export interface PerformServices {
	readonly storage: Storage;
	readonly store: RunStore;
	readonly transcript: Transcript;
	readonly usage: Usage;
	readonly answer: Answer;
	readonly logger: Logger;
	/** How long an answer may go on after its signal was aborted. */
	readonly graceMs: number;
}

/**
 * How it went:
 * - `closed`: the ending was shown, and all is recorded
 * - `left`: to be resumed; `ended` is false when the answer would not stop
 * - `unshown`: the ending could not be shown; the next start tries again
 * - `unrecorded`: the ending was shown, but the storage failed; `settle` records it, and rejects while the storage still fails
 */
export type Performed = { readonly event: Result | Failure } & (
	| { readonly kind: 'closed' | 'unshown' }
	| { readonly kind: 'left'; readonly ended: boolean }
	| { readonly kind: 'unrecorded'; readonly settle: () => Promise<void> }
);

/** How long a conversation may take to show one event: a channel of a chat takes about one message a second, and a busy one has many waiting. */
const SHOW_LIMIT_MS = 300_000;

const STATUS = { result: 'answered', failure: 'failed', stopped: 'stopped' } as const satisfies Record<string, RunStatus>;

/** Takes a run from where it is to its ending and shows what happens on the way. Never rejects. */
export async function performRun(held: HeldRun, services: PerformServices): Promise<Performed> {
	return new RunPerformance(held, services).perform();
}

/** What is told about a run that this process does not bring to its end. */
export function leftFailure(run: Run): Failure {
	return {
		type: 'failure',
		code: 'stopped',
		message: 'The bot stopped before it had an answer. It goes on with this question when it is back.',
		reference: run.id,
		totals: NO_TOTALS,
	};
}

class RunPerformance {
	readonly #held: HeldRun;
	readonly #services: PerformServices;
	readonly #startedAt = Date.now();
	#run: Run;
	/** Of this process or of an earlier one. */
	#ending: Ending | undefined;
	/** False while an ending of an earlier process may exist without this one knowing it. */
	#endingKnown: boolean;
	#index = 0;
	#toolCalls = 0;
	#answerEnded = true;
	#unrecorded = false;

	constructor(held: HeldRun, services: PerformServices) {
		this.#held = held;
		this.#services = services;
		this.#run = held.run;
		this.#endingKnown = held.run.status === 'waiting';
	}

	async perform(): Promise<Performed> {
		try {
			await this.#start();
			// After a failure nothing is left to do; after a result, the answer may still be leaving functions behind.
			if (this.#ending?.event.type === 'failure') await this.#conclude(this.#ending.event);
			else await this.#followAnswer();
		} catch (error) {
			await this.#fail(error);
		}
		return this.#leave();
	}

	async #start(): Promise<void> {
		const { store, transcript } = this.#services;
		this.#ending = await store.ending(this.#run.id);
		this.#endingKnown = true;
		if (this.#run.status !== 'waiting' || this.#held.signal.aborted) return;
		// Only now has the question before this one been answered.
		const earlier = await transcript.turns(this.#run.conversation);
		this.#run = { ...this.#run, status: 'running', question: { ...this.#run.question, earlier } };
		await store.save(this.#run);
	}

	async #followAnswer(): Promise<void> {
		const { signal, lease } = this.#held;
		signal.throwIfAborted();
		const journal = await openJournal(this.#services.storage, this.#run.id, {
			mayAct: () => {
				if (!lease.held()) throw new UserError('stopped', 'Another process has taken this question over.');
			},
		});
		for await (const event of untilOverdue(this.#services.answer(this.#run, journal, signal), signal, this.#services.graceMs)) {
			if (!this.#isLeft()) await this.#pass(event);
			this.#index++;
		}
		if (!this.#ending && !this.#isLeft()) throw new Error('The answer ended without a result or failure');
	}

	async #pass(event: Progress): Promise<void> {
		if (event.type === 'result' || event.type === 'failure') return this.#conclude(event);
		if (event.type === 'tool-call') this.#toolCalls++;
		// What led to an ending that was shown is not shown again, nor what follows one that could not be shown.
		const ending = this.#ending;
		if (!ending || (ending.shown ? this.#index > ending.index : this.#index < ending.index)) await this.#show(event, this.#index);
	}

	/** Records the first ending there is, shows it, and records that it was shown. Later ones change nothing. Never rejects. */
	async #conclude(event: Result | Failure): Promise<void> {
		if (!this.#endingKnown) return;
		this.#ending ??= { event: this.#worded(event), index: this.#index, shown: false };
		if (!this.#ending.shown) {
			const { event, index } = this.#ending;
			await this.#record(() => this.#saveEnding());
			if (!(await this.#show(event, index))) return;
			this.#ending = { event, index, shown: true };
		}
		await this.#record(() => this.#settle());
	}

	async #settle(): Promise<void> {
		if (!this.#ending) return;
		const { event } = this.#ending;
		const { store, transcript, usage } = this.#services;
		await this.#saveEnding();
		await usage.record(this.#run, event.totals);
		const status = STATUS[event.type === 'failure' && event.code === 'stopped' ? 'stopped' : event.type];
		this.#run = { ...this.#run, status, endedAt: this.#run.endedAt ?? new Date().toISOString() };
		await store.save(this.#run);
		if (event.type === 'failure') return;
		const answer = event.sentence || JSON.stringify(event.value);
		await transcript.append(this.#run.conversation, this.#run.id, { question: this.#run.question.text, answer });
	}

	async #fail(error: unknown): Promise<void> {
		if (error instanceof AnswerOverdue) this.#answerEnded = false;
		if (this.#isLeft()) return;
		const failure = this.#held.signal.aborted ? toUserError(this.#held.signal.reason) : toUserError(error);
		if (failure.code !== 'stopped') this.#services.logger.error({ err: error, run: this.#run.id }, 'the run failed');
		await this.#conclude({
			type: 'failure',
			code: failure.code,
			message: failure.userMessage,
			reference: this.#run.id,
			totals: { ...NO_TOTALS, toolCalls: this.#toolCalls, ms: Date.now() - this.#startedAt },
		});
	}

	async #leave(): Promise<Performed> {
		const event = this.#ending?.event ?? leftFailure(this.#run);
		if (this.#isLeft()) return { kind: 'left', event, ended: this.#answerEnded };
		if (!this.#ending?.shown) return { kind: 'unshown', event };
		const { store } = this.#services;
		if (!this.#unrecorded) await this.#record(() => store.close(this.#run.id));
		if (!this.#unrecorded) return { kind: 'closed', event };
		return {
			kind: 'unrecorded',
			event,
			settle: async () => {
				await this.#settle();
				await store.close(this.#run.id);
			},
		};
	}

	async #saveEnding(): Promise<void> {
		if (this.#ending) await this.#services.store.saveEnding(this.#run.id, this.#ending);
	}

	/** Whatever the answer makes of its abort, a person who stopped a run reads just that. */
	#worded(event: Result | Failure): Result | Failure {
		const { cut } = this.#held;
		if (event.type === 'result' || cut?.kind !== 'stopped') return event;
		return { ...event, code: 'stopped', message: `Stopped by ${cut.by}. Ask again to start over.` };
	}

	/** True when it was shown. What cannot be shown does not end the run. */
	async #show(event: Progress, index: number): Promise<boolean> {
		try {
			await within(SHOW_LIMIT_MS, this.#held.conversation.show(this.#run, event, index));
			return true;
		} catch (error) {
			this.#services.logger.warn({ err: error, run: this.#run.id, event: event.type }, 'an event could not be shown');
			return false;
		}
	}

	async #record(work: () => Promise<void>): Promise<void> {
		try {
			await work();
		} catch (error) {
			this.#unrecorded = true;
			this.#services.logger.error({ err: error, run: this.#run.id }, 'the ending of a run could not be recorded');
		}
	}

	#isLeft(): boolean {
		return this.#held.cut?.kind === 'left' || !this.#held.lease.held();
	}
}
