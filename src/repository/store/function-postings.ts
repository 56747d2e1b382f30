/** The words of a function, each as often as it occurs. */
export interface FunctionWords {
	readonly name: readonly string[];
	readonly documentation: readonly string[];
	readonly parameters: readonly string[];
	readonly questions: readonly string[];
}

/** How many different words a function and a question have in common. */
export interface Shared {
	/** How many words of the question any function has as its own: the others are names of people and things, or say nothing here. */
	readonly asked: number;
	readonly matched: number;
	/** Of those, words of the function itself rather than of the questions it answered, which are full of the names of people and things. */
	readonly own: number;
	/** Of those, words of its name. */
	readonly named: number;
	/** How many words its name has. */
	readonly nameSize: number;
}

/** An inverted index that changes as functions do: a change costs what its words cost, however many functions there are. */
export interface FunctionPostings {
	/** Gives the number that it is known by until it is removed. */
	add(words: FunctionWords): number;
	/** With the words that it was added with. */
	remove(document: number, words: FunctionWords): void;
	/** Calls `found` with each function that shares a word, in no order. */
	match(asked: ReadonlySet<string>, found: (document: number, score: number, shared: Shared) => void): void;
}

/** Saturation of repeated words, as in the search for tools (`toolset/search/postings.ts`). */
const K1 = 1.5;
/** How far a long field is held against a word in it. */
const LENGTH_SHARE = 0.7;
/**
 * How much a word counts in each field (BM25F), and how many words such a field usually has: the averages of the functions and of four questions in
 * `bench/repository`. Not the averages of what is indexed: those move, and would change the weight of all that is indexed already.
 */
const FIELDS = {
	name: { weight: 3, usual: 2 },
	documentation: { weight: 2, usual: 7 },
	parameters: { weight: 1, usual: 2 },
	questions: { weight: 1.5, usual: 15 },
} as const;
const FIELD_NAMES = Object.keys(FIELDS) as readonly (keyof typeof FIELDS)[];

/** Where a word stands, in the two lowest bits of a posting's entry; the document's number is above them. */
const OWN = 1;
const NAMED = 2;
const FLAG_BITS = 2;

interface Posting {
	/** How many functions have the word as their own. */
	own: number;
	readonly entries: number[];
	/** The saturated frequency of the word there. */
	readonly shares: number[];
}

/** Three counts in one number for each function, since adding them up is most of the work. Of a question, words after the first 1,023 count for nothing. */
const COUNT_BITS = 10;
const MOST_COUNTED = 2 ** COUNT_BITS - 1;

export function createFunctionPostings(): FunctionPostings {
	const postings = new Map<string, Posting>();
	/** By the number of the document. */
	const nameSizes: number[] = [];
	/** Numbers that are free again. */
	const free: number[] = [];

	return {
		add(words) {
			const document = free.pop() ?? nameSizes.length;
			nameSizes[document] = new Set(words.name).size;
			for (const [word, frequency] of frequenciesOf(words)) {
				const posting = postings.get(word) ?? { own: 0, entries: [], shares: [] };
				if (posting.entries.length === 0) postings.set(word, posting);
				const entry = entryOf(document, word, words);
				posting.entries.push(entry);
				posting.own += entry & OWN;
				posting.shares.push(frequency / (frequency + K1));
			}
			return document;
		},
		remove(document, words) {
			for (const word of frequenciesOf(words).keys()) {
				const posting = postings.get(word);
				const entry = entryOf(document, word, words);
				const at = posting?.entries.indexOf(entry) ?? -1;
				if (!posting || at < 0) continue;
				posting.own -= entry & OWN;
				replaceByLast(posting.entries, at);
				replaceByLast(posting.shares, at);
				if (posting.entries.length === 0) postings.delete(word);
			}
			free.push(document);
		},
		match(asked, found) {
			const scores = new Float64Array(nameSizes.length);
			const counts = new Uint32Array(nameSizes.length);
			const documents = nameSizes.length - free.length;
			let known = 0;
			for (const word of [...asked].slice(0, MOST_COUNTED)) {
				const posting = postings.get(word);
				if (!posting) continue;
				if (posting.own > 0) known += 1;
				addUp(posting, rarityOf(posting.entries.length, documents), scores, counts);
			}
			for (let document = 0; document < counts.length; document++) {
				const count = counts[document] ?? 0;
				if (count === 0) continue;
				found(document, scores[document] ?? 0, {
					asked: known,
					matched: count & MOST_COUNTED,
					own: (count >> COUNT_BITS) & MOST_COUNTED,
					named: count >> (2 * COUNT_BITS),
					nameSize: nameSizes[document] ?? 0,
				});
			}
		},
	};
}

function addUp({ entries, shares }: Posting, rarity: number, scores: Float64Array, counts: Uint32Array): void {
	for (let at = 0; at < entries.length; at++) {
		const entry = entries[at] ?? 0;
		const document = entry >> FLAG_BITS;
		scores[document] = (scores[document] ?? 0) + rarity * (shares[at] ?? 0);
		counts[document] = (counts[document] ?? 0) + 1 + ((entry & OWN) << COUNT_BITS) + ((entry & NAMED) << (2 * COUNT_BITS - 1));
	}
}

function frequenciesOf(words: FunctionWords): ReadonlyMap<string, number> {
	const frequencies = new Map<string, number>();
	for (const field of FIELD_NAMES) {
		const { weight, usual } = FIELDS[field];
		const count = weight / (1 - LENGTH_SHARE + (LENGTH_SHARE * words[field].length) / usual);
		for (const word of words[field]) frequencies.set(word, (frequencies.get(word) ?? 0) + count);
	}
	return frequencies;
}

function entryOf(document: number, word: string, { name, documentation, parameters }: FunctionWords): number {
	const named = name.includes(word);
	const own = named || documentation.includes(word) || parameters.includes(word);
	return (document << FLAG_BITS) | (own ? OWN : 0) | (named ? NAMED : 0);
}

/** The order of a posting means nothing. */
function replaceByLast(values: number[], at: number): void {
	const last = values.pop();
	if (last !== undefined && at < values.length) values[at] = last;
}

function rarityOf(holders: number, documents: number): number {
	return Math.log(1 + (documents - holders + 0.5) / (holders + 0.5));
}
