import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { startMovieSuite } from '../../../../bench/eval/movies/server.ts';

async function open(context: TestContext) {
	const server = await startMovieSuite();
	context.after(() => server.close());
	const send = async (session: string, method: string, path: string, body?: unknown) => {
		const headers = { 'content-type': 'application/json' };
		const response = await fetch(`${server.url}/s/${session}${path}`, {
			method,
			...(body !== undefined && { headers, body: JSON.stringify(body) }),
		});
		return { status: response.status, body: await response.json().catch(() => undefined) };
	};
	return { url: server.url, send, log: async (session: string) => (await send(session, 'GET', '/_admin/log')).body };
}

test('what no session or operation is named for is not found, and a call is logged as such', async (context) => {
	const { url, send, log } = await open(context);
	assert.equal((await fetch(`${url}/movie/1`)).status, 404);
	assert.equal((await send('a', 'GET', '/nothing/here')).status, 404);
	assert.equal((await send('a', 'POST', '/genres')).status, 405);
	assert.equal((await send('a', 'GET', '/search/movie')).status, 400);
	assert.deepEqual(await log('a'), [
		{ method: 'GET', template: null, status: 404, appended: [] },
		{ method: 'POST', template: null, status: 405, appended: [] },
		{ method: 'GET', template: '/search/movie', status: 400, appended: [] },
	]);
});

test('each session has a document, a log and a shelf of its own, until it is reset', async (context) => {
	const { url, send, log } = await open(context);
	const document = (await send('run%2Fa', 'GET', '/openapi.json')).body;
	assert.equal(document.servers[0].url, `${url}/s/run%2Fa`);
	assert.equal((await send('run%2Fa', 'POST', '/watchlist', { movie_id: 108 })).status, 201);
	assert.equal((await send('run%2Fa', 'PUT', '/movie/108/rating', { value: 9 })).status, 200);
	await send('run%2Fa', 'GET', '/movie/top-rated?page=2');
	const templates = (rows: { template: string }[]) => rows.map(({ template }) => template);
	assert.deepEqual(templates(await log('run%2Fa')), ['/watchlist', '/movie/{movie_id}/rating', '/movie/top-rated']);
	const state = { watchlist: [108], ratings: [{ film: 108, value: 9 }] };
	assert.deepEqual((await send('run%2Fa', 'GET', '/_admin/state')).body, state);
	assert.deepEqual((await send('b', 'GET', '/_admin/state')).body, { watchlist: [], ratings: [] });
	await send('run%2Fa', 'POST', '/_admin/reset', {});
	assert.deepEqual((await send('run%2Fa', 'GET', '/_admin/state')).body, { watchlist: [], ratings: [] });
	assert.deepEqual(await log('run%2Fa'), []);
});
