import type { Tool } from '../toolset/tool.ts';
import type { Toolbox } from './toolbox.ts';

/**
 * The part of a toolbox that is left when only these toolsets may be called: no other tool is found, offered, given to a program or sent. What the type
 * checker is told stays whole, so that a program that goes beyond is told so, and not that it misspelt a name.
 */
export function confinedToolbox(toolbox: Toolbox, toolsets: ReadonlySet<string>): Toolbox {
	const isLeft = (tool: Tool) => toolsets.has(tool.toolset);
	const tools = new Map([...toolbox.tools].filter(([, tool]) => isLeft(tool)));
	const { index } = toolbox;
	return {
		...toolbox,
		toolsets: toolbox.toolsets.filter(({ name }) => toolsets.has(name)),
		tools,
		ids: new Set(tools.keys()),
		names: Object.fromEntries(Object.entries(toolbox.names).filter(([name]) => toolsets.has(name))),
		index: {
			...index,
			search: (text, limit) => index.search(text, toolbox.tools.size).filter(isLeft).slice(0, limit),
			nearest: (id, purpose, limit) => index.nearest(id, purpose, toolbox.tools.size).filter(isLeft).slice(0, limit),
		},
	};
}
