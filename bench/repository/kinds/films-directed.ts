import { filmsActedIn, filmsWith, yearOf } from '../facts.ts';
import type { Kind } from '../kind.ts';

const COUNTED = "return credits.crew.filter(({ job }) => job === 'Director').length;";

export const filmsDirected: readonly Kind[] = [
	{
		name: 'films directed, counted',
		phrasings: [
			'How many films did {person} direct?',
			'What is the number of films that {person} has directed?',
			'{person} has been the director of how many films?',
			'Count the films by director {person}.',
		],
		askedWith: [{ person: 'Sofia Coppola' }, { person: 'Quentin Tarantino' }, { person: 'Hayao Miyazaki' }, { person: 'Céline Sciamma' }],
		writings: [
			`/** Counts the films a person directed. @param personName full name */
async function countFilms(personName: string): Promise<number> {
  const personId = await findPersonId(personName);
  // Fetch the credits and count those as director.
  const credits = await movies.getPersonCredits({ person_id: personId });
  ${COUNTED}
}`,
			`/** How many films somebody has directed. @param directorName name of the director */
async function countFilms(directorName: string): Promise<number> {
  const directorId = await findPersonId(directorName);
  // Fetch what the director is credited with, and count.
  const credits = await movies.getPersonCredits({ person_id: directorId });
  ${COUNTED}
}`,
		],
		sentence: '{person} directed ${result} films.',
		expected: (world, { person }) => filmsWith(world, 'Director', person).length,
	},
	{
		name: 'films acted in, counted',
		resembles: 'films directed, counted',
		phrasings: ['How many films did {person} act in?'],
		askedWith: [{ person: 'Quentin Tarantino' }],
		writings: [
			`/** Counts the films a person acted in. @param personName full name */
async function countFilms(personName: string): Promise<number> {
  const personId = await findPersonId(personName);
  // Fetch the credits and count the roles.
  const credits = await movies.getPersonCredits({ person_id: personId });
  return credits.cast.length;
}`,
		],
		sentence: '{person} acted in ${result} films.',
		expected: (world, { person }) => filmsActedIn(world, person).length,
	},
	{
		name: 'films written, counted',
		resembles: 'films directed, counted',
		phrasings: ['How many films did {person} write?'],
		askedWith: [{ person: 'Kathryn Bigelow' }],
		writings: [
			`/** Counts the films a person wrote. @param personName full name */
async function countFilms(personName: string): Promise<number> {
  const personId = await findPersonId(personName);
  // Fetch the credits and count those as writer.
  const credits = await movies.getPersonCredits({ person_id: personId });
  return credits.crew.filter(({ job }) => job === 'Writer').length;
}`,
		],
		sentence: '{person} wrote ${result} films.',
		expected: (world, { person }) => filmsWith(world, 'Writer', person).length,
	},
	{
		name: 'films directed, listed',
		resembles: 'films directed, counted',
		phrasings: ['Which films did {person} direct?'],
		askedWith: [{ person: 'Jane Campion' }],
		writings: [
			`/** Lists the films a person directed, oldest first. @param personName full name */
async function listDirectedFilms(personName: string): Promise<{ title: string; year: number }[]> {
  const personId = await findPersonId(personName);
  // Fetch the credits and keep those as director.
  const credits = await movies.getPersonCredits({ person_id: personId });
  const directed = credits.crew.filter(({ job }) => job === 'Director');
  return directed.map(({ title, release_date }) => ({ title, year: Number(release_date.slice(0, 4)) }));
}`,
		],
		sentence: '{person} directed ${result.map(({ title }) => title).join(", ")}.',
		expected: (world, { person }) => filmsWith(world, 'Director', person).map((film) => ({ title: film.title, year: yearOf(film) })),
	},
];
