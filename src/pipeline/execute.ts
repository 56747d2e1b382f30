import { Readable } from 'node:stream';
import type { Program } from '../code/program.ts';
import { toUserError } from '../errors.ts';
import { type ToolCallEnded, toolCalls } from '../observability/signals.ts';
import type { RecordedCall } from '../repository/function-record.ts';
import type { Outcome, ProgramRun, ToolCall } from '../sandbox/outcome.ts';
import { placeholderOf } from '../toolset/placeholder.ts';
import type { CallContext, ToolResponse } from '../toolset/tool.ts';
import type { Progress } from './progress.ts';
import type { Work } from './work.ts';
import { CallWithheld, createWriteGate, wishedDry } from './write-gate.ts';

export interface Execution {
	readonly outcome: Outcome;
	/** The answered calls of this execution. */
	readonly calls: readonly RecordedCall[];
}

/**
 * Runs a reviewed program in the sandbox, reporting each tool call as it ends. `javascript` is the program followed by the stored functions it
 * calls, `source` what the model wrote. Rejects with `not-allowed` when a person refused a write, with `stopped` when the run was stopped. A call
 * that is withheld gives a placeholder, and is in `work.withheld`.
 */
export async function* execute(
	work: Work,
	{ javascript, source }: Pick<Program, 'javascript' | 'source'>,
	attempt: number,
): AsyncGenerator<Progress, Execution> {
	const { run, services, toolbox, journal } = work;
	work.dryRun ||= await wishedDry(journal);
	const refusal = new AbortController();
	const over = new AbortController();
	const stopping = AbortSignal.any([work.signal, refusal.signal]);
	// What the program left behind when it ended must not go out after it: the next program of this run may be under way.
	const calling = AbortSignal.any([stopping, over.signal]);
	const events = new Readable({ objectMode: true, read() {} });
	const files = services.filesOf?.(run.id);
	const gateOf = createWriteGate(work, { attempt, source }, calling);

	const perform = async (call: ToolCall, clock: Clock): Promise<ToolResponse> => {
		const tool = toolbox.tools.get(call.tool);
		if (!tool) return { ok: false, kind: 'unknown-tool', message: `There is no tool ${call.tool}.` };
		// From when it goes out: the wait for a person's yes is not the tool's.
		let startedAt = performance.now();
		const ask = personAsker(work, clock, calling);
		const gate = gateOf(tool, call, clock);
		const send = () => {
			calling.throwIfAborted();
			startedAt = performance.now();
			const { toolset, tool: target } = gate.target;
			const begun = { tool: call.tool, kind: toolset.kind ?? 'other', effect: target.effect, args: call.args };
			return toolCalls.trace(begun, () => toolset.call(target, call.args, { signal: calling, ask, ...(files && { files }) }), endedAs);
		};
		const response = await journal.call(attempt, call, tool.effect, send, gate);
		if (calling.aborted) return response;
		const message = response.ok ? undefined : response.message;
		events.push({ type: 'tool-call', tool: call.tool, ok: response.ok, ms: Math.round(performance.now() - startedAt), message });
		return response;
	};
	const callTool: ProgramRun['callTool'] = (call, clock) =>
		perform(call, clock).catch((error: unknown) => {
			const tool = toolbox.tools.get(call.tool);
			if (error instanceof CallWithheld && tool) return { ok: true, value: placeholderOf(tool, toolbox.toolsetOf(tool)) };
			// Not the program's to handle: a refused write or a journal that cannot be written ends the run.
			if (!over.signal.aborted) refusal.abort(toUserError(error));
			return { ok: false, kind: 'stopped', message: 'The run has ended.' };
		});

	const running = services.sandbox
		.run({ code: javascript, tools: toolbox.names, seed: run.seed, limits: services.limits, callTool, signal: stopping })
		.finally(() => {
			over.abort();
			events.push(null);
		});
	// Whatever it rejects with is awaited below, after the events; until then it must not count as unhandled.
	running.catch(() => {});
	yield* events as AsyncIterable<Progress>;
	const outcome = await running;
	stopping.throwIfAborted();
	return { outcome, calls: journal.calls(attempt) };
}

function endedAs(response: ToolResponse): ToolCallEnded {
	const { ok, status } = response;
	return { outcome: ok ? 'ok' : response.kind, ...(status !== undefined && { status }), response };
}

type Clock = Parameters<ProgramRun['callTool']>[1];

/** Puts a question of the program to the person; its time stands still meanwhile. */
function personAsker({ run, services }: Work, clock: Clock, signal: AbortSignal): CallContext['ask'] {
	return async (question) => {
		const goOn = clock.pause();
		try {
			return await services.askPerson(run, question, signal);
		} finally {
			goOn();
		}
	};
}
