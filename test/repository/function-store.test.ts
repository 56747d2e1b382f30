import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { pino } from 'pino';
import type { FunctionRecord } from '../../src/repository/function-record.ts';
import { createFunctionStore } from '../../src/repository/function-store.ts';
import { openStorage } from '../../src/storage/open.ts';
import { recordOf } from './stored-functions.ts';

const logger = pino({ level: 'silent' });
const folder = await mkdtemp(path.join(tmpdir(), 'functions-'));
const storage = await openStorage(`sqlite://${folder}/functions.sqlite`, { logger });
after(async () => {
	await storage.close();
	await rm(folder, { recursive: true });
});

let workspaces = 0;
const newWorkspace = () => `slack:T${++workspaces}`;

const KNOWN = {
	countDirectedMovies: recordOf(
		'/** Counts the movies a person directed. @param directorName full name @returns number of movies with the job Director */\nasync function countDirectedMovies(directorName: string): Promise<number> { return tmdb.a() }',
		{ questions: ['How many movies did Sofia Coppola direct?'] },
	),
	findPersonId: recordOf(
		'/** Finds the id of a person by name. */\nasync function findPersonId(name: string): Promise<number> { return tmdb.b() }',
		{
			questions: ['How many movies did Sofia Coppola direct?'],
		},
	),
	listPopularShows: recordOf(
		'/** Lists the most popular TV shows of a country. */\nasync function listPopularShows(country: string): Promise<string[]> { return tmdb.c() }',
		{
			questions: ['What are the most watched TV series in Denmark?'],
		},
	),
	addToPlaylist: recordOf(
		'/** Adds a track to a playlist. */\nasync function addToPlaylist(track: string, playlist: string): Promise<void> { return spotify.d() }',
	),
	weatherForecast: recordOf(
		'/** Forecast of the weather in a city. */\nasync function weatherForecast(city: string): Promise<string> { return weather.e() }',
	),
};

async function filled(workspaceId = newWorkspace()) {
	const store = createFunctionStore(storage);
	for (const record of Object.values(KNOWN)) await store.put({ ...record, workspaceId });
	return { store, workspaceId };
}

const namesOf = (records: readonly FunctionRecord[]) => records.map((record) => record.name);

describe('search', async () => {
	const { store, workspaceId } = await filled();
	const found = async (text: string) => namesOf(await store.search(workspaceId, text, 5));

	const best: readonly (readonly [text: string, name: keyof typeof KNOWN])[] = [
		['How many movies did Greta Gerwig direct?', 'countDirectedMovies'],
		['how many films has Nolan directed, count the movies', 'countDirectedMovies'],
		['number of movies directed by Denis Villeneuve', 'countDirectedMovies'],
		['Which TV shows are popular in Japan?', 'listPopularShows'],
		['put this track on my playlist', 'addToPlaylist'],
		['weather in Paris', 'weatherForecast'],
		["what is the person's id", 'findPersonId'],
		['async function countMoviesDirectedBy(director: string): Promise<number>', 'countDirectedMovies'],
	];
	for (const [text, name] of best) test(`${text} -> ${name}`, async () => assert.equal((await found(text))[0], name));

	const unrelated = [
		'',
		'???',
		'the of and',
		'Who composed the music of Dune?',
		'Which albums did Radiohead release in 1997?',
		'Convert 5 dollars to euros',
		'Is Sofia Coppola married?',
		'What is the name of the largest lake?',
		'give me the full list',
	];
	for (const text of unrelated) test(`nothing for: ${text}`, async () => assert.deepEqual(await found(text), []));

	test('at most as many as asked for', async () => {
		assert.equal((await store.search(workspaceId, 'movies directed by a person, person id', 1)).length, 1);
	});
});

