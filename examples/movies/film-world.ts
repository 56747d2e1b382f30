import { completeFilmographies } from './facts/complete-filmographies.ts';
import type { FilmFacts } from './facts/film-facts.ts';
import { films1980s } from './facts/films/1980s.ts';
import { films1990s } from './facts/films/1990s.ts';
import { films2000s } from './facts/films/2000s.ts';
import { films2010s } from './facts/films/2010s.ts';
import { films2020s } from './facts/films/2020s.ts';
import { filmsBefore1980 } from './facts/films/before-1980.ts';
import { type Department, type PersonFacts, type PersonKey, people } from './facts/people.ts';

export interface Role {
	readonly film: FilmFacts;
	readonly person: Person;
	readonly character: string;
	/** 0 for the first billed. */
	readonly order: number;
}

export interface CrewJob {
	readonly film: FilmFacts;
	readonly person: Person;
	readonly job: 'Director' | 'Writer';
	readonly department: Department;
}

export interface Person {
	readonly id: number;
	readonly name: string;
	readonly facts: PersonFacts;
	readonly filmographyComplete: boolean;
}

/** Every credit exists once, in `roles` or `jobs`; what a film and what a person is credited with are both read from there. */
export interface FilmWorld {
	/** Oldest first. */
	readonly films: readonly FilmFacts[];
	readonly people: readonly Person[];
	/** By film, oldest first, then in billing order. */
	readonly roles: readonly Role[];
	/** By film, oldest first; directors before writers. */
	readonly jobs: readonly CrewJob[];
}

export function buildFilmWorld(): FilmWorld {
	const films = [filmsBefore1980, films1980s, films1990s, films2000s, films2010s, films2020s]
		.flat()
		.sort((a, b) => a.released.localeCompare(b.released) || a.id - b.id);
	const byKey = new Map(Object.entries(people).map(([key, facts]) => [key, toPerson(key, facts)]));
	return {
		films,
		people: [...byKey.values()],
		roles: films.flatMap((film) => rolesOf(film, byKey)),
		jobs: films.flatMap((film) => jobsOf(film, byKey)),
	};
}

function toPerson(key: string, facts: PersonFacts): Person {
	return { id: facts.id, name: facts.name ?? key, facts, filmographyComplete: completeFilmographies.some((complete) => complete === key) };
}

function rolesOf(film: FilmFacts, byKey: ReadonlyMap<string, Person>): Role[] {
	return Object.entries(film.cast).map(([key, character], order) => ({ film, person: known(byKey, key), character, order }));
}

function jobsOf(film: FilmFacts, byKey: ReadonlyMap<string, Person>): CrewJob[] {
	const crew = (keys: readonly PersonKey[], job: CrewJob['job'], department: Department) =>
		keys.map((key) => ({ film, person: known(byKey, key), job, department }));
	return [...crew(film.directors, 'Director', 'Directing'), ...crew(film.writers, 'Writer', 'Writing')];
}

function known(byKey: ReadonlyMap<string, Person>, key: string): Person {
	const person = byKey.get(key);
	if (!person) throw new Error(`Nobody in facts/people.ts has the key ${key}`);
	return person;
}

/** How closely two films are related; 0 for films with nothing or little in common. */
export function kinship(film: FilmFacts, other: FilmFacts): number {
	const genres = film.genres.filter((genre) => other.genres.includes(genre)).length;
	const director = film.directors.some((key) => other.directors.includes(key)) ? 3 : 0;
	const collection = film.collection !== undefined && film.collection === other.collection ? 5 : 0;
	return collection + director + (genres >= 2 ? genres : 0);
}
