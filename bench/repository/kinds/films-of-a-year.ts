import type { FilmFacts } from '../../../examples/movies/facts/film-facts.ts';
import { filmsActedIn, filmsWith, yearOf } from '../facts.ts';
import type { Kind } from '../kind.ts';

const shown = ({ title, released }: FilmFacts) => ({ title, released });
const LISTED = 'map(({ title, release_date }) => ({ title, released: release_date }));';
const SENTENCE = '${result.length === 0 ? "None." : result.map(({ title }) => title).join(", ")}';

export const filmsOfAYear: readonly Kind[] = [
	{
		name: 'films acted in, of a year',
		phrasings: [
			'Which films of {year} did {person} act in?',
			'List the films with {person} in the cast that were released in {year}.',
			'In which films from {year} does {person} appear?',
			'What did {person} play in that came out in {year}?',
		],
		askedWith: [
			{ person: 'Tilda Swinton', year: 2018 },
			{ person: 'Owen Wilson', year: 2014 },
			{ person: 'Michael Caine', year: 2006 },
			{ person: 'Timothée Chalamet', year: 2021 },
		],
		writings: [
			`/** Lists the films of a year that a person acted in. @param actorName full name @param year year of release */
async function listFilms(actorName: string, year: number): Promise<{ title: string; released: string }[]> {
  const actorId = await findPersonId(actorName);
  // Fetch the roles and keep those of the year.
  const { cast } = await movies.getPersonCredits({ person_id: actorId });
  const films = cast.filter(({ release_date }) => Number(release_date.slice(0, 4)) === year);
  return films.${LISTED}
}`,
			`/** The films with an actor in the cast that came out in one year. @param actor name of the actor @param releaseYear four digits */
async function listFilms(actor: string, releaseYear: number): Promise<{ title: string; released: string }[]> {
  const personId = await findPersonId(actor);
  // Fetch what the actor played in and compare the years.
  const { cast } = await movies.getPersonCredits({ person_id: personId });
  const films = cast.filter(({ release_date }) => Number(release_date.slice(0, 4)) === releaseYear);
  return films.${LISTED}
}`,
		],
		sentence: SENTENCE,
		expected: (world, { person, year }) =>
			filmsActedIn(world, person)
				.filter((film) => yearOf(film) === year)
				.map(shown),
	},
	{
		name: 'films acted in, after a year',
		resembles: 'films acted in, of a year',
		phrasings: ['Which films did {person} act in that were released after {year}?'],
		askedWith: [{ person: 'Cillian Murphy', year: 2012 }],
		writings: [
			`/** Lists the films that a person acted in and that were released after a year. @param actorName full name @param year the year before the first */
async function listFilms(actorName: string, year: number): Promise<{ title: string; released: string }[]> {
  const actorId = await findPersonId(actorName);
  // Fetch the roles and keep those of later years.
  const { cast } = await movies.getPersonCredits({ person_id: actorId });
  const films = cast.filter(({ release_date }) => Number(release_date.slice(0, 4)) > year);
  return films.${LISTED}
}`,
		],
		sentence: SENTENCE,
		expected: (world, { person, year }) =>
			filmsActedIn(world, person)
				.filter((film) => yearOf(film) > Number(year))
				.map(shown),
	},
	{
		name: 'films directed, of a year',
		resembles: 'films acted in, of a year',
		phrasings: ['Which films of {year} did {person} direct?'],
		askedWith: [{ person: 'Denis Villeneuve', year: 2013 }],
		writings: [
			`/** Lists the films of a year that a person directed. @param directorName full name @param year year of release */
async function listFilms(directorName: string, year: number): Promise<{ title: string; released: string }[]> {
  const directorId = await findPersonId(directorName);
  // Fetch the credits and keep those as director in the year.
  const { crew } = await movies.getPersonCredits({ person_id: directorId });
  const films = crew.filter(({ job, release_date }) => job === 'Director' && Number(release_date.slice(0, 4)) === year);
  return films.${LISTED}
}`,
		],
		sentence: SENTENCE,
		expected: (world, { person, year }) =>
			filmsWith(world, 'Director', person)
				.filter((film) => yearOf(film) === year)
				.map(shown),
	},
];
