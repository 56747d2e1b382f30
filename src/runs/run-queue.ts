import type { Conversation } from '../conversation.ts';
import { UserError } from '../errors.ts';
import type { Failure, Result } from '../pipeline/progress.ts';
import { Dispatcher } from './dispatcher.ts';
import type { Offer } from './engine/engine.ts';
import { createInProcessEngine } from './engine/in-process.ts';
import { Followers } from './followers.ts';
import type { LeaseTerms } from './lease.ts';
import { type Beginning, createLines } from './line.ts';
import { LooseEnds } from './loose-ends.ts';
import { createPresence } from './presence.ts';
import { createProcessIdentity } from './process-identity.ts';
import { Refusals } from './refusals.ts';
import type { Run } from './run.ts';
import { createRunIds } from './run-id.ts';
import type { RunQueueOptions } from './run-queue-options.ts';
import { createRun, type ResumeOptions, type RunRequest, type SubmittedRun } from './run-request.ts';
import { createRunStore } from './run-store.ts';
import { RunsInHand } from './runs-in-hand.ts';
import { Sweeps } from './sweeps.ts';
import { createTranscript } from './transcript.ts';
import { createUsage } from './usage.ts';
import { WaitingNotices } from './waiting-notices.ts';

export type { RunQueueOptions } from './run-queue-options.ts';

/** Brings accepted questions to their ending: one at a time in a conversation, and each in one process at a time. */
export interface RunQueue {
	/** Resolves when the run is on disk. Rejects with a UserError when it cannot be accepted, and then nothing is kept. */
	submit(request: RunRequest): Promise<SubmittedRun>;
	/**
	 * True when the run was unfinished and is told to stop, whichever process has it: here at once, elsewhere within 500 ms. One that nobody has ends
	 * here and now, if this process can show that. `by` is shown to people.
	 */
	stop(runId: string, by: string): Promise<boolean>;
	/** Of a conversation, oldest first, whichever process has them. */
	unfinishedIn(conversation: string): Promise<Run[]>;
	get(workspaceId: string, runId: string): Promise<Run | undefined>;
	/** How a run ended; undefined while it has not. */
	ending(runId: string): Promise<Result | Failure | undefined>;
	/** Newest first; of one person when `askedBy` is given. */
	recent(workspaceId: string, options: { readonly askedBy?: string; readonly limit: number }): Promise<Run[]>;
	/**
	 * Begins to take runs that any process may answer, and goes on with those of dead processes, now and from time to time, as far as their
	 * conversations can be opened here. Gives those that nobody has now, oldest first.
	 */
	resume(options?: ResumeOptions): Promise<SubmittedRun[]>;
	/** How many runs of all processes wait for their turn, and are being answered. */
	load(): Promise<{ readonly waiting: number; readonly working: number }>;
	/** Why no run of other processes can be taken at the moment. */
	trouble(): string | undefined;
	/** Accepts and takes nothing more, lets what is being answered go on for at most `graceMs`, then interrupts it and leaves it to be resumed. */
	close(options?: { readonly graceMs?: number }): Promise<void>;
}

/** Three renewals fit in, so that one slow write does not lose a run. */
const LEASE = { ttlMs: 15_000, renewMs: 5_000 };
const GRACE_MS = 5_000;
/** How many runs for each place there may be in hand, those that only keep their functions included. */
const MOST_IN_HAND = 2;
/** A channel of a chat takes about one message a second, and a busy one has many waiting. */
const SHOW_LIMIT_MS = 300_000;

export function createRunQueue(options: RunQueueOptions): RunQueue {
	return new StoredRunQueue(options);
}

class StoredRunQueue implements RunQueue {
	readonly #options: RunQueueOptions;
	readonly #store;
	readonly #lines;
	readonly #presence;
	readonly #newId = createRunIds();
	readonly #terms: LeaseTerms;
	readonly #dispatcher: Dispatcher;
	readonly #inHand: RunsInHand;
	readonly #followers: Followers;
	readonly #notices: WaitingNotices;
	readonly #looseEnds: LooseEnds;
	readonly #sweeps: Sweeps;
	readonly #refusals: Refusals;
	readonly #closing = new AbortController();
	#resumesWriting: (run: Run) => boolean = () => false;
	#closed: Promise<void> | undefined;

