import { toUserError, UserError } from '../../src/errors.ts';
import type { RecordedCall } from '../../src/repository/function-record.ts';
import type { ToolResponse, Toolset } from '../../src/toolset/tool.ts';
import type { World } from './contract.ts';

/** The toolset with all its calls written down, whoever makes them, in the order in which they ended. */
export function recordedToolset(toolset: Toolset, calls: RecordedCall[]): Toolset {
	return {
		...toolset,
		async call(tool, args, context) {
			const response = await toolset.call(tool, args, context);
			calls.push({ tool: `${toolset.name}.${tool.name}`, args, response });
			return response;
		},
	};
}

/** The toolset with these of its tools (`toolset.tool`); all of them when undefined. Throws a UserError for one that it does not have. */
export function narrowedToolset(toolset: Toolset, ids: readonly string[] | undefined): Toolset {
	if (ids === undefined) return toolset;
	const tools = ids.map((id) => {
		const name = id.slice(toolset.name.length + 1);
		const tool = id.startsWith(`${toolset.name}.`) ? toolset.tools.get(name) : undefined;
		if (!tool) {
			throw new UserError(
				'document',
				`The suite gives a task the tool ${id}, which its server's document does not have. Is --base the server of this suite?`,
			);
		}
		return [name, tool] as const;
	});
	return { ...toolset, tools: new Map(tools) };
}

/** `World.call`, through the recorded toolsets of `toolbox`. */
export function callerOf(
	{ toolbox, askPerson, signal }: Pick<World, 'toolbox' | 'askPerson' | 'signal'>,
	calls: RecordedCall[],
): World['call'] {
	return async ({ tool: id, args }) => {
		const written = (response: ToolResponse) => {
			calls.push({ tool: id, args, response });
			return response;
		};
		const tool = toolbox.tools.get(id);
		if (!tool) return written({ ok: false, kind: 'unknown-tool', message: `There is no tool ${id}.` });
		try {
			return await toolbox.toolsetOf(tool).call(tool, args, { signal, ask: askPerson });
		} catch (error) {
			if (signal.aborted) return { ok: false, kind: 'stopped', message: 'The task was stopped.' };
			// A person who does not answer is a response here: what ends a run of the product would end every other strategy, too.
			return written({ ok: false, kind: 'refused', message: toUserError(error).userMessage });
		}
	};
}
