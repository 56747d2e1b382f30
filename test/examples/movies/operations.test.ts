import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildFilmWorld } from '../../../examples/movies/film-world.ts';
import { movieId, openMovies, personId, type Send } from './movies-client.ts';

type Named = { id: number; name: string };
type Titled = { id: number; title: string; release_date: string };

const titles = (found: { results: Titled[] }) => found.results.map(({ title }) => title);
const years = (found: Titled[]) => found.map(({ title, release_date }) => `${title} ${release_date.slice(0, 4)}`);

/** Every page from first to last. */
async function allPages<Item>(movies: Send, path: string): Promise<Item[]> {
	const items: Item[] = [];
	for (let page = 1; ; page++) {
		const { json: found } = await movies('GET', `${path}${path.includes('?') ? '&' : '?'}page=${page}`);
		items.push(...found.results);
		if (page >= found.total_pages) return items;
	}
}

describe('searches', () => {
	it('find nothing for words that nobody has, and say so with zero pages', async (t) => {
		const movies = await openMovies(t);
		for (const query of ['zzzz', '%21%21', 'Parasite%20Bong'])
			assert.deepEqual((await movies('GET', `/search/movie?query=${query}`)).json, {
				page: 1,
				total_pages: 0,
				total_results: 0,
				results: [],
			});
	});

	it('find films of the same title, narrowed by year', async (t) => {
		const movies = await openMovies(t);
		const { json: both } = await movies('GET', '/search/movie?query=little%20women');
		assert.deepEqual(years(both.results), ['Little Women 1994', 'Little Women 2019']);
		const { json: one } = await movies('GET', '/search/movie?query=little%20women&year=2019');
		assert.deepEqual(years(one.results), ['Little Women 2019']);
	});

	it('find original titles, in any writing, without accents', async (t) => {
		const movies = await openMovies(t);
		for (const [query, title] of [
			['기생충', 'Parasite'],
			['もののけ姫', 'Princess Mononoke'],
			['солярис', 'Solaris'],
			['amelie', 'Amélie'],
			['FABULEUX destin', 'Amélie'],
			['howls moving', "Howl's Moving Castle"],
			['maelstrom', 'Maelström'],
		])
			assert.deepEqual(titles((await movies('GET', `/search/movie?query=${encodeURIComponent(query ?? '')}`)).json), [title]);
	});

	it('put an exact title before longer ones', async (t) => {
		const movies = await openMovies(t);
		assert.equal(titles((await movies('GET', '/search/movie?query=toy%20story')).json)[0], 'Toy Story');
		assert.equal(titles((await movies('GET', '/search/movie?query=blade%20runner')).json)[0], 'Blade Runner');
		assert.equal(titles((await movies('GET', '/search/movie?query=mother')).json)[0], 'Mother');
	});

	it('find different people, so that a program has to choose', async (t) => {
		const movies = await openMovies(t);
		const names = async (query: string) =>
			(await movies('GET', `/search/person?query=${query}`)).json.results.map(({ name }: Named) => name);
		assert.deepEqual(await names('anderson'), ['Paul Thomas Anderson', 'Paul W. S. Anderson', 'Wes Anderson']);
		assert.deepEqual(await names('coppola'), ['Francis Ford Coppola', 'Roman Coppola', 'Sofia Coppola']);
		assert.deepEqual(await names('sofia%20coppola'), ['Sofia Coppola']);
		for (const name of ['Celine Sciamma', 'Chloe Zhao', 'Kieslowski', 'Skjoldbjaerg', 'lea seydoux', "Lupita Nyong'o", 'Lupita Nyongo'])
			assert.equal((await names(encodeURIComponent(name))).length, 1, name);
	});

	it('tell people of one name apart by what they are known for', async (t) => {
		const movies = await openMovies(t);
		const { results } = (await movies('GET', '/search/person?query=steve%20mcqueen')).json;
		assert.deepEqual(
			results.map((person: { known_for_department: string; known_for: string[] }) => [person.known_for_department, person.known_for]),
			[
				['Acting', ['The Great Escape', 'Bullitt']],
				['Directing', ['12 Years a Slave', 'Hunger', 'Shame']],
			],
		);
	});

	it('find collections, whose films come in order of release', async (t) => {
		const movies = await openMovies(t);
		const { results } = (await movies('GET', '/search/collection?query=three%20colours')).json;
		assert.equal(results.length, 1);
		const { parts } = (await movies('GET', `/collection/${results[0].id}`)).json;
		assert.deepEqual(years(parts), ['Three Colours: Blue 1993', 'Three Colours: White 1994', 'Three Colours: Red 1994']);
	});
});

