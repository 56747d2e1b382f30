import { Readable } from 'node:stream';
import type { Program } from '../code/program.ts';
import { toUserError, UserError } from '../errors.ts';
import { hashJson } from '../json.ts';
import type { RecordedCall } from '../repository/function-record.ts';
import type { Outcome, ProgramRun, ToolCall } from '../sandbox/outcome.ts';
import type { Tool, ToolResponse } from '../toolset/tool.ts';
import type { Progress } from './progress.ts';
import type { Work } from './work.ts';

export interface Execution {
	readonly outcome: Outcome;
	/** The answered calls of this execution. */
	readonly calls: readonly RecordedCall[];
}

/**
 * Runs a reviewed program in the sandbox, reporting each tool call as it ends. `javascript` is the program followed by the stored functions it
 * calls. Rejects with `not-allowed` when a person refused a write, with `stopped` when the run was stopped.
 */
export async function* execute(
	work: Work,
	{ javascript }: Pick<Program, 'javascript'>,
	attempt: number,
): AsyncGenerator<Progress, Execution> {
	const { run, services, toolbox, journal } = work;
	const refusal = new AbortController();
	const over = new AbortController();
	const stopping = AbortSignal.any([work.signal, refusal.signal]);
	// What the program left behind when it ended must not go out after it: the next program of this run may be under way.
	const calling = AbortSignal.any([stopping, over.signal]);
	const events = new Readable({ objectMode: true, read() {} });
	const allow = writeGate(work, calling);

	const perform = async (call: ToolCall, clock: Clock): Promise<ToolResponse> => {
		const tool = toolbox.tools.get(call.tool);
		if (!tool) return { ok: false, kind: 'unknown-tool', message: `There is no tool ${call.tool}.` };
		// From when it goes out: the wait for a person's yes is not the tool's.
		let startedAt = performance.now();
		const permit = async () => {
			await allow(tool, call, clock);
			calling.throwIfAborted();
			startedAt = performance.now();
		};
		const send = () => toolbox.toolsetOf(tool).call(tool, call.args, { signal: calling });
		const response = await journal.call(attempt, call, tool.effect, send, permit);
		if (calling.aborted) return response;
		const message = response.ok ? undefined : response.message;
		events.push({ type: 'tool-call', tool: call.tool, ok: response.ok, ms: Math.round(performance.now() - startedAt), message });
		return response;
	};
	const callTool: ProgramRun['callTool'] = (call, clock) =>
		perform(call, clock).catch((error: unknown) => {
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

type Clock = Parameters<ProgramRun['callTool']>[1];

/** Lets reads pass and asks a person about everything else, once for each exact call; the answer is journalled before anything is sent. */
function writeGate({ run, services, journal, toolbox }: Work, signal: AbortSignal) {
	const asked = new Map<string, number>();
	return async (tool: Tool, call: ToolCall, clock: Clock): Promise<void> => {
		if (tool.effect === 'read' || run.allowWrites) return;
		const write = { ...toolbox.toolsetOf(tool).preview(tool, call.args), tool: call.tool, effect: tool.effect };
		const key = `approval-${hashJson([call.tool, call.args])}`;
		const occurrence = asked.get(key) ?? 0;
		asked.set(key, occurrence + 1);
		const goOn = clock.pause();
		const allowed = await journal.step(`${key}-${occurrence}`, () => services.confirmWrite(run, write, signal)).finally(goOn);
		if (allowed) return;
		throw new UserError(
			'not-allowed',
			`${write.method} ${write.url} was not allowed, so the program was stopped before it. Ask again if it should go out.`,
		);
	};
}
