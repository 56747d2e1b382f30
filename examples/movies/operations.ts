import type { Arguments } from './arguments.ts';
import { discover, sorted } from './discover.ts';
import type { FilmFacts } from './facts/film-facts.ts';
import { type CollectionName, collections, countries, genres, languages } from './facts/reference.ts';
import { reviews } from './facts/reviews.ts';
import { type FilmWorld, kinship, type Person } from './film-world.ts';
import { pageOf } from './page.ts';
import { ok, problem, type Reply } from './reply.ts';
import { searchByName } from './search.ts';
import type { OwnRating, Shelf, WatchlistEntry } from './shelf.ts';
import { collectionReference, movieCredits, movieDetails, movieSummary, personCredits, personDetails, personSummary } from './views.ts';

export type Handler = (args: Arguments) => Reply;

/** What answers each operation, by operationId. */
export function operationHandlers(world: FilmWorld, shelf: Shelf): Readonly<Record<string, Handler>> {
	return { ...searches(world), ...movieOperations(world), ...personOperations(world), ...reference, ...ownOperations(world, shelf) };
}

const collectionNames = Object.keys(collections) as CollectionName[];

function searches(world: FilmWorld): Record<string, Handler> {
	const moviePage = (films: readonly FilmFacts[], page: number) => ok(pageOf(films.map(movieSummary), page));
	return {
		searchMovie({ query, year, page }) {
			const inYear = world.films.filter((film) => year === undefined || film.released.startsWith(`${year}-`));
			const titles = (film: FilmFacts) => [film.title, film.originalTitle ?? film.title];
			return moviePage(searchByName(inYear, titles, query), page);
		},
		searchPerson({ query, page }) {
			const found = searchByName(world.people, ({ name }) => [name], query);
			return ok(
				pageOf(
					found.map((person) => personSummary(world, person)),
					page,
				),
			);
		},
		searchCollection: ({ query, page }) =>
			ok(pageOf(searchByName(collectionNames, (name) => [name], query).map(collectionReference), page)),
		discoverMovies: (args) => moviePage(discover(world, args), args.page),
		listTopRatedMovies: ({ page }) => moviePage(sorted(world.films, 'vote_average.desc'), page),
	};
}

function movieOperations(world: FilmWorld): Record<string, Handler> {
	const withMovie = (answer: (film: FilmFacts, args: Arguments) => Reply) => withFilm(world, answer);
	return {
		getMovie: withMovie((film) => ok(movieDetails(film))),
		getMovieCredits: withMovie((film) => ok(movieCredits(world, film))),
		getSimilarMovies: withMovie((film, { page }) => {
			const others = world.films.filter((other) => other !== film && kinship(film, other) > 0);
			const closest = others.sort((a, b) => kinship(film, b) - kinship(film, a) || b.rating - a.rating);
			return ok(pageOf(closest.map(movieSummary), page));
		}),
		getMovieReviews: withMovie((film, { page }) => {
			const entries = reviews.map((review, index) => ({ ...review, id: index + 1 })).filter((review) => review.film === film.id);
			return ok(
				pageOf(
					entries.map(({ id, author, rating, text }) => ({ id, author, rating, content: text })),
					page,
				),
			);
		}),
		getCollection({ collection_id }) {
			const name = collectionNames.find((key) => collections[key].id === collection_id);
			if (!name) return problem(404, `No collection has the id ${collection_id}; searchCollection finds collections by name.`);
			const parts = world.films.filter((film) => film.collection === name).map(movieSummary);
			return ok({ ...collectionReference(name), overview: collections[name].overview, parts });
		},
	};
}

function personOperations(world: FilmWorld): Record<string, Handler> {
	const withPerson =
		(answer: (person: Person) => unknown): Handler =>
		({ person_id }) => {
			const person = world.people.find(({ id }) => id === person_id);
			return person ? ok(answer(person)) : problem(404, `No person has the id ${person_id}; searchPerson finds people by name.`);
		};
	return { getPerson: withPerson(personDetails), getPersonCredits: withPerson((person) => personCredits(world, person)) };
}

const reference: Record<string, Handler> = {
	listGenres: () => ok({ genres: Object.entries(genres).map(([name, id]) => ({ id, name })) }),
	listLanguages: () => ok({ languages: Object.entries(languages).map(([code, name]) => ({ code, name })) }),
	listCountries: () => ok({ countries: Object.entries(countries).map(([code, name]) => ({ code, name })) }),
};

function ownOperations(world: FilmWorld, { watchlist, ratings }: Shelf): Record<string, Handler> {
	const entryView = ({ film, note }: WatchlistEntry) => ({ movie: movieSummary(film), note });
	const ratingView = ({ film, value }: OwnRating) => ({ movie: movieSummary(film), value });
	return {
		listWatchlist: ({ page }) => ok(pageOf([...watchlist.values()].map(entryView), page)),
		addToWatchlist: withFilm(world, (film, { note }) => {
			const before = watchlist.get(film.id);
			const entry = { film, note: note ?? before?.note ?? null };
			watchlist.set(film.id, entry);
			return { status: before ? 200 : 201, body: entryView(entry) };
		}),
		removeFromWatchlist: withFilm(world, (film) =>
			watchlist.delete(film.id) ? { status: 204 } : problem(404, `"${film.title}" is not on the watchlist.`),
		),
		listRatings: ({ page }) => ok(pageOf([...ratings.values()].map(ratingView), page)),
		rateMovie: withFilm(world, (film, { value }) => {
			ratings.set(film.id, { film, value });
			return ok(ratingView({ film, value }));
		}),
		removeRating: withFilm(world, (film) =>
			ratings.delete(film.id) ? { status: 204 } : problem(404, `"${film.title}" has no rating of yours.`),
		),
	};
}

function withFilm(world: FilmWorld, answer: (film: FilmFacts, args: Arguments) => Reply): Handler {
	return (args) => {
		const film = world.films.find(({ id }) => id === args.movie_id);
		return film ? answer(film, args) : problem(404, `No movie has the id ${args.movie_id}; searchMovie finds movies by title.`);
	};
}
