/** Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion" (2009): k = 60 keeps the first ranks of one list from deciding alone. */
const K = 60;

/** One ranking of several: what stands high in most of them comes first. Nothing has to be known of what their scores mean. */
export function fuse<T>(rankings: readonly (readonly T[])[]): T[] {
	const filled = rankings.filter(({ length }) => length > 0);
	if (filled.length === 1) return [...(filled[0] ?? [])];
	const scores = new Map<T, number>();
	for (const ranking of filled) {
		for (const [rank, item] of ranking.entries()) scores.set(item, (scores.get(item) ?? 0) + 1 / (K + rank + 1));
	}
	// The sort is stable: equals stay as the first ranking has them.
	return [...scores].sort(([, a], [, b]) => b - a).map(([item]) => item);
}
