import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { completeFilmographies } from '../../../examples/movies/facts/complete-filmographies.ts';
import type { FilmFacts } from '../../../examples/movies/facts/film-facts.ts';
import { collections, countries, genres, languages } from '../../../examples/movies/facts/reference.ts';
import { reviews } from '../../../examples/movies/facts/reviews.ts';
import { buildFilmWorld } from '../../../examples/movies/film-world.ts';

const world = buildFilmWorld();
const { films, people } = world;
const label = (film: FilmFacts) => `${film.title} (${film.released})`;

function isDate(text: string): boolean {
	const date = new Date(`${text}T00:00:00Z`);
	return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

function repeated<Value>(values: readonly Value[]): Value[] {
	return values.filter((value, index) => values.indexOf(value) !== index);
}

function titlesDirectedBy(key: string): string[] {
	return films
		.filter((film) => film.directors.some((director) => director === key))
		.map((film) => `${film.title} ${film.released.slice(0, 4)}`);
}

describe('the films', () => {
	it('have ids that nothing else has, people, collections and genres included', () => {
		const ids = [
			...films.map(({ id }) => id),
			...people.map(({ id }) => id),
			...Object.values(collections).map(({ id }) => id),
			...Object.values(genres),
		];
		assert.deepEqual(repeated(ids), []);
		assert.ok(ids.every((id) => Number.isInteger(id) && id > 0));
	});

	it('were released on real days, none after 2023', () => {
		for (const film of films) {
			assert.ok(isDate(film.released), label(film));
			assert.ok(film.released > '1895-12-27' && film.released <= '2023-12-31', label(film));
		}
	});

	it('are no two of the same title and year', () => {
		assert.deepEqual(repeated(films.map((film) => `${film.title} ${film.released.slice(0, 4)}`)), []);
	});

	it('have believable numbers', () => {
		for (const film of films) {
			assert.ok(Number.isInteger(film.runtime) && film.runtime >= 60 && film.runtime <= 240, label(film));
			assert.ok(film.rating > 4 && film.rating < 9 && Number((film.rating * 10).toFixed(6)) % 1 === 0, label(film));
			for (const money of [film.budget, film.revenue]) assert.ok(money === undefined || (money > 0 && money < 3_000), label(film));
		}
	});

	it('name directors, writers, two to eight leading roles, one to four genres and a country, nobody and nothing twice', () => {
		for (const film of films) {
			const lists = [film.directors, film.writers, film.genres, film.countries];
			for (const list of lists) {
				assert.ok(list.length >= 1, label(film));
				assert.deepEqual(repeated<string>([...list]), [], label(film));
			}
			const roles = Object.keys(film.cast).length;
			assert.ok(roles >= 2 && roles <= 8, `${label(film)} has ${roles} roles`);
			assert.ok(film.genres.length <= 4, label(film));
		}
	});

	it('are told in one sentence each, with no text left untrimmed', () => {
		for (const film of films) {
			assert.match(film.overview, /^\S.{20,140}[^\s.]\.$/u, label(film));
			assert.notEqual(film.originalTitle, film.title, label(film));
			for (const text of [film.title, film.originalTitle ?? '-', ...Object.values(film.cast)])
				assert.match(text, /^\S(.*\S)?$/u, label(film));
		}
	});

	it('include different ones of the same title', () => {
		const titles = new Set(repeated(films.map(({ title }) => title)));
		assert.deepEqual([...titles].sort(), [
			'Crash',
			'Dune',
			'Insomnia',
			'Little Women',
			'Oldboy',
			'Solaris',
			'Suspiria',
			'The Beguiled',
			'West Side Story',
		]);
	});
});

describe('the people', () => {
	it('are all credited somewhere', () => {
		const credited = new Set([...world.roles, ...world.jobs].map(({ person }) => person));
		assert.deepEqual(
			people.filter((person) => !credited.has(person)).map(({ name }) => name),
			[],
		);
	});

	it('were born on real days, before their first film', () => {
		for (const person of people) {
			const { born } = person.facts;
			assert.equal(born === undefined, person.facts.birthplace === undefined, person.name);
			if (born === undefined) continue;
			assert.ok(isDate(born), person.name);
			const first = [...world.roles, ...world.jobs]
				.filter((entry) => entry.person === person)
				.map(({ film }) => film.released)
				.sort()[0];
			assert.ok(first !== undefined && born < first, person.name);
		}
	});

	it('include two of one name', () => {
		assert.deepEqual(repeated(people.map(({ name }) => name)), ['Steve McQueen']);
	});

	it('are known for a department they are credited in', () => {
		for (const person of people) {
			const departments: string[] = world.jobs.filter((entry) => entry.person === person).map(({ department }) => department);
			if (world.roles.some((role) => role.person === person)) departments.push('Acting');
			assert.ok(departments.includes(person.facts.department), person.name);
		}
	});
});

describe('the complete filmographies', () => {
	const counts = {
		'Bong Joon-ho': 7,
		'Chloé Zhao': 4,
		'Christopher Nolan': 12,
		'Céline Sciamma': 5,
		'Damien Chazelle': 5,
		'Denis Villeneuve': 10,
		'Greta Gerwig': 4,
		'Hayao Miyazaki': 12,
		'Jane Campion': 8,
		'Jordan Peele': 3,
		'Kathryn Bigelow': 10,
		'Paul Thomas Anderson': 9,
		'Quentin Tarantino': 10,
		'Sofia Coppola': 8,
		'Steve McQueen (director)': 4,
		'Wes Anderson': 11,
	};

	it('have as many films as the director made', () => {
		const found = Object.fromEntries(completeFilmographies.map((key) => [key, titlesDirectedBy(key).length]));
		assert.deepEqual(found, counts);
	});

	it('have the right films, oldest first', () => {
		assert.deepEqual(titlesDirectedBy('Sofia Coppola'), [
			'The Virgin Suicides 1999',
			'Lost in Translation 2003',
			'Marie Antoinette 2006',
			'Somewhere 2010',
			'The Bling Ring 2013',
			'The Beguiled 2017',
			'On the Rocks 2020',
			'Priscilla 2023',
		]);
		assert.deepEqual(titlesDirectedBy('Greta Gerwig'), ['Nights and Weekends 2008', 'Lady Bird 2017', 'Little Women 2019', 'Barbie 2023']);
	});
});

describe('the reference tables', () => {
	it('have no entry that no film uses', () => {
		assert.deepEqual(Object.keys(genres).sort(), [...new Set(films.flatMap((film) => film.genres))].sort());
		assert.deepEqual(Object.keys(languages).sort(), [...new Set(films.map((film) => film.language))].sort());
		assert.deepEqual(Object.keys(countries).sort(), [...new Set(films.flatMap((film) => film.countries))].sort());
	});

	it('have collections of as many films as were made', () => {
		const sizes = Object.keys(collections).map((name) => [name, films.filter((film) => film.collection === name).length]);
		assert.deepEqual(Object.fromEntries(sizes), {
			'Before Trilogy': 3,
			'Blade Runner Collection': 2,
			'Kill Bill Collection': 2,
			'The Dark Knight Trilogy': 3,
			'The Godfather Collection': 3,
			'The Lord of the Rings Collection': 3,
			'Three Colours Trilogy': 3,
			'Toy Story Collection': 4,
		});
	});

	it('have reviews of films that exist, by one reviewer once', () => {
		for (const review of reviews)
			assert.ok(
				films.some(({ id }) => id === review.film),
				review.text,
			);
		assert.deepEqual(repeated(reviews.map(({ film, author }) => `${film} ${author}`)), []);
		assert.ok(reviews.every(({ rating }) => Number.isInteger(rating) && rating >= 1 && rating <= 10));
	});
});
