import MiniSearch from 'minisearch';
import type { FunctionRecord } from './function-record.ts';
import { splitWords, termOf, termsOf } from './search-terms.ts';

export interface FunctionSearch {
	/** Best first, at most `limit`; without those that share too little with the text. */
	search(text: string, limit: number): readonly FunctionRecord[];
}

const FIELDS = ['name', 'documentation', 'parameters', 'questions'];
/** What a function is, rather than what it was asked for: questions are full of the names of people and things. */
const OWN_FIELDS: ReadonlySet<string> = new Set(['name', 'documentation', 'parameters']);

/** An index of the functions of one workspace, by their names, documentation, parameters and the questions they answered. */
export function createFunctionSearch(records: readonly FunctionRecord[]): FunctionSearch {
	const byName = new Map(records.map((record) => [record.name, record]));
	const index = new MiniSearch({
		idField: 'id',
		fields: FIELDS,
		tokenize: (text) => splitWords(text).split(' '),
		processTerm: termOf,
		searchOptions: { boost: { name: 3, documentation: 2, questions: 1.5 }, combineWith: 'OR' },
	});
	index.addAll(records.map(toDocument));
	return {
		search(text, limit) {
			const asked = termsOf(text);
			const hits = index.search(text).filter(({ id, match }) => fits(String(id), match, asked));
			return hits.slice(0, limit).flatMap(({ id }) => byName.get(String(id)) ?? []);
		},
	};
}

function toDocument({ name, documentation, signature, questions }: FunctionRecord) {
	return { id: name, name, documentation, parameters: signature.slice(signature.indexOf('(')), questions: questions.join(' ') };
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