	constructor(options: RunQueueOptions) {
		this.#options = options;
		const { storage, logger, openConversation, engine, isLocal = () => false, showLimitMs = SHOW_LIMIT_MS } = options;
		this.#store = createRunStore(storage);
		this.#lines = createLines(storage);
		const owner = createProcessIdentity();
		this.#terms = { ...(options.lease ?? LEASE), owner, logger };
		this.#presence = createPresence(storage, this.#terms);
		this.#looseEnds = new LooseEnds({ firstPauseMs: this.#terms.ttlMs, logger });
		this.#followers = new Followers(this.#store, logger);
		this.#notices = new WaitingNotices({ lines: this.#lines, logger, showLimitMs });
		this.#refusals = new Refusals(this.#store, this.#closing.signal);
		this.#dispatcher = new Dispatcher({
			lines: this.#lines,
			presence: this.#presence,
			owner,
			local: createInProcessEngine(options.concurrency),
			shared: engine,
			isLocal,
			opens: (conversation) => openConversation(conversation) !== undefined,
			workspaceConcurrency: options.workspaceConcurrency ?? Number.POSITIVE_INFINITY,
			logger,
		});
		this.#inHand = new RunsInHand({
			storage,
			logger,
			openConversation,
			showLimitMs,
			answer: options.answer,
			graceMs: options.graceMs ?? GRACE_MS,
			store: this.#store,
			lines: this.#lines,
			transcript: createTranscript(storage),
			usage: createUsage(storage),
			terms: this.#terms,
			looseEnds: this.#looseEnds,
			mayWrite: (run, beginning) => this.#mayWrite(run, beginning),
			beforeFirst: (runId) => this.#notices.over(runId),
			moved: (workspaceId) => void this.#dispatcher.advance(workspaceId),
			ended: (runId, ending) => this.#followers.end(runId, ending),
			closing: this.#closing.signal,
		});
		this.#sweeps = new Sweeps({
			store: this.#store,
			lines: this.#lines,
			dispatcher: this.#dispatcher,
			inHand: this.#inHand,
			looseEnds: this.#looseEnds,
			closing: this.#closing.signal,
			logger,
		});
		this.#dispatcher.serveLocal((offer) => this.#serve(offer));
	}

	async submit(request: RunRequest): Promise<SubmittedRun> {
		const conversation = this.#admit(request);
		const asked = createRun(this.#newId(), request);
		const keeper = this.#dispatcher.keeperOf(asked.conversation);
		if (keeper !== undefined) await this.#presence.announce();
		const run = await this.#accept(asked, request.id, keeper);
		if (run.id === asked.id) await this.#await(run, conversation);
		return this.#submitted(run);
	}

	async #accept(asked: Run, eventId: string | undefined, keeper: string | undefined): Promise<Run> {
		try {
			return await this.#store.accept(asked, eventId, keeper);
		} catch (error) {
			void this.#refusals.takeBack(asked);
			throw error;
		}
	}

	async stop(runId: string, by: string): Promise<boolean> {
		const job = this.#inHand.get(runId);
		job?.stop(by);
		try {
			// Also for a run of this process, which may be killed before it has ended.
			const unfinished = await this.#store.requestStop(runId, by);
			// Nobody has one that waits for its turn, or whose process died: it ends without another step.
			if (unfinished && !job && !this.#isClosing()) await this.#inHand.take(unfinished);
			return unfinished !== undefined || job !== undefined;
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
		if (!this.#isClosing()) this.#dispatcher.serveShared();
		this.#sweeps.repeat(this.#terms.ttlMs);
		const { free, taken } = await this.#sweeps.sweep();
		const left = free.map((run) => this.#submitted(run));
		return [...taken, ...left].sort((a, b) => (a.run.id < b.run.id ? -1 : 1));
	}

	load(): Promise<{ readonly waiting: number; readonly working: number }> {
		return this.#lines.load();
	}

	trouble(): string | undefined {
		return this.#options.engine?.trouble();
	}

	close({ graceMs = 0 }: { readonly graceMs?: number } = {}): Promise<void> {
		this.#closed ??= this.#close(graceMs);
		return this.#closed;
	}

	async #close(graceMs: number): Promise<void> {
		this.#closing.abort();
		this.#sweeps.stop();
		await this.#dispatcher.stop();
		await this.#inHand.leave(graceMs);
		this.#notices.close();
		this.#followers.close();
		await Promise.all([this.#looseEnds.settle(), this.#dispatcher.close()]);
		await this.#presence.end();
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

	#submitted(run: Run): SubmittedRun {
		const finished = async () => (await this.#inHand.get(run.id)?.finished) ?? this.#looseEnds.of(run.id) ?? this.#followers.follow(run);
		return {
			run,
			// Most who submit a run do not wait for it, and following one costs a read now and then.
			get finished() {
				return finished();
			},
		};
	}

	/** Has it answered when its turn comes. People are told that it waits, so that they can stop it. */
	async #await(run: Run, conversation: Conversation): Promise<void> {
		const atOnce = await this.#dispatcher.joined(run);
		if (atOnce !== true && !this.#inHand.has(run.id)) this.#notices.add(run, conversation, atOnce === false);
	}

	async #serve({ workspaceId, runId: id }: Offer): Promise<'done' | 'again'> {
		try {
			if (this.#isClosing()) return 'again';
			if (this.#refusals.has(id)) return 'done';
			if (this.#inHand.has(id) || !(await this.#lines.has({ workspaceId, id }))) return 'done';
			const job = await this.#inHand.take({ workspaceId, id });
			// Also one that is just being accepted: it has its place by then, but is no run yet.
			if (!job) return (await this.#lines.has({ workspaceId, id })) ? 'again' : 'done';
			// Others need not wait while its functions are kept, unless too many of these come together.
			await (this.#inHand.size > MOST_IN_HAND * this.#options.concurrency ? job.finished : job.over);
			return job.cut?.kind === 'left' ? 'again' : 'done';
		} catch (error) {
			this.#options.logger.warn({ err: error, run: id }, 'a run could not be taken up yet');
			return 'again';
		}
	}

	/** What was allowed holds for the process that it was allowed to, or whichever is the first to begin; others answer only where it is allowed anew. */
	#mayWrite(run: Run, { keeper, first }: Beginning): boolean {
		return keeper === this.#terms.owner || (keeper === undefined && first) || this.#resumesWriting(run);
	}
}
