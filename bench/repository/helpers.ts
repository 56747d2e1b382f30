/**
 * Functions that those of several kinds call, in the ways a model would write them at different times: the first name is the one that the kinds use.
 * Bodies are the same, so that a repository which sees through names keeps one of each.
 */
export const HELPERS: readonly (readonly string[])[] = [
	[
		`/** Finds the id of a person by name. @param name full name */
async function findPersonId(name: string): Promise<number> {
  // Find the person.
  const found = await movies.searchPerson({ query: name });
  const person = found.results[0];
  if (!person) throw new Error('No person is called ' + name);
  return person.id;
}`,
		`/** Looks up a person's id. @param personName the name as credited */
async function lookUpPerson(personName: string): Promise<number> {
  // Look the person up.
  const people = await movies.searchPerson({ query: personName });
  const match = people.results[0];
  if (!match) throw new Error('No person is called ' + personName);
  return match.id;
}`,
	],
	[
		`/** Finds the id of a movie by its title. @param title English title */
async function findMovieId(title: string): Promise<number> {
  // Find the movie.
  const found = await movies.searchMovie({ query: title });
  const movie = found.results[0];
  if (!movie) throw new Error('No movie is called ' + title);
  return movie.id;
}`,
		`/** Looks up the id of the film with a title. @param filmTitle as released in English */
async function getFilmId(filmTitle: string): Promise<number> {
  // Look the film up.
  const films = await movies.searchMovie({ query: filmTitle });
  const film = films.results[0];
  if (!film) throw new Error('No movie is called ' + filmTitle);
  return film.id;
}`,
	],
	[
		`/** Finds the id of a genre by its name, whatever its case. @param genre name of the genre */
async function findGenreId(genre: string): Promise<number> {
  // Find the genre.
  const { genres } = await movies.listGenres();
  const match = genres.find(({ name }) => name.toLowerCase() === genre.toLowerCase());
  if (!match) throw new Error('There is no genre ' + genre);
  return match.id;
}`,
	],
	[
		`/** Finds the id of a collection by its name. @param name name of the collection */
async function findCollectionId(name: string): Promise<number> {
  // Find the collection.
  const found = await movies.searchCollection({ query: name });
  const collection = found.results[0];
  if (!collection) throw new Error('No collection is called ' + name);
  return collection.id;
}`,
	],
	[
		`/** Gives the details of all movies a person directed, oldest first. @param personId id of the person */
async function fetchDirectedMovies(personId: number): Promise<{ title: string; release_date: string; runtime: number }[]> {
  // Fetch the credits.
  const { crew } = await movies.getPersonCredits({ person_id: personId });
  const directed = crew.filter(({ job }) => job === 'Director');
  // Fetch the details of every film directed.
  const details = await Promise.all(directed.map(({ id }) => movies.getMovie({ movie_id: id })));
  return details.map(({ title, release_date, runtime }) => ({ title, release_date, runtime }));
}`,
	],
];
