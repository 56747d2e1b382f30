import type { FunctionSource, Program } from '../../code/program.ts';
import type { JsonValue } from '../../json.ts';
import type { FunctionRecord } from '../function-record.ts';
import { readRecord, unusedName, withStoredFunctions } from '../signatures.ts';
import { type Replay, type ReplayServices, replay } from './replay.ts';

/** One call of a function as it was seen in a run. */
export interface Trace {
	readonly args: readonly JsonValue[];
	readonly result: JsonValue;
}

/** Of the arguments and result of one call, serialised: an example is for reading and replaying, not a data store. */
const TRACE_CHARACTERS = 100_000;

/**
 * Replays a program with its functions and the stored ones it is run with wrapped and returns, for each that was called with plain data and returned
 * some, its first call with a result that is not empty, or its first call; or the reason why the program does not get through.
 */
export async function traceCalls(
	program: Program,
	stored: readonly FunctionRecord[],
	recorded: Omit<Replay, 'source'>,
	services: ReplayServices,
): Promise<{ ok: true; traces: ReadonlyMap<string, Trace> } | { ok: false; reason: string }> {
	const outcome = await replay({ ...recorded, source: traced(program, stored, services.limits.resultBytes) }, services);
	if (!outcome.ok) return outcome;
	const traces = Object.entries((outcome.value ?? {}) as unknown as Record<string, Trace>);
	return { ok: true, traces: new Map(traces) };
}

/**
 * The program inside an arrow function, so that its `return` no longer ends the run, after statements that replace each of its functions by a
 * recording wrapper. Wrappers of functions that are not async are not async either.
 */
function traced(program: Program, stored: readonly FunctionRecord[], resultBytes: number): string {
	const source = withStoredFunctions(program.source, stored);
	const name = unusedName('trace', source);
	const own = new Set(program.functions.map((fn) => fn.name));
	const reused = stored.filter((record) => !own.has(record.name)).map((record) => readRecord(record).fn);
	const wrapped = [...program.functions, ...reused].map(
		(fn) => `${fn.name} = ${name}('${fn.name}', ${fn.name}, ${fn.async}, ${isVoid(fn)});`,
	);
	return `const ${name} = ${tracer(Math.min(resultBytes / 2, 500_000))};
await (async () => { ${wrapped.join(' ')} ${source}
})();
return answer('', ${name}.traces);
`;
}

/** What returns nothing is known by the calls that it makes. */
function isVoid({ returnType = '' }: FunctionSource): boolean {
	return /^(?:Promise<\s*)?void\b/.test(returnType);
}

/** Runs in the sandbox. What is not plain JSON (functions, dates, NaN) cannot be replayed from a record and leaves no trace. */
function tracer(budget: number): string {
	return `(() => {
	const traces = {};
	let budget: any = ${budget};
	const plain = (value: any): boolean => {
		if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
		if (typeof value === 'number') return Number.isFinite(value);
		if (Array.isArray(value)) return value.every(plain) && Object.keys(value).length === value.length;
		if (typeof value !== 'object') return false;
		const prototype = Object.getPrototypeOf(value);
		return (prototype === null || Object.getPrototypeOf(prototype) === null) && !('toJSON' in value) && Object.values(value).every((part) => part === undefined || plain(part));
	};
	const empty = (value: any) => value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0);
	// An optional argument handed on is as good as none.
	const given = (args: any[]) => args.slice(0, args.findLastIndex((value) => value !== undefined) + 1);
	const copy = (value: any) => {
		try {
			const text = plain(value) ? JSON.stringify(value) : undefined;
			return text !== undefined && text.length <= ${TRACE_CHARACTERS} ? text : undefined;
		} catch { return undefined; }
	};
	const note = (name: string, args: any, value: any) => {
		const result = copy(value);
		if (args === undefined || result === undefined || budget < args.length + result.length) return;
		const before = (traces as any)[name];
		if (before && !(empty(before.result) && !empty(value))) return;
		budget -= args.length + result.length;
		(traces as any)[name] = { args: JSON.parse(args), result: JSON.parse(result) };
	};
	const trace = (name: string, fn: any, asynchronous: boolean, nothing: boolean) => asynchronous
		? async (...args: any[]) => { const before = copy(given(args)); const result = await fn(...args); note(name, before, nothing ? result ?? null : result); return result; }
		: (...args: any[]) => { const before = copy(given(args)); const result = fn(...args); note(name, before, nothing ? result ?? null : result); return result; };
	trace.traces = traces;
	return trace;
})()`;
}
