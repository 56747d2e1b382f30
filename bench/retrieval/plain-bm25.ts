/** The usual reference: one field, words of letters and digits in lower case, nothing else. */
const K1 = 1.5;
const B = 0.75;

/** Ranks texts by plain BM25 (k1 1.5, b 0.75): numbers of those that match, best first, at most `limit`. */
export function createPlainBm25(texts: readonly string[]): (query: string, limit: number) => number[] {
	const documents = texts.map(wordsOf);
	const average = documents.reduce((sum, { length }) => sum + length, 0) / documents.length;
	const postings = new Map<string, Map<number, number>>();
	for (const [number, words] of documents.entries()) {
		for (const word of words) {
			const posting = postings.get(word) ?? new Map<number, number>();
			if (posting.size === 0) postings.set(word, posting);
			posting.set(number, (posting.get(number) ?? 0) + 1);
		}
	}
	return (query, limit) => {
		const scores = new Map<number, number>();
		for (const word of wordsOf(query)) {
			const posting = postings.get(word);
			if (!posting) continue;
			const rarity = Math.log(1 + (texts.length - posting.size + 0.5) / (posting.size + 0.5));
			for (const [number, frequency] of posting) {
				const length = (documents[number]?.length ?? 0) / average;
				const share = (frequency * (K1 + 1)) / (frequency + K1 * (1 - B + B * length));
				scores.set(number, (scores.get(number) ?? 0) + rarity * share);
			}
		}
		return [...scores]
			.sort(([a, x], [b, y]) => y - x || a - b)
			.slice(0, limit)
			.map(([number]) => number);
	};
}

function wordsOf(text: string): string[] {
	return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
