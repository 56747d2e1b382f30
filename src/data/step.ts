import type { Logger } from 'pino';
import type { Storage } from '../storage/storage.ts';

/**
 * Brings what an earlier version stored into the form that this one reads. Idempotent: a process may be killed anywhere in it, and the next one begins it
 * anew; what is in the new form already stays as it is.
 */
export type Step = (storage: Storage, context: StepContext) => Promise<void>;

export interface StepContext {
	readonly logger: Logger;
	/** Throws when another process may have taken the step over; to be called between records. */
	readonly check: () => void;
}
