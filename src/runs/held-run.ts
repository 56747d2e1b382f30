import type { Conversation } from '../conversation.ts';
import type { Lease } from './lease.ts';
import type { Run } from './run.ts';

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

/** True when this process does not bring the run to its end, or may not any more. */
export function isLeft({ cut, lease }: HeldRun): boolean {
	return cut?.kind === 'left' || !lease.held();
}
