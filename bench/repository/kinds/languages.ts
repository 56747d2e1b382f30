import { countries, languages as languageNames } from '../../../examples/movies/facts/reference.ts';
import type { Kind } from '../kind.ts';

export const languages: readonly Kind[] = [
	{
		name: 'films in a language, counted',
		phrasings: [
			'How many films are in {language}?',
			'What is the number of films whose original language is {language}?',
			'How many {language} language films are there?',
			'Count the films shot in {language}.',
		],
		askedWith: [{ language: 'French' }, { language: 'Japanese' }, { language: 'Korean' }, { language: 'English' }],
		writings: [
			`/** Counts the films of an original language. @param language English name of the language */
async function countFilmsInLanguage(language: string): Promise<number> {
  // Find the code of the language.
  const { languages } = await movies.listLanguages();
  const match = languages.find(({ name }) => name === language);
  if (!match) throw new Error('No film is in ' + language);
  // List the films in it and take their number.
  const found = await movies.discoverMovies({ original_language: match.code });
  return found.total_results;
}`,
			`/** How many films were made in a language. @param languageName for example Italian */
async function filmsInLanguage(languageName: string): Promise<number> {
  // Look the code of the language up.
  const known = await movies.listLanguages();
  const code = known.languages.find(({ name }) => name === languageName)?.code;
  if (code === undefined) throw new Error('There is no language ' + languageName);
  // Ask for the films in it.
  const { total_results } = await movies.discoverMovies({ original_language: code });
  return total_results;
}`,
		],
		sentence: '${result} films are in {language}.',
		expected: ({ films }, { language: asked }) => films.filter(({ language }) => languageNames[language] === asked).length,
	},
	{
		name: 'films from a country, counted',
		resembles: 'films in a language, counted',
		phrasings: ['How many films are from {country}?'],
		askedWith: [{ country: 'South Korea' }],
		writings: [
			`/** Counts the films from a country. @param country English name of the country */
async function countFilmsFromCountry(country: string): Promise<number> {
  // Find the code of the country.
  const { countries } = await movies.listCountries();
  const match = countries.find(({ name }) => name === country);
  if (!match) throw new Error('No film is from ' + country);
  // List the films from there and take their number.
  const found = await movies.discoverMovies({ country: match.code });
  return found.total_results;
}`,
		],
		sentence: '${result} films are from {country}.',
		expected: ({ films }, { country }) => films.filter((film) => film.countries.some((code) => countries[code] === country)).length,
	},
];
