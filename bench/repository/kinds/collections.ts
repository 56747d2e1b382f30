import type { FilmWorld } from '../../../examples/movies/film-world.ts';
import { filmCalled } from '../facts.ts';
import type { Kind, Names } from '../kind.ts';

export const collections: readonly Kind[] = [
	{
		name: 'runtime of a collection',
		phrasings: [
			'How many minutes do all films of the {collection} run together?',
			'What is the total runtime of the {collection}?',
			'How long does it take to watch the whole {collection}, in minutes?',
			'Add up the running times of the films in the {collection}.',
		],
		askedWith: [
			{ collection: 'Before Trilogy' },
			{ collection: 'Dark Knight Trilogy' },
			{ collection: 'Toy Story Collection' },
			{ collection: 'Three Colours Trilogy' },
		],
		writings: [
			`/** Adds up the runtimes of a collection's films, in minutes. @param name name of the collection */
async function sumRuntimes(name: string): Promise<number> {
  const collectionId = await findCollectionId(name);
  // Fetch the films of the collection.
  const collection = await movies.getCollection({ collection_id: collectionId });
  // Fetch the details of each and add up.
  const films = await Promise.all(collection.parts.map(({ id }) => movies.getMovie({ movie_id: id })));
  return films.reduce((sum, { runtime }) => sum + runtime, 0);
}`,
			`/** Total length in minutes of all films in a series. @param seriesName name of the series */
async function totalRuntime(seriesName: string): Promise<number> {
  const seriesId = await findCollectionId(seriesName);
  // Fetch the parts of the series.
  const { parts } = await movies.getCollection({ collection_id: seriesId });
  let minutes = 0;
  for (const part of parts) {
    // Fetch how long each part runs.
    const film = await movies.getMovie({ movie_id: part.id });
    minutes += film.runtime;
  }
  return minutes;
}`,
		],
		sentence: 'The films of the {collection} run ${result} minutes together.',
		expected: (world, names) => filmsOf(world, names).reduce((sum, { runtime }) => sum + runtime, 0),
	},
	{
		name: 'films of a collection, counted',
		resembles: 'runtime of a collection',
		phrasings: ['How many films are in the {collection}?'],
		askedWith: [{ collection: 'Toy Story Collection' }],
		writings: [
			`/** Counts the films of a collection. @param name name of the collection */
async function countCollectionFilms(name: string): Promise<number> {
  const collectionId = await findCollectionId(name);
  // Fetch the films of the collection and count them.
  const collection = await movies.getCollection({ collection_id: collectionId });
  return collection.parts.length;
}`,
		],
		sentence: 'There are ${result} films in the {collection}.',
		expected: (world, names) => filmsOf(world, names).length,
	},
	{
		name: 'runtime of a film',
		resembles: 'runtime of a collection',
		phrasings: ['How many minutes does the film {film} run?'],
		askedWith: [{ film: 'Toy Story' }],
		writings: [
			`/** Tells how many minutes one film runs. @param title English title */
async function findRuntime(title: string): Promise<number> {
  const movieId = await findMovieId(title);
  // Fetch its details.
  const movie = await movies.getMovie({ movie_id: movieId });
  return movie.runtime;
}`,
		],
		sentence: '{film} runs ${result} minutes.',
		expected: (world, { film }) => filmCalled(world, film).runtime,
	},
];

function filmsOf({ films }: FilmWorld, { collection }: Names) {
	return films.filter((film) => film.collection === collection || film.collection === `The ${collection}`);
}
