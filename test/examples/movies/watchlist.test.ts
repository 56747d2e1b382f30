import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { json, movieId, openMovies } from './movies-client.ts';

describe('the watchlist and ratings', () => {
	it('keep what is added, in that order, once', async (t) => {
		const movies = await openMovies(t);
		const arrival = await movieId(movies, 'Arrival', 2016);
		const added = await movies('POST', '/watchlist', json({ movie_id: arrival, note: 'For Sunday' }));
		assert.deepEqual([added.status, added.json.movie.title, added.json.note], [201, 'Arrival', 'For Sunday']);
		await movies('POST', '/watchlist', json({ movie_id: 101 }));
		const again = await movies('POST', '/watchlist', json({ movie_id: arrival }));
		assert.deepEqual([again.status, again.json.note], [200, 'For Sunday']);
		assert.equal((await movies('POST', '/watchlist', json({ movie_id: arrival, note: 'For Monday' }))).json.note, 'For Monday');
		const list = (await movies('GET', '/watchlist')).json.results;
		assert.deepEqual(
			list.map((entry: { movie: { title: string }; note: string | null }) => [entry.movie.title, entry.note]),
			[
				['Arrival', 'For Monday'],
				['Metropolis', null],
			],
		);
		assert.deepEqual(
			[(await movies('DELETE', `/watchlist/${arrival}`)).status, (await movies('DELETE', `/watchlist/${arrival}`)).status],
			[204, 404],
		);
		assert.equal((await movies('GET', '/watchlist')).json.total_results, 1);
	});

	it('replace a rating and take it away, leaving the public average alone', async (t) => {
		const movies = await openMovies(t);
		const { vote_average } = (await movies('GET', '/movie/101')).json;
		await movies('PUT', '/movie/101/rating', json({ value: 2 }));
		const rated = await movies('PUT', '/movie/101/rating', json({ value: 9.5 }));
		assert.deepEqual([rated.status, rated.json.value, rated.json.movie.id], [200, 9.5, 101]);
		const { json: ratings } = await movies('GET', '/ratings');
		assert.deepEqual([ratings.total_results, ratings.results[0].value], [1, 9.5]);
		assert.equal((await movies('GET', '/movie/101')).json.vote_average, vote_average);
		assert.equal((await movies('DELETE', '/movie/101/rating')).status, 204);
		assert.equal((await movies('GET', '/ratings')).json.total_results, 0);
	});
});
