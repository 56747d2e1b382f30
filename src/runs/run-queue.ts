import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Conversation } from '../conversation.ts';
import { UserError } from '../errors.ts';
import type { Failure, Result } from '../pipeline/progress.ts';
import type { Storage } from '../storage/storage.ts';
import { type Lease, type LeaseTerms, takeLease } from './lease.ts';
import { type Answer, type Cut, type HeldRun, leftFailure, type Performed, performRun } from './perform-run.ts';
import { createProcessIdentity } from './process-identity.ts';
import type { Run } from './run.ts';
import { createRunIds } from './run-id.ts';
import { createRun, type ResumeOptions, type RunRequest, type SubmittedRun } from './run-request.ts';
import { createRunStore } from './run-store.ts';
import { createTranscript } from './transcript.ts';
import { createTurns, type Turns } from './turns.ts';

/** Brings accepted questions to their ending: one at a time in a conversation, and each in one process at a time. */
export interface RunQueue {
	/** Resolves when the run is on disk. Rejects with a UserError when it cannot be accepted, and then nothing is kept. */
	submit(request: RunRequest): Promise<SubmittedRun>;
	/** False when this process does not have the run. */
	stop(runId: string, by: string): boolean;
	/** Goes on with the runs of dead processes, now and from time to time, as far as their conversations can be opened here. Gives those taken up now. */
	resume(options?: ResumeOptions): Promise<SubmittedRun[]>;
	/** Accepts nothing more, interrupts what runs, and leaves it to be resumed. */
	close(): Promise<void>;
}

export interface RunQueueOptions {
	readonly storage: Storage;
	readonly answer: Answer;
	/** `undefined` for a conversation of another platform or installation: its runs are left to a process that can open it. */
	readonly openConversation: (conversation: string) => Conversation | undefined;
	/** Runs at once, in all conversations. */
	readonly concurrency: number;
	readonly logger: Logger;
	/** How long a run stays with a process that gives no sign of life, and how often that one gives it. */
	readonly lease?: { readonly ttlMs: number; readonly renewMs: number };
	/** How long an answer may go on after it was told to stop. */
	readonly graceMs?: number;
}

/** Three renewals fit in, so that one slow write does not lose a run. */
const LEASE = { ttlMs: 15_000, renewMs: 5_000 };
const GRACE_MS = 5_000;
/** How often a run that another process has is looked at. */
const FOLLOW_MS = 500;

interface Job extends HeldRun {
	cut?: Cut;
	readonly controller: AbortController;
	readonly finished: Promise<Result | Failure>;
}

export function createRunQueue(options: RunQueueOptions): RunQueue {
	return new StoredRunQueue(options);
}

class StoredRunQueue implements RunQueue {
	readonly #options: RunQueueOptions;
	readonly #store;
	readonly #transcript;
	readonly #newId = createRunIds();
	readonly #terms: LeaseTerms;
	readonly #turns: Turns;
	readonly #jobs = new Map<string, Job>();
	readonly #taking = new Map<string, Promise<Job | undefined>>();
	/** Endings that were shown and could not be recorded yet. */
	readonly #unsettled = new Map<string, Extract<Performed, { kind: 'unrecorded' }>>();
	/** Endings that this process could not show. */
	readonly #unshown = new Map<string, Result | Failure>();
	readonly #closing = new AbortController();
	#resumeWrites = false;
	#sweeping: NodeJS.Timeout | undefined;
	#closed: Promise<void> | undefined;

	constructor(options: RunQueueOptions) {
		this.#options = options;
		this.#store = createRunStore(options.storage);
		this.#transcript = createTranscript(options.storage);
		this.#terms = { ...(options.lease ?? LEASE), owner: createProcessIdentity(), logger: options.logger };
		this.#turns = createTurns(options.concurrency);
	}

	async submit(request: RunRequest): Promise<SubmittedRun> {
		const conversation = this.#admit(request);
		const asked = createRun(this.#newId(), request);
		const accepting = this.#accept(asked, request.id, conversation);
		// A look for abandoned runs in the midst of this must find it taken.
		this.#nowTaking(
			asked.id,
			accepting.then(({ job }) => job),
		);
		const { run, job } = await accepting;
		return { run, finished: job?.finished ?? this.#follow(run) };
	}

	stop(runId: string, by: string): boolean {
		const job = this.#jobs.get(runId);
		if (!job) return false;
		job.cut ??= { kind: 'stopped', by };
		job.controller.abort(new UserError('stopped', `Stopped by ${by}. Ask again to start over.`));
		return true;
	}

	async resume({ allowWrites = false }: ResumeOptions = {}): Promise<SubmittedRun[]> {
		this.#resumeWrites = allowWrites;
		const taken = await this.#sweep();
		this.#sweeping ??= setInterval(() => {
			this.#sweep().catch((error) => this.#options.logger.warn({ err: error }, 'unfinished runs could not be looked for'));
		}, this.#terms.ttlMs).unref();
		return taken;
	}

	close(): Promise<void> {
		this.#closed ??= this.#close();
		return this.#closed;
	}

