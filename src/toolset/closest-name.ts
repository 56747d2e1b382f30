/**
 * The candidate a misspelt name most likely stands for: the same apart from case and punctuation, or within a third of its length in
 * edits (insertions, deletions, substitutions). Undefined when none is that near.
 */
export function closestName(name: string, candidates: readonly string[]): string | undefined {
	const wanted = canonical(name).slice(0, 64);
	let best: { candidate: string; distance: number } | undefined;
	for (const candidate of candidates) {
		const text = canonical(candidate).slice(0, 64);
		const distance = text === wanted ? 0 : editDistance(wanted, text);
		if (distance <= Math.floor(Math.max(wanted.length, text.length) / 3) && (!best || distance < best.distance))
			best = { candidate, distance };
	}
	return best?.candidate;
}

function canonical(name: string): string {
	return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

/** Levenshtein distance, one row at a time. */
function editDistance(a: string, b: string): number {
	let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
	for (let row = 1; row <= a.length; row++) {
		const current = [row];
		for (let column = 1; column <= b.length; column++) {
			const substitution = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
			current.push(Math.min(substitution, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
		}
		previous = current;
	}
	return previous[b.length] ?? 0;
}
