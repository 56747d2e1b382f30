import type { ErrorCode } from '../errors.ts';
import { createActivities, createSignals } from './channel.ts';

/**
 * What the bot tells of itself to whoever watches (`metrics.ts`, `traces.ts`); it knows no watcher. Contents (prompts, replies, arguments, responses)
 * are handed over as they are: a watcher shows them only where the operator said so, and scrubs them first.
 */

/** A run in the hands of this process, from its turn until its ending is shown or it is left to another one. */
export const runs = createActivities<RunBegun, RunEnded>('toolcoder:run');

export interface RunBegun {
	readonly run: string;
	readonly workspace: string;
	/** From its acceptance until its turn, in milliseconds; absent for one that is resumed. */
	readonly waitedMs?: number;
}

export interface RunEnded {
	readonly outcome: RunOutcome | 'left';
	/** Of a failure. */
	readonly code?: ErrorCode;
}

export type RunOutcome = 'answered' | 'failed' | 'stopped';

/** An ending that its asker was shown, or could not be shown: once for each run, unless its process is killed at that very moment. */
export const endings = createSignals<RunEnding>('toolcoder:ending');

export interface RunEnding {
	readonly workspace: string;
	readonly outcome: RunOutcome;
	/** Of a failure. */
	readonly code?: ErrorCode;
	/** From acceptance, in whichever process, until it was shown. Milliseconds. */
	readonly ms: number;
	/** Whether the program that answered calls stored functions. */
	readonly reuses: boolean;
}

/** The stages of answering; `keep` is after the answer. */
export const stages = createActivities<{ readonly stage: StageName }, NoMore>('toolcoder:stage');

export type StageName = 'scaffold' | 'plan' | 'implement' | 'review' | 'run' | 'reflect' | 'keep';

/** See `Activities.trace`. */
export function traceStage<T>(stage: StageName, work: () => Promise<T>): Promise<T> {
	return stages.trace({ stage }, work, noMore);
}

/** See `Activities.traceSteps`. */
export function traceStageSteps<Y, R>(stage: StageName, steps: AsyncGenerator<Y, R>): AsyncGenerator<Y, R> {
	return stages.traceSteps({ stage }, steps, noMore);
}

function noMore(): NoMore {
	return {};
}

/** Nothing is known at the end that was not known at the beginning. */
export type NoMore = Readonly<Record<never, never>>;

/** A completion by a model server, with its retries, without the wait for a free slot. */
export const modelCalls = createActivities<ModelCallBegun, ModelCallEnded>('toolcoder:model-call');

export interface ModelCallBegun {
	readonly model: string;
	/** The stage that asks. */
	readonly stage: string;
	/** Scheme, host and port of the server. */
	readonly origin: string;
	/** Content. */
	readonly messages: readonly { readonly role: string; readonly content: string }[];
}

export interface ModelCallEnded {
	/** What the server says that it answered with, where it does. */
	readonly model?: string;
	readonly promptTokens: number;
	readonly completionTokens: number;
	/** Content. */
	readonly text: string;
}

/** A tool call that goes out; what the journal knows already is none. */
export const toolCalls = createActivities<ToolCallBegun, ToolCallEnded>('toolcoder:tool-call');

export interface ToolCallBegun {
	/** `toolset.name` */
	readonly tool: string;
	/** Of its toolset: `openapi`, `mcp`, `human`. */
	readonly kind: string;
	readonly effect: 'read' | 'write' | 'destructive';
	/** Content. */
	readonly args: unknown;
}

export interface ToolCallEnded {
	/** `ok`, or the kind of a failed response. */
	readonly outcome: string;
	/** Of HTTP. */
	readonly status?: number;
	/** Content. */
	readonly response: unknown;
}

/** A sandbox process was killed for what its program did: the kind of the program's outcome says why. */
export const sandboxKills = createSignals<{ readonly reason: string }>('toolcoder:sandbox-kill');

/** One of the repairs of a run was spent. */
export const repairs = createSignals<{ readonly cause: string }>('toolcoder:repair');

/** Stored functions were called in place of a new program, and answered or did not. */
export const reuses = createSignals<{ readonly answered: boolean }>('toolcoder:reuse');

/** A call of a chat platform failed, and is made again after a wait. */
export const outboundRetries = createSignals<{ readonly platform: string; readonly cause: string }>('toolcoder:outbound-retry');
