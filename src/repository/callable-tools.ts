import type { Tool } from '../toolset/tool.ts';
import type { FunctionRecord } from './function-record.ts';

/** What the programs of a workspace can call, as far as its functions depend on it. */
export interface CallableTools {
	/** Toolset name -> tool names, as the sandbox wants them. */
	readonly names: Readonly<Record<string, readonly string[]>>;
	/** By `toolset.name`. */
	readonly tools: ReadonlyMap<string, Pick<Tool, 'schemaHash'>>;
	/** For the type checker. */
	declarations(): Promise<readonly string[]>;
}

/** These tools with the schemas that they have now; undefined when one is missing. */
export function stampsOf(ids: readonly string[], { tools }: Pick<CallableTools, 'tools'>): FunctionRecord['tools'] | undefined {
	const stamps = ids.flatMap((tool) => {
		const schemaHash = tools.get(tool)?.schemaHash;
		return schemaHash === undefined ? [] : [{ tool, schemaHash }];
	});
	return stamps.length === ids.length ? stamps : undefined;
}

/** Whether a tool that it calls has another schema than it was found to fit; one that is missing does not count here. */
export function isStale({ tools: stamped }: Pick<FunctionRecord, 'tools'>, { tools }: Pick<CallableTools, 'tools'>): boolean {
	return stamped.some(({ tool, schemaHash }) => {
		const now = tools.get(tool)?.schemaHash;
		return now !== undefined && now !== schemaHash;
	});
}
