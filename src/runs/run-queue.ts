import type { Logger } from 'pino';
import type { Conversation } from '../conversation.ts';
import { UserError } from '../errors.ts';
import type { Failure, Result } from '../pipeline/progress.ts';
import type { Storage } from '../storage/storage.ts';
import type { Performed } from './conclusion.ts';
import { followRun } from './follow-run.ts';
import { Job } from './job.ts';
import { type Lease, type LeaseTerms, takeLease } from './lease.ts';
import { LooseEnds } from './loose-ends.ts';
import { type Answer, performRun } from './perform-run.ts';
import { createProcessIdentity } from './process-identity.ts';
import type { Run } from './run.ts';
import { createRunIds } from './run-id.ts';
import { createRun, type ResumeOptions, type RunRequest, type SubmittedRun } from './run-request.ts';
import { createRunStore } from './run-store.ts';
import { createTranscript } from './transcript.ts';
import { createTurns, type Turns } from './turns.ts';
import { createUsage } from './usage.ts';
import { waitForTurn } from './wait-for-turn.ts';
import { watchStop } from './watch-stop.ts';

/** Brings accepted questions to their ending: one at a time in a conversation, and each in one process at a time. */
export interface RunQueue {
	/** Resolves when the run is on disk. Rejects with a UserError when it cannot be accepted, and then nothing is kept. */
	submit(request: RunRequest): Promise<SubmittedRun>;
	/**
	 * True when the run was unfinished and is told to stop, whichever process has it: here at once, elsewhere within 500 ms, and one that nobody
	 * has as soon as it is taken up. `by` is shown to people.
	 */
	stop(runId: string, by: string): Promise<boolean>;
	/** Of a conversation, oldest first, whichever process has them. */
	unfinishedIn(conversation: string): Promise<Run[]>;
	get(workspaceId: string, runId: string): Promise<Run | undefined>;
	/** How a run ended; undefined while it has not. */
	ending(runId: string): Promise<Result | Failure | undefined>;
	/** Newest first; of one person when `askedBy` is given. */
	recent(workspaceId: string, options: { readonly askedBy?: string; readonly limit: number }): Promise<Run[]>;
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
	/** How long a conversation may take to show one event. */
	readonly showLimitMs?: number;
}

/** Three renewals fit in, so that one slow write does not lose a run. */
const LEASE = { ttlMs: 15_000, renewMs: 5_000 };
const GRACE_MS = 5_000;
/** A channel of a chat takes about one message a second, and a busy one has many waiting. */
const SHOW_LIMIT_MS = 300_000;

export function createRunQueue(options: RunQueueOptions): RunQueue {
	return new StoredRunQueue(options);
}

class StoredRunQueue implements RunQueue {
	readonly #options: RunQueueOptions;
	readonly #store;
	readonly #transcript;
	readonly #usage;
	readonly #newId = createRunIds();
	readonly #terms: LeaseTerms;
	readonly #turns: Turns;
	readonly #jobs = new Map<string, Job>();
	readonly #taking = new Map<string, Promise<Job | undefined>>();
	readonly #looseEnds: LooseEnds;
	readonly #closing = new AbortController();
	#resumesWriting: (run: Run) => boolean = () => false;
	#sweeping: NodeJS.Timeout | undefined;
	#closed: Promise<void> | undefined;

