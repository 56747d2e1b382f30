import type { JsonObject } from '../../../src/json.ts';

type Properties = Readonly<Record<string, JsonObject>>;

export interface Operation {
	readonly at: `${'GET' | 'POST'} /${string}`;
	readonly summary?: string;
	/** Without those of the path, which are numbers. */
	readonly parameters: Properties;
	readonly required?: readonly string[];
	/** All of them are always there. */
	readonly response: Properties;
}

const text: JsonObject = { type: 'string' };
const number: JsonObject = { type: 'integer' };
const listOf = (properties: Properties): JsonObject => ({
	type: 'array',
	items: { type: 'object', properties, required: Object.keys(properties) },
});

/** By operation id. */
export const FILMS = {
	listFilms: {
		at: 'GET /films',
		parameters: { genre: { type: 'string', enum: ['drama', 'comedy', 'horror'] }, year: number, director_id: number },
		response: { results: listOf({ id: number, title: text, year: number }) },
	},
	getFilm: {
		at: 'GET /films/{id}',
		parameters: {},
		response: { title: text, year: number, runtime: number, tagline: text, review_count: number },
	},
	getPerson: { at: 'GET /people', parameters: { name: text }, required: ['name'], response: { id: number, name: text, born: number } },
	listReviews: {
		at: 'GET /reviews',
		parameters: { film_id: number, limit: { type: 'integer', maximum: 100 } },
		required: ['film_id'],
		response: { reviews: listOf({ author: text, stars: number }) },
	},
} as const satisfies Record<string, Operation>;

export type Films = Readonly<Record<keyof typeof FILMS, Operation>>;
/** What an API becomes. */
export type Change = (films: Films) => Readonly<Record<string, Operation>>;

/** Another operation in the place of this one. */
export function operation(id: keyof Films, change: (operation: Operation) => Operation): Change {
	return (films) => ({ ...films, [id]: change(films[id]) });
}

export function parameters(id: keyof Films, change: (properties: Properties) => Properties): Change {
	return operation(id, (one) => ({ ...one, parameters: change(one.parameters) }));
}

export function response(id: keyof Films, change: (properties: Properties) => Properties): Change {
	return operation(id, (one) => ({ ...one, response: change(one.response) }));
}

/** Of each film that is listed. */
export function listed(change: (properties: Properties) => Properties): Change {
	return response('listFilms', () => ({ results: listOf(change({ id: number, title: text, year: number })) }));
}

export function renamed(from: string, to: string): (properties: Properties) => Properties {
	return (properties) => Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name === from ? to : name, schema]));
}

export function withProperty(name: string, schema: JsonObject): (properties: Properties) => Properties {
	return (properties) => ({ ...properties, [name]: schema });
}

export function documentOf(films: Readonly<Record<string, Operation>>): JsonObject {
	const paths: Record<string, JsonObject> = {};
	for (const [operationId, { at, summary = '', parameters: own, required = [], response: properties }] of Object.entries(films)) {
		const [method = '', path = ''] = at.split(' ');
		const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({ name, in: 'path', required: true, schema: number }));
		const inQuery = Object.entries(own).map(([name, schema]) => ({ name, in: 'query', required: required.includes(name), schema }));
		const schema = { type: 'object', properties, required: Object.keys(properties) };
		paths[path] = {
			...paths[path],
			[method.toLowerCase()]: {
				operationId,
				summary,
				parameters: [...inPath, ...inQuery],
				responses: { 200: { description: 'ok', content: { 'application/json': { schema } } } },
			},
		};
	}
	return { openapi: '3.1.0', info: { title: 'Films', version: '1' }, paths };
}

/** What the server gives, whatever its document says: under old and new names, so that programs for both work. */
export function answerOf(url: string): JsonObject {
	const film = { id: 1, title: 'Lost in Translation', name: 'Lost in Translation', year: 2003 };
	if (url.startsWith('/reviews')) return { reviews: [{ author: 'Ada', stars: 4 }] };
	if (url.startsWith('/people')) return { id: 7, name: 'Sofia Coppola', born: 1971 };
	if (/^\/(v2\/)?films\//.test(url))
		return { ...film, runtime: 102, tagline: 'Everyone wants to be found', slogan: 'Found', review_count: 1 };
	return { results: [film] };
}

/** Answered programs: eleven functions, some with several tools, some with one another. */
export const PROGRAMS = [
	`/** Finds the id of a person. */
async function findPersonId(name: string): Promise<number> {
	const person = await films.getPerson({ name });
	return person.id;
}
/** Lists the titles that a person directed. */
async function titlesDirectedBy(name: string): Promise<string[]> {
	const { results } = await films.listFilms({ director_id: await findPersonId(name) });
	return results.map((film) => film.title);
}
/** Counts the films that a person directed. */
async function countDirectedBy(name: string): Promise<number> {
	const titles = await titlesDirectedBy(name);
	return titles.length;
}
return answer('', await countDirectedBy('Sofia Coppola'));`,
	`/** Lists the dramas of a year. */
async function dramasOf(year: number): Promise<string[]> {
	const { results } = await films.listFilms({ genre: 'drama', year });
	return results.map((film) => film.title);
}
/** The average running time of films, in minutes. */
async function averageRuntime(ids: number[]): Promise<number> {
	const found = await Promise.all(ids.map((id) => films.getFilm({ id })));
	let minutes = 0;
	for (const film of found) minutes += film.runtime;
	return minutes / found.length;
}
/** The running time of a film, as the API gives it. */
async function runtimeOf(id: number): Promise<number | string> {
	const film = await films.getFilm({ id });
	return film.runtime;
}
/** The tagline of a film. */
async function taglineOf(id: number): Promise<string> {
	const film = await films.getFilm({ id });
	return film.tagline;
}
/** The tagline of a film in capitals, however it has none. */
async function shoutedTagline(id: number): Promise<string> {
	const film = await films.getFilm({ id });
	return (film.tagline ?? 'none').toUpperCase();
}
return answer('', [await dramasOf(2003), await averageRuntime([1]), await runtimeOf(1), await taglineOf(1), await shoutedTagline(1)]);`,
	`/** Counts the reviews of a film. */
async function countReviews(filmId: number): Promise<number> {
	const { reviews } = await films.listReviews({ film_id: filmId, limit: 100 });
	return reviews.length;
}
/** The stars that the films of a year have together. */
async function starsOfYear(year: number): Promise<number> {
	const { results } = await films.listFilms({ year });
	const all = await Promise.all(results.map((film) => films.listReviews({ film_id: film.id })));
	return all.flatMap(({ reviews }) => reviews).reduce((sum, review) => sum + review.stars, 0);
}
/** How old a person was when a film came out. */
async function ageAt(name: string, filmId: number): Promise<number> {
	const [person, film] = await Promise.all([films.getPerson({ name }), films.getFilm({ id: filmId })]);
	return film.year - person.born;
}
return answer('', [await countReviews(1), await starsOfYear(2003), await ageAt('Sofia Coppola', 1)]);`,
];
