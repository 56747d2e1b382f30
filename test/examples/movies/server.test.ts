import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import http from 'node:http';
import net from 'node:net';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { startMovies } from '../../../examples/movies/server.ts';
import { type Answer, json, openMovies, send } from './movies-client.ts';

function assertProblem(answer: Answer, status: number, detail: RegExp): void {
	assert.equal(answer.status, status, answer.text);
	assert.equal(answer.headers['content-type'], 'application/problem+json');
	assert.deepEqual(Object.keys(answer.json), ['type', 'title', 'status', 'detail']);
	assert.equal(answer.json.title, http.STATUS_CODES[status]);
	assert.equal(answer.json.status, status);
	assert.match(answer.json.detail, detail);
}

describe('bad arguments are refused with 400 and a sentence that names them', () => {
	const cases: [string, RegExp][] = [
		['/search/movie', /"query" is missing; it must be a text of 1 to 100 characters/],
		['/search/movie?query=', /"query" must be/],
		[`/search/movie?query=${'x'.repeat(101)}`, /"query" must be a text of 1 to 100/],
		['/search/movie?query=dune&year=soon', /"year" must be a whole number of 1888 to 2100/],
		['/search/movie?query=dune&query=solaris', /"query" was given more than once/],
		['/search/movie?q=dune', /no argument "q" here; this operation takes query, year, page/],
		['/genres?page=1', /no argument "page" here; this operation takes none/],
		['/watchlist?page=0', /"page" must be a whole number of 1 to 1000/],
		['/watchlist?page=-1', /"page" must be/],
		['/watchlist?page=1001', /"page" must be/],
		['/watchlist?page=1.5', /"page" must be/],
		['/watchlist?page=1e2', /"page" must be/],
		['/watchlist?page=', /"page" must be/],
		['/watchlist?page=99999999999999999999', /"page" must be/],
		['/movie/abc', /"movie_id" must be a whole number of at least 1/],
		['/movie/0', /"movie_id" must be/],
		['/movie/12abc/credits', /"movie_id" must be/],
		['/movie/__proto__', /"movie_id" must be/],
		['/person/..', /"person_id" must be/],
		['/movie/%E0%A4%A', /percent sign/],
		['/discover/movie?with_genres=6,', /"with_genres" must be a comma-separated list of 1 to 10 items/],
		['/discover/movie?with_genres=', /"with_genres" must be/],
		['/discover/movie?with_people=1,2,3,4,5,6,7,8,9,10,11', /"with_people" must be/],
		['/discover/movie?original_language=french', /"original_language" must be a text of 2 characters/],
		['/discover/movie?released_from=2020-02-30', /"released_from" must be a date/],
		['/discover/movie?released_to=2020', /"released_to" must be a date/],
		['/discover/movie?vote_average_min=11', /"vote_average_min" must be a number of 0 to 10/],
		['/discover/movie?sort_by=popularity', /"sort_by" must be one of release_date\.desc/],
		['/discover/movie?__proto__=1', /no argument "__proto__"/],
	];
	for (const [path, detail] of cases)
		it(path.slice(0, 70), async (t) => {
			const movies = await openMovies(t);
			assertProblem(await movies('GET', path), 400, detail);
		});
});

describe('ids of nothing are 404 with where to find one', () => {
	const cases: [string, string, RegExp][] = [
		['GET', '/movie/99999', /No movie has the id 99999; searchMovie/],
		['GET', '/movie/99999/credits', /No movie/],
		['GET', '/movie/99999/similar', /No movie/],
		['GET', '/movie/99999/reviews', /No movie/],
		['DELETE', '/movie/99999/rating', /No movie/],
		['DELETE', '/movie/101/rating', /"Metropolis" has no rating of yours/],
		['DELETE', '/watchlist/99999', /No movie/],
		['DELETE', '/watchlist/101', /"Metropolis" is not on the watchlist/],
		['GET', '/person/101', /No person has the id 101; searchPerson/],
		['GET', '/person/101/credits', /No person/],
		['GET', '/collection/1', /No collection has the id 1; searchCollection/],
	];
	for (const [method, path, detail] of cases)
		it(`${method} ${path}`, async (t) => {
			const movies = await openMovies(t);
			assertProblem(await movies(method, path), 404, detail);
		});
});

