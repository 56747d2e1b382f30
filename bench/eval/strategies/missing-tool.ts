import type { Program } from '../../../src/code/program.ts';
import { type ToolReference, toolReferences } from '../../../src/code/references.ts';
import type { Outcome } from '../../../src/sandbox/outcome.ts';

/**
 * The name that is no tool, where a program that nothing has checked ended at the first place that has one. `tools` are the ids of those there are. Of a
 * toolset that does not exist only what is called as tools are, awaited: other names may be of data.
 */
export function missingTool(program: Program, outcome: Outcome, tools: ReadonlySet<string>): ToolReference | undefined {
	if (outcome.kind !== 'threw' || outcome.name === 'ToolError') return undefined;
	const lines = new Set(outcome.frames.map(({ line }) => line));
	const isMissing = ({ kind, exists, awaited }: ToolReference) =>
		!exists && (kind === 'tool' || (kind === 'unknown-toolset' && awaited && outcome.name === 'ReferenceError'));
	return toolReferences(program.tree, { tools, known: new Set() }).find((named) => lines.has(named.line) && isMissing(named));
}
