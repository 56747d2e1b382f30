import type { Conversation } from '../conversation.ts';
import type { Failure, Result } from '../pipeline/progress.ts';
import type { Storage } from '../storage/storage.ts';
import type { Performed } from './conclusion.ts';
import { within } from './deadline.ts';
import { Job } from './job.ts';
import { type Lease, type LeaseTerms, runLease, takeLease } from './lease.ts';
import type { Beginning, Lines } from './line.ts';
import type { LooseEnds } from './loose-ends.ts';
import { type PerformServices, performRun } from './perform-run.ts';
import type { Run } from './run.ts';
import type { RunStore } from './run-store.ts';
import { watchStop } from './watch-stop.ts';

export interface RunsInHandOptions extends PerformServices {
	readonly storage: Storage;
	readonly store: RunStore;
	readonly lines: Lines;
	readonly terms: LeaseTerms;
	readonly looseEnds: LooseEnds;
	readonly openConversation: (conversation: string) => Conversation | undefined;
	/** Whether a run that this process begins may write unasked, if its asker allowed it. */
	readonly mayWrite: (run: Run, beginning: Beginning) => boolean;
	/** Resolves when nothing that was shown before can come any more. */
	readonly beforeFirst: (runId: string) => Promise<void>;
	/** Something has changed in the line of a workspace. */
	readonly moved: (workspaceId: string) => void;
	readonly ended: (runId: string, ending: Result | Failure) => void;
	/** Aborted when nothing more is taken. */
	readonly closing: AbortSignal;
}

/** A run that has taken down so many processes is not begun once more. */
const MOST_CRASHES = 5;

/** The runs that this process is bringing to their ending. */
export class RunsInHand {
	readonly #options: RunsInHandOptions;
	readonly #jobs = new Map<string, Job>();
	readonly #taking = new Map<string, Promise<Job | undefined>>();

	constructor(options: RunsInHandOptions) {
		this.#options = options;
	}

	get(runId: string): Job | undefined {
		return this.#jobs.get(runId);
	}

	get size(): number {
		return this.#jobs.size;
	}

	has(runId: string): boolean {
		return this.#jobs.has(runId) || this.#taking.has(runId);
	}

	/** The job of a run, if it is this process's or can become so. Rejects when the storage fails. */
	take(run: Pick<Run, 'id' | 'workspaceId'>): Promise<Job | undefined> {
		const job = this.#jobs.get(run.id);
		if (job) return Promise.resolve(job);
		const under = this.#taking.get(run.id);
		if (under) return under;
		const taking = this.#takeOver(run).finally(() => this.#taking.delete(run.id));
		this.#taking.set(run.id, taking);
		return taking;
	}

	/** Lets them go on for at most `graceMs`, then leaves them to be resumed. Never rejects. */
	async leave(graceMs: number): Promise<void> {
		await Promise.allSettled(this.#taking.values());
		const jobs = [...this.#jobs.values()];
		const finished = Promise.all(jobs.map((job) => job.finished));
		if (graceMs > 0) await within(graceMs, finished).catch(() => {});
		for (const job of jobs) job.leave();
		await finished;
	}

	async #takeOver({ workspaceId, id }: Pick<Run, 'id' | 'workspaceId'>): Promise<Job | undefined> {
		const { storage, store, lines, terms, looseEnds, openConversation, closing, mayWrite, logger } = this.#options;
		if (!(await looseEnds.settled(id))) return undefined;
		const lease = await takeLease(storage, runLease(id), terms);
		if (!lease) return undefined;
		let job: Job | undefined;
		try {
			// Another process may have closed it just before it gave the lease up.
			const run = await store.open(workspaceId, id);
			const conversation = run && openConversation(run.conversation);
			if (!run || !conversation || closing.aborted) return undefined;
			const unwanted = await store.stopRequest(id);
			const beginning = await lines.begin(run);
			const { crashes } = beginning;
			if (crashes > 0) logger.info({ run: id, workspace: workspaceId, crashes }, 'going on with a question whose process ended');
			job = this.#begin({ ...run, allowWrites: run.allowWrites && mayWrite(run, beginning) }, conversation, lease);
			if (unwanted) job.stop(unwanted.by);
			else if (crashes >= MOST_CRASHES) job.giveUp(crashes);
			return job;
		} finally {
			if (!job) await lease.release();
		}
	}

	#begin(run: Run, conversation: Conversation, lease: Lease): Job {
		const job = new Job(run, conversation, lease);
		this.#jobs.set(run.id, job);
		void this.#carryOut(job).then(job.finish);
		void watchStop(job, this.#options.store, this.#options.logger);
		return job;
	}

	/** Never rejects. */
	async #carryOut(job: Job): Promise<Result | Failure> {
		const { run } = job;
		const { looseEnds, moved, ended } = this.#options;
		moved(run.workspaceId);
		const unshown = looseEnds.unshown(run.id);
		const performed = await (unshown ? unshown.again(job) : this.#perform(job));
		looseEnds.note(run.id, performed);
		await this.#giveUpPlace(job, performed);
		this.#jobs.delete(run.id);
		moved(run.workspaceId);
		if (performed.kind === 'unshown') void this.#settleLate(run, performed.appears);
		ended(run.id, performed.event);
		return performed.event;
	}

	/** Never rejects. */
	async #giveUpPlace({ run, lease }: Job, performed: Performed): Promise<void> {
		// An answer that would not stop may still be at work; nobody else gets the run before the lease has lapsed or this process has ended.
		if (performed.kind === 'left' && !performed.ended) return lease.abandon();
		try {
			if (performed.kind !== 'left') await this.#options.lines.leave(run);
			else if (lease.held()) await this.#options.lines.handBack(run);
		} catch (error) {
			this.#options.logger.warn({ err: error, run: run.id }, 'the place of a run in its line could not be changed yet');
			if (performed.kind === 'closed' || performed.kind === 'unrecorded') this.#leaveLater(run, performed);
		}
		await lease.release();
	}

	/** With what else is to be recorded once the storage works again: until then the conversation waits behind a run that has ended. */
	#leaveLater(run: Run, performed: Extract<Performed, { kind: 'closed' | 'unrecorded' }>): void {
		const settle = async () => {
			if (performed.kind === 'unrecorded') await performed.settle();
			await this.#options.lines.leave(run);
		};
		this.#options.looseEnds.note(run.id, { kind: 'unrecorded', event: performed.event, settle });
	}

	async #perform(job: Job): Promise<Performed> {
		await this.#options.beforeFirst(job.run.id);
		return performRun(job, this.#options);
	}

	/** An ending that took too long may appear all the same; then the run is closed. Never rejects. */
	async #settleLate(run: Run, appears: Promise<boolean>): Promise<void> {
		try {
			if (await appears) await this.take(run);
		} catch (error) {
			this.#options.logger.warn({ err: error, run: run.id }, 'a run whose ending appeared late could not be closed yet');
		}
	}
}
