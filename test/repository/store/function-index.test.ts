import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { FunctionRecord, FunctionState } from '../../../src/repository/function-record.ts';
import { isOffered } from '../../../src/repository/function-state.ts';
import { recordId } from '../../../src/repository/record-keys.ts';
import { createFunctionIndex, type FunctionIndex } from '../../../src/repository/store/function-index.ts';
import { recordOf } from '../stored-functions.ts';

const KNOWN = [
	recordOf(
		'/** Counts the movies a person directed. @param directorName full name @returns number of movies with the job Director */\nasync function countDirectedMovies(directorName: string): Promise<number> { return tmdb.a() }',
		{ questions: ['How many movies did Sofia Coppola direct?'] },
	),
	recordOf('/** Finds the id of a person by name. */\nasync function findPersonId(name: string): Promise<number> { return tmdb.b() }', {
		questions: ['How many movies did Sofia Coppola direct?'],
	}),
	recordOf(
		'/** Lists the most popular TV shows of a country. */\nasync function listPopularShows(country: string): Promise<string[]> { return tmdb.c() }',
		{ questions: ['What are the most watched TV series in Denmark?'] },
	),
	recordOf(
		'/** Adds a track to a playlist. */\nasync function addToPlaylist(track: string, playlist: string): Promise<void> { return spotify.d() }',
	),
	recordOf(
		'/** Forecast of the weather in a city. */\nasync function weatherForecast(city: string): Promise<string> { return weather.e() }',
	),
];
const [COUNT, PERSON] = KNOWN;
assert.ok(COUNT && PERSON);

const idsOf = (records: readonly FunctionRecord[]) => records.map(recordId);
const found = (index: FunctionIndex, text: string, meant: (record: FunctionRecord) => boolean = isOffered) =>
	idsOf(index.search(text, 5, meant));

describe('what a question finds', async () => {
	const index = await createFunctionIndex(KNOWN);

	const best: readonly (readonly [text: string, name: string])[] = [
		['How many movies did Greta Gerwig direct?', 'countDirectedMovies'],
		['how many films has Nolan directed, count the movies', 'countDirectedMovies'],
		['number of movies directed by Denis Villeneuve', 'countDirectedMovies'],
		['Which TV shows are popular in Japan?', 'listPopularShows'],
		['put this track on my playlist', 'addToPlaylist'],
		['weather in Paris', 'weatherForecast'],
		["what is the person's id", 'findPersonId'],
		['async function countMoviesDirectedBy(director: string): Promise<number>', 'countDirectedMovies'],
	];
	for (const [text, name] of best) test(`${text} -> ${name}`, () => assert.equal(found(index, text)[0], `${name}@1`));

	const unrelated = [
		'',
		'???',
		'the of and',
		'__proto__ constructor toString',
		'\ud800 \u0000 😀',
		'x'.repeat(100_000),
		'Who composed the music of Dune?',
		'Which albums did Radiohead release in 1997?',
		'Convert 5 dollars to euros',
		'Is Sofia Coppola married?',
		'What is the name of the largest lake?',
		'give me the full list',
	];
	for (const text of unrelated) test(`nothing for: ${JSON.stringify(text.slice(0, 50))}`, () => assert.deepEqual(found(index, text), []));

	test('at most as many as asked for', () => {
		const text = 'movies directed by a person, person id';
		assert.equal(index.search(text, 2, isOffered).length, 2);
		assert.equal(index.search(text, 1, isOffered).length, 1);
		assert.deepEqual(index.search(text, 0, isOffered), []);
	});
});

