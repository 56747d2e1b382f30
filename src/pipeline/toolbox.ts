import { declareTool, declareToolset, indexLine } from '../code/declarations.ts';
import { human } from '../toolset/human.ts';
import { type Tool, type Toolset, toolId } from '../toolset/tool.ts';
import { createToolIndex, type ToolIndex } from '../toolset/tool-index.ts';
import { plainTools } from './plain-tools.ts';

/** A toolset small enough for its whole index to stand in the prompt: about 1,500 tokens of 3.6 characters. */
const WHOLE_INDEX_CHARACTERS = 5400;
/** How many tools are offered when there are too many for that. */
const OFFERED_TOOLS = 40;

/** Everything a workspace's programs may call, in the forms that the stages need. Immutable; one serves many questions. */
export interface Toolbox {
	readonly toolsets: readonly Toolset[];
	/** By `toolset.name`. */
	readonly tools: ReadonlyMap<string, Tool>;
	/** The keys of `tools`, made once: thousands of them are looked at for every program. */
	readonly ids: ReadonlySet<string>;
	/** Toolset name -> tool names, as the sandbox wants them. */
	readonly names: Readonly<Record<string, readonly string[]>>;
	readonly index: ToolIndex;
	/** Full declarations for the type checker, one text a toolset. */
	readonly declarations: readonly string[];
	/** Lines for the planning prompt: all tools when they are few, those that fit `text` best when they are many. */
	offer(text: string): readonly string[];
	/** Compact declarations for the prompt, one a tool. */
	declare(tools: Iterable<Tool>): string;
	toolsetOf(tool: Tool): Toolset;
}

export function createToolbox(toolsets: readonly Toolset[]): Toolbox {
	const tools = new Map(plainTools(toolsets).map((tool) => [toolId(tool), tool]));
	const byName = new Map(toolsets.map((toolset) => [toolset.name, toolset]));
	const lines = [...tools.values()].map(indexLine);
	const index = createToolIndex([...tools.values()]);
	const fitsWhole = lines.reduce((sum, line) => sum + line.length + 1, 0) <= WHOLE_INDEX_CHARACTERS;
	const toolsetOf = (tool: Tool) => {
		const toolset = byName.get(tool.toolset);
		if (!toolset) throw new Error(`tool ${toolId(tool)} belongs to no toolset of this toolbox`);
		return toolset;
	};
	let declarations: readonly string[] | undefined;
	return {
		toolsets,
		tools,
		ids: new Set(tools.keys()),
		index,
		names: Object.fromEntries(toolsets.map((toolset) => [toolset.name, [...toolset.tools.keys()]])),
		get declarations() {
			declarations ??= toolsets.map(declareToolset);
			return declarations;
		},
		offer: (text) => (fitsWhole ? lines : index.offer(text, OFFERED_TOOLS).map(indexLine)),
		declare: (chosen) => [...chosen].map((tool) => declareTool(toolsetOf(tool), tool)).join('\n'),
		toolsetOf,
	};
}

/** Toolboxes by workspace, made anew only when the workspace's toolsets changed (`toolsetsOf` then gives another array). */
export function createToolboxes(
	toolsetsOf: (workspaceId: string) => Promise<readonly Toolset[]>,
): (workspaceId: string) => Promise<Toolbox> {
	const made = new WeakMap<readonly Toolset[], Toolbox>();
	return async (workspaceId) => {
		const toolsets = await toolsetsOf(workspaceId);
		const toolbox = made.get(toolsets) ?? createToolbox([...toolsets, human]);
		made.set(toolsets, toolbox);
		return toolbox;
	};
}
