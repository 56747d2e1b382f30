import { filmCalled } from '../facts.ts';
import type { Kind } from '../kind.ts';

export const cast: readonly Kind[] = [
	{
		name: 'leading cast',
		phrasings: [
			'Who are the first {count} in the cast of {film}?',
			'Name the top {count} actors of {film} and their characters.',
			'Who are the {count} leading actors of {film}, and whom do they play?',
			'Give me the first {count} names on the cast list of {film}.',
		],
		askedWith: [
			{ film: 'Pulp Fiction', count: 3 },
			{ film: 'Inception', count: 2 },
			{ film: 'The Grand Budapest Hotel', count: 4 },
			{ film: 'Parasite', count: 3 },
		],
		writings: [
			`/** Lists the first of a movie's cast in billing order. @param title English title @param count how many */
async function listLeadingCast(title: string, count: number): Promise<{ name: string; character: string }[]> {
  const movieId = await findMovieId(title);
  // Fetch the cast and keep the first billed.
  const credits = await movies.getMovieCredits({ movie_id: movieId });
  const billed = credits.cast.toSorted((a, b) => a.order - b.order);
  return billed.slice(0, count).map(({ name, character }) => ({ name, character }));
}`,
			`/** The top actors of a film with the characters they play. @param filmTitle title of the film @param limit number of actors */
async function topActors(filmTitle: string, limit: number): Promise<{ name: string; character: string }[]> {
  const filmId = await findMovieId(filmTitle);
  // Fetch the credits and take the best billed actors.
  const { cast } = await movies.getMovieCredits({ movie_id: filmId });
  return cast.slice(0, limit).map(({ name, character }) => ({ name, character }));
}`,
		],
		sentence: '${result.map(({ name, character }) => name + " as " + character).join(", ")}.',
		expected: ({ roles }, { film, count }) =>
			roles
				.filter((role) => role.film.title === film)
				.slice(0, Number(count))
				.map(({ person, character }) => ({ name: person.name, character })),
	},
	{
		name: 'cast, counted',
		resembles: 'leading cast',
		phrasings: ['How many actors are in the cast of {film}?'],
		askedWith: [{ film: 'Pulp Fiction' }],
		writings: [
			`/** Counts the cast of a movie. @param title English title */
async function countCast(title: string): Promise<number> {
  const movieId = await findMovieId(title);
  // Fetch the cast and count it.
  const credits = await movies.getMovieCredits({ movie_id: movieId });
  return credits.cast.length;
}`,
		],
		sentence: 'There are ${result} actors in the cast of {film}.',
		expected: (world, { film }) => Object.keys(filmCalled(world, film).cast).length,
	},
	{
		name: 'actor of a character',
		resembles: 'leading cast',
		phrasings: ['Who plays the character {character} in {film}?'],
		askedWith: [{ film: 'The Dark Knight Rises', character: 'Bane' }],
		writings: [
			`/** Finds who plays a character in a movie. @param title English title @param character name of the character */
async function findActor(title: string, character: string): Promise<string> {
  const movieId = await findMovieId(title);
  // Fetch the cast and find the character.
  const credits = await movies.getMovieCredits({ movie_id: movieId });
  const role = credits.cast.find((entry) => entry.character === character);
  if (!role) throw new Error(character + ' is no leading character of ' + title);
  return role.name;
}`,
		],
		sentence: '${result} plays {character} in {film}.',
		expected: ({ roles }, { film, character }) =>
			roles.find((role) => role.film.title === film && role.character === character)?.person.name ?? null,
	},
];
