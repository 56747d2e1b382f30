import { declarationNotes, declareTool, indexLine } from '../code/declarations.ts';
import { type CallableTools, callableToolsOf } from '../repository/callable-tools.ts';
import { HUMAN, human } from '../toolset/human.ts';
import type { RankByMeaning } from '../toolset/search/tool-vectors.ts';
import { type Tool, type Toolset, toolId } from '../toolset/tool.ts';
import { buildToolIndex, type ToolIndex } from '../toolset/tool-index.ts';
import { plainTools } from './plain-tools.ts';
import { DECLARED_TOKENS, declareWithin, FOUND_TOKENS, fittingLines, OFFERED_TOKENS } from './prompt-budget.ts';

/** Toolsets small enough for their whole index to stand in the prompt: about 1,500 tokens of 3.6 bytes of UTF-8. */
const WHOLE_INDEX_BYTES = 5400;
/** How many tools are offered when there are too many for that, and how many more by one search of a plan. */
const OFFERED_TOOLS = 40;
const FOUND_TOOLS = 12;

/** Everything a workspace's programs may call, in the forms that the stages need. Immutable; one serves many questions. */
export interface Toolbox extends CallableTools {
	readonly toolsets: readonly Toolset[];
	/** By `toolset.name`. */
	readonly tools: ReadonlyMap<string, Tool>;
	/** The keys of `tools`, made once: thousands of them are looked at for every program. */
	readonly ids: ReadonlySet<string>;
	readonly index: ToolIndex;
	/** Whether every offer holds all tools: there is nothing else to search for then. */
	readonly isOfferedWhole: boolean;
	/**
	 * Lines for the planning prompt: all tools when they are few, those that fit `text` best when they are many, at most 2,000 tokens together. The
	 * person who asked is always among them.
	 */
	offer(text: string, signal: AbortSignal): Promise<readonly string[]>;
	/** Lines of the tools that fit these words best, without those of `offered`; at most 500 tokens together. */
	find(words: string, offered: readonly string[], signal: AbortSignal): Promise<readonly string[]>;
	/** Compact declarations for the prompt, one a tool, at most 2,000 tokens together, and what their marks mean. */
	declare(tools: Iterable<Tool>): string;
	toolsetOf(tool: Tool): Toolset;
}

/**
 * `rankByMeaning` is asked about every offer and search, where there are more tools than a prompt holds. Takes a while for thousands of tools, and holds
 * up nothing else meanwhile.
 */
export async function createToolbox(
	toolsets: readonly Toolset[],
	rankByMeaning?: (tools: readonly Tool[]) => RankByMeaning,
): Promise<Toolbox> {
	const tools = new Map((await plainTools(toolsets)).map((tool) => [toolId(tool), tool]));
	const byName = new Map(toolsets.map((toolset) => [toolset.name, toolset]));
	const all = [...tools.values()];
	const index = await buildToolIndex(all);
	const whole = wholeIndex(all);
	const people = all.filter(({ toolset }) => toolset === HUMAN).map(indexLine);
	const rank = whole ? undefined : rankByMeaning?.(all);
	const linesFor = async (text: string, limit: number, signal: AbortSignal) => {
		const found = index.offer(text, limit + people.length, await rank?.(text, signal));
		return found
			.filter(({ toolset }) => toolset !== HUMAN)
			.slice(0, limit)
			.map(indexLine);
	};
	const toolsetOf = (tool: Tool) => {
		const toolset = byName.get(tool.toolset);
		if (!toolset) throw new Error(`tool ${toolId(tool)} belongs to no toolset of this toolbox`);
		return toolset;
	};
	return {
		...callableToolsOf(toolsets),
		toolsets,
		tools,
		ids: new Set(tools.keys()),
		index,
		isOfferedWhole: whole !== undefined,
		async offer(text, signal) {
			return whole ?? [...fittingLines(await linesFor(text, OFFERED_TOOLS, signal), OFFERED_TOKENS), ...people];
		},
		async find(words, offered, signal) {
			const found = await linesFor(words, FOUND_TOOLS, signal);
			return fittingLines(found, FOUND_TOKENS).filter((line) => !offered.includes(line));
		},
		declare(chosen) {
			const declare = (tool: Tool, maxTokens?: number) => declareTool(toolsetOf(tool), tool, { maxTokens });
			const all = [...chosen];
			return [...declareWithin(all, DECLARED_TOKENS, declare), ...declarationNotes(all)].join('\n');
		},
		toolsetOf,
	};
}

/** The lines of all tools, or undefined when they are too many; no more of them are written than it takes to know. */
function wholeIndex(tools: readonly Tool[]): readonly string[] | undefined {
	const lines: string[] = [];
	let bytes = 0;
	for (const tool of tools) {
		const line = indexLine(tool);
		bytes += Buffer.byteLength(line) + 1;
		if (bytes > WHOLE_INDEX_BYTES) return undefined;
		lines.push(line);
	}
	return lines;
}

/**
 * Toolboxes by workspace, made anew only when the workspace's toolsets changed (`toolsetsOf` then gives another array). `rankByMeaning` gives another
 * opinion on which tools fit, where there is one.
 */
export function createToolboxes(
	toolsetsOf: (workspaceId: string) => Promise<readonly Toolset[]>,
	rankByMeaning?: (workspaceId: string, tools: readonly Tool[]) => RankByMeaning,
): (workspaceId: string) => Promise<Toolbox> {
	const made = new WeakMap<readonly Toolset[], Promise<Toolbox>>();
	return async (workspaceId) => {
		const toolsets = await toolsetsOf(workspaceId);
		const toolbox =
			made.get(toolsets) ?? createToolbox([...toolsets, human], rankByMeaning && ((tools) => rankByMeaning(workspaceId, tools)));
		made.set(toolsets, toolbox);
		return toolbox;
	};
}
