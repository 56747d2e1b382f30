import type { Logger } from 'pino';
import type { TypeChecker } from '../../src/code/check.ts';
import type { JsonValue } from '../../src/json.ts';
import type { Model } from '../../src/model/model.ts';
import type { Toolbox } from '../../src/pipeline/toolbox.ts';
import type { RecordedCall } from '../../src/repository/function-record.ts';
import type { Turn } from '../../src/runs/run.ts';
import type { Sandbox, SandboxLimits, ToolCall } from '../../src/sandbox/outcome.ts';
import type { PersonQuestion, ToolResponse } from '../../src/toolset/tool.ts';

/** One question of a suite, or one whole dialogue. */
export interface Task {
	/** Unique in its suite, stable from run to run. */
	readonly id: string;
	/** What was said before the first of `turns`, oldest first. */
	readonly history: readonly Turn[];
	/** What the user says: the question, and in a dialogue what they say next, whether they are asked for it or not. At least one. */
	readonly turns: readonly string[];
	/** `toolset.tool` ids that the benchmark gives to this task; all of the toolset when left out. */
	readonly tools?: readonly string[];
}

/** A suite of a benchmark, read from a folder. */
export interface Suite {
	/** `restbench-tmdb` */
	readonly name: string;
	readonly tasks: readonly Task[];
	/** What programs call its API by. */
	readonly toolset: string;
	/** Path of the OpenAPI document below the base address of a session. */
	readonly documentPath: string;
	/** `Date` of all programs and prompts, in milliseconds: the suites' worlds stand still. */
	readonly now: number;
	/** Names of the scores that `score` gives, in the order in which they are shown, each with what it means. */
	readonly measures: readonly { readonly name: string; readonly unit: '%' | 'count'; readonly means: string }[];
	/** Whether a server with these operations (`Tool.origin`) can be the suite's; any can when left out. */
	isServedBy?(operations: readonly string[]): boolean;
	score(task: Task, attempted: Attempted, session: SessionRecord): Promise<Scores>;
}

/** By measure: 0 or 1 for a share, any number for a count; absent where the measure says nothing of this task. */
export type Scores = Readonly<Record<string, number>>;

/** What the suite's server has seen of a session, as its own `_admin` addresses give it. No strategy can reach them. */
export interface SessionRecord {
	/** Of the whole address: for scorers that ask the server. */
	readonly base: string;
	readonly session: string;
	readonly log: readonly JsonValue[];
	readonly state: JsonValue;
}

/** One of the ways to answer that are compared, on the same tools, model, limits and concurrency. */
export interface Strategy {
	/** `toolcoder`, `toolcoder-without-scaffold`, `react`… */
	readonly name: string;
	/** What it has learnt from a task helps with the next: tasks are begun one after the other then, whatever the concurrency. */
	readonly inOrder?: true;
	/** Answers one turn of a task. Rejects only when the harness itself is broken, or with the reason of `world.signal`. */
	answer(turn: AskedTurn, world: World): Promise<Answered>;
	/** How many stored functions there are now; left out by strategies without. */
	functions?(): Promise<number>;
	/** Ends what it holds between tasks. */
	close?(): Promise<void>;
}

/** What every strategy is made of. */
export interface StrategyOptions {
	/** A strategy keeps here what it learns from task to task. */
	readonly folder: string;
	readonly logger: Logger;
}

export interface AskedTurn {
	readonly text: string;
	/** Oldest first: the task's history, and the turns that were answered since. */
	readonly earlier: readonly Turn[];
	/** Unique for each turn of each attempt at a task. */
	readonly id: string;
}

/** All that a strategy gets of a task. */
export interface World {
	/** Calls of its toolsets are written down, whoever makes them; the person who asked is among them. */
	readonly toolbox: Toolbox;
	/** Sends a call and writes it down. Never rejects: a tool that does not exist is a response, too. Writes go out, since the server is of this machine. */
	call(call: ToolCall): Promise<ToolResponse>;
	/** Counts, limits and records what it is asked. Rejects with a UserError, `LimitReached` when the task has no model call left. */
	readonly model: Model;
	readonly sandbox: Sandbox;
	readonly checker: TypeChecker;
	/** Of one program. */
	readonly limits: SandboxLimits;
	/** What the user says next, when asked; rejects when the dialogue has nothing more to say. */
	askPerson(question: PersonQuestion): Promise<string | boolean>;
	readonly now: number;
	readonly signal: AbortSignal;
}

/** Most model calls for one turn, the same for every strategy: the longest way of the product takes 3 calls, 2 searches and 3 repairs. */
export const MODEL_CALLS = 12;

/**
 * Why a task was not answered. `unknown-tool`, `program` (does not parse or type-check), `exception`, `limit` (time, memory, calls, model calls),
 * `no-answer` (gave up, or ended without one), `model` (no usable reply), `harness`.
 */
export type FailureClass = 'unknown-tool' | 'program' | 'exception' | 'limit' | 'no-answer' | 'model' | 'harness';

/** What came of one turn. */
export interface Answered {
	/** In words; empty when there is none. */
	readonly sentence: string;
	readonly value?: JsonValue;
	readonly failure?: FailureClass;
	/** Of a failure, one line. */
	readonly detail?: string;
	readonly repairs: number;
	/** Stored functions that were called. */
	readonly reused: readonly string[];
}

/** What came of a task: all its turns, and what they took. One line of `results.jsonl`, with the scores. */
export interface Attempted {
	readonly task: string;
	readonly repeat: number;
	readonly turns: readonly Answered[];
	readonly calls: readonly RecordedCall[];
	readonly modelCalls: number;
	readonly promptTokens: number;
	readonly completionTokens: number;
	readonly tokensEstimated: boolean;
	readonly ms: number;
	/** Stored functions in the workspace when the task was begun; 0 for strategies without. */
	readonly functions: number;
}
