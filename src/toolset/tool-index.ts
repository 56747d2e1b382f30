import MiniSearch from 'minisearch';
import { type Tool, toolId } from './tool.ts';

interface IndexedTool {
	id: string;
	toolset: string;
	name: string;
	summary: string;
	description: string;
	arguments: string;
	origin: string;
}

/** Finds tools by what they are for. Built once for a set of tools; searching thousands takes well under a millisecond. */
export interface ToolIndex {
	/** Best first, at most `limit`. Empty when nothing matches at all. */
	search(text: string, limit: number): readonly Tool[];
	/**
	 * The same, filled up to `limit` with other tools: a question in another language than the tools' matches none of them and may still need one.
	 * Toolsets take turns, each with its reads first, in the order of their documents.
	 */
	offer(text: string, limit: number): readonly Tool[];
	/** The tools most like a name that does not exist: by spelling, then by words, then those that fit what it was wanted for. */
	nearest(id: string, purpose: string, limit: number): readonly Tool[];
}

export function createToolIndex(tools: readonly Tool[]): ToolIndex {
	const byId = new Map(tools.map((tool) => [toolId(tool), tool]));
	const index = new MiniSearch<IndexedTool>({
		fields: ['toolset', 'name', 'summary', 'description', 'arguments', 'origin'],
		processTerm: stem,
		searchOptions: { boost: { name: 4, summary: 3, origin: 1.5 }, prefix: (term) => term.length > 3, combineWith: 'OR' },
	});
	index.addAll(tools.map(toDocument));
	const found = (ids: Iterable<string>, limit: number) =>
		[...ids].slice(0, limit).flatMap((id) => {
			const tool = byId.get(id);
			return tool ? [tool] : [];
		});
	const search = (text: string) => index.search(splitWords(text)).map((hit) => String(hit.id));
	const others = inTurns(tools);
	return {
		search: (text, limit) => found(search(text), limit),
		offer: (text, limit) => [...new Set([...found(search(text), limit), ...others])].slice(0, limit),
		nearest: (id, purpose, limit) => {
			// Every tool of a toolset has its name: only the rest tells them apart.
			const name = splitWords(id.slice(id.indexOf('.') + 1));
			const spelled = index.search(name, { fields: ['name', 'origin'], fuzzy: 0.25 }).map((hit) => String(hit.id));
			return found(new Set([...spelled, ...search(name), ...search(purpose)]), limit);
		},
	};
}

function inTurns(tools: readonly Tool[]): readonly Tool[] {
	const toolsets = [...Map.groupBy(tools, ({ toolset }) => toolset).values()].map((all) => [
		...all.filter(({ effect }) => effect === 'read'),
		...all.filter(({ effect }) => effect !== 'read'),
	]);
	const longest = Math.max(0, ...toolsets.map(({ length }) => length));
	return Array.from({ length: longest }, (_, turn) => toolsets.flatMap((all) => all[turn] ?? [])).flat();
}

function toDocument(tool: Tool): IndexedTool {
	return {
		id: toolId(tool),
		toolset: splitWords(tool.toolset),
		name: splitWords(tool.name),
		summary: tool.summary,
		description: (tool.description ?? '').slice(0, 1000),
		arguments: splitWords(Object.keys((tool.input.properties as object | undefined) ?? {}).join(' ')),
		origin: splitWords(tool.origin),
	};
}

/** `searchTvShows` and `search_tv-shows` are both `search tv shows`. */
function splitWords(text: string): string {
	return text.replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2').replace(/[^\p{L}\p{N}]+/gu, ' ');
}

const STOP_WORDS = new Set(
	'a an and are as at be by can do does for from get give has have how i in is it its list many me most my of on or show tell that the their there these this to was were what when where which who whose will with you'.split(
		' ',
	),
);

/** Plural and verb endings of English cut: enough for API vocabulary, where one noun and its plural are what differs. */
function stem(term: string): string | null {
	const word = term.toLowerCase();
	if (STOP_WORDS.has(word)) return null;
	if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`;
	if (word.length > 4 && /(ches|shes|sses|xes)$/.test(word)) return word.slice(0, -2);
	if (word.length > 3 && word.endsWith('s') && !word.endsWith('ss')) return word.slice(0, -1);
	if (word.length > 5 && word.endsWith('ing')) return word.slice(0, -3);
	if (word.length > 4 && word.endsWith('ed')) return word.slice(0, -2);
	return word;
}
