import type { Logger } from 'pino';
import type { Engine, Serve } from './engine/engine.ts';
import { runLease } from './lease.ts';
import type { Lines, Place } from './line.ts';
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
	/** Offered, and handed out at once. */
	readonly #atOnce = new Set<string>();
	#serve: Serve | undefined;
	#stopped = false;
	readonly #advancing = new Map<string, { again: boolean; readonly done: Promise<void> }>();

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
	async joined({ id, workspaceId, conversation }: Run): Promise<boolean | undefined> {
		await this.advance(workspaceId);
		if (this.#atOnce.delete(id)) return true;
		return this.keeperOf(conversation) === undefined && this.#offered.has(id) ? undefined : false;
	}

	/** Something has changed in the line of a workspace. Resolves when everybody whose turn has come by then was offered. Never rejects. */
	advance(workspaceId: string): Promise<void> {
		const under = this.#advancing.get(workspaceId);
		if (under) {
			under.again = true;
			return under.done;
		}
		const state = { again: false, done: Promise.resolve() };
		state.done = this.#advance(workspaceId, state).finally(() => this.#advancing.delete(workspaceId));
		this.#advancing.set(workspaceId, state);
		return state.done;
	}

	/** Offers what nobody has any more, and everything anew: what was handed to a process that died may be lost. Rejects when the storage fails. */
	async offerAll(): Promise<void> {
		const { lines } = this.#options;
		this.#offered.clear();
		const workspaces = new Set<string>();
		for await (const place of lines.atWork()) {
			workspaces.add(place.workspaceId);
			if (await this.isFree(place, false)) await this.#offer(place);
		}
		for await (const { workspaceId } of lines.waiting()) workspaces.add(workspaceId);
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

	async #advance(workspaceId: string, state: { again: boolean }): Promise<void> {
		do {
			state.again = false;
			try {
				await this.#offerNext(workspaceId);
			} catch (error) {
				this.#options.logger.warn({ err: error, workspace: workspaceId }, 'the next runs could not be handed out yet');
			}
		} while (state.again);
	}

	async #offerNext(workspaceId: string): Promise<void> {
		const { lines, local, shared, workspaceConcurrency } = this.#options;
		const most = AHEAD + (shared ?? local).room();
		const { next, atWork } = await lines.of(workspaceId, most, (place) => this.#mayTake(place));
		for (const place of next.slice(0, Math.max(0, workspaceConcurrency - atWork.length))) await this.#offer(place);
	}

	async #mayTake(place: Place): Promise<boolean> {
		return place.keeper === this.#options.owner || this.isFree(place, true);
	}

	async #offer({ workspaceId, runId, conversation }: Place): Promise<void> {
		if (this.#stopped || this.#offered.has(runId)) return;
		const { local, shared, isLocal, logger } = this.#options;
		this.#offered.add(runId);
		try {
			const engine = shared && !isLocal(conversation) ? shared : local;
			if (await engine.offer({ workspaceId, runId })) this.#atOnce.add(runId);
		} catch (error) {
			this.#offered.delete(runId);
			logger.warn({ err: error, run: runId }, 'a run could not be handed out yet; it is tried again');
		}
	}
}
