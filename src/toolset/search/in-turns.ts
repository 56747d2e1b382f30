import type { Tool } from '../tool.ts';

/** All tools: toolsets take turns, each with its reads first, in the order of their documents. */
export function inTurns(tools: readonly Tool[]): readonly Tool[] {
	const toolsets = [...Map.groupBy(tools, ({ toolset }) => toolset).values()].map((all) => [
		...all.filter(({ effect }) => effect === 'read'),
		...all.filter(({ effect }) => effect !== 'read'),
	]);
	const longest = toolsets.reduce((most, { length }) => Math.max(most, length), 0);
	return Array.from({ length: longest }, (_, turn) => toolsets.flatMap((all) => all[turn] ?? [])).flat();
}
