import { declarationLines } from '../code/declarations.ts';
import type { JsonObject } from '../json.ts';
import { mapInSlices } from '../toolset/in-slices.ts';
import { type Tool, type Toolset, toolId, toolsetOf } from '../toolset/tool.ts';
import { validateArguments } from '../toolset/validate-arguments.ts';
import type { FunctionRecord } from './function-record.ts';

/** What the programs of a workspace can call, as far as its functions depend on it. */
export interface CallableTools {
	/** Toolset name -> tool names, as the sandbox wants them. */
	readonly names: Readonly<Record<string, readonly string[]>>;
	/** By `toolset.name`. */
	readonly tools: ReadonlyMap<string, Pick<Tool, 'schemaHash'>>;
	/** For the type checker, one text a toolset. Written when they are first asked for. */
	declarations(): Promise<readonly string[]>;
	/** Why this tool would refuse these arguments before anything is sent; undefined when it would not. Left out where only the types are known. */
	refusal?(toolId: string, args: JsonObject): string | undefined;
}

export function callableToolsOf(toolsets: readonly Toolset[]): CallableTools & Required<Pick<CallableTools, 'refusal'>> {
	const byName = new Map(toolsets.map((toolset) => [toolset.name, toolset]));
	let declarations: Promise<readonly string[]> | undefined;
	return {
		names: Object.fromEntries(toolsets.map(({ name, tools }) => [name, [...tools.keys()]])),
		tools: new Map(toolsets.flatMap(({ tools }) => [...tools.values()].map((tool) => [toolId(tool), tool]))),
		declarations() {
			declarations ??= declareInSlices(toolsets);
			return declarations;
		},
		refusal(id, args) {
			const toolset = byName.get(toolsetOf(id));
			const tool = toolset?.tools.get(id.slice(toolsetOf(id).length + 1));
			if (!toolset || !tool) return 'There is no such tool.';
			const validated = validateArguments(tool.input, toolset.definitions, args);
			return validated.ok ? undefined : validated.message;
		},
	};
}

/** What `declareToolset` writes of each. */
async function declareInSlices(toolsets: readonly Toolset[]): Promise<readonly string[]> {
	const texts: string[] = [];
	for (const toolset of toolsets) texts.push((await mapInSlices(declarationLines(toolset), (line) => line)).join('\n'));
	return texts;
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