	constructor(options: RunQueueOptions) {
		this.#options = options;
		this.#store = createRunStore(options.storage);
		this.#transcript = createTranscript(options.storage);
		this.#usage = createUsage(options.storage);
		this.#terms = { ...(options.lease ?? LEASE), owner: createProcessIdentity(), logger: options.logger };
		this.#looseEnds = new LooseEnds({ firstPauseMs: this.#terms.ttlMs, logger: options.logger });
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

	async stop(runId: string, by: string): Promise<boolean> {
		const job = this.#jobs.get(runId);
		job?.stop(by);
		try {
			// Also for a run of this process, which may be killed before it has ended.
			return (await this.#store.requestStop(runId, by)) || job !== undefined;
		} catch (error) {
			if (!job) throw error;
			this.#options.logger.warn({ err: error, run: runId }, 'the request to stop a run cannot be recorded');
			return true;
		}
	}

	unfinishedIn(conversation: string): Promise<Run[]> {
		return this.#store.unfinished(conversation);
	}

	get(workspaceId: string, runId: string): Promise<Run | undefined> {
		return this.#store.get(workspaceId, runId);
	}

	async ending(runId: string): Promise<Result | Failure | undefined> {
		return this.#looseEnds.of(runId) ?? (await this.#store.ending(runId))?.event;
	}

	recent(workspaceId: string, { askedBy, limit }: { readonly askedBy?: string; readonly limit: number }): Promise<Run[]> {
		return this.#store.list(workspaceId, limit, askedBy);
	}

	async resume({ allowWrites = () => false }: ResumeOptions = {}): Promise<SubmittedRun[]> {
		this.#resumesWriting = allowWrites;
		this.#sweeping ??= setInterval(() => {
			this.#sweep().catch((error) => this.#options.logger.warn({ err: error }, 'unfinished runs could not be looked for'));
		}, this.#terms.ttlMs).unref();
		return this.#sweep();
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
		for (const job of jobs) job.leave();
		await Promise.all(jobs.map((job) => job.finished));
		await this.#looseEnds.settle();
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
		await this.#looseEnds.settle();
		const taken: SubmittedRun[] = [];
		const unfinished = await this.#store.unfinished();
		const open = new Set(unfinished.map(({ id }) => id));
		this.#looseEnds.forgetClosed((id) => open.has(id));
		for (const run of unfinished) {
			if (this.#jobs.has(run.id) || !this.#looseEnds.isDue(run.id)) continue;
			const job = await this.#take(run);
			if (job) taken.push({ run, finished: job.finished });
		}
		return taken;
	}

	#follow(run: Run): Promise<Result | Failure> {
		return followRun(run, {
			take: (followed) => this.#take(followed),
			store: this.#store,
			looseEnds: this.#looseEnds,
			closing: this.#closing.signal,
			logger: this.#options.logger,
		});
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
			const unwanted = await this.#store.stopRequest(run.id);
			job = this.#begin({ ...stored, allowWrites: stored.allowWrites && this.#resumesWriting(stored) }, conversation, lease);
			if (unwanted) job.stop(unwanted.by);
			return job;
		} finally {
			if (!job) await lease.release();
		}
	}

	#begin(run: Run, conversation: Conversation, lease: Lease): Job {
		const job = new Job(run, conversation, lease);
		this.#jobs.set(run.id, job);
		void this.#carryOut(job).then(job.finish);
		void watchStop(job, this.#store, this.#options.logger);
		return job;
	}

	/** Never rejects. */
	async #carryOut(job: Job): Promise<Result | Failure> {
		const { id } = job.run;
		const unshown = this.#looseEnds.unshown(id);
		const performed = await (unshown ? unshown.again(job) : this.#perform(job));
		this.#looseEnds.note(id, performed);
		// An answer that would not stop may still be at work; nobody else gets the run before the lease has lapsed or this process has ended.
		if (performed.kind === 'left' && !performed.ended) job.lease.abandon();
		else await job.lease.release();
		this.#jobs.delete(id);
		if (performed.kind === 'unshown') void this.#settleLate(job.run, performed.appears);
		return performed.event;
	}

	async #perform(job: Job): Promise<Performed> {
		const { storage, answer, logger, graceMs = GRACE_MS, showLimitMs = SHOW_LIMIT_MS } = this.#options;
		const records = { storage, store: this.#store, transcript: this.#transcript, usage: this.#usage };
		await waitForTurn(job, this.#turns, { logger, showLimitMs });
		return performRun(job, { ...records, answer, logger, graceMs, showLimitMs });
	}

	/** An ending that took too long may appear all the same; then the run is closed. Never rejects. */
	async #settleLate(run: Run, appears: Promise<boolean>): Promise<void> {
		try {
			if (await appears) await this.#take(run);
		} catch (error) {
			this.#options.logger.warn({ err: error, run: run.id }, 'a run whose ending appeared late could not be closed yet');
		}
	}
}

function leaseKey(run: Run): string {
	return `run/${run.id}`;
}
