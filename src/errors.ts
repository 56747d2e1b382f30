/**
 * What a failure is about. Stable: adapters, `--json` output and metrics carry it.
 *
 * - `configuration`: a setting is missing or wrong; the operator mends it
 * - `bad-input`: what the person typed cannot be understood
 * - `not-found`: a named thing does not exist
 * - `not-allowed`: policy or role forbids it
 * - `over-budget`: as much was asked or used as is allowed for now
 * - `model-not-configured` | `model-unavailable` | `model-reply`: no model, no answer from it, or an answer without a program
 * - `document`: an API document cannot be read or used
 * - `network`: another server cannot be reached, or must not be
 * - `storage`: a record could not be read or written
 * - `unanswered`: every repair was used up and no program answered
 * - `stopped`: a person or a shutdown ended the run
 * - `internal`: a broken promise of this program
 */
export type ErrorCode =
	| 'configuration'
	| 'bad-input'
	| 'not-found'
	| 'not-allowed'
	| 'over-budget'
	| 'model-not-configured'
	| 'model-unavailable'
	| 'model-reply'
	| 'document'
	| 'network'
	| 'storage'
	| 'unanswered'
	| 'stopped'
	| 'internal';

/**
 * A failure that a person is told about. `userMessage` names the cause and the next step in plain words and holds no secret, no stack and no
 * raw text of another system; the rest belongs in `cause`, which only logs see.
 */
export class UserError extends Error {
	override readonly name = 'UserError';
	readonly code: ErrorCode;
	readonly userMessage: string;

	constructor(code: ErrorCode, userMessage: string, options?: { cause?: unknown }) {
		super(userMessage, options);
		this.code = code;
		this.userMessage = userMessage;
	}
}

/** The same failure as a UserError; anything unexpected becomes `internal`, with the original as its cause. Never throws. */
export function toUserError(error: unknown): UserError {
	if (error instanceof UserError) return error;
	return new UserError('internal', 'Something went wrong inside the bot. The log has the details; try again, or report the reference.', {
		cause: error,
	});
}

/** True for work that a person or a shutdown ended: nothing is wrong, and it may go on later. */
export function isStopped(error: unknown): boolean {
	return error instanceof UserError && error.code === 'stopped';
}

/** The message of anything thrown, for logs and causes. Never throws. */
export function messageOf(error: unknown): string {
	if (error instanceof Error) return error.message;
	try {
		return String(error);
	} catch {
		return 'an unprintable error';
	}
}
