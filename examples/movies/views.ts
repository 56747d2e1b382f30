import type { FilmFacts } from './facts/film-facts.ts';
import { type CollectionName, collections, countries, genres } from './facts/reference.ts';
import type { CrewJob, FilmWorld, Person, Role } from './film-world.ts';

const MILLION = 1_000_000;

export function movieSummary(film: FilmFacts) {
	return {
		id: film.id,
		title: film.title,
		original_title: film.originalTitle ?? film.title,
		original_language: film.language,
		release_date: film.released,
		genre_ids: film.genres.map((name) => genres[name]),
		overview: film.overview,
		vote_average: film.rating,
	};
}

export function movieDetails(film: FilmFacts) {
	const { genre_ids: _, ...summary } = movieSummary(film);
	return {
		...summary,
		runtime: film.runtime,
		genres: film.genres.map((name) => ({ id: genres[name], name })),
		countries: film.countries.map((code) => ({ code, name: countries[code] })),
		budget: film.budget === undefined ? null : film.budget * MILLION,
		revenue: film.revenue === undefined ? null : film.revenue * MILLION,
		collection: film.collection === undefined ? null : collectionReference(film.collection),
	};
}

export function collectionReference(name: CollectionName) {
	return { id: collections[name].id, name };
}

export function movieCredits(world: FilmWorld, film: FilmFacts) {
	const person = ({ person: { id, name } }: Role | CrewJob) => ({ id, name });
	return {
		id: film.id,
		cast: world.roles
			.filter((role) => role.film === film)
			.map((role) => ({ ...person(role), character: role.character, order: role.order })),
		crew: world.jobs
			.filter((entry) => entry.film === film)
			.map((entry) => ({ ...person(entry), job: entry.job, department: entry.department })),
	};
}

export function personCredits(world: FilmWorld, person: Person) {
	const movie = ({ film: { id, title, released } }: Role | CrewJob) => ({ id, title, release_date: released });
	return {
		id: person.id,
		cast: world.roles
			.filter((role) => role.person === person)
			.map((role) => ({ ...movie(role), character: role.character, order: role.order })),
		crew: world.jobs
			.filter((entry) => entry.person === person)
			.map((entry) => ({ ...movie(entry), job: entry.job, department: entry.department })),
	};
}

export function personSummary(world: FilmWorld, person: Person) {
	const { department } = person.facts;
	const credits = department === 'Acting' ? world.roles : world.jobs.filter((entry) => entry.department === department);
	const films = new Set(credits.filter((entry) => entry.person === person).map(({ film }) => film));
	return {
		id: person.id,
		name: person.name,
		known_for_department: department,
		known_for: [...films]
			.sort((a, b) => b.rating - a.rating)
			.slice(0, 3)
			.map(({ title }) => title),
	};
}

export function personDetails(person: Person) {
	return {
		id: person.id,
		name: person.name,
		known_for_department: person.facts.department,
		birthday: person.facts.born ?? null,
		place_of_birth: person.facts.birthplace ?? null,
		filmography_complete: person.filmographyComplete,
	};
}
