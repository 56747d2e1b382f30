import { filmsWith, filmWithMost } from '../facts.ts';
import type { Kind } from '../kind.ts';

export const longestFilm: readonly Kind[] = [
	{
		name: 'longest film of a director',
		phrasings: [
			'What is the longest film that {person} directed?',
			'Which film directed by {person} runs longest?',
			'Of the films {person} directed, which one is the longest?',
			"What is {person}'s longest film as a director?",
		],
		askedWith: [
			{ person: 'Denis Villeneuve' },
			{ person: 'Paul Thomas Anderson' },
			{ person: 'Bong Joon-ho' },
			{ person: 'Christopher Nolan' },
		],
		writings: [
			`/** Finds the longest film a person directed. @param directorName full name */
async function findLongestFilm(directorName: string): Promise<{ title: string; runtime: number }> {
  const directorId = await findPersonId(directorName);
  const films = await fetchDirectedMovies(directorId);
  const longest = films.toSorted((a, b) => b.runtime - a.runtime)[0];
  if (!longest) throw new Error(directorName + ' directed no film');
  return { title: longest.title, runtime: longest.runtime };
}`,
			`/** The film with the longest runtime among those somebody directed. @param person name of the director */
async function longestFilmOf(person: string): Promise<{ title: string; runtime: number }> {
  const id = await findPersonId(person);
  const films = await fetchDirectedMovies(id);
  if (films.length === 0) throw new Error(person + ' directed no film');
  const { title, runtime } = films.reduce((longest, film) => (film.runtime > longest.runtime ? film : longest));
  return { title, runtime };
}`,
		],
		sentence: 'The longest film that {person} directed is ${result.title}, with ${result.runtime} minutes.',
		expected: (world, { person }) => {
			const { title, runtime } = filmWithMost(filmsWith(world, 'Director', person), (film) => film.runtime);
			return { title, runtime };
		},
	},
	{
		name: 'shortest film of a director',
		resembles: 'longest film of a director',
		phrasings: ['What is the shortest film that {person} directed?'],
		askedWith: [{ person: 'Kathryn Bigelow' }],
		writings: [
			`/** Finds the shortest film a person directed. @param directorName full name */
async function findShortestFilm(directorName: string): Promise<{ title: string; runtime: number }> {
  const directorId = await findPersonId(directorName);
  const films = await fetchDirectedMovies(directorId);
  const shortest = films.toSorted((a, b) => a.runtime - b.runtime)[0];
  if (!shortest) throw new Error(directorName + ' directed no film');
  return { title: shortest.title, runtime: shortest.runtime };
}`,
		],
		sentence: 'The shortest film that {person} directed is ${result.title}, with ${result.runtime} minutes.',
		expected: (world, { person }) => {
			const { title, runtime } = filmWithMost(filmsWith(world, 'Director', person), (film) => -film.runtime);
			return { title, runtime };
		},
	},
	{
		name: 'newest film of a director',
		resembles: 'longest film of a director',
		phrasings: ['What is the newest film that {person} directed?'],
		askedWith: [{ person: 'Wes Anderson' }],
		writings: [
			`/** Finds the newest film a person directed. @param directorName full name */
async function findNewestFilm(directorName: string): Promise<{ title: string; released: string }> {
  const directorId = await findPersonId(directorName);
  const films = await fetchDirectedMovies(directorId);
  const newest = films.toSorted((a, b) => b.release_date.localeCompare(a.release_date))[0];
  if (!newest) throw new Error(directorName + ' directed no film');
  return { title: newest.title, released: newest.release_date };
}`,
		],
		sentence: 'The newest film that {person} directed is ${result.title}, of ${result.released}.',
		expected: (world, { person }) => {
			const films = filmsWith(world, 'Director', person);
			const { title, released } = filmWithMost(films, (film) => Date.parse(film.released));
			return { title, released };
		},
	},
];
