import type { Kind } from './kind.ts';
import { births } from './kinds/births.ts';
import { cast } from './kinds/cast.ts';
import { collections } from './kinds/collections.ts';
import { directors } from './kinds/directors.ts';
import { filmsDirected } from './kinds/films-directed.ts';
import { filmsOfAYear } from './kinds/films-of-a-year.ts';
import { languages } from './kinds/languages.ts';
import { longestFilm } from './kinds/longest-film.ts';
import { sharedFilms } from './kinds/shared-films.ts';
import { topFilms } from './kinds/top-films.ts';

/** Ten kinds of questions, each with what looks like it and is another. */
export const KINDS: readonly Kind[] = [
	filmsDirected,
	filmsOfAYear,
	cast,
	topFilms,
	sharedFilms,
	collections,
	directors,
	languages,
	births,
	longestFilm,
].flat();