describe('pages', () => {
	it('hold ten, add up to all films once, and are empty after the last', async (t) => {
		const movies = await openMovies(t);
		const { json: first } = await movies('GET', '/movie/top-rated');
		assert.equal(first.results.length, 10);
		const all = await allPages<Titled & { vote_average: number }>(movies, '/movie/top-rated');
		assert.equal(all.length, first.total_results);
		assert.equal(new Set(all.map(({ id }) => id)).size, buildFilmWorld().films.length);
		assert.ok(all.every((film, index) => index === 0 || film.vote_average <= (all[index - 1]?.vote_average ?? 0)));
		const { json: beyond } = await movies('GET', `/movie/top-rated?page=${first.total_pages + 1}`);
		assert.deepEqual(beyond, { ...first, page: first.total_pages + 1, results: [] });
	});
});

describe('discovery', () => {
	it('keeps the films that meet every condition', async (t) => {
		const movies = await openMovies(t);
		const { genres } = (await movies('GET', '/genres')).json;
		const id = (name: string) => genres.find((genre: Named) => genre.name === name).id;
		const path = `/discover/movie?with_genres=${id('Comedy')},${id('Science Fiction')}&released_from=1990-01-01&sort_by=title.asc`;
		assert.deepEqual(titles((await movies('GET', path)).json), ['Asteroid City']);
		const japanese = await allPages<Titled>(movies, '/discover/movie?original_language=ja&country=jp');
		assert.equal(japanese.length, 13);
		const long = await allPages<Titled>(movies, '/discover/movie?runtime_min=200&sort_by=runtime.desc');
		assert.deepEqual(years(long), [
			'Seven Samurai 1954',
			'The Godfather Part II 1974',
			'The Lord of the Rings: The Return of the King 2003',
		]);
		assert.deepEqual(titles((await movies('GET', '/discover/movie?released_from=1927-01-10&released_to=1927-01-10')).json), ['Metropolis']);
		const short = await allPages<Titled>(movies, '/discover/movie?runtime_max=72&sort_by=runtime.asc');
		assert.deepEqual(years(short), ['Following 1998', 'Petite maman 2021']);
		assert.equal((await allPages(movies, '/discover/movie?vote_average_min=8.7')).length, 1);
		assert.equal((await movies('GET', '/discover/movie?country=XX')).json.total_results, 0);
	});

	it('finds films that people made together, whatever each did', async (t) => {
		const movies = await openMovies(t);
		const people = [await personId(movies, 'Wes Anderson'), await personId(movies, 'Greta Gerwig')];
		assert.deepEqual(titles((await movies('GET', `/discover/movie?with_people=${people}`)).json), ['Isle of Dogs']);
		assert.equal((await movies('GET', '/discover/movie?with_people=999999')).json.total_results, 0);
	});

	it('sorts films of unknown revenue last in both directions', async (t) => {
		const movies = await openMovies(t);
		const revenue = async (path: string) => {
			const found = await allPages<Titled>(movies, path);
			const details = await Promise.all(found.map(({ id }) => movies('GET', `/movie/${id}`)));
			return details.map((detail) => detail.json.revenue as number | null);
		};
		const campion = await personId(movies, 'Jane Campion');
		for (const [order, sign] of [
			['desc', -1],
			['asc', 1],
		] as const) {
			const values = await revenue(`/discover/movie?with_people=${campion}&sort_by=revenue.${order}`);
			const known = values.filter((value) => value !== null);
			assert.ok(known.length > 1 && known.length < values.length);
			assert.deepEqual(values, [...known.toSorted((a, b) => sign * (a - b)), ...values.slice(known.length)]);
			assert.ok(values.slice(known.length).every((value) => value === null));
		}
	});
});

