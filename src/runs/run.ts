import type { JsonValue } from '../json.ts';

/** One earlier exchange of a conversation. */
export interface Turn {
	readonly question: string;
	/** The sentence that was answered, shortened. */
	readonly answer: string;
}

export interface Question {
	readonly text: string;
	readonly askedBy: { readonly id: string; readonly name?: string };
	/** Oldest first, at most 6. */
	readonly earlier: readonly Turn[];
}

export type RunStatus = 'waiting' | 'running' | 'answered' | 'failed' | 'stopped';

/** One question on its way to an answer. Everything a process needs to go on with it after another one was killed. */
export interface Run {
	/** Time-ordered, 26 characters; people quote it as the reference of a failure. */
	readonly id: string;
	/** `slack:<team>`, `discord:<guild>`, `console:local` */
	readonly workspaceId: string;
	/** Opaque to the core: whoever can open it can post the answer. */
	readonly conversation: string;
	/** Where its earlier turns are from, and it becomes one: the conversation when left out. */
	readonly topic?: string;
	readonly question: Question;
	readonly status: RunStatus;
	/** ISO 8601, as all times in records. */
	readonly createdAt: string;
	readonly endedAt?: string;
	/** Fixes `Date` and `Math.random` of every program of this run, so that a resumed program repeats itself. */
	readonly seed: { readonly now: number; readonly random: number };
	/** Writes may go out without asking; set by an admin who asked. */
	readonly allowWrites: boolean;
	/** Nothing is changed: writes are withheld and listed. */
	readonly dryRun?: true;
	/** The run whose answer somebody did not want to leave it at: the same question, to be worked out without what answered it then. */
	readonly retryOf?: string;
	/** A stored function to be called as it is, in place of a program that a model writes; `question.text` is then the command that asked for it. */
	readonly call?: FunctionCall;
}

/** Of a stored function of the run's workspace. */
export interface FunctionCall {
	readonly name: string;
	/** In the order of its parameters. */
	readonly args: readonly JsonValue[];
}
