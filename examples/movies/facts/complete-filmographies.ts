import type { PersonKey } from './people.ts';

/**
 * Directors all of whose feature films shown in cinemas up to 31 December 2023 are in this world, co-directed ones included. Not counted: shorts,
 * documentaries and concert films, television, and segments of anthologies. Each volume of Kill Bill counts as a film, Death Proof too.
 */
export const completeFilmographies: readonly PersonKey[] = [
	'Bong Joon-ho',
	'Céline Sciamma',
	'Chloé Zhao',
	'Christopher Nolan',
	'Damien Chazelle',
	'Denis Villeneuve',
	'Greta Gerwig',
	'Hayao Miyazaki',
	'Jane Campion',
	'Jordan Peele',
	'Kathryn Bigelow',
	'Paul Thomas Anderson',
	'Quentin Tarantino',
	'Sofia Coppola',
	'Steve McQueen (director)',
	'Wes Anderson',
];