	async #close(): Promise<void> {
		this.#closing.abort();
		clearInterval(this.#sweeping);
		await Promise.allSettled(this.#taking.values());
		const jobs = [...this.#jobs.values()];
		for (const job of jobs) leave(job);
		await Promise.all(jobs.map((job) => job.finished));
		await this.#settle();
	}

	#isClosing(): boolean {
		return this.#closing.signal.aborted;
	}

	#admit({ text, conversation }: RunRequest): Conversation {
		if (this.#isClosing()) throw new UserError('stopped', 'The bot is shutting down. Ask again when it is back.');
		if (text.trim() === '') throw new UserError('bad-input', 'The question is empty. Type what you want to know.');
		const opened = this.#options.openConversation(conversation);
		if (!opened) throw new UserError('not-found', 'The bot cannot post in this conversation. Add it there, then ask again.');
		return opened;
	}

	async #accept(asked: Run, eventId: string | undefined, conversation: Conversation): Promise<{ run: Run; job?: Job }> {
		// Taken before another process can see it.
		const lease = await takeLease(this.#options.storage, leaseKey(asked), this.#terms);
		let job: Job | undefined;
		try {
			const run = await this.#store.accept(asked, eventId);
			if (lease && run.id === asked.id && !this.#isClosing()) job = this.#begin(run, conversation, lease);
			return { run, job };
		} finally {
			if (!job) await lease?.release();
		}
	}

	async #sweep(): Promise<SubmittedRun[]> {
		await this.#settle();
		const taken: SubmittedRun[] = [];
		for (const run of await this.#store.unfinished()) {
			if (this.#jobs.has(run.id) || this.#unsettled.has(run.id) || this.#unshown.has(run.id)) continue;
			const job = await this.#take(run);
			if (job) taken.push({ run, finished: job.finished });
		}
		return taken;
	}

	async #settle(): Promise<void> {
		for (const [id, { settle }] of this.#unsettled) {
			try {
				await settle();
				this.#unsettled.delete(id);
			} catch (error) {
				this.#options.logger.warn({ err: error, run: id }, 'the ending of a run still cannot be recorded');
			}
		}
	}

	/** The ending of a run that this process may not have: waits for the one that has it, and takes over when that one dies. */
	async #follow(run: Run): Promise<Result | Failure> {
		while (!this.#isClosing()) {
			const ending = this.#unsettled.get(run.id)?.event ?? this.#unshown.get(run.id);
			if (ending) return ending;
			try {
				const job = await this.#take(run);
				if (job) return job.finished;
				if (!(await this.#store.isUnfinished(run.id))) return (await this.#store.ending(run.id))?.event ?? leftFailure(run);
			} catch (error) {
				this.#options.logger.warn({ err: error, run: run.id }, 'a run cannot be looked at');
			}
			await delay(FOLLOW_MS, undefined, { signal: this.#closing.signal }).catch(() => {});
		}
		return leftFailure(run);
	}

	/** The job of a run, if it is this process's or can become so. Rejects when the storage fails. */
	#take(run: Run): Promise<Job | undefined> {
		const job = this.#jobs.get(run.id);
		if (job) return Promise.resolve(job);
		return this.#taking.get(run.id) ?? this.#nowTaking(run.id, this.#takeOver(run));
	}

	#nowTaking(id: string, taking: Promise<Job | undefined>): Promise<Job | undefined> {
		this.#taking.set(id, taking);
		const done = () => this.#taking.delete(id);
		taking.then(done, done);
		return taking;
	}

	async #takeOver(run: Run): Promise<Job | undefined> {
		const conversation = this.#options.openConversation(run.conversation);
		if (!conversation || this.#isClosing()) return undefined;
		const lease = await takeLease(this.#options.storage, leaseKey(run), this.#terms);
		if (!lease) return undefined;
		let job: Job | undefined;
		try {
			// Another process may have closed it just before it gave the lease up.
			if (!(await this.#store.isUnfinished(run.id))) return undefined;
			const stored = (await this.#store.get(run.workspaceId, run.id)) ?? run;
			job = this.#begin({ ...stored, allowWrites: stored.allowWrites && this.#resumeWrites }, conversation, lease);
			return job;
		} finally {
			if (!job) await lease.release();
		}
	}

	#begin(run: Run, conversation: Conversation, lease: Lease): Job {
		const controller = new AbortController();
		const { promise: finished, resolve } = Promise.withResolvers<Result | Failure>();
		const job: Job = { run, conversation, lease, controller, signal: controller.signal, finished };
		lease.lost.addEventListener('abort', () => leave(job), { once: true });
		this.#jobs.set(run.id, job);
		void this.#carryOut(job).then(resolve);
		return job;
	}

	/** Never rejects. */
	async #carryOut(job: Job): Promise<Result | Failure> {
		await this.#turns.take(job.run.conversation, job.finished, job.signal);
		const { storage, answer, logger, graceMs = GRACE_MS } = this.#options;
		const performed = await performRun(job, { storage, store: this.#store, transcript: this.#transcript, answer, logger, graceMs });
		if (performed.kind === 'unrecorded') this.#unsettled.set(job.run.id, performed);
		if (performed.kind === 'unshown') this.#unshown.set(job.run.id, performed.event);
		// An answer that would not stop may still be at work; nobody else gets the run before the lease has lapsed or this process has ended.
		if (performed.kind === 'left' && !performed.ended) job.lease.abandon();
		else await job.lease.release();
		this.#jobs.delete(job.run.id);
		return performed.event;
	}
}

function leaseKey(run: Run): string {
	return `run/${run.id}`;
}

function leave(job: Job): void {
	job.cut ??= { kind: 'left' };
	job.controller.abort(new UserError('stopped', 'The bot is shutting down.'));
}
