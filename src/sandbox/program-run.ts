import { AsyncLocalStorage } from 'node:async_hooks';
import { messageOf } from '../errors.ts';
import { isJsonObject } from '../json.ts';
import type { ToolResponse } from '../toolset/tool.ts';
import type { ChildExit, SandboxChild } from './child-process.ts';
import { type Ending, readEnding } from './ending.ts';
import { parseForeignJson } from './foreign-json.ts';
import { KeptLogs } from './kept-logs.ts';
import { longestLine, residentLimitMb } from './limits.ts';
import type { Outcome, ProgramRun, ToolCall } from './outcome.ts';
import { type ProcessUsage, readProcessUsage } from './process-usage.ts';
import type { FromChild, Report, ToolCallMessage } from './protocol.ts';
import { startWallTimer, type WallTimer } from './wall-timer.ts';

export interface FinishedRun {
	readonly outcome: Outcome;
	/** The child may run another program. Otherwise it has been killed. */
	readonly reusable: boolean;
}

/** How often the parent looks at the child's processor time and memory. What memory grows by in between meets the limit of the process. */
const WATCH_EVERY_MS = 25;
/** Beyond one report for the start and for every tool answer. */
const SPARE_MESSAGES = 8;
/** A child sends its usage every 100 ms; a loaded machine may bunch them. */
const USAGE_AT_MOST_EVERY_MS = 50;
const MAX_FAILURE_MESSAGE = 2_000;
const OUT_OF_MEMORY = /out of memory|allocation failed|bad_alloc|cannot allocate/i;

/**
 * Runs one program in a child that is ready, and ends the child (SIGKILL, as a thread that computes natively hears nothing else) unless the program
 * ended by itself. Resolves when the outcome is known. Rejects only when `callTool` throws.
 */
export function runProgram(child: SandboxChild, program: ProgramRun, run: number): Promise<FinishedRun> {
	return new ProgramExecution(child, program, run).finished;
}

class ProgramExecution {
	readonly finished: Promise<FinishedRun>;
	readonly #settle: PromiseWithResolvers<FinishedRun>;
	readonly #child: SandboxChild;
	readonly #program: ProgramRun;
	readonly #run: number;
	readonly #logs: KeptLogs;
	readonly #startedAt = performance.now();
	readonly #before: ProcessUsage | undefined;
	readonly #offered: ReadonlySet<string>;
	readonly #wallTimer: WallTimer;
	readonly #watch: NodeJS.Timeout;
	readonly #stop = () => this.#end({ kind: 'stopped' });
	#over = false;
	#cpuMs = 0;
	#toolCalls = 0;
	#lastCall = 0;
	#messages = 0;

