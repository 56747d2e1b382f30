import type { FilmWorld } from '../../../examples/movies/film-world.ts';
import { filmsActedIn, filmsWith } from '../facts.ts';
import type { Kind, Names } from '../kind.ts';

export const sharedFilms: readonly Kind[] = [
	{
		name: 'films of two people',
		phrasings: [
			'Which films did {first} and {second} make together?',
			'List the films that both {first} and {second} worked on.',
			'What have {first} and {second} worked on together?',
			'In which films are both {first} and {second} credited?',
		],
		askedWith: [
			{ first: 'Bill Murray', second: 'Wes Anderson' },
			{ first: 'Christopher Nolan', second: 'Michael Caine' },
			{ first: 'Julie Delpy', second: 'Ethan Hawke' },
			{ first: 'Uma Thurman', second: 'Quentin Tarantino' },
		],
		writings: [
			`/** Lists the titles of the films that two people both worked on, oldest first. @param firstName full name of one @param secondName full name of the other */
async function listSharedFilms(firstName: string, secondName: string): Promise<string[]> {
  const first = await findPersonId(firstName);
  const second = await findPersonId(secondName);
  const titles: string[] = [];
  for (let page = 1, pages = 1; page <= pages; page += 1) {
    // List the films with both, page by page.
    const found = await movies.discoverMovies({ with_people: [first, second], sort_by: 'release_date.asc', page });
    titles.push(...found.results.map(({ title }) => title));
    pages = found.total_pages;
  }
  return titles;
}`,
			`/** Titles of the films two people made together, in order of release. @param personA name of the first @param personB name of the second */
async function filmsTogether(personA: string, personB: string): Promise<string[]> {
  const idA = await findPersonId(personA);
  const idB = await findPersonId(personB);
  // Fetch what each is credited with.
  const [a, b] = await Promise.all([idA, idB].map((id) => movies.getPersonCredits({ person_id: id })));
  const idsOfB = new Set([...(b?.cast ?? []), ...(b?.crew ?? [])].map(({ id }) => id));
  const shared = [...(a?.cast ?? []), ...(a?.crew ?? [])].filter(({ id }) => idsOfB.has(id));
  const inOrder = shared.toSorted((x, y) => x.release_date.localeCompare(y.release_date));
  return [...new Set(inOrder.map(({ title }) => title))];
}`,
		],
		sentence: '{first} and {second} made ${result.join(", ")}.',
		expected: (world, names) => shared(world, names),
	},
	{
		name: 'films of two people, counted',
		resembles: 'films of two people',
		phrasings: ['How many films did {first} and {second} make together?'],
		askedWith: [{ first: 'Bill Murray', second: 'Tilda Swinton' }],
		writings: [
			`/** Counts the films that two people both worked on. @param firstName full name of one @param secondName full name of the other */
async function countSharedFilms(firstName: string, secondName: string): Promise<number> {
  const first = await findPersonId(firstName);
  const second = await findPersonId(secondName);
  // List the films with both, and take their number.
  const found = await movies.discoverMovies({ with_people: [first, second] });
  return found.total_results;
}`,
		],
		sentence: '{first} and {second} made ${result} films together.',
		expected: (world, names) => shared(world, names).length,
	},
	{
		name: 'films directed with somebody in the cast',
		resembles: 'films of two people',
		phrasings: ['Which films did {first} direct with {second} in the cast?'],
		askedWith: [{ first: 'Wes Anderson', second: 'Owen Wilson' }],
		writings: [
			`/** Lists the titles of the films that one person directed and another acted in. @param directorName full name @param actorName full name */
async function listFilmsDirectedWith(directorName: string, actorName: string): Promise<string[]> {
  const directorId = await findPersonId(directorName);
  const actorId = await findPersonId(actorName);
  // Fetch the credits of both and keep the films directed by one that the other has a role in.
  const { crew } = await movies.getPersonCredits({ person_id: directorId });
  const { cast } = await movies.getPersonCredits({ person_id: actorId });
  const roles = new Set(cast.map(({ id }) => id));
  return crew.filter(({ id, job }) => job === 'Director' && roles.has(id)).map(({ title }) => title);
}`,
		],
		sentence: '{first} directed ${result.join(", ")} with {second}.',
		expected: (world, { first, second }) => {
			const acted = new Set(filmsActedIn(world, second));
			return filmsWith(world, 'Director', first)
				.filter((film) => acted.has(film))
				.map(({ title }) => title);
		},
	},
];

function shared(world: FilmWorld, { first, second }: Names): string[] {
	const credited = (film: FilmWorld['films'][number], name: Names[string] | undefined) =>
		[...world.roles, ...world.jobs].some((credit) => credit.film === film && credit.person.name === name);
	return world.films.filter((film) => credited(film, first) && credited(film, second)).map(({ title }) => title);
}
