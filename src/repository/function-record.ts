import type { JsonObject, JsonValue } from '../json.ts';
import type { ToolResponse } from '../toolset/tool.ts';

/** A recorded tool call: what verification replays. */
export interface RecordedCall {
	readonly tool: string;
	readonly args: JsonObject;
	readonly response: ToolResponse;
}

/** One observed use of a function: replaying `calls` with `args` must give `result` again. */
export interface FunctionExample {
	readonly args: readonly JsonValue[];
	readonly result: JsonValue;
	readonly calls: readonly RecordedCall[];
	readonly question: string;
	/** What `Date` and `Math.random` were fixed to. */
	readonly seed: { readonly now: number; readonly random: number };
}

/**
 * What a function is good for. `candidate`: it was verified, and answered with one input. `trusted`: it succeeded with another input, too, or an admin
 * says so. `quarantined`: something speaks against it, so it is not offered until it is verified again. `retired`: not offered any more.
 */
export type FunctionState = 'candidate' | 'trusted' | 'quarantined' | 'retired';

/** Why a function's state changed; `Transition.reason` says it in words. */
export type TransitionCause =
	/** An answer left it behind, or used it with success. */
	| 'use'
	| 'import'
	/** Its types and examples hold. */
	| 'verified'
	| 'promoted'
	| 'restored'
	/** The API it calls has changed. */
	| 'drift'
	| 'failures'
	| 'feedback'
	/** A person had the question that it answered worked out again. */
	| 'retry'
	| 'forgotten'
	/** A newer version does the same. */
	| 'superseded'
	/** It was quarantined for long, or fails more often than it succeeds. */
	| 'outcome'
	/** The workspace has more functions than it may have. */
	| 'cap';

export interface Transition {
	/** ISO 8601 */
	readonly at: string;
	/** Absent for the first. */
	readonly from?: FunctionState;
	readonly to: FunctionState;
	readonly cause: TransitionCause;
	/** For people and prompts, one line: in words of ours, of types and of names. */
	readonly reason: string;
	/** What was seen then. It may be in the words of an API or of a private question: for admins, and in no prompt. */
	readonly detail?: string;
	/** Id of the person who decided it; absent where nobody did. */
	readonly by?: string;
}

/** One time that an answer called it. */
export interface FunctionUse {
	/** Each counts once for a function as long as it is among the last ones, however often it is recorded. */
	readonly run: string;
	readonly at: string;
	readonly succeeded: boolean;
	/** What went wrong, in one line. */
	readonly problem?: string;
}

/** Which version of which function, in its workspace. */
export interface FunctionKey {
	readonly name: string;
	readonly version: number;
}

/** One version of a verified function of one workspace. Versions of one name are other bodies; the same body is one record. */
export interface FunctionRecord extends FunctionKey {
	readonly workspaceId: string;
	/** `async function findPersonId(name: string): Promise<number>` */
	readonly signature: string;
	/** The text of its documentation comment, without the comment marks. */
	readonly documentation: string;
	/** The types it names and the whole declaration with its documentation comment, as the model wrote it. */
	readonly source: string;
	/** Of the normalised syntax tree and of what it uses: equal for functions that differ in formatting and local names only. */
	readonly hash: string;
	/** Tools it calls itself, with the schema they had when it was last found to fit them. */
	readonly tools: readonly { readonly tool: string; readonly schemaHash: string }[];
	/** Other stored functions it calls, in the versions that it was verified with. */
	readonly uses: readonly FunctionKey[];
	/** What the type checker noted without objecting when it was stored (`checkAlone`); nothing when left out. */
	readonly notes?: readonly string[];
	/** Questions it helped to answer, newest last, at most 10. */
	readonly questions: readonly string[];
	readonly statistics: {
		readonly succeeded: number;
		readonly failed: number;
		readonly lastUsedAt: string;
		/** How many people disliked an answer of it, each answer by itself; none when left out. */
		readonly disliked?: number;
	};
	/** The last 20 uses, newest last. */
	readonly recent: readonly FunctionUse[];
	readonly state: FunctionState;
	/** Every change of state since it was stored, oldest first; of more than 100 the first and the last ones. */
	readonly history: readonly Transition[];
	/** What it was verified with, at most 3; the store has the recorded calls (`FunctionStore.examples`). */
	readonly examples: readonly ExampleDigest[];
	readonly origin: FunctionOrigin;
	/** ISO 8601 */
	readonly createdAt: string;
}

export interface ExampleDigest {
	/** The same for the same arguments. */
	readonly id: string;
	/** `findPersonId("Sofia Coppola") → 1769`, shortened. */
	readonly text: string;
	/** Where the store has the recorded calls. It gives each stored one another place: who writes one cannot lose another's. */
	readonly place?: string;
}

/** The run whose program it was a part of, or the export it came from. */
export type FunctionOrigin =
	| { readonly kind: 'answer'; readonly run: string }
	| { readonly kind: 'import'; readonly workspaceId: string; readonly by: string };