describe('a function store', () => {
	test('keeps records by workspace and name', async () => {
		const { store, workspaceId } = await filled();
		assert.equal(await store.get(workspaceId, 'nobody'), undefined);
		assert.deepEqual(await store.get(workspaceId, 'findPersonId'), { ...KNOWN.findPersonId, workspaceId });
		assert.deepEqual(namesOf(await store.list(workspaceId)), Object.keys(KNOWN).sort());
		await store.put({ ...KNOWN.findPersonId, workspaceId, version: 2 });
		assert.equal((await store.get(workspaceId, 'findPersonId'))?.version, 2);
		assert.equal((await store.list(workspaceId)).length, 5);
	});

	test('shows no workspace what another has', async () => {
		const { store, workspaceId } = await filled();
		await filled(`${workspaceId}/findPersonId`);
		const empty = newWorkspace();
		assert.deepEqual(await store.list(empty), []);
		assert.deepEqual(await store.search(empty, 'movies directed', 5), []);
		assert.equal((await store.list(workspaceId)).length, 5);
		assert.equal(await store.get(workspaceId, 'findPersonId/weatherForecast'), undefined);
		assert.equal(await store.forget(workspaceId, 'findPersonId/weatherForecast'), false);
		await store.recordUse(workspaceId, 'findPersonId/weatherForecast', { succeeded: true, question: '?' });
		assert.equal((await store.get(`${workspaceId}/findPersonId`, 'weatherForecast'))?.statistics.succeeded, 1);
	});

	test('finds what it has just stored, and no more what it has just forgotten', async () => {
		const { store, workspaceId } = await filled();
		assert.deepEqual(await store.search(workspaceId, 'currency rates', 5), []);
		const rates = recordOf(
			'/** Rates of a currency. */\nasync function currencyRates(currency: string): Promise<number> { return bank.f() }',
			{ workspaceId },
		);
		await store.put(rates);
		assert.deepEqual(await store.search(workspaceId, 'currency rates', 5), [rates]);
		assert.equal(await store.forget(workspaceId, 'currencyRates'), true);
		assert.equal(await store.forget(workspaceId, 'currencyRates'), false);
		assert.deepEqual(await store.search(workspaceId, 'currency rates', 5), []);
	});

	test('finds what another process has stored, a little later', async () => {
		const { store, workspaceId } = await filled();
		await store.search(workspaceId, 'currency rates', 5);
		const other = createFunctionStore(storage);
		await other.put(
			recordOf('/** Rates of a currency. */\nasync function currencyRates(currency: string): Promise<number> { return bank.f() }', {
				workspaceId,
			}),
		);
		const deadline = performance.now() + 10_000;
		while ((await store.search(workspaceId, 'currency rates', 5)).length === 0) {
			assert.ok(performance.now() < deadline, 'not seen');
			await new Promise((resolve) => setTimeout(resolve, 100));
		}
	});

	test('counts uses, and remembers the last questions that were answered', async () => {
		const { store, workspaceId } = await filled();
		const use = (question: string, succeeded = true) => store.recordUse(workspaceId, 'findPersonId', { succeeded, question });
		for (let n = 1; n <= 12; n++) await use(`question ${n}`);
		await use('question 5');
		await use('failed', false);
		const record = await store.get(workspaceId, 'findPersonId');
		assert.deepEqual([record?.statistics.succeeded, record?.statistics.failed], [14, 1]);
		assert.ok((record?.statistics.lastUsedAt ?? '') > KNOWN.findPersonId.statistics.lastUsedAt);
		assert.deepEqual(
			record?.questions,
			[3, 4, 6, 7, 8, 9, 10, 11, 12, 5].map((n) => `question ${n}`),
		);
		await store.recordUse(workspaceId, 'gone', { succeeded: true, question: '?' });
		assert.equal(await store.get(workspaceId, 'gone'), undefined);
	});

	test('counts dislikes, keeps them through uses, and none below zero', async () => {
		const { store, workspaceId } = await filled();
		const dislikes = async () => (await store.get(workspaceId, 'findPersonId'))?.statistics.disliked;
		assert.equal(await dislikes(), undefined);
		for (const change of [1, 1] as const) await store.recordFeedback(workspaceId, 'findPersonId', change);
		await store.recordUse(workspaceId, 'findPersonId', { succeeded: true, question: '?' });
		assert.equal(await dislikes(), 2);
		for (const change of [-1, -1, -1] as const) await store.recordFeedback(workspaceId, 'findPersonId', change);
		assert.equal(await dislikes(), 0);
		await store.recordFeedback(workspaceId, 'gone', 1);
		assert.equal(await store.get(workspaceId, 'gone'), undefined);
	});

	test('misses none of what is counted at the same time, in several processes', async () => {
		const { store, workspaceId } = await filled();
		const stores = [store, createFunctionStore(storage), createFunctionStore(storage)];
		const counting = stores.flatMap((each, n) => [
			...Array.from({ length: 4 }, () => each.recordFeedback(workspaceId, 'findPersonId', 1)),
			...Array.from({ length: 4 }, () => each.recordUse(workspaceId, 'findPersonId', { succeeded: true, question: `${n}` })),
		]);
		await Promise.all(counting);
		const statistics = (await store.get(workspaceId, 'findPersonId'))?.statistics;
		assert.deepEqual([statistics?.disliked, statistics?.succeeded], [12, 13]);
	});

	test('says so when it cannot read or write', async () => {
		const closed = await openStorage('sqlite://:memory:', { logger });
		const store = createFunctionStore(closed);
		await closed.close();
		const failure = { name: 'UserError', code: 'storage' };
		await assert.rejects(store.put(KNOWN.findPersonId), failure);
		await assert.rejects(store.get('console:local', 'a'), failure);
		await assert.rejects(store.list('console:local'), failure);
		await assert.rejects(store.search('console:local', 'a', 5), failure);
		await assert.rejects(store.recordUse('console:local', 'a', { succeeded: true, question: '' }), failure);
		await assert.rejects(store.recordFeedback('console:local', 'a', 1), failure);
	});
});
