import type { JsonObject } from '../../json.ts';
import type { Effect } from '../tool.ts';
import type { McpSnapshot, McpTool } from './snapshot.ts';

const STRICTNESS: readonly Effect[] = ['read', 'write', 'destructive'];

/**
 * What a tool may change, by the hints of its server (MCP 2025-11-25, ToolAnnotations): a tool that does not say that it only reads counts as one that
 * destroys, unless it says that it only adds (`destructiveHint` is true by default). Hints are believed because an admin connected the server.
 */
export function effectOf({ annotations }: Pick<McpTool, 'annotations'>): Effect {
	if (annotations?.readOnlyHint === true) return 'read';
	return annotations?.destructiveHint === false ? 'write' : 'destructive';
}

/**
 * What a server now offers, made safe to take over while nobody looks: no tool is called more freely than an admin saw it. A tool that was there
 * keeps the stricter of both effects, and a new one counts as one that destroys, whatever it says: it may be one that was away for a moment.
 * `/toolset refresh` by an admin, who sees the difference, takes the server's hints as they are.
 */
export function cautious(seen: McpSnapshot, now: McpSnapshot): McpSnapshot {
	const known = new Map(seen.tools.map((tool) => [tool.name, effectOf(tool)]));
	const tools = now.tools.map((tool): McpTool => {
		const floor = known.get(tool.name) ?? 'destructive';
		return STRICTNESS.indexOf(effectOf(tool)) >= STRICTNESS.indexOf(floor)
			? tool
			: { ...tool, annotations: hintsOf(floor, tool.annotations) };
	});
	return { ...now, tools };
}

function hintsOf(effect: Effect, annotations: JsonObject = {}): JsonObject {
	return { ...annotations, readOnlyHint: effect === 'read', destructiveHint: effect === 'destructive' };
}
