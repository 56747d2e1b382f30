import { mapInSlices } from '../../toolset/in-slices.ts';
import type { FunctionRecord } from '../function-record.ts';
import { isOffered } from '../function-state.ts';
import { recordId } from '../record-keys.ts';
import { createFunctionPostings, type FunctionWords, type Shared } from './function-postings.ts';
import { wordsOf } from './search-terms.ts';

/** The functions of one workspace in memory: all records, and those that are not retired by their words. */
export interface FunctionIndex {
	/** Every version, by name, the newest first within one. */
	list(): readonly FunctionRecord[];
	/** Best first, at most `limit`, of those that are `meant`; without those that share too little with the text. One version of a name. */
	search(text: string, limit: number, meant: (record: FunctionRecord) => boolean): readonly FunctionRecord[];
	put(record: FunctionRecord): void;
	delete(key: string): void;
	readonly size: number;
}

/** Of functions that fit about as well, the one that has proved itself. */
const TRUST = 1.2;

interface Indexed {
	readonly record: FunctionRecord;
	/** Its number in the postings; absent for what is not searched for. */
	readonly document?: number;
}

/** Takes a while for thousands of records, and holds up nothing else meanwhile. */
export async function createFunctionIndex(records: Iterable<FunctionRecord> | AsyncIterable<FunctionRecord>): Promise<FunctionIndex> {
	const byId = new Map<string, Indexed>();
	/** By the number that it has in the postings. */
	const numbered: FunctionRecord[] = [];
	/** How many versions of a name are searched for. */
	const versions = new Map<string, number>();
	const postings = createFunctionPostings();
	let sorted: readonly FunctionRecord[] | undefined;

	const count = ({ name }: FunctionRecord, change: 1 | -1) => {
		const number = (versions.get(name) ?? 0) + change;
		if (number === 0) versions.delete(name);
		else versions.set(name, number);
	};
	/** Gives the number of a record that is searched for; one that is not there any more is given as undefined. */
	const indexed = (record: FunctionRecord | undefined, before: Indexed | undefined): number | undefined => {
		const isKept = record !== undefined && isSearched(record);
		if (before?.document !== undefined) {
			if (isKept && sameText(before.record, record)) return before.document;
			postings.remove(before.document, wordsIn(before.record));
			count(before.record, -1);
		}
		if (!isKept) return undefined;
		count(record, 1);
		return postings.add(wordsIn(record));
	};
	const put = (record: FunctionRecord): void => {
		const id = recordId(record);
		const document = indexed(record, byId.get(id));
		byId.set(id, { record, ...(document !== undefined && { document }) });
		if (document !== undefined) numbered[document] = record;
		sorted = undefined;
	};
	await mapInSlices(records, put);

	return {
		put,
		delete(id) {
			indexed(undefined, byId.get(id));
			byId.delete(id);
			sorted = undefined;
		},
		list() {
			sorted ??= [...byId.values()].map(({ record }) => record).sort(byName);
			return sorted;
		},
		search(text, limit, meant) {
			const best = new Ranking(limit);
			/** Of names that have several versions, the one that goes. */
			const chosen = new Map<string, Hit>();
			postings.match(new Set(wordsOf(text)), (document, score, shared) => {
				const record = numbered[document];
				if (!record || !fits(shared) || !meant(record)) return;
				const hit = { record, own: shared.own, score: score * (record.state === 'trusted' ? TRUST : 1) };
				if (versions.get(record.name) === 1) best.add(hit);
				else chosen.set(record.name, betterVersion(hit, chosen.get(record.name)));
			});
			for (const hit of chosen.values()) best.add(hit);
			return best.records;
		},
		get size() {
			return byId.size;
		},
	};
}

/** What is retired is not searched for; what is quarantined is, by whoever means to repair it. */
function isSearched(record: FunctionRecord): boolean {
	return isOffered(record) || record.state === 'quarantined';
}

function wordsIn({ name, documentation, signature, questions }: FunctionRecord): FunctionWords {
	return {
		name: wordsOf(name),
		documentation: wordsOf(documentation),
		parameters: wordsOf(signature.slice(signature.indexOf('('))),
		questions: questions.flatMap(wordsOf),
	};
}

function sameText(a: FunctionRecord, b: FunctionRecord): boolean {
	return a.documentation === b.documentation && a.signature === b.signature && a.questions.join('\n') === b.questions.join('\n');
}

interface Hit {
	readonly record: FunctionRecord;
	/** Words of the question that are its own. */
	readonly own: number;
	readonly score: number;
}

/** The best hits of those that were added: sorting thousands would cost more than finding them. */
class Ranking {
	readonly #limit: number;
	readonly #hits: Hit[] = [];

	constructor(limit: number) {
		this.#limit = limit;
	}

	add(hit: Hit): void {
		const last = this.#hits.at(-1);
		if (this.#hits.length >= this.#limit && (!last || byScore(hit, last) > 0)) return;
		const place = this.#hits.findIndex((better) => byScore(hit, better) < 0);
		this.#hits.splice(place < 0 ? this.#hits.length : place, 0, hit);
		if (this.#hits.length > this.#limit) this.#hits.pop();
	}

	get records(): readonly FunctionRecord[] {
		return this.#hits.map(({ record }) => record);
	}
}

/** Versions of a name may do different things: the one goes that says more of what is asked, however well the other has proved itself. */
function betterVersion(hit: Hit, other: Hit | undefined): Hit {
	return other && (other.own - hit.own || byScore(hit, other)) > 0 ? other : hit;
}

/** The same in every process, whatever the order in which things were indexed. */
function byScore(a: Hit, b: Hit): number {
	return b.score - a.score || byName(a.record, b.record);
}

function byName(a: FunctionRecord, b: FunctionRecord): number {
	if (a.name === b.name) return b.version - a.version;
	return a.name < b.name ? -1 : 1;
}

/**
 * Whether a function has enough to do with a text to be offered, since every offer costs tokens and tempts: of the words that say what is asked for, a
 * third are its own, or half of its name is among them. What shares nothing but words of the questions it answered needs three.
 */
function fits({ asked, matched, own, named, nameSize }: Shared): boolean {
	if (own === 0) return matched >= 3;
	return own >= asked / 3 || named >= nameSize / 2;
}
