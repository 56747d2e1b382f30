import type { RecordedCall } from '../repository/function-record.ts';
import type { ToolCall } from '../sandbox/outcome.ts';
import type { Effect, ToolResponse } from '../toolset/tool.ts';

/** Asked before anything is sent or recorded of a call that no record answers. */
export interface CallGate {
	/** Rejects to prevent the call. */
	readonly allow?: () => Promise<void>;
	/** Asked instead about a write that may have happened before: true sends it again. Never when left out. */
	readonly resend?: () => Promise<boolean>;
}

/**
 * What a run has already done, durable before anybody acts on it. A run that starts again in another process walks the same path: a finished
 * step gives its recorded output, an answered tool call its recorded response.
 */
export interface Journal {
	/** The recorded output of `name`, or that of `work`, recorded before it is returned. `work` that rejects records nothing. Outputs are JSON. */
	step<T>(name: string, work: () => Promise<T>): Promise<T>;
	/** The recorded output of `name`, for a step whose work cannot be one promise; undefined when it is not finished. */
	finished<T>(name: string): Promise<T | undefined>;
	/**
	 * The recorded response of this call, or that of `send`, recorded before it is returned. `attempt` numbers the programs of a run, from 0.
	 *
	 * A call is known by tool, arguments and how many equal ones came before it in the same attempt, so parallel calls may arrive in any order.
	 * Within an attempt every response replays; a later attempt (a repaired program) takes over the successful ones only and tries failed ones
	 * again. A write that may have happened goes out once more only when `gate.resend` says so, and is refused otherwise: one whose start was recorded
	 * but not its response (the process died in between), and one that ended as `network`, `timed-out` or `too-large` in another attempt, or as an
	 * equal call before it. A response `stopped` is given back without being recorded.
	 */
	call(attempt: number, call: ToolCall, effect: Effect, send: () => Promise<ToolResponse>, gate?: CallGate): Promise<ToolResponse>;
	/** The answered calls of an attempt, in order of their answers. */
	calls(attempt: number): readonly RecordedCall[];
	/**
	 * The tool of each call that changes data and went out, or may have: by this process or an earlier one, once however many attempts took it
	 * over. Without those that the other server refused (4xx).
	 */
	changes(): readonly string[];
}
