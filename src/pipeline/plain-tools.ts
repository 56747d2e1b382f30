import { readsLikeCall, withoutCalls } from '../code/call-form.ts';
import { isJsonObject } from '../json.ts';
import { mapInSlices } from '../toolset/in-slices.ts';
import { type Tool, type Toolset, toolId } from '../toolset/tool.ts';

/**
 * The tools of these toolsets as prompts may show them. Whoever writes an API's document decides neither what is called of another toolset nor when:
 * sentences that hold a call, or name a tool of another toolset, are left out of its texts. Calls of these tools work as those of the given ones.
 */
export async function plainTools(toolsets: readonly Toolset[]): Promise<readonly Tool[]> {
	const ids = new Set(toolsets.flatMap(({ tools }) => [...tools.values()].map((tool) => toolId(tool).toLowerCase())));
	const plain = toolsets.flatMap(({ name, tools }) => {
		const own = name.toLowerCase();
		const isForeign = (toolset: string, tool: string) => toolset !== own && ids.has(`${toolset}.${tool}`);
		return [...tools.values()].map((tool) => () => plainTool(tool, (text) => withoutCalls(text, isForeign)));
	});
	return mapInSlices(plain, (make) => make());
}

function plainTool(tool: Tool, plain: (text: string) => string): Tool {
	const summary = plain(tool.summary);
	const description = tool.description && plain(tool.description);
	const properties = isJsonObject(tool.input.properties) ? tool.input.properties : {};
	const changed = Object.entries(properties).flatMap(([name, property]) => {
		const annotated = isJsonObject(property) ? plainAnnotations(property, plain) : property;
		return annotated === property ? [] : [[name, annotated] as const];
	});
	if (summary === tool.summary && description === tool.description && changed.length === 0) return tool;
	const input = changed.length === 0 ? tool.input : { ...tool.input, properties: { ...properties, ...Object.fromEntries(changed) } };
	return { ...tool, summary, ...(description !== undefined && { description }), input };
}

function plainAnnotations(property: Readonly<Record<string, unknown>>, plain: (text: string) => string) {
	const { description, examples } = property;
	const said = typeof description === 'string' ? plain(description) : description;
	const isClean = !Array.isArray(examples) || !examples.some((example) => typeof example === 'string' && readsLikeCall(example));
	if (said === description && isClean) return property;
	return { ...property, description: said, ...(!isClean && { examples: [] }) };
}
