import type { Program } from '../../../../src/code/program.ts';
import type { RecordedCall } from '../../../../src/repository/function-record.ts';
import type { Outcome, ToolCall } from '../../../../src/sandbox/outcome.ts';
import type { Tool } from '../../../../src/toolset/tool.ts';
import type { World } from '../../contract.ts';

/** A call of a program, as it was answered. */
export type AnsweredCall = RecordedCall & Pick<ToolCall, 'line'>;

export interface ProgramRun {
	readonly outcome: Outcome;
	/** In the order in which they were made. */
	readonly calls: readonly AnsweredCall[];
}

/**
 * Runs a program on these tools alone: any other name does not exist in it, and no call of another one goes out. Rejects with the reason of the world's
 * signal when it fired.
 */
export async function runProgram(
	{ javascript }: Program,
	tools: readonly Tool[],
	world: World,
	mostCalls = world.limits.toolCalls,
): Promise<ProgramRun> {
	const calls: (AnsweredCall | undefined)[] = [];
	const names = Object.groupBy(tools, ({ toolset }) => toolset);
	const outcome = await world.sandbox.run({
		code: javascript,
		tools: Object.fromEntries(Object.entries(names).map(([toolset, members = []]) => [toolset, members.map(({ name }) => name)])),
		// The same for every program of every task: nothing that is compared depends on chance.
		seed: { now: world.now, random: 1 },
		limits: { ...world.limits, toolCalls: Math.min(mostCalls, world.limits.toolCalls) },
		async callTool(call) {
			const place = calls.push(undefined) - 1;
			const response = await world.call(call);
			calls[place] = { ...call, response };
			return response;
		},
		signal: world.signal,
	});
	world.signal.throwIfAborted();
	return { outcome, calls: calls.filter((call) => call !== undefined) };
}
