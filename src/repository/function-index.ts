import MiniSearch from 'minisearch';
import { mapInSlices } from '../toolset/in-slices.ts';
import type { FunctionRecord } from './function-record.ts';
import { isOffered } from './lifecycle.ts';
import { splitWords, termOf, termsOf } from './search-terms.ts';

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

const FIELDS = ['name', 'documentation', 'parameters', 'questions'];
/** What a function is, rather than what it was asked for: questions are full of the names of people and things. */
const OWN_FIELDS: ReadonlySet<string> = new Set(['name', 'documentation', 'parameters']);
/** Of functions that fit about as well, the one that has proved itself. */
const TRUST = 1.2;

interface Document {
	readonly id: string;
	readonly name: string;
	readonly documentation: string;
	readonly parameters: string;
	readonly questions: string;
}

export function recordId({ name, version }: Pick<FunctionRecord, 'name' | 'version'>): string {
	return `${name}@${version}`;
}

/** Takes a while for thousands of records, and holds up nothing else meanwhile. */
export async function createFunctionIndex(records: readonly FunctionRecord[]): Promise<FunctionIndex> {
	const byId = new Map<string, FunctionRecord>();
	const index = new MiniSearch<Document>({
		fields: FIELDS,
		tokenize: (text) => splitWords(text).split(' '),
		processTerm: termOf,
		searchOptions: { boost: { name: 3, documentation: 2, questions: 1.5 }, combineWith: 'OR' },
	});
	let sorted: readonly FunctionRecord[] | undefined;

	const put = (record: FunctionRecord): void => {
		const id = recordId(record);
		const before = byId.get(id);
		byId.set(id, record);
		sorted = undefined;
		const [had, has] = [before && isIndexed(before), isIndexed(record)];
		if (had && has && before && sameWords(before, record)) return;
		if (had) index.discard(id);
		if (has) index.add(documentOf(record));
	};
	await mapInSlices(records, put);

	return {
		put,
		delete(id) {
			const before = byId.get(id);
			if (!before) return;
			byId.delete(id);
			sorted = undefined;
			if (isIndexed(before)) index.discard(id);
		},
		list() {
			sorted ??= [...byId.values()].sort((a, b) => (a.name === b.name ? b.version - a.version : a.name < b.name ? -1 : 1));
			return sorted;
		},
		search(text, limit, meant) {
			const asked = termsOf(text);
			const hits = index.search(text, { boostDocument: (id) => (byId.get(String(id))?.state === 'trusted' ? TRUST : 1) });
			const found = new Map<string, FunctionRecord>();
			for (const { id, match } of hits) {
				const record = byId.get(String(id));
				if (!record || found.has(record.name) || !meant(record) || !fits(record.name, match, asked)) continue;
				found.set(record.name, record);
				if (found.size === limit) break;
			}
			return [...found.values()];
		},
		get size() {
			return byId.size;
		},
	};
}

/** What is retired is not searched for; what is quarantined is, by whoever means to repair it. */
function isIndexed(record: FunctionRecord): boolean {
	return isOffered(record) || record.state === 'quarantined';
}

function documentOf({ name, version, documentation, signature, questions }: FunctionRecord): Document {
	const parameters = signature.slice(signature.indexOf('('));
	return { id: recordId({ name, version }), name, documentation, parameters, questions: questions.join(' ') };
}

function sameWords(a: FunctionRecord, b: FunctionRecord): boolean {
	return a.documentation === b.documentation && a.signature === b.signature && a.questions.join('\n') === b.questions.join('\n');
}

/**
 * Whether a function has enough to do with a text to be offered, since every offer costs tokens and tempts. Two words in common, one of them from
 * the function itself, that are a quarter of what is asked or half of its name; texts of one or two words need one.
 */
function fits(name: string, match: Readonly<Record<string, readonly string[]>>, asked: ReadonlySet<string>): boolean {
	const matched = Object.keys(match);
	const own = matched.filter((term) => match[term]?.some((field) => OWN_FIELDS.has(field)));
	if (own.length === 0) return matched.length >= 3 && matched.length >= asked.size * 0.6;
	if (matched.length < Math.min(2, Math.ceil(asked.size / 2))) return false;
	const nameTerms = [...termsOf(name)];
	const named = nameTerms.filter((term) => own.includes(term)).length;
	return matched.length >= asked.size / 4 || named >= nameTerms.length / 2;
}
