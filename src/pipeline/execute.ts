import { Readable } from 'node:stream';
import type { Program } from '../code/program.ts';
import { toUserError, UserError } from '../errors.ts';
import { hashJson } from '../json.ts';
import type { RecordedCall } from '../repository/function-record.ts';
import type { Outcome, ToolCall } from '../sandbox/outcome.ts';
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
export async function* execute(work: Work, program: Pick<Program, 'javascript'>, attempt: number): AsyncGenerator<Progress, Execution> {
	const { run, services, toolbox, journal } = work;
	const refusal = new AbortController();
	const signal = AbortSignal.any([work.signal, refusal.signal]);
	const events = new Readable({ objectMode: true, read() {} });
	const gate = writeGate(work, signal);

	const callTool = async (call: ToolCall): Promise<ToolResponse> => {
		try {
			const tool = toolbox.tools.get(call.tool);
			if (tool) await gate(tool, call);
			// From here on: the wait for a person's yes is not the tool's.
			const startedAt = performance.now();
			const response = tool ? await perform(tool, call) : unknownTool(call.tool);
			// A call that was cut off, because the run was ended, is none.
			if (signal.aborted) return response;
			work.toolCalled();
			const message = response.ok ? undefined : response.message;
			events.push({ type: 'tool-call', tool: call.tool, ok: response.ok, ms: Math.round(performance.now() - startedAt), message });
			return response;
		} catch (error) {
			// Not the program's to handle: a refused write or a journal that cannot be written ends the run.
			refusal.abort(toUserError(error));
			return { ok: false, kind: 'stopped', message: 'The run has ended.' };
		}
	};
	const perform = (tool: Tool, call: ToolCall) =>
		journal.call(attempt, call, tool.effect, () => toolbox.toolsetOf(tool).call(tool, call.args, { signal }));

	const running = services.sandbox
		.run({ code: program.javascript, tools: toolbox.names, seed: run.seed, limits: services.limits, callTool, signal })
		.finally(() => events.push(null));
	// Whatever it rejects with is awaited below, after the events; until then it must not count as unhandled.
	running.catch(() => {});
	yield* events as AsyncIterable<Progress>;
	const outcome = await running;
	signal.throwIfAborted();
	return { outcome, calls: journal.calls(attempt) };
}

/** Lets reads pass and asks a person about everything else, once for each exact call; the answer is journalled before anything is sent. */
function writeGate({ run, services, journal, toolbox }: Work, signal: AbortSignal) {
	const asked = new Map<string, number>();
	return async (tool: Tool, call: ToolCall): Promise<void> => {
		if (tool.effect === 'read' || run.allowWrites) return;
		const write = { ...toolbox.toolsetOf(tool).preview(tool, call.args), tool: call.tool, effect: tool.effect };
		const key = `approval-${hashJson([call.tool, call.args])}`;
		const occurrence = asked.get(key) ?? 0;
		asked.set(key, occurrence + 1);
		const allowed = await journal.step(`${key}-${occurrence}`, () => services.confirmWrite(run, write, signal));
		if (allowed) return;
		throw new UserError(
			'not-allowed',
			`${write.method} ${write.url} was not allowed, so the program was stopped before it. Ask again if it should go out.`,
		);
	};
}

function unknownTool(id: string): ToolResponse {
	return { ok: false, kind: 'unknown-tool', message: `There is no tool ${id}.` };
}
