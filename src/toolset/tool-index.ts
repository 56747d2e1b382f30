import { mapInSlices } from './in-slices.ts';
import { type ToolDocument, toDocument } from './search/document.ts';
import { fuse } from './search/fuse.ts';
import { inTurns } from './search/in-turns.ts';
import { createNearestNames } from './search/nearest-names.ts';
import { createPostings } from './search/postings.ts';
import { readQuery } from './search/query.ts';
import { rank, type Toolsets } from './search/rank.ts';
import type { Tool } from './tool.ts';

/** Finds tools by what they are for. Built once for a set of tools. */
export interface ToolIndex {
	/** Best first, at most `limit`. Empty when nothing matches at all. A tool whose whole name is written in the text comes first. */
	search(text: string, limit: number): readonly Tool[];
	/**
	 * The same, filled up to `limit` with other tools: a question in another language than the tools' matches none of them and may still need one.
	 * Toolsets take turns, each with its reads first, in the order of their documents. `otherRanking` is another opinion on the same text, fused by
	 * reciprocal rank.
	 */
	offer(text: string, limit: number, otherRanking?: readonly Tool[]): readonly Tool[];
	/** The tools most like a name that does not exist: by spelling, then by words, then those that fit what it was wanted for. */
	nearest(id: string, purpose: string, limit: number): readonly Tool[];
}

/** How deep a ranking goes into a fusion: further down it says nothing any more. */
const FUSED_RANKS = 100;

/** A written name that more tools have is ranked like their other words. */
const NAMESAKES = 3;

/** Of thousands of tools this takes hundreds of milliseconds, in which nothing else happens. */
export function createToolIndex(tools: readonly Tool[]): ToolIndex {
	return indexOf(tools, tools.map(toDocument));
}

/** The same, in slices between which the event loop turns. */
export async function buildToolIndex(tools: readonly Tool[]): Promise<ToolIndex> {
	return indexOf(tools, await mapInSlices(tools, toDocument));
}

function indexOf(tools: readonly Tool[], documents: readonly ToolDocument[]): ToolIndex {
	const postings = createPostings(documents);
	const toolsets = toolsetsOf(tools);
	const nearestNames = createNearestNames(tools);
	const search = (text: string, limit: number) => {
		const query = readQuery(text, postings);
		const named = query.names.map(postings.holders).filter(({ length }) => length <= NAMESAKES);
		const numbers = new Set([...named.flat(), ...rank(query, postings, toolsets, limit)]);
		return [...numbers].slice(0, limit).flatMap((number) => tools[number] ?? []);
	};
	let others: readonly Tool[] | undefined;
	return {
		search,
		offer(text, limit, otherRanking = []) {
			const found = fuse([search(text, Math.max(limit, FUSED_RANKS)), otherRanking.slice(0, FUSED_RANKS)]).slice(0, limit);
			if (found.length === limit) return found;
			others ??= inTurns(tools);
			return [...new Set([...found, ...others])].slice(0, limit);
		},
		nearest(id, purpose, limit) {
			// Every tool of a toolset has its name: only the rest tells them apart.
			const name = id.slice(id.indexOf('.') + 1);
			return [...new Set([...nearestNames(name), ...search(name, limit), ...search(purpose, limit)])].slice(0, limit);
		},
	};
}

function toolsetsOf(tools: readonly Tool[]): Toolsets {
	const names = [...new Set(tools.map(({ toolset }) => toolset))];
	const numbers = new Map(names.map((name, number) => [name, number]));
	const numberOf = tools.map(({ toolset }) => numbers.get(toolset) ?? 0);
	const sizes = names.map(() => 0);
	for (const number of numberOf) sizes[number] = (sizes[number] ?? 0) + 1;
	return { numberOf, sizes };
}
