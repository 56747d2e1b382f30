import { z } from 'zod';
import type { GuestOptions } from './guest/main.ts';

/**
 * What parent and child say to each other: one JSON text a line, over the child's standard input and output. The parent takes nothing in it
 * for granted, as a child may have been taken over by the program it ran.
 */
export type ToChild =
	/** Once, first: the guest code, module name -> JavaScript. */
	| { readonly type: 'guest'; readonly modules: Readonly<Record<string, string>> }
	| { readonly type: 'run'; readonly run: number; readonly code: string; readonly memoryMb: number; readonly options: GuestOptions }
	/** `json`: the value, or a ToolFailure. `nextJson`: the arguments for the page after the value. */
	| {
			readonly type: 'tool-result';
			readonly run: number;
			readonly call: number;
			readonly ok: boolean;
			readonly json: string;
			readonly nextJson?: string;
	  };

const run = z.int().nonnegative();
const amount = z.number().nonnegative();
const position = z.int().min(1).max(10_000_000);

const frame = z.object({ functionName: z.string().max(200), line: position, column: position });

const call = z.object({ call: z.int().positive(), tool: z.string().max(500), args: z.string(), line: position.optional() });

const threw = z.object({
	kind: z.literal('threw'),
	name: z.string().max(100),
	message: z.string().max(2_000),
	frames: z.array(frame).max(20),
});

const end = z.discriminatedUnion('kind', [
	/** `value`: JSON text, or `undefined`, `NaN`, `Infinity`, `-Infinity`. */
	z.object({ kind: z.literal('returned'), sentence: z.string().optional(), value: z.string() }),
	threw,
	z.object({ kind: z.enum(['never-finishes', 'out-of-memory', 'result-too-large', 'too-many-tool-calls']) }),
]);

const fromChild = z.discriminatedUnion('type', [
	z.object({ type: z.literal('ready') }),
	/** While the program computes: what it has used so far. Twice a report's meaning where the parent can look itself, the only one elsewhere. */
	z.object({ type: z.literal('usage'), run, cpuMs: amount, residentMb: amount }),
	/** `reusable`: the run has ended and nothing of it is left in the child. */
	z.object({
		type: z.literal('report'),
		run,
		calls: z.array(call),
		logs: z.array(z.string()),
		end: end.optional(),
		reusable: z.boolean(),
		cpuMs: amount,
	}),
]);

export type FromChild = z.infer<typeof fromChild>;
export type Report = Extract<FromChild, { type: 'report' }>;
export type End = z.infer<typeof end>;
export type ToolCallMessage = z.infer<typeof call>;

/** Undefined for anything a healthy child does not send. Never throws. */
export function parseFromChild(line: string): FromChild | undefined {
	try {
		return fromChild.safeParse(JSON.parse(line)).data;
	} catch {
		return undefined;
	}
}
