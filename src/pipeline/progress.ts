import type { ErrorCode } from '../errors.ts';
import type { JsonValue } from '../json.ts';

/** What a person may be shown while a question is answered. Serialisable: `--json` prints these as they are. */
export type Progress =
	| { readonly type: 'status'; readonly text: string }
	| { readonly type: 'scaffold'; readonly code: string; readonly functionName: string }
	/** A stored function answers: no scaffold, no plan. */
	| { readonly type: 'reuse'; readonly code: string; readonly functions: readonly string[] }
	| { readonly type: 'plan'; readonly code: string; readonly tools: readonly string[] }
	| { readonly type: 'program'; readonly code: string; readonly version: number }
	| { readonly type: 'tool-call'; readonly tool: string; readonly ok: boolean; readonly ms: number; readonly message?: string }
	| Repair
	| Result
	/** Functions that this run left in the repository, after the answer. */
	| { readonly type: 'kept'; readonly functions: readonly string[] }
	| Failure;

/** Something went wrong and is being mended; `attempt` of at most `limit`. */
export interface Repair {
	readonly type: 'repair';
	readonly cause: 'unknown-tool' | 'review' | 'exception' | 'limit' | 'answer';
	/** One line for people: where and what. */
	readonly text: string;
	readonly attempt: number;
	readonly limit: number;
}

export interface Result {
	readonly type: 'result';
	/** Answers the question in its own language; empty when the program gave a bare value. */
	readonly sentence: string;
	readonly value: JsonValue;
	readonly program: string;
	/** Of a dry run, and only of one, which the sentence says: how many calls were held back. When there are any, the value lists them. */
	readonly withheld?: number;
	readonly totals: Totals;
}

export interface Failure {
	readonly type: 'failure';
	readonly code: ErrorCode;
	/** Of `unanswered`: what the last problem was of. */
	readonly fault?: Repair['cause'];
	/** Cause and next step. */
	readonly message: string;
	/** The run's id. */
	readonly reference: string;
	readonly totals: Totals;
}

export interface Totals {
	/** By its name, which asked for the tokens; left out when none was asked. */
	readonly model?: string;
	readonly toolCalls: number;
	readonly modelCalls: number;
	readonly promptTokens: number;
	readonly completionTokens: number;
	/** True when a server left its usage out somewhere. */
	readonly tokensEstimated: boolean;
	readonly ms: number;
	readonly repairs: number;
	/** Stored functions the program called. */
	readonly reused: readonly string[];
}

/** Of a run that failed before its work began. */
export const NO_TOTALS: Totals = {
	toolCalls: 0,
	modelCalls: 0,
	promptTokens: 0,
	completionTokens: 0,
	tokensEstimated: false,
	ms: 0,
	repairs: 0,
	reused: [],
};
