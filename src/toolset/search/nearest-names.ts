import MiniSearch from 'minisearch';
import type { Tool } from '../tool.ts';
import { isStopWord, splitWords, stemOf } from './words.ts';

/** Finds tools whose name or origin is spelled like words that no tool has. */
export type NearestNames = (words: readonly string[]) => readonly Tool[];

/** A quarter of a word's letters may be others. */
const FUZZINESS = 0.25;

/** The index is made when it is first asked: most questions name no tool that does not exist. */
export function createNearestNames(tools: readonly Tool[]): NearestNames {
	let made: MiniSearch | undefined;
	return (words) => {
		made ??= indexNames(tools);
		return made.search(words.join(' ')).flatMap(({ id }) => tools[id] ?? []);
	};
}

function indexNames(tools: readonly Tool[]): MiniSearch {
	const index = new MiniSearch({
		fields: ['name', 'origin'],
		tokenize: (text) => splitWords(text),
		processTerm: (word) => (isStopWord(word) ? null : stemOf(word)),
		searchOptions: { boost: { name: 4, origin: 1.5 }, prefix: (term) => term.length > 3, fuzzy: FUZZINESS, combineWith: 'OR' },
	});
	index.addAll(tools.map(({ name, origin }, id) => ({ id, name, origin })));
	return index;
}