describe('a function index', () => {
	test('of nothing lists and finds nothing', async () => {
		const index = await createFunctionIndex([]);
		assert.deepEqual([index.list(), index.size, found(index, 'movies directed')], [[], 0, []]);
		index.delete('nobody@1');
		assert.equal(index.size, 0);
	});

	test('keeps names of any characters apart', async () => {
		const names = ['__proto__', 'constructor', 'a/b', 'a', 'a@1', 'größe', '名前', 'a%2Fb'];
		const index = await createFunctionIndex(names.map((name) => ({ ...COUNT, name })));
		assert.deepEqual(
			index
				.list()
				.map(({ name }) => name)
				.sort(),
			[...names].sort(),
		);
		for (const name of names) index.delete(recordId({ name, version: 1 }));
		assert.deepEqual([index.list(), found(index, 'movies directed')], [[], []]);
	});

	test('lists by name, the newest version first', async () => {
		const versions = [2, 10, 1].map((version) => ({ ...COUNT, version }));
		const index = await createFunctionIndex([PERSON, ...versions]);
		assert.deepEqual(idsOf(index.list()), ['countDirectedMovies@10', 'countDirectedMovies@2', 'countDirectedMovies@1', 'findPersonId@1']);
		assert.equal(index.size, 4);
	});

	test('finds one version of a name: the best, of equals the trusted one, then the newest', async () => {
		const index = await createFunctionIndex([1, 2, 3].map((version) => ({ ...COUNT, version })));
		const text = 'movies directed by Nolan';
		assert.deepEqual(found(index, text), ['countDirectedMovies@3']);
		index.put({ ...COUNT, version: 1, state: 'trusted' });
		assert.deepEqual(found(index, text), ['countDirectedMovies@1']);
		index.put({ ...COUNT, version: 2, questions: ['Which movies did Nolan direct?', 'Films directed by Nolan'] });
		assert.deepEqual(found(index, text), ['countDirectedMovies@2']);
	});

	test('finds nothing that is retired, and what is quarantined for those who mean it', async () => {
		const index = await createFunctionIndex([COUNT]);
		const put = (state: FunctionState) => index.put({ ...COUNT, state });
		put('quarantined');
		assert.deepEqual(found(index, 'movies directed'), []);
		assert.deepEqual(
			found(index, 'movies directed', ({ state }) => state === 'quarantined'),
			['countDirectedMovies@1'],
		);
		put('retired');
		assert.deepEqual(
			found(index, 'movies directed', () => true),
			[],
		);
		assert.deepEqual(idsOf(index.list()), ['countDirectedMovies@1']);
		put('candidate');
		assert.deepEqual(found(index, 'movies directed'), ['countDirectedMovies@1']);
		assert.equal(index.list()[0]?.state, 'candidate');
	});

	test('forgets words that a function has no more, and gives records as they were put last', async () => {
		const index = await createFunctionIndex([COUNT]);
		index.put({ ...COUNT, documentation: 'Counts bicycles.', questions: [] });
		assert.deepEqual(found(index, 'bicycles'), ['countDirectedMovies@1']);
		index.put({ ...COUNT, statistics: { ...COUNT.statistics, succeeded: 7 } });
		assert.deepEqual(found(index, 'bicycles'), []);
		assert.equal(index.search('movies directed', 1, isOffered)[0]?.statistics.succeeded, 7);
	});

	test('finds the same in every process, whatever came first', () =>
		fc.assert(
			fc.asyncProperty(
				fc.shuffledSubarray([...KNOWN, ...KNOWN.map((record) => ({ ...record, version: 2 }))], { minLength: 10 }),
				fc.shuffledSubarray(KNOWN),
				fc.constantFrom('movies of a person', 'count the movies directed', 'popular shows of a city', 'person'),
				async (records, changed, text) => {
					const index = await createFunctionIndex(records);
					for (const record of changed) index.delete(recordId(record));
					for (const record of changed) index.put(record);
					const other = await createFunctionIndex([...KNOWN.map((record) => ({ ...record, version: 2 })), ...KNOWN]);
					assert.deepEqual(found(index, text), found(other, text));
					assert.deepEqual(index.search(text, 1, isOffered), other.search(text, 1, isOffered));
					assert.deepEqual(idsOf(index.list()), idsOf(other.list()));
				},
			),
		));
});
