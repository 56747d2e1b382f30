import type { Place } from '../line.ts';

/** Of a run whose turn has come. */
export type Offer = Pick<Place, 'workspaceId' | 'runId'>;

/**
 * Answers the run, if it is still to be answered, and resolves when that has come to an end here, whichever: `again` when it is to be handed out once more,
 * best to another process. Never rejects.
 */
export type Serve = (offer: Offer) => Promise<'done' | 'again'>;

/**
 * Hands runs whose turn has come to a process with a free place, in the order they were offered. It may hand one out twice, or lose one: whoever serves
 * holds the run by a lease, and what is stored is offered again.
 */
export interface Engine {
	/**
	 * True when it is served at once; undefined where nobody can tell. A run that was offered before and not served since is offered once. Rejects when
	 * it cannot be taken in.
	 */
	offer(offer: Offer): Promise<boolean | undefined>;
	/** How many more it serves at once in this process; 0 where nobody can tell. */
	room(): number;
	/** From now on `serve` is called for what was offered, in this process. */
	open(serve: Serve): void;
	/** Hands out nothing more; what is being served goes on. */
	stop(): Promise<void>;
	/** After everything that was served has ended. */
	close(): Promise<void>;
	/** Why it cannot hand out anything at the moment. */
	trouble(): string | undefined;
}
