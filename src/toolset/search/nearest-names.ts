import MiniSearch from 'minisearch';
import type { Tool } from '../tool.ts';
import { NAME_CHARACTERS } from './document.ts';
import { isStopWord, splitWords, stemOf } from './words.ts';

/** Finds tools whose name or origin is spelled like a name that no tool has. */
export type NearestNames = (name: string) => readonly Tool[];

/** A quarter of a word's letters may be others. */
const FUZZINESS = 0.25;

/** The index is made when it is first asked: most questions name no tool that does not exist. */
export function createNearestNames(tools: readonly Tool[]): NearestNames {
	let made: MiniSearch | undefined;
	return (name) => {
		made ??= indexNames(tools);
		return made.search(name.slice(0, NAME_CHARACTERS)).flatMap(({ id }) => tools[id] ?? []);
	};
}

function indexNames(tools: readonly Tool[]): MiniSearch {
	const index = new MiniSearch({
		fields: ['name', 'origin'],
		tokenize: (text) => splitWords(text),
		processTerm: (word) => (isStopWord(word) ? null : stemOf(word)),
		searchOptions: { boost: { name: 4, origin: 1.5 }, prefix: (term) => term.length > 3, fuzzy: FUZZINESS, combineWith: 'OR' },
	});
	index.addAll(
		tools.map(({ name, origin }, id) => ({ id, name: name.slice(0, NAME_CHARACTERS), origin: origin.slice(0, NAME_CHARACTERS) })),
	);
	return index;
}
