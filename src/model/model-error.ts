import { type ErrorCode, UserError } from '../errors.ts';
import type { Completion } from './model.ts';

/** A failure after the model had already answered: carries what was answered, so that its usage is counted all the same. */
export class ModelError extends UserError {
	/** Oldest first. */
	readonly completions: readonly Completion[];

	constructor(code: ErrorCode, userMessage: string, options: { cause?: unknown; completions: readonly Completion[] }) {
		super(code, userMessage, { cause: options.cause });
		this.completions = options.completions;
	}
}

/** The completions that a failure of `askForProgram` or of a `Model` has cost; empty for any other error. */
export function completionsOf(error: unknown): readonly Completion[] {
	return error instanceof ModelError ? error.completions : [];
}