describe('bodies', () => {
	it('are refused with 415 unless they are JSON', async (t) => {
		const movies = await openMovies(t);
		for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', ''])
			assertProblem(
				await movies('POST', '/watchlist', { body: '{"movie_id":101}', headers: { 'content-type': type } }),
				415,
				/application\/json/,
			);
		assertProblem(await movies('PUT', '/movie/101/rating', { body: '{"value":1}' }), 415, /application\/json/);
	});

	it('may name a charset and be written in any case', async (t) => {
		const movies = await openMovies(t);
		const headers = { 'content-type': 'Application/JSON; charset=utf-8' };
		assert.equal((await movies('POST', '/watchlist', { body: '{"movie_id":101}', headers })).status, 201);
	});

	it('are refused with 400 when they are not what is declared, and nothing changes', async (t) => {
		const movies = await openMovies(t);
		const raw = (body: string | Buffer) => movies('POST', '/watchlist', { body, headers: { 'content-type': 'application/json' } });
		assertProblem(await raw(''), 400, /body is missing/);
		assertProblem(await raw('{"movie_id":'), 400, /not valid JSON/);
		assertProblem(await raw(Buffer.from('{"movie_id":101,"note":"\xff"}', 'latin1')), 400, /not valid JSON in UTF-8/);
		for (const body of ['[]', 'null', '"x"', '101']) assertProblem(await raw(body), 400, /must be a JSON object/);
		assertProblem(await raw('{}'), 400, /"movie_id" is missing; it must be a whole number/);
		assertProblem(await raw('{"movie_id":"101"}'), 400, /"movie_id" must be a whole number/);
		assertProblem(await raw('{"movie_id":101.5}'), 400, /"movie_id" must be/);
		assertProblem(await raw('{"movie_id":null}'), 400, /"movie_id" must be/);
		assertProblem(await raw('{"movie_id":101,"note":5}'), 400, /"note" must be a text/);
		assertProblem(await raw(`{"movie_id":101,"note":"${'x'.repeat(201)}"}`), 400, /"note" must be a text of 0 to 200/);
		assertProblem(await raw('{"movie_id":101,"mood":"x"}'), 400, /no argument "mood" here; this operation takes movie_id, note/);
		assertProblem(await raw('{"movie_id":101,"__proto__":{}}'), 400, /no argument "__proto__"/);
		assertProblem(await raw('{"movie_id":99999}'), 404, /No movie/);
		for (const value of [0, 10.5, 7.3, '"8"', true])
			assertProblem(
				await movies('PUT', '/movie/101/rating', json({ value })),
				400,
				/"value" must be a number of 0.5 to 10 in steps of 0.5/,
			);
		assert.equal((await movies('GET', '/watchlist')).json.total_results, 0);
		assert.equal((await movies('GET', '/ratings')).json.total_results, 0);
	});

	it('are refused with 413 when they are large, whether their length is announced or not, and the server lives on', async (t) => {
		const movies = await openMovies(t);
		const body = JSON.stringify({ movie_id: 101, note: 'x'.repeat(8 * 1024 * 1024) });
		const headers = { 'content-type': 'application/json' };
		assertProblem(await movies('POST', '/watchlist', { body, headers }), 413, /larger than 16 KiB/);
		assertProblem(await movies('POST', '/watchlist', { body, headers: { ...headers, 'transfer-encoding': 'chunked' } }), 413, /larger/);
		assert.equal((await movies('GET', '/watchlist')).json.total_results, 0);
	});

	it('that break off halfway harm nobody else', async (t) => {
		const { url, close } = await startMovies();
		t.after(close);
		const socket = net.connect(Number(new URL(url).port), '127.0.0.1');
		socket.write('POST /watchlist HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{"movie_id"');
		socket.destroy();
		assert.equal((await send(url, 'GET', '/watchlist')).json.total_results, 0);
	});
});

