import type { Postings, Scores } from './postings.ts';
import type { Query } from './query.ts';

/** Which toolset each document belongs to, and how many each has. */
export interface Toolsets {
	readonly numberOf: readonly number[];
	readonly sizes: readonly number[];
}

/** What a whole question says of a tool counts twice what the one of its parts does that fits the tool best. */
const WHOLE_COUNTS = 2;

/** How much of its toolset's best match every matching tool gets: who needs one operation of an API often needs another. */
const SHARE_OF_BEST = 0.8;
/** In the parts of a question the same, by half: the toolset is that of the whole question. */
const SHARE_IN_CLAUSE = 0.5;
/** Up to this size a toolset is about one thing; each doubling beyond makes its best match say less of its other tools. */
const FOCUSED_TOOLS = 64;

/**
 * Numbers of the documents that match, best first, at most `limit`; equals in their order. Every part of a question is worth the same, however many
 * words it has, so that one that is told at length does not drown the others.
 */
export function rank({ whole, clauses }: Query, postings: Postings, toolsets: Toolsets, limit: number): number[] {
	const all = postings.score(whole);
	const best = highest(all.values, all.found);
	if (best === 0) return [];
	const bestOf = bestByToolset(all, toolsets);
	const support = new Float64Array(postings.size);
	const total = new Float64Array(postings.size);
	for (const number of all.found) {
		const toolset = toolsets.numberOf[number] ?? 0;
		support[number] = (SHARE_OF_BEST * (bestOf[toolset] ?? 0)) / spread(toolsets, toolset);
		total[number] = (all.values[number] ?? 0) + (support[number] ?? 0);
	}
	const highestTotal = highest(total, all.found);
	const inParts = new Float64Array(postings.size);
	for (const clause of clauses) {
		const { values, found } = postings.score(clause);
		const top = highest(values, found);
		for (const number of found) values[number] = (values[number] ?? 0) / top + (SHARE_IN_CLAUSE * (support[number] ?? 0)) / best;
		const highestValue = highest(values, found);
		for (const number of found) inParts[number] = Math.max(inParts[number] ?? 0, (values[number] ?? 0) / highestValue);
	}
	for (const number of all.found) total[number] = (WHOLE_COUNTS * (total[number] ?? 0)) / highestTotal + (inParts[number] ?? 0);
	return topOf(total, all.found, limit);
}

function highest(values: Float64Array, among: readonly number[]): number {
	let most = 0;
	for (const number of among) most = Math.max(most, values[number] ?? 0);
	return most;
}

/** Best score by toolset; nothing when there is only one, which would favour all of its tools alike. */
function bestByToolset({ values, found }: Scores, { numberOf, sizes }: Toolsets): Float64Array {
	const best = new Float64Array(sizes.length);
	if (sizes.length < 2) return best;
	for (const number of found) {
		const toolset = numberOf[number] ?? 0;
		best[toolset] = Math.max(best[toolset] ?? 0, values[number] ?? 0);
	}
	return best;
}

function spread({ sizes }: Toolsets, toolset: number): number {
	return 1 + Math.log2(Math.max(1, (sizes[toolset] ?? 1) / FOCUSED_TOOLS));
}

/** Kept sorted while it is filled: sorting all of tens of thousands would cost more than the search itself. */
function topOf(values: Float64Array, among: readonly number[], limit: number): number[] {
	const top: number[] = [];
	const precedes = (a: number, b: number) => {
		const difference = (values[a] ?? 0) - (values[b] ?? 0);
		return difference === 0 ? a < b : difference > 0;
	};
	for (const number of among) {
		const last = top.at(-1);
		if (top.length === limit && (last === undefined || !precedes(number, last))) continue;
		let low = 0;
		for (let high = top.length; low < high; ) {
			const middle = (low + high) >> 1;
			if (precedes(number, top[middle] ?? 0)) high = middle;
			else low = middle + 1;
		}
		top.splice(low, 0, number);
		if (top.length > limit) top.pop();
	}
	return top;
}