	constructor(child: SandboxChild, program: ProgramRun, run: number) {
		this.#settle = Promise.withResolvers();
		this.finished = this.#settle.promise;
		this.#child = child;
		this.#program = program;
		this.#run = run;
		const { limits, tools, signal } = program;
		this.#logs = new KeptLogs(limits.logBytes);
		this.#before = readProcessUsage(child.pid);
		this.#offered = new Set(Object.entries(tools).flatMap(([toolset, names]) => names.map((name) => `${toolset}.${name}`)));
		this.#wallTimer = startWallTimer(limits.wallMs, () => this.#end({ kind: 'timed-out', limit: 'wall', ms: limits.wallMs }));
		this.#watch = setInterval(() => this.#checkProcess(), WATCH_EVERY_MS);
		signal.addEventListener('abort', this.#stop, { once: true });
		// Events of the child come in the context that it was started in: what they lead to is work of this run.
		const onMessage = AsyncLocalStorage.bind((message: FromChild) => this.#onMessage(message));
		const onExit = AsyncLocalStorage.bind((exit: ChildExit) => this.#onExit(exit));
		child.listen({ onMessage, onExit }, longestLine(limits));
		this.#send();
		if (signal.aborted) this.#stop();
	}

	#send(): void {
		const { code, tools, seed, limits } = this.#program;
		const { toolCalls, resultBytes, logBytes, memoryMb } = limits;
		const options = { tools, now: seed.now, random: seed.random, toolCalls, resultLength: resultBytes, logLength: logBytes };
		this.#child.send({ type: 'run', run: this.#run, code, memoryMb, options });
	}

	#onMessage(message: FromChild): void {
		if (this.#over) return;
		if (message.type === 'ready' || message.run !== this.#run) this.#broke('it spoke of another run');
		else if (++this.#messages > this.#expectedMessages()) this.#broke('it sent too many messages');
		else if (message.type === 'report') this.#onReport(message);
		else this.#checkUsage(message.cpuMs, message.residentMb);
	}

	#expectedMessages(): number {
		return SPARE_MESSAGES + this.#program.limits.toolCalls + (performance.now() - this.#startedAt) / USAGE_AT_MOST_EVERY_MS;
	}

	#onReport({ logs, calls, end, reusable, cpuMs }: Report): void {
		this.#cpuMs = Math.max(this.#cpuMs, cpuMs);
		this.#logs.add(logs);
		if (end === undefined) {
			for (const call of calls) this.#onCall(call);
			return;
		}
		const ending = readEnding(end, this.#program.limits);
		if (ending === undefined) this.#broke('its answer is no JSON');
		else this.#end(ending, reusable && end.kind !== 'out-of-memory');
	}

	#onCall({ call, tool, args, line }: ToolCallMessage): void {
		if (this.#over) return;
		const limit = this.#program.limits.toolCalls;
		const parsed = parseForeignJson(args);
		if (call <= this.#lastCall) this.#broke('it used the number of a tool call twice');
		else if (++this.#toolCalls > limit) this.#end({ kind: 'too-many-tool-calls', limit });
		else if (!this.#offered.has(tool)) this.#refuse(call, 'unknown-tool', `There is no tool ${tool} in this program.`);
		else if (!parsed.ok && parsed.problem === 'too-deep')
			this.#refuse(call, 'invalid-arguments', `${tool}: the arguments are nested too deeply.`);
		else if (!parsed.ok || !isJsonObject(parsed.value)) this.#broke('the arguments of a tool call are no object');
		else this.#callTool(call, { tool, args: parsed.value, ...(line !== undefined && { line }) });
		this.#lastCall = call;
	}

	#callTool(call: number, request: ToolCall): void {
		// Called inside `then`, which also catches what is thrown before there is a promise.
		Promise.resolve()
			.then(() => this.#program.callTool(request, this.#wallTimer))
			.then((response) => this.#respond(call, response))
			.catch((error) => this.#fail(error));
	}

	#refuse(call: number, kind: 'unknown-tool' | 'invalid-arguments', message: string): void {
		this.#respond(call, { ok: false, kind, message });
	}

	#respond(call: number, response: ToolResponse): void {
		if (this.#over) return;
		const json = response.ok ? JSON.stringify(response.value) : JSON.stringify(failureOf(response));
		const next = response.ok && response.next !== undefined ? { nextJson: JSON.stringify(response.next) } : {};
		this.#child.send({ type: 'tool-result', run: this.#run, call, ok: response.ok, json, ...next });
	}

	#checkProcess(): void {
		const now = readProcessUsage(this.#child.pid);
		if (now !== undefined) this.#checkUsage(now.cpuMs - (this.#before?.cpuMs ?? 0), now.residentMb);
	}

	#checkUsage(cpuMs: number, residentMb: number): void {
		const { limits } = this.#program;
		this.#cpuMs = Math.max(this.#cpuMs, cpuMs);
		const warmMb = this.#before?.residentMb ?? this.#child.warmMb;
		if (residentMb > residentLimitMb(warmMb, limits.memoryMb)) this.#end({ kind: 'out-of-memory', limitMb: limits.memoryMb });
		else if (this.#cpuMs > limits.cpuMs) this.#end({ kind: 'timed-out', limit: 'cpu', ms: limits.cpuMs });
	}

	#onExit({ signal, detail }: ChildExit): void {
		const { memoryMb, cpuMs } = this.#program.limits;
		if (signal === 'SIGXCPU') this.#end({ kind: 'timed-out', limit: 'cpu', ms: cpuMs });
		else if (OUT_OF_MEMORY.test(detail)) this.#end({ kind: 'out-of-memory', limitMb: memoryMb });
		else this.#end({ kind: 'crashed', detail });
	}

	#broke(complaint: string): void {
		this.#child.misbehaved(complaint);
		this.#end({ kind: 'crashed', detail: complaint });
	}

	#end(ending: Ending, reusable = false): void {
		if (!this.#finish(reusable)) return;
		const usage = { wallMs: performance.now() - this.#startedAt, cpuMs: this.#cpuMs, toolCalls: this.#toolCalls };
		this.#settle.resolve({ outcome: { ...ending, logs: this.#logs.lines, usage }, reusable });
	}

	#fail(error: unknown): void {
		if (this.#finish(false)) this.#settle.reject(new Error(`callTool must not throw, but did: ${messageOf(error)}`, { cause: error }));
	}

	#finish(reusable: boolean): boolean {
		if (this.#over) return false;
		this.#over = true;
		this.#wallTimer.clear();
		clearInterval(this.#watch);
		this.#program.signal.removeEventListener('abort', this.#stop);
		this.#child.listen(undefined);
		if (!reusable) this.#child.kill();
		return true;
	}
}

function failureOf(response: Extract<ToolResponse, { ok: false }>): object {
	const { kind, status } = response;
	return { kind, message: response.message.slice(0, MAX_FAILURE_MESSAGE), ...(status !== undefined && { status }) };
}
