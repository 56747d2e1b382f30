import type { JsonValue } from '../../src/json.ts';
import { DEFAULT_LIMITS } from '../../src/sandbox/limits.ts';
import type { Outcome, ProgramRun, SandboxLimits, ToolCall } from '../../src/sandbox/outcome.ts';
import type { ToolResponse } from '../../src/toolset/tool.ts';

/** Without time limits that a loaded machine could meet. */
export const LIMITS: SandboxLimits = { ...DEFAULT_LIMITS, wallMs: 30_000, cpuMs: 10_000 };

const TOOLS: Readonly<Record<string, (args: ToolCall['args']) => Promise<ToolResponse>>> = {
	'api.echo': async (value) => ({ ok: true, value }),
	'api.slow': async () => {
		await new Promise((resolve) => setTimeout(resolve, 30));
		return { ok: true, value: 'slow' };
	},
	'api.fail': async () => ({ ok: false, kind: 'http', status: 404, message: 'Nothing has this id.' }),
	'api.poison': async () => ({ ok: true, value: JSON.parse('{"__proto__": {"isAdmin": true}, "then": 1, "toJSON": 2}') as JsonValue }),
	'api.hang': () => new Promise(() => {}),
};

/** A run of `code` with the tools above and limits that do not matter, unless given otherwise. */
export function program(code: string, changes: Partial<ProgramRun> = {}): ProgramRun {
	return {
		code,
		tools: { api: ['echo', 'slow', 'fail', 'poison', 'hang'] },
		seed: { now: Date.UTC(2025, 0, 31, 12), random: 42 },
		limits: LIMITS,
		callTool: ({ tool, args }) => TOOLS[tool]?.(args) ?? Promise.reject(new Error(`${tool} is not offered`)),
		signal: new AbortController().signal,
		...changes,
	};
}

/** What an outcome says, without logs and usage. */
export function ending(outcome: Outcome): object {
	const { logs: _logs, usage: _usage, ...rest } = outcome;
	return rest;
}
