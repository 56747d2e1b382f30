import type { Conversation } from '../conversation.ts';
import type { Lease } from './lease.ts';
import type { Run } from './run.ts';

/**
 * Why a run is cut off: a person stopped it, this process leaves it to be resumed (shutdown, lost lease), or so many processes have ended in the midst of
 * it that it is begun no more.
 */
export type Cut =
	| { readonly kind: 'stopped'; readonly by: string }
	| { readonly kind: 'left' }
	| { readonly kind: 'given-up'; readonly crashes: number };

/** A run in the hands of this process. */
export interface HeldRun {
	readonly run: Run;
	readonly conversation: Conversation;
	readonly lease: Lease;
	/** Aborted right after `cut` was set. */
	readonly signal: AbortSignal;
	readonly cut?: Cut;
	/** People have its ending; what is left to do for it keeps nobody waiting. */
	concluded(): void;
}

/** True when this process does not bring the run to its end, or may not any more. */
export function isLeft({ cut, lease }: HeldRun): boolean {
	return cut?.kind === 'left' || !lease.held();
}
