import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Schema, Validator } from '@cfworker/json-schema';
import { readDocument } from '../../../examples/movies/document.ts';
import { buildFilmWorld } from '../../../examples/movies/film-world.ts';
import { operationHandlers } from '../../../examples/movies/operations.ts';
import { emptyShelf } from '../../../examples/movies/shelf.ts';
import { type Answer, json, openMovies, type Send } from './movies-client.ts';

// biome-ignore lint/suspicious/noExplicitAny: an OpenAPI document as it is on the wire
type Node = any;

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Calls of every operation: method, path, status expected, body. In this order they find something to remove. */
const calls: Record<string, [string, string, number, unknown?][]> = {
	searchMovie: [
		['GET', '/search/movie?query=the', 200],
		['GET', '/search/movie?query=x&year=1', 400],
	],
	searchPerson: [
		['GET', '/search/person?query=a&page=2', 200],
		['GET', '/search/person', 400],
	],
	searchCollection: [
		['GET', '/search/collection?query=trilogy', 200],
		['GET', '/search/collection?query=', 400],
	],
	discoverMovies: [
		['GET', '/discover/movie?with_genres=6', 200],
		['GET', '/discover/movie?with_genres=drama', 400],
	],
	listTopRatedMovies: [
		['GET', '/movie/top-rated?page=17', 200],
		['GET', '/movie/top-rated?page=0', 400],
	],
	getMovie: [
		['GET', '/movie/{film}', 200],
		['GET', '/movie/1', 404],
		['GET', '/movie/x', 400],
	],
	getMovieCredits: [
		['GET', '/movie/{film}/credits', 200],
		['GET', '/movie/1/credits', 404],
		['GET', '/movie/x/credits', 400],
	],
	getSimilarMovies: [
		['GET', '/movie/{film}/similar', 200],
		['GET', '/movie/1/similar', 404],
		['GET', '/movie/x/similar', 400],
	],
	getMovieReviews: [
		['GET', '/movie/{film}/reviews', 200],
		['GET', '/movie/1/reviews', 404],
		['GET', '/movie/x/reviews', 400],
	],
	rateMovie: [
		['PUT', '/movie/{film}/rating', 200, { value: 8.5 }],
		['PUT', '/movie/1/rating', 404, { value: 8 }],
		['PUT', '/movie/101/rating', 400, { value: 11 }],
	],
	listRatings: [
		['GET', '/ratings', 200],
		['GET', '/ratings?page=x', 400],
	],
	removeRating: [
		['DELETE', '/movie/{film}/rating', 204],
		['DELETE', '/movie/1/rating', 404],
		['DELETE', '/movie/x/rating', 400],
	],
	getPerson: [
		['GET', '/person/{person}', 200],
		['GET', '/person/1', 404],
		['GET', '/person/x', 400],
	],
	getPersonCredits: [
		['GET', '/person/{person}/credits', 200],
		['GET', '/person/1/credits', 404],
		['GET', '/person/x/credits', 400],
	],
	getCollection: [
		['GET', '/collection/56', 200],
		['GET', '/collection/1', 404],
		['GET', '/collection/x', 400],
	],
	listGenres: [['GET', '/genres', 200]],
	listLanguages: [['GET', '/languages', 200]],
	listCountries: [['GET', '/countries', 200]],
	addToWatchlist: [
		['POST', '/watchlist', 201, { movie_id: 102 }],
		['POST', '/watchlist', 200, { movie_id: 102, note: 'again' }],
		['POST', '/watchlist', 404, { movie_id: 1 }],
		['POST', '/watchlist', 400, {}],
	],
	listWatchlist: [
		['GET', '/watchlist', 200],
		['GET', '/watchlist?page=0', 400],
	],
	removeFromWatchlist: [
		['DELETE', '/watchlist/102', 204],
		['DELETE', '/watchlist/102', 404],
		['DELETE', '/watchlist/x', 400],
	],
};

const world = buildFilmWorld();
/** Films and people of every kind: with and without collection, money, reviews and birthday. */
const subjects: Record<string, number[]> = { '{film}': world.films.map(({ id }) => id), '{person}': world.people.map(({ id }) => id) };

function operationsOf(document: Node): { id: string; method: string; path: string; operation: Node }[] {
	return Object.entries(document.paths as Record<string, Node>).flatMap(([path, item]) =>
		Object.entries(item as Record<string, Node>).map(([method, operation]) => ({
			id: operation.operationId,
			method: method.toUpperCase(),
			path,
			operation,
		})),
	);
}

/** The same document with every object closed, so that an answer with an undeclared property fails. */
function closed(node: Node): Node {
	if (typeof node !== 'object' || node === null) return node;
	if (Array.isArray(node)) return node.map(closed);
	const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, closed(value)]));
	return node.type === 'object' && node.properties ? { ...copy, additionalProperties: false } : copy;
}

