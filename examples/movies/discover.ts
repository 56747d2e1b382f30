import type { Arguments } from './arguments.ts';
import type { FilmFacts } from './facts/film-facts.ts';
import { genres } from './facts/reference.ts';
import type { FilmWorld } from './film-world.ts';

/** The films that meet every condition given, in the order asked for; equals stay oldest first. */
export function discover(world: FilmWorld, wanted: Arguments): FilmFacts[] {
	return sorted(
		world.films.filter((film) => meets(film, wanted) && involves(world, film, wanted.with_people ?? [])),
		wanted.sort_by,
	);
}

function meets(film: FilmFacts, wanted: Arguments): boolean {
	return (
		(wanted.with_genres ?? []).every((id) => film.genres.some((name) => genres[name] === id)) &&
		(wanted.original_language ?? film.language).toLowerCase() === film.language &&
		(wanted.country === undefined || film.countries.some((code) => code === wanted.country?.toUpperCase())) &&
		film.released >= (wanted.released_from ?? '') &&
		film.released <= (wanted.released_to ?? '9999') &&
		film.runtime >= (wanted.runtime_min ?? 0) &&
		film.runtime <= (wanted.runtime_max ?? Number.POSITIVE_INFINITY) &&
		film.rating >= (wanted.vote_average_min ?? 0)
	);
}

function involves(world: FilmWorld, film: FilmFacts, people: readonly number[]): boolean {
	const credits = [...world.roles, ...world.jobs];
	return people.every((id) => credits.some((credit) => credit.film === film && credit.person.id === id));
}

const keys: Readonly<Record<string, (film: FilmFacts) => number | string | undefined>> = {
	release_date: (film) => film.released,
	vote_average: (film) => film.rating,
	runtime: (film) => film.runtime,
	revenue: (film) => film.revenue,
	title: (film) => film.title,
};

/** `order` is a key and a direction, for example `runtime.desc`. Films without the key come last in either direction. */
export function sorted(films: readonly FilmFacts[], order: string): FilmFacts[] {
	const [name = '', direction] = order.split('.');
	const key = keys[name];
	if (!key) throw new Error(`openapi.json allows an order that is not known here: ${order}`);
	const sign = direction === 'desc' ? -1 : 1;
	return films.toSorted((a, b) => compare(key(a), key(b), sign));
}

function compare(a: number | string | undefined, b: number | string | undefined, sign: 1 | -1): number {
	if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
	if (typeof a === 'number' && typeof b === 'number') return sign * (a - b);
	return sign * String(a).localeCompare(String(b), 'en');
}
