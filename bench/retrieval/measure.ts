import { median, percentile } from '../speed/report.ts';
import type { Query } from './data.ts';

/** Over all queries; shares are percentages. */
export interface Retrieval {
	/** Mean share of a query's needed tools among the first 5, 10, 20. */
	readonly recall: Readonly<Record<5 | 10 | 20, number>>;
	/** Queries whose needed tools are all among the first 20. */
	readonly allWithin20: number;
	readonly medianMs: number;
	readonly p95Ms: number;
}

const DEPTHS = [5, 10, 20] as const;
const DEEPEST = 20;
/** Asked before the clock counts, so that no query pays for the engine's warming up. */
const WARM_UP = 50;

/** Asks every query once; `search` gives ids, best first. */
export function measureRetrieval(queries: readonly Query[], search: (query: string, limit: number) => readonly string[]): Retrieval {
	for (const { query } of queries.slice(0, WARM_UP)) search(query, DEEPEST);
	const answered = queries.map(({ query, gold }) => {
		const startedAt = performance.now();
		const found = search(query, DEEPEST);
		return { ms: performance.now() - startedAt, shares: DEPTHS.map((depth) => shareOf(gold, found.slice(0, depth))) };
	});
	const mean = (at: number) => (100 * answered.reduce((sum, { shares }) => sum + (shares[at] ?? 0), 0)) / answered.length;
	const times = answered.map(({ ms }) => ms);
	return {
		recall: { 5: mean(0), 10: mean(1), 20: mean(2) },
		allWithin20: (100 * answered.filter(({ shares }) => shares.at(-1) === 1).length) / answered.length,
		medianMs: median(times),
		p95Ms: percentile(times, 0.95),
	};
}

function shareOf(gold: readonly string[], found: readonly string[]): number {
	const needed = new Set(gold);
	return new Set(found.filter((id) => needed.has(id))).size / needed.size;
}