describe('credits', () => {
	it('say the same of a person and of a film, for everybody', async (t) => {
		const movies = await openMovies(t);
		const world = buildFilmWorld();
		const byFilm: string[] = [];
		for (const { id } of world.films) {
			const { cast, crew } = (await movies('GET', `/movie/${id}/credits`)).json;
			for (const role of cast) byFilm.push(`${id} ${role.id} ${role.character} ${role.order}`);
			for (const entry of crew) byFilm.push(`${id} ${entry.id} ${entry.job} ${entry.department}`);
		}
		const byPerson: string[] = [];
		for (const { id } of world.people) {
			const { cast, crew } = (await movies('GET', `/person/${id}/credits`)).json;
			for (const role of cast) byPerson.push(`${role.id} ${id} ${role.character} ${role.order}`);
			for (const entry of crew) byPerson.push(`${entry.id} ${id} ${entry.job} ${entry.department}`);
		}
		assert.ok(byFilm.length > 1000);
		assert.deepEqual(byPerson.sort(), byFilm.sort());
	});

	it('count the films of a director who also acts and writes', async (t) => {
		const movies = await openMovies(t);
		const { cast, crew } = (await movies('GET', `/person/${await personId(movies, 'Greta Gerwig')}/credits`)).json;
		const jobs = crew.map((entry: { job: string }) => entry.job);
		assert.equal(jobs.filter((job: string) => job === 'Director').length, 4);
		assert.equal(jobs.filter((job: string) => job === 'Writer').length, 5);
		assert.deepEqual(years(cast), ['Nights and Weekends 2008', 'Frances Ha 2012', '20th Century Women 2016', 'Isle of Dogs 2018']);
	});
});

describe('similar films and reviews', () => {
	it('are the same series first, and never the film itself', async (t) => {
		const movies = await openMovies(t);
		const id = await movieId(movies, 'The Two Towers', 2002);
		const { results } = (await movies('GET', `/movie/${id}/similar`)).json;
		assert.deepEqual(
			new Set(results.slice(0, 2).map(({ id }: Titled) => id)),
			new Set([await movieId(movies, 'Fellowship', 2001), await movieId(movies, 'Return of the King', 2003)]),
		);
		const all = await allPages<Titled>(movies, `/movie/${id}/similar`);
		assert.ok(all.length < 170 && all.every((film) => film.id !== id));
	});

	it('count a shared series most, then a shared director, whatever the genres', async (t) => {
		const movies = await openMovies(t);
		const similar = async (title: string, year: number) => allPages<Titled>(movies, `/movie/${await movieId(movies, title, year)}/similar`);
		const replicants = years(await similar('Blade Runner 2049', 2017));
		assert.equal(replicants[0], 'Blade Runner 1982');
		assert.ok(replicants.slice(1, 3).includes('Arrival 2016'));
		assert.ok(years(await similar('Titanic', 1997)).includes('Avatar 2009'));
		assert.ok(!years(await similar('Titanic', 1997)).includes('Spirited Away 2001'));
	});

	it('belong to the film asked for, and most films have none', async (t) => {
		const movies = await openMovies(t);
		const dune = async (year: number) => (await movies('GET', `/movie/${await movieId(movies, 'Dune', year)}/reviews`)).json.results;
		assert.deepEqual(
			(await dune(2021)).map((review: { rating: number }) => review.rating),
			[8],
		);
		assert.deepEqual(
			(await dune(1984)).map((review: { rating: number }) => review.rating),
			[5],
		);
		assert.equal((await movies('GET', '/movie/101/reviews')).json.total_results, 0);
	});
});
