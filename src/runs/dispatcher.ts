import type { Logger } from 'pino';
import type { Engine, Serve } from './engine/engine.ts';
import { runLease } from './lease.ts';
import type { Lines, Place } from './line.ts';
import { oneAtATime } from './one-at-a-time.ts';
import type { Presence } from './presence.ts';
import type { Run } from './run.ts';

export interface DispatcherOptions {
	readonly lines: Lines;
	readonly presence: Presence;
	/** This process. */
	readonly owner: string;
	/** For conversations that only this process can show anything in. */
	readonly local: Engine;
	/** For all others; `local` when left out. */
	readonly shared?: Engine;
	readonly isLocal: (conversation: string) => boolean;
	/** Whether this process can show anything in it. */
	readonly opens: (conversation: string) => boolean;
	/** Runs of one workspace being answered at once, by all processes. */
	readonly workspaceConcurrency: number;
	readonly logger: Logger;
}

/**
 * How many runs of a workspace wait in an engine for a place there, at most. The fewer, the more evenly workspaces take turns: a new one's first run waits
 * behind so many of each other. Some, so that a place that becomes free need not wait for the next offer.
 */
const AHEAD = 4;

/** Offers the runs whose turn has come to the engine, as far as their workspace may have more of them answered at once. */
export class Dispatcher {
	readonly #options: DispatcherOptions;
	/** What was offered here and not handed out here since: another process may have got it. */
	readonly #offered = new Set<string>();
	/** Those that have just joined their line: whether they were handed out at once, as the engine told. */
	readonly #joining = new Map<string, boolean | undefined>();
	#serve: Serve | undefined;
	#stopped = false;
	readonly #inTurn = oneAtATime();
	/** Of the workspaces whose line is looked at next; that has not begun. */
	readonly #looks = new Map<string, Promise<void>>();

	constructor(options: DispatcherOptions) {
		this.#options = options;
	}

	/** What this process accepts for itself is served by `serve` from now on; what any process may take, after `serveShared`. */
	serveLocal(serve: Serve): void {
		this.#serve = (offer) => {
			this.#offered.delete(offer.runId);
			return serve(offer);
		};
		this.#options.local.open(this.#serve);
	}

	serveShared(): void {
		if (this.#serve) this.#options.shared?.open(this.#serve);
	}

	/** The process that alone may answer in this conversation while it lives, where that is so. */
	keeperOf(conversation: string): string | undefined {
		const { isLocal, shared, owner } = this.#options;
		return shared && !isLocal(conversation) ? undefined : owner;
	}

	/** Has a run that has joined its line answered as soon as its turn comes. True when it is answered at once, false when it waits, undefined when nobody can tell. Never rejects. */
	async joined({ id, workspaceId }: Run): Promise<boolean | undefined> {
		// A look that was under way may have offered it.
		this.#joining.set(id, this.#offered.has(id) ? undefined : false);
		await this.advance(workspaceId);
		const atOnce = this.#joining.get(id);
		this.#joining.delete(id);
		return atOnce;
	}

	/** Something has changed in the line of a workspace. Resolves when everybody whose turn has come by then was offered. Never rejects. */
	advance(workspaceId: string): Promise<void> {
		// One that is under way may have been past the change. Who waits for the next one does not wait for those that follow.
		const next = this.#looks.get(workspaceId);
		if (next) return next;
		const look = this.#inTurn(workspaceId, () => {
			this.#looks.delete(workspaceId);
			return this.#advance(workspaceId);
		});
		this.#looks.set(workspaceId, look);
		return look;
	}

	/**
	 * Offers what was begun and nobody has any more, and what is next in these workspaces anew: what was handed to a process that died may be lost. Never
	 * rejects.
	 */
	async offerAll(abandoned: readonly Place[], workspaces: Iterable<string>): Promise<void> {
		this.#offered.clear();
		for (const place of abandoned) await this.#offer(place);
		for (const workspaceId of workspaces) await this.advance(workspaceId);
	}

	/** Whether this process may have it: it can show something there, and no living process answers it or keeps it for itself. */
	async isFree({ runId, conversation, keeper }: Place, waits: boolean): Promise<boolean> {
		const { opens, presence } = this.#options;
		if (!opens(conversation)) return false;
		return waits ? keeper === undefined || presence.isGone(keeper) : presence.isFree(runLease(runId));
	}

	/** Nothing is offered any more. */
	async stop(): Promise<void> {
		this.#stopped = true;
		await Promise.all([this.#options.local.stop(), this.#options.shared?.stop()]);
	}

	async close(): Promise<void> {
		await Promise.all([this.#options.local.close(), this.#options.shared?.close()]);
	}

	async #advance(workspaceId: string): Promise<void> {
		if (this.#stopped) return;
		try {
			await this.#offerNext(workspaceId);
		} catch (error) {
			// The storage closes behind it.
			if (this.#stopped) return;
			this.#options.logger.warn({ err: error, workspace: workspaceId }, 'the next runs could not be handed out yet');
		}
	}

	async #offerNext(workspaceId: string): Promise<void> {
		const { lines, local, shared, workspaceConcurrency } = this.#options;
		const most = AHEAD + (shared ?? local).room();
		const { next, atWork } = await lines.of(workspaceId, most, this.#takeable());
		for (const place of next.slice(0, Math.max(0, workspaceConcurrency - atWork.length))) await this.#offer(place);
	}

	/** For one look, in which each other process is asked after once. */
	#takeable(): (place: Place) => Promise<boolean> {
		const { owner, opens, presence } = this.#options;
		const gone = new Map<string, Promise<boolean>>();
		return async ({ keeper, conversation }) => {
			if (keeper === owner) return true;
			if (!opens(conversation)) return false;
			if (keeper === undefined) return true;
			const known = gone.get(keeper) ?? presence.isGone(keeper);
			gone.set(keeper, known);
			return known;
		};
	}

	async #offer({ workspaceId, runId, conversation }: Place): Promise<void> {
		if (this.#stopped || this.#offered.has(runId)) return;
		const { local, shared, isLocal, logger } = this.#options;
		this.#offered.add(runId);
		try {
			const engine = shared && !isLocal(conversation) ? shared : local;
			const atOnce = await engine.offer({ workspaceId, runId });
			if (this.#joining.has(runId)) this.#joining.set(runId, atOnce);
		} catch (error) {
			this.#offered.delete(runId);
			logger.warn({ err: error, run: runId }, 'a run could not be handed out yet; it is tried again');
		}
	}
}
