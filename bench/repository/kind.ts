import type { FilmWorld } from '../../examples/movies/film-world.ts';
import type { JsonValue } from '../../src/json.ts';

/** What is particular to a question, in the order of the function's parameters: `{ person: 'Bill Murray', year: 2018 }`. */
export type Names = Readonly<Record<string, string | number>>;

/** One thing that can be asked about the films, whatever the names in it: questions of a kind are answered by the same function. */
export interface Kind {
	readonly name: string;
	/** Of a look-alike, which is asked once: the kind whose function must not answer it. */
	readonly resembles?: string;
	/** Ways to ask it, with `{person}` for a name: one for each question. */
	readonly phrasings: readonly string[];
	/** One question for each. */
	readonly askedWith: readonly Names[];
	/**
	 * The function as a good model would write it, and as it might write it another time. A step is a comment and the line that awaits it, so that the
	 * plan can be read off. Helpers are called by their first name in `helpers.ts`.
	 */
	readonly writings: readonly string[];
	/** The answer for people, a template of the program: `{person}` is what was asked with, `${result}` what the function returned. */
	readonly sentence: string;
	/** The right answer, from the facts behind the film server and not through its API. */
	readonly expected: (world: FilmWorld, names: Names) => JsonValue;
}
