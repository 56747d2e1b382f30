import type { FilmFacts } from './facts/film-facts.ts';

export interface WatchlistEntry {
	readonly film: FilmFacts;
	readonly note: string | null;
}

export interface OwnRating {
	readonly film: FilmFacts;
	readonly value: number;
}

/** What the person at this computer keeps: a watchlist and ratings, by film id in the order they were first put there. Gone with the server. */
export interface Shelf {
	readonly watchlist: Map<number, WatchlistEntry>;
	readonly ratings: Map<number, OwnRating>;
}

export function emptyShelf(): Shelf {
	return { watchlist: new Map(), ratings: new Map() };
}
