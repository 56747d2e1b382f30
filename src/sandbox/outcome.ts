import type { JsonObject, JsonValue } from '../json.ts';
import type { ToolResponse } from '../toolset/tool.ts';
import type { WallTimer } from './wall-timer.ts';

/** A position in the program as the model wrote it: line and column start at 1. */
export interface Position {
	readonly line: number;
	readonly column: number;
}

export interface StackFrame extends Position {
	/** Empty at the top level. */
	readonly functionName: string;
}

export interface SandboxLimits {
	/** Wall time of the whole run, tool calls included. */
	readonly wallMs: number;
	/** Processor time of the program itself; waiting for a tool does not count. */
	readonly cpuMs: number;
	/** Heap of the isolate; the child process is held to a small multiple of it. */
	readonly memoryMb: number;
	readonly toolCalls: number;
	/** Serialised size of the answer. */
	readonly resultBytes: number;
	/** Sum of everything logged; what is beyond is cut and marked, which is no failure. */
	readonly logBytes: number;
}

export interface ToolCall {
	/** `toolset.name` */
	readonly tool: string;
	readonly args: JsonObject;
	/** The line of the program that makes the call, where it is known. */
	readonly line?: number;
}

export interface ProgramRun {
	/** JavaScript (types stripped in place, so lines and columns are the model's): function declarations, then the main call with its `return`. */
	readonly code: string;
	/** Toolset name -> tool names. Each becomes `toolset.tool(args)` in the program. Any other name does not exist there. */
	readonly tools: Readonly<Record<string, readonly string[]>>;
	/** What `Date` starts at (milliseconds since 1970) and what `Math.random` is seeded with: same seed, same program, same answers -> same run. */
	readonly seed: { readonly now: number; readonly random: number };
	readonly limits: SandboxLimits;
	/**
	 * Called on the host for every tool call, several at once when the program calls in parallel. Must not throw. `clock` stops the wall time
	 * while a person is waited for.
	 */
	readonly callTool: (call: ToolCall, clock: Pick<WallTimer, 'pause'>) => Promise<ToolResponse>;
	readonly signal: AbortSignal;
}

/** What the program returned with `answer(sentence, value)`. A bare returned value has no sentence. */
export interface Answer {
	readonly sentence?: string;
	/** `undefined` when there was none; NaN and infinities arrive as they are. Everything else is JSON. */
	readonly value: JsonValue | undefined;
}

export interface RunUsage {
	readonly wallMs: number;
	readonly cpuMs: number;
	readonly toolCalls: number;
}

/** How a run ended. Expected failure is data: `Sandbox.run` rejects only when the sandbox itself is broken. */
export type Outcome = { readonly logs: readonly string[]; readonly usage: RunUsage } & (
	| { readonly kind: 'returned'; readonly answer: Answer }
	/** `frames` point into the program; frames of the sandbox itself are left out. */
	| { readonly kind: 'threw'; readonly name: string; readonly message: string; readonly frames: readonly StackFrame[] }
	| { readonly kind: 'timed-out'; readonly limit: 'wall' | 'cpu'; readonly ms: number }
	| { readonly kind: 'out-of-memory'; readonly limitMb: number }
	| { readonly kind: 'too-many-tool-calls'; readonly limit: number }
	| { readonly kind: 'result-too-large'; readonly limitBytes: number }
	/** A promise that can never settle: nothing is running and no tool call is open. */
	| { readonly kind: 'never-finishes' }
	| { readonly kind: 'stopped' }
	/** The child died in a way that fits none of the above (for example killed by the operating system). */
	| { readonly kind: 'crashed'; readonly detail: string }
);

/** Runs programs nobody has reviewed. `createSandbox` in `pool.ts` is the one implementation. */
export interface Sandbox {
	run(program: ProgramRun): Promise<Outcome>;
	/** Starts a child where there is none, for a program that will come soon. Returns at once, and never throws. */
	prepare(): void;
	/** Ends all children; open runs end as `stopped`. */
	close(): Promise<void>;
}
