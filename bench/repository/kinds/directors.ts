import { filmCalled } from '../facts.ts';
import type { Kind } from '../kind.ts';

export const directors: readonly Kind[] = [
	{
		name: 'directors of a film',
		phrasings: ['Who directed {film}?', 'Name the director of {film}.', 'Who was the director of {film}?', 'Which director made {film}?'],
		askedWith: [{ film: 'Arrival' }, { film: 'Whiplash' }, { film: 'Barbie' }, { film: 'Spirited Away' }],
		writings: [
			`/** Lists the names of those who directed a movie. @param title English title */
async function listDirectors(title: string): Promise<string[]> {
  const movieId = await findMovieId(title);
  // Fetch the crew and keep the directors.
  const { crew } = await movies.getMovieCredits({ movie_id: movieId });
  return crew.filter(({ job }) => job === 'Director').map(({ name }) => name);
}`,
			`/** Names of the directors of a film. @param filmTitle title of the film */
async function findDirectors(filmTitle: string): Promise<string[]> {
  const filmId = await findMovieId(filmTitle);
  // Fetch who worked on it and pick the directors.
  const { crew } = await movies.getMovieCredits({ movie_id: filmId });
  return crew.filter(({ job }) => job === 'Director').map(({ name }) => name);
}`,
		],
		sentence: '{film} was directed by ${result.join(" and ")}.',
		expected: (world, { film }) => [...filmCalled(world, film).directors],
	},
	{
		name: 'writers of a film',
		resembles: 'directors of a film',
		phrasings: ['Who wrote {film}?'],
		askedWith: [{ film: 'Arrival' }],
		writings: [
			`/** Lists the names of those who wrote a movie. @param title English title */
async function listWriters(title: string): Promise<string[]> {
  const movieId = await findMovieId(title);
  // Fetch the crew and keep the writers.
  const { crew } = await movies.getMovieCredits({ movie_id: movieId });
  return crew.filter(({ job }) => job === 'Writer').map(({ name }) => name);
}`,
		],
		sentence: '{film} was written by ${result.join(" and ")}.',
		expected: (world, { film }) => [...filmCalled(world, film).writers],
	},
];
