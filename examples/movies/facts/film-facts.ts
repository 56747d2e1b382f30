import type { PersonKey } from './people.ts';
import type { CollectionName, CountryCode, GenreName, LanguageCode } from './reference.ts';

/** One feature film. Names, genres and codes are checked by the compiler against the tables they come from. */
export interface FilmFacts {
	readonly id: number;
	/** The English title. */
	readonly title: string;
	/** Left out where it is the English one. */
	readonly originalTitle?: string;
	/** ISO date of the first public showing, at a festival or in cinemas; where its day is badly documented, the first well documented one that year. */
	readonly released: string;
	/** Minutes. */
	readonly runtime: number;
	readonly genres: readonly GenreName[];
	/** The main language spoken, or of the titles of a silent film. */
	readonly language: LanguageCode;
	readonly countries: readonly CountryCode[];
	readonly directors: readonly PersonKey[];
	/** Authors of the screenplay; of a story or book only where they also wrote the screenplay. */
	readonly writers: readonly PersonKey[];
	/** Leading roles in billing order: actor -> character. Voices of the original language version. */
	readonly cast: Readonly<Partial<Record<PersonKey, string>>>;
	readonly overview: string;
	/** Approximate average of public votes, 0 to 10. */
	readonly rating: number;
	/** Million US dollars, approximate; left out where unknown. */
	readonly budget?: number;
	/** Million US dollars worldwide, approximate, re-releases included; left out where unknown. */
	readonly revenue?: number;
	readonly collection?: CollectionName;
}