function dereferenced(document: Node, node: Node): Node {
	return node.$ref
		? node.$ref
				.slice(2)
				.split('/')
				.reduce((inner: Node, key: string) => inner[key], document)
		: node;
}

function assertDeclared(document: Node, id: string, operation: Node, answer: Answer): void {
	const declared = operation.responses[answer.status];
	assert.ok(declared, `${id} does not declare ${answer.status}`);
	const { content } = dereferenced(document, declared);
	if (!content) {
		assert.equal(answer.text, '', id);
		return;
	}
	const media = content[answer.headers['content-type'] ?? ''];
	assert.ok(media, `${id} does not declare ${answer.headers['content-type']} for ${answer.status}`);
	const schema: Schema = { ...media.schema, components: document.components };
	const { valid, errors } = new Validator(schema, '2020-12').validate(answer.json);
	assert.ok(valid, `${id}: ${JSON.stringify(errors)}`);
}

async function fetchDocument(movies: Send): Promise<Node> {
	return closed((await movies('GET', '/openapi.json')).json);
}

describe('the document', () => {
	it('describes exactly the operations that exist', async (t) => {
		const described = operationsOf(await fetchDocument(await openMovies(t))).map(({ id }) => id);
		assert.deepEqual(described.toSorted(), Object.keys(operationHandlers(world, emptyShelf())).toSorted());
		assert.deepEqual(described.toSorted(), Object.keys(calls).toSorted());
	});

	it('declares every answer of every operation', async (t) => {
		const movies = await openMovies(t);
		const document = await fetchDocument(movies);
		const operations = new Map(operationsOf(document).map((entry) => [entry.id, entry]));
		for (const [id, examples] of Object.entries(calls)) {
			const described = operations.get(id);
			for (const [method, template, status, body] of examples) {
				assert.equal(method, described?.method, id);
				const placeholder = Object.keys(subjects).find((name) => template.includes(name)) ?? '';
				for (const subject of subjects[placeholder] ?? [0]) {
					const answer = await movies(method, template.replace(placeholder || '\0', String(subject)), body === undefined ? {} : json(body));
					assert.equal(answer.status, status, `${id} ${template}: ${answer.text}`);
					assertDeclared(document, id, described?.operation, answer);
				}
			}
		}
	});

	it('declares the refusals of bodies', async (t) => {
		const movies = await openMovies(t);
		const document = await fetchDocument(movies);
		for (const { id, method, path, operation } of operationsOf(document).filter(({ operation }) => operation.requestBody)) {
			const target = path.replace('{movie_id}', '101');
			assertDeclared(document, id, operation, await movies(method, target, { body: 'x' }));
			assertDeclared(document, id, operation, await movies(method, target, { ...json({}), body: 'x'.repeat(20_000) }));
		}
	});

	it('has an entry for every method that is answered', async (t) => {
		const movies = await openMovies(t);
		const document = await fetchDocument(movies);
		const described = new Set(operationsOf(document).map(({ method, path }) => `${method} ${path}`));
		for (const path of Object.keys(document.paths))
			for (const method of METHODS.filter((name) => !described.has(`${name} ${path}`)))
				assert.equal((await movies(method, path.replace(/\{\w+\}/, '101'))).status, 405, `${method} ${path}`);
	});

	it('is pleasant to use as tools: names in camel case, one-line summaries, every parameter described', async (t) => {
		const document = await fetchDocument(await openMovies(t));
		for (const { id, operation } of operationsOf(document)) {
			assert.match(id, /^[a-z]+(?:[A-Z][a-z]+)*$/);
			assert.match(operation.summary, /^[A-Z].{10,90}[^.\s]$/, id);
			for (const parameter of operation.parameters ?? [])
				assert.ok(dereferenced(document, parameter).description, `${id} ${JSON.stringify(parameter)}`);
		}
	});

	it('has an order of sorting for everything that sort_by offers', async (t) => {
		const movies = await openMovies(t);
		const { operations } = await readDocument();
		const orders = operations.flatMap((operation) => operation.arguments).find(({ name }) => name === 'sort_by')?.schema.enum ?? [];
		assert.equal(orders.length, 9);
		for (const order of orders) assert.equal((await movies('GET', `/discover/movie?sort_by=${order}`)).status, 200, order);
	});

	it('refers to nothing that it lacks and keeps nothing unused', async (t) => {
		const document = (await (await openMovies(t))('GET', '/openapi.json')).json;
		const references = new Set([...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/(\w+\/\w+)"/g)].map((match) => match[1]));
		const components = Object.entries(document.components).flatMap(([kind, entries]) =>
			Object.keys(entries as object).map((name) => `${kind}/${name}`),
		);
		assert.deepEqual([...references].sort(), components.sort());
	});
});