describe('paths and methods', () => {
	it('that are not described are 404', async (t) => {
		const movies = await openMovies(t);
		for (const path of [
			'/',
			'//',
			'/movie',
			'/movie/',
			'/movie/101/',
			'/movie/101/cast',
			'/Genres',
			'/genres/1',
			'/openapi.yaml',
			'/search',
			'*',
		])
			assertProblem(await movies('GET', path), 404, /nothing at this path; GET \/openapi\.json/);
	});

	it('answer other methods with 405 and the ones allowed', async (t) => {
		const movies = await openMovies(t);
		const refused = await movies('PATCH', '/watchlist', json({ movie_id: 101 }));
		assertProblem(refused, 405, /takes GET, POST, HEAD, OPTIONS, not PATCH/);
		assert.equal(refused.headers.allow, 'GET, POST, HEAD, OPTIONS');
		assert.equal((await movies('DELETE', '/movie/top-rated')).headers.allow, 'GET, HEAD, OPTIONS');
		assert.equal((await movies('GET', '/movie/101/rating')).headers.allow, 'PUT, DELETE, OPTIONS');
		assert.equal((await movies('HEAD', '/movie/101/rating')).status, 405);
	});

	it('answer OPTIONS with what is allowed and HEAD like GET without the body', async (t) => {
		const movies = await openMovies(t);
		const options = await movies('OPTIONS', '/watchlist/101');
		assert.deepEqual([options.status, options.headers.allow, options.text], [204, 'DELETE, OPTIONS', '']);
		const [head, get] = [await movies('HEAD', '/genres'), await movies('GET', '/genres')];
		assert.deepEqual([head.status, head.text, head.headers['content-length']], [200, '', String(Buffer.byteLength(get.text))]);
		assert.equal((await movies('HEAD', '/movie/99999')).status, 404);
	});
});

describe('the server', () => {
	it('serves its document with the address it has', async (t) => {
		const { url, close } = await startMovies();
		t.after(close);
		const { json: document } = await send(url, 'GET', '/openapi.json');
		assert.equal(document.openapi, '3.1.0');
		assert.equal(document.servers[0].url, url);
		assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
	});

	it('forgets watchlist and ratings with a restart, and servers at once share nothing', async (t) => {
		const first = await startMovies();
		const second = await startMovies();
		t.after(first.close);
		t.after(second.close);
		await send(first.url, 'POST', '/watchlist', json({ movie_id: 101 }));
		await send(first.url, 'PUT', '/movie/101/rating', json({ value: 9 }));
		assert.equal((await send(first.url, 'GET', '/watchlist')).json.total_results, 1);
		assert.equal((await send(second.url, 'GET', '/watchlist')).json.total_results, 0);
		const port = Number(new URL(first.url).port);
		await first.close();
		const again = await startMovies({ port });
		t.after(again.close);
		assert.equal(again.url, first.url);
		assert.equal((await send(again.url, 'GET', '/watchlist')).json.total_results, 0);
		assert.equal((await send(again.url, 'GET', '/ratings')).json.total_results, 0);
	});

	it('rejects a port that is taken or is none', async (t) => {
		const { url, close } = await startMovies();
		t.after(close);
		await assert.rejects(startMovies({ port: Number(new URL(url).port) }), { code: 'EADDRINUSE' });
		await assert.rejects(startMovies({ port: 70_000 }), { code: 'ERR_SOCKET_BAD_PORT' });
	});

	it('closes while a request is only half sent', { timeout: 10_000 }, async (t) => {
		const { url, close } = await startMovies();
		const socket = net.connect(Number(new URL(url).port), '127.0.0.1');
		t.after(() => socket.destroy());
		const ended = new Promise((resolve) => socket.on('close', resolve).on('error', () => undefined));
		await new Promise<void>((resolve) =>
			socket.write('POST /watchlist HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{', () => resolve()),
		);
		// Answered on the same loop, so the half request has been read by now.
		await send(url, 'GET', '/genres');
		await close();
		await ended;
		await assert.rejects(send(url, 'GET', '/genres'), { code: 'ECONNREFUSED' });
	});

	it('runs from the command line, and says so when it cannot', async (t) => {
		const { url, close } = await startMovies();
		t.after(close);
		const program = new URL('../../../examples/movies/server.ts', import.meta.url).pathname;
		const run = promisify(execFile);
		await assert.rejects(run(process.execPath, [program, '--port', new URL(url).port]), {
			code: 1,
			stderr: /could not be started.*--port/,
		});
		const child = execFile(process.execPath, [program, '--port', '0']);
		t.after(() => child.kill());
		const line = await new Promise<string>((resolve) => child.stdout?.once('data', resolve));
		const address = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0] ?? '';
		assert.equal((await send(address, 'GET', '/genres')).status, 200);
	});
});
