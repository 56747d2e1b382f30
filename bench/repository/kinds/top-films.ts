import type { FilmWorld } from '../../../examples/movies/film-world.ts';
import { filmWithMost } from '../facts.ts';
import type { Kind, Names } from '../kind.ts';

export const topFilms: readonly Kind[] = [
	{
		name: 'highest rated film of a genre',
		phrasings: [
			'What is the highest rated {genre} film?',
			'Which {genre} film has the best rating?',
			"What's the best {genre} film by rating?",
			'Which film in the genre {genre} do people rate highest?',
		],
		askedWith: [{ genre: 'horror' }, { genre: 'western' }, { genre: 'war' }, { genre: 'music' }],
		writings: [
			`/** Finds the highest rated film of a genre. @param genre name of the genre */
async function findTopFilm(genre: string): Promise<{ title: string; average: number }> {
  const genreId = await findGenreId(genre);
  // List the films of the genre, the best rated first.
  const films = await movies.discoverMovies({ with_genres: [genreId], sort_by: 'vote_average.desc' });
  const best = films.results[0];
  if (!best) throw new Error('There is no film of the genre ' + genre);
  return { title: best.title, average: best.vote_average };
}`,
			`/** The film with the best rating among those of one genre. @param genreName for example Drama */
async function findTopFilm(genreName: string): Promise<{ title: string; average: number }> {
  const id = await findGenreId(genreName);
  // Let the films of the genre be sorted by rating.
  const page = await movies.discoverMovies({ with_genres: [id], sort_by: 'vote_average.desc' });
  const [film] = page.results;
  if (!film) throw new Error('No film of the genre ' + genreName);
  return { title: film.title, average: film.vote_average };
}`,
		],
		sentence: 'The highest rated {genre} film is ${result.title}, at ${result.average}.',
		expected: (world, names) => {
			const { title, rating } = filmWithMost(filmsOf(world, names), (film) => film.rating);
			return { title, average: rating };
		},
	},
	{
		name: 'film of a genre that earned most',
		resembles: 'highest rated film of a genre',
		phrasings: ['What is the most successful {genre} film at the box office?'],
		askedWith: [{ genre: 'horror' }],
		writings: [
			`/** Finds the film of a genre that earned most worldwide. @param genre name of the genre */
async function findTopFilm(genre: string): Promise<{ title: string; revenue: number }> {
  const genreId = await findGenreId(genre);
  // List the films of the genre, the highest revenue first.
  const films = await movies.discoverMovies({ with_genres: [genreId], sort_by: 'revenue.desc' });
  const first = films.results[0];
  if (!first) throw new Error('There is no film of the genre ' + genre);
  // Fetch its revenue.
  const movie = await movies.getMovie({ movie_id: first.id });
  if (movie.revenue === null) throw new Error('No revenue is known of a film of the genre ' + genre);
  return { title: movie.title, revenue: movie.revenue };
}`,
		],
		sentence: 'The {genre} film that earned most is ${result.title}, with ${result.revenue} dollars.',
		expected: (world, names) => {
			const { title, revenue = 0 } = filmWithMost(filmsOf(world, names), (film) => film.revenue ?? 0);
			return { title, revenue: revenue * 1_000_000 };
		},
	},
	{
		name: 'lowest rated film of a genre',
		resembles: 'highest rated film of a genre',
		phrasings: ['What is the lowest rated {genre} film?'],
		askedWith: [{ genre: 'war' }],
		writings: [
			`/** Finds the lowest rated film of a genre. @param genre name of the genre */
async function findLowestRatedFilm(genre: string): Promise<{ title: string; average: number }> {
  const genreId = await findGenreId(genre);
  // List the films of the genre, the worst rated first.
  const films = await movies.discoverMovies({ with_genres: [genreId], sort_by: 'vote_average.asc' });
  const worst = films.results[0];
  if (!worst) throw new Error('There is no film of the genre ' + genre);
  return { title: worst.title, average: worst.vote_average };
}`,
		],
		sentence: 'The lowest rated {genre} film is ${result.title}, at ${result.average}.',
		expected: (world, names) => {
			const { title, rating } = filmWithMost(filmsOf(world, names), (film) => -film.rating);
			return { title, average: rating };
		},
	},
];

function filmsOf({ films }: FilmWorld, { genre }: Names) {
	return films.filter(({ genres }) => genres.some((name) => name.toLowerCase() === genre));
}
