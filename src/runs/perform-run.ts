import { toUserError } from '../errors.ts';
import { inRun } from '../observability/run-context.ts';
import { type RunEnded, runs } from '../observability/signals.ts';
import { type Failure, NO_TOTALS, type Progress, type Result } from '../pipeline/progress.ts';
import type { Storage } from '../storage/storage.ts';
import { Conclusion, type ConclusionServices, outcomeOf, type Performed } from './conclusion.ts';
import { AnswerOverdue, untilOverdue, within } from './deadline.ts';
import { openJournal } from './durable-journal.ts';
import { type HeldRun, isLeft } from './held-run.ts';
import type { Journal } from './journal.ts';
import type { Run } from './run.ts';
import { RunLeft } from './run-left.ts';
import { failedMessage, givenUpMessage, stoppedMessage } from './stopped-message.ts';
import { topicOf } from './transcript.ts';

/** Answers a run. The same run may be answered again after a crash, with its journal. Is to end soon after the signal is aborted. */
export type Answer = (run: Run, journal: Journal, signal: AbortSignal) => AsyncIterable<Progress>;

export interface PerformServices extends ConclusionServices {
	readonly storage: Storage;
	readonly answer: Answer;
	/** How long an answer may go on after its signal was aborted. */
	readonly graceMs: number;
}

/** Takes a run from where it is to its ending and shows what happens on the way. Everything logged meanwhile names it. Never rejects. */
export async function performRun(held: HeldRun, services: PerformServices): Promise<Performed> {
	const { id, workspaceId, status, createdAt } = held.run;
	const waited = status === 'waiting' && { waitedMs: Math.max(0, Date.now() - Date.parse(createdAt)) };
	const perform = () => new RunPerformance(held, services).perform();
	return inRun(held.run, () => runs.trace({ run: id, workspace: workspaceId, ...waited }, perform, endedAs));
}

function endedAs({ kind, event }: Performed): RunEnded {
	return { outcome: kind === 'left' ? kind : outcomeOf(event), ...(event.type === 'failure' && { code: event.code }) };
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
	#journal: Journal | undefined;
	/** The first ending there is, of this process or of an earlier one; later ones change nothing. */
	#conclusion: Conclusion | undefined;
	/** False while an ending of an earlier process may exist without this one knowing it. */
	#endingKnown: boolean;
	#index = 0;
	#toolCalls = 0;
	#answerEnded = true;

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
			if (this.#conclusion?.ending.event.type === 'failure') await this.#conclusion.conclude(this.#held);
			else await this.#followAnswer();
		} catch (error) {
			await this.#fail(error);
		}
		const conclusion = this.#conclusion;
		if (conclusion && !isLeft(this.#held)) return conclusion.close();
		return { kind: 'left', event: conclusion?.ending.event ?? leftFailure(this.#run), ended: this.#answerEnded };
	}

	async #start(): Promise<void> {
		const { store, transcript } = this.#services;
		const ending = await store.ending(this.#run.id);
		if (ending) this.#conclusion = new Conclusion(this.#run, ending, this.#services);
		this.#endingKnown = true;
		if (this.#run.status !== 'waiting' || this.#held.signal.aborted) return;
		// Only now has the question before this one been answered.
		const earlier = await transcript.turns(topicOf(this.#run));
		this.#run = { ...this.#run, status: 'running', question: { ...this.#run.question, earlier } };
		await store.save(this.#run);
	}

	async #followAnswer(): Promise<void> {
		const { signal, lease } = this.#held;
		signal.throwIfAborted();
		const journal = await openJournal(this.#services.storage, this.#run.id, {
			mayAct: () => {
				if (!lease.held()) throw new RunLeft('Another process has taken this question over.');
			},
		});
		this.#journal = journal;
		for await (const event of untilOverdue(this.#services.answer(this.#run, journal, signal), signal, this.#services.graceMs)) {
			if (!isLeft(this.#held)) await this.#pass(event);
			this.#index++;
		}
		if (!this.#conclusion && !isLeft(this.#held)) throw new Error('The answer ended without a result or failure');
	}

	async #pass(event: Progress): Promise<void> {
		if (event.type === 'result' || event.type === 'failure') return this.#conclude(event);
		if (event.type === 'tool-call') this.#toolCalls++;
		// What led to an ending that was shown is not shown again, nor what follows one that could not be shown.
		const ending = this.#conclusion?.ending;
		if (!ending || (ending.shown ? this.#index > ending.index : this.#index < ending.index)) await this.#show(event);
	}

	/** Never rejects. */
	async #conclude(event: Result | Failure): Promise<void> {
		if (!this.#endingKnown) return;
		this.#conclusion ??= new Conclusion(this.#run, { event: await this.#worded(event), index: this.#index, shown: false }, this.#services);
		await this.#conclusion.conclude(this.#held);
		this.#held.concluded();
	}

	async #fail(error: unknown): Promise<void> {
		if (error instanceof AnswerOverdue) this.#answerEnded = false;
		if (isLeft(this.#held)) return;
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

	/** Whatever the answer makes of its abort, people read just why it was cut off; and of every failure, what had been changed by then. */
	async #worded(event: Result | Failure): Promise<Result | Failure> {
		const { cut } = this.#held;
		if (event.type === 'result' || cut?.kind === 'left') return event;
		const changes = await this.#changes();
		if (!cut) return { ...event, message: failedMessage(event.message, changes) };
		if (cut.kind === 'stopped') return { ...event, code: 'stopped', message: stoppedMessage(cut.by, changes) };
		return { ...event, code: 'internal', message: givenUpMessage(cut.crashes, changes) };
	}

	async #changes(): Promise<readonly string[]> {
		if (this.#held.run.status === 'waiting' && !this.#journal) return [];
		try {
			// One that is stopped before it is resumed has not opened it.
			return (this.#journal ?? (await openJournal(this.#services.storage, this.#run.id))).changes();
		} catch (error) {
			this.#services.logger.warn({ err: error, run: this.#run.id }, 'what a stopped run has changed could not be looked up');
			return [];
		}
	}

	/** What cannot be shown does not end the run. */
	async #show(event: Progress): Promise<void> {
		const { conversation } = this.#held;
		const { logger, showLimitMs } = this.#services;
		try {
			await within(showLimitMs, conversation.show(this.#run, event, this.#index));
		} catch (error) {
			logger.warn({ err: error, run: this.#run.id, event: event.type }, 'an event could not be shown');
		}
	}
}
