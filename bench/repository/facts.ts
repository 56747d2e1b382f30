import type { FilmFacts } from '../../examples/movies/facts/film-facts.ts';
import type { FilmWorld } from '../../examples/movies/film-world.ts';
import type { Names } from './kind.ts';

/** Oldest first, each once. */
export function filmsActedIn({ roles }: FilmWorld, person: Names[string] | undefined): FilmFacts[] {
	return roles.filter((role) => role.person.name === person).map(({ film }) => film);
}

/** Oldest first. */
export function filmsWith({ jobs }: FilmWorld, job: 'Director' | 'Writer', person: Names[string] | undefined): FilmFacts[] {
	return jobs.filter((entry) => entry.job === job && entry.person.name === person).map(({ film }) => film);
}

/** The one film of this title. */
export function filmCalled({ films }: FilmWorld, title: Names[string] | undefined): FilmFacts {
	return one(films.filter((film) => film.title === title));
}

/** Of the films with the highest `of`, the only one. */
export function filmWithMost(films: readonly FilmFacts[], of: (film: FilmFacts) => number): FilmFacts {
	const most = Math.max(...films.map(of));
	return one(films.filter((film) => of(film) === most));
}

export function yearOf({ released }: FilmFacts): number {
	return Number(released.slice(0, 4));
}

/** A question with two right answers measures nothing. */
export function one<Item>(items: readonly Item[]): Item {
	const [only] = items;
	if (only === undefined || items.length > 1) throw new Error(`the facts have ${items.length} answers where a question needs one`);
	return only;
}
