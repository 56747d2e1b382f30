import type { ToolDocument } from './document.ts';

/** Terms of a question, each with how much it counts. */
export type Terms = ReadonlyMap<string, number>;

/** Scores by document number; `found` lists those above 0, in no order. */
export interface Scores {
	readonly values: Float64Array;
	readonly found: readonly number[];
}

/** An inverted index over documents that are numbered from 0. */
export interface Postings {
	readonly size: number;
	has(term: string): boolean;
	/** Numbers of the documents with this term, ascending. */
	holders(term: string): readonly number[];
	score(terms: Terms): Scores;
}

/** Saturation of repeated terms: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), advise 1.2 to 2. */
const K1 = 1.5;

/**
 * How much a term counts in each field, and how far a long field is held against it: BM25F, section 3.6 of the same. A short field that holds the term
 * says more than a long one; of names only half as much so, their length is a matter of style. The weights were chosen on two public sets and on
 * documents of whole APIs: doubling or halving that of toolset, name, summary or description changes recall@20 on either set by less than a point (`bench/retrieval`).
 */
const FIELDS = {
	toolset: { weight: 2, lengthShare: 0.5 },
	name: { weight: 3, lengthShare: 0.5 },
	summary: { weight: 1.5, lengthShare: 0.75 },
	description: { weight: 1, lengthShare: 0.75 },
	arguments: { weight: 0.5, lengthShare: 0.75 },
	origin: { weight: 1, lengthShare: 0.5 },
} as const;
const FIELD_NAMES = Object.keys(FIELDS) as readonly (keyof typeof FIELDS)[];

/** Whoever writes out a tool's whole name means it: like a name that is one word. */
const EXACT_WEIGHT = FIELDS.name.weight;

/** A question that holds all words of a tool's name, by their rarity, counts half as much again: few questions hold all words of a wrong one. */
const NAME_COVERAGE = 0.5;

interface Posting {
	readonly documents: number[];
	/** The saturated frequency of the term there. */
	readonly shares: number[];
	/** Those of the documents whose name holds the term. */
	readonly named: number[];
}

export function createPostings(documents: readonly ToolDocument[]): Postings {
	const postings = collect(documents);
	const rarityOf = (posting: Posting | undefined) =>
		posting ? Math.log(1 + (documents.length - posting.documents.length + 0.5) / (posting.documents.length + 0.5)) : 0;
	const nameRarity = Float64Array.from(documents, ({ name }) =>
		[...new Set(name)].reduce((sum, term) => sum + rarityOf(postings.get(term)), 0),
	);
	return {
		size: documents.length,
		has: (term) => postings.has(term),
		holders: (term) => postings.get(term)?.documents ?? [],
		score(terms) {
			const values = new Float64Array(documents.length);
			const covered = new Float64Array(documents.length);
			const found: number[] = [];
			for (const [term, count] of terms) {
				const posting = postings.get(term);
				if (!posting) continue;
				const rarity = rarityOf(posting);
				for (const number of posting.documents) if (values[number] === 0) found.push(number);
				addTo(values, posting.documents, (at) => rarity * count * (posting.shares[at] ?? 0));
				addTo(covered, posting.named, () => rarity);
			}
			for (const number of found) {
				const share = Math.min(1, (covered[number] ?? 0) / (nameRarity[number] || 1));
				values[number] = (values[number] ?? 0) * (1 + NAME_COVERAGE * share);
			}
			return { values, found };
		},
	};
}

function addTo(values: Float64Array, documents: readonly number[], amount: (at: number) => number): void {
	for (let at = 0; at < documents.length; at += 1) {
		const number = documents[at] ?? 0;
		values[number] = (values[number] ?? 0) + amount(at);
	}
}

function collect(documents: readonly ToolDocument[]): Map<string, Posting> {
	const postings = new Map<string, Posting>();
	const postingOf = (term: string): Posting => {
		const posting = postings.get(term) ?? { documents: [], shares: [], named: [] };
		if (posting.documents.length === 0) postings.set(term, posting);
		return posting;
	};
	const averages = FIELD_NAMES.map((field) => documents.reduce((sum, document) => sum + document[field].length, 0) / documents.length || 1);
	for (const [number, document] of documents.entries()) {
		const frequencies = new Map<string, number>(document.exact.map((term) => [term, EXACT_WEIGHT]));
		for (const [at, field] of FIELD_NAMES.entries()) {
			const { weight, lengthShare } = FIELDS[field];
			const count = weight / (1 - lengthShare + (lengthShare * document[field].length) / (averages[at] ?? 1));
			for (const term of document[field]) frequencies.set(term, (frequencies.get(term) ?? 0) + count);
		}
		for (const [term, frequency] of frequencies) {
			const posting = postingOf(term);
			posting.documents.push(number);
			posting.shares.push(frequency / (frequency + K1));
		}
		for (const term of new Set(document.name)) postingOf(term).named.push(number);
	}
	return postings;
}
