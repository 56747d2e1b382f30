import type { Postings, Terms } from './postings.ts';
import { isStopWord, nameTerm, splitWords, stemOf, termsOf } from './words.ts';

/** A question as a search understands it. */
export interface Query {
	readonly whole: Terms;
	/** Its parts, each of which may need a tool of its own; empty where it has only one. */
	readonly clauses: readonly Terms[];
	/** The terms of names that are written out in it. */
	readonly names: readonly string[];
}

/** What is longer was pasted in; the request stands at its beginning. */
const QUERY_CHARACTERS = 4000;
const MOST_CLAUSES = 24;

/** Text in quotation marks is mostly a value for a call, not what the call is for. */
const QUOTED_COUNTS = 0.5;
const QUOTED = /["“”][^"“”]{1,80}["“”]|(?<=^|[\s(:])['‘][^'‘’]{1,80}['’](?=$|[\s.,;:?!)])/g;

/** Half of a word that no tool has: `zipcode` where the tools say `zip code`. */
const PART_COUNTS = 0.5;
const SHORTEST_PART = 3;

export function readQuery(text: string, postings: Pick<Postings, 'has'>): Query {
	const asked = text.slice(0, QUERY_CHARACTERS);
	const parts = asked.split(/(?<=[.?!;])\s+|\n|,\s+|\s+and\s+/).slice(0, MOST_CLAUSES);
	const clauses = parts.map((part) => weigh(part, postings)).filter((terms) => terms.size > 0);
	const names = [...namesIn(asked)].filter((name) => postings.has(name));
	return { whole: weigh(asked, postings), clauses: clauses.length > 1 ? clauses : [], names };
}

function weigh(text: string, postings: Pick<Postings, 'has'>): Terms {
	const counts = new Map<string, number>();
	const add = (term: string, count: number) => counts.set(term, (counts.get(term) ?? 0) + count);
	const plain = text.replace(QUOTED, (quoted) => {
		for (const term of termsOf(quoted)) add(term, QUOTED_COUNTS);
		return ' ';
	});
	const words = splitWords(plain);
	for (const word of words) {
		if (!isStopWord(word)) add(stemOf(word), 1);
	}
	for (const term of compoundsIn(words)) {
		if (postings.has(term) && !counts.has(term)) add(term, 1);
	}
	for (const word of new Set(words)) {
		if (isStopWord(word) || postings.has(stemOf(word))) continue;
		for (const part of partsOf(word, postings)) add(part, PART_COUNTS);
	}
	for (const name of namesIn(text)) {
		if (postings.has(name)) add(name, 1);
	}
	return new Map([...counts].map(([term, count]) => [term, saturated(count)]));
}

/** A second mention of a term adds a third, and no number of them doubles it: BM25's weight of terms in long questions, with k3 = 1. */
function saturated(count: number): number {
	return count > 1 ? (2 * count) / (1 + count) : count;
}

/** `zip codes` where the tools say `zipcode`. */
function compoundsIn(words: readonly string[]): string[] {
	return words.slice(1).flatMap((word, at) => {
		const before = words[at] ?? '';
		return before.length > 1 && word.length > 1 ? [stemOf(before + word)] : [];
	});
}

/** The first two terms that a word consists of; none when it does not. */
function partsOf(word: string, postings: Pick<Postings, 'has'>): string[] {
	for (let cut = SHORTEST_PART; cut <= word.length - SHORTEST_PART; cut += 1) {
		const parts = [word.slice(0, cut), word.slice(cut)].map(stemOf);
		if (parts.every((part) => postings.has(part))) return parts;
	}
	return [];
}

/** Names written as names (`getInvoice`, `crm.get_invoice`), or alone. */
function namesIn(text: string): Set<string> {
	const written = text.match(/[\p{L}\p{N}_./-]*[\p{L}\p{N}]/gu) ?? [];
	const names = written.length === 1 ? written : written.filter((name) => splitWords(name).length > 1);
	return new Set(names.map(nameTerm));
}
