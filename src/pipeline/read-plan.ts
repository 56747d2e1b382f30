import { parseLoosely } from '../code/parse.ts';
import { toolReferences } from '../code/references.ts';
import { searchesIn } from '../model/search-lines.ts';
import type { FunctionRecord } from '../repository/function-record.ts';
import type { Tool } from '../toolset/tool.ts';
import type { Toolbox } from './toolbox.ts';

/** Stage 2 (paper, section 3.2): numbered subtasks with the tools they use and the data that flows between them. Not runnable. */
export interface Plan {
	readonly code: string;
	/** Existing tools it names, in order, each once. */
	readonly tools: readonly Tool[];
	/** Names it made up, with the nearest real tools: reason for planning reconstruction (paper, section 3.4). */
	readonly unknown: readonly UnknownTool[];
	/** What it asks to search for, where no tool it was offered would do. */
	readonly searches: readonly string[];
}

export interface UnknownTool {
	readonly id: string;
	readonly line: number;
	readonly nearest: readonly Tool[];
}

const NEAREST = 4;

/** Requests of one plan that are followed, and of their words. */
const WORDS_AT_ONCE = 3;
const WORDS_CHARACTERS = 120;

/** What the plan refers to, from its syntax tree. A plan too far from code to be parsed names no tools. */
export function readPlan(code: string, toolbox: Toolbox, known: readonly FunctionRecord[], task: string): Plan {
	const program = parseLoosely(code);
	const searches = searchesIn(code)
		.slice(0, WORDS_AT_ONCE)
		.map((words) => words.slice(0, WORDS_CHARACTERS));
	if (!program) return { code, tools: [], unknown: [], searches };
	const references = toolReferences(program.tree, {
		tools: toolbox.ids,
		known: new Set(known.map((record) => record.name)),
	});
	const tools = new Set(references.flatMap(({ id }) => toolbox.tools.get(id) ?? []));
	const unknown = new Map<string, UnknownTool>();
	for (const { id, line, kind, exists, awaited } of references) {
		// A plan may name functions that the implementation will write, and work on data that it does not declare: only tools are held against it.
		const isMadeUp = kind === 'tool' ? !exists : kind === 'unknown-toolset' && awaited;
		if (!isMadeUp || unknown.has(id)) continue;
		unknown.set(id, { id, line, nearest: toolbox.index.nearest(id, task, NEAREST) });
	}
	return { code, tools: [...tools], unknown: [...unknown.values()], searches };
}
