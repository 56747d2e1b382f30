import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { JsonValue } from '../../src/json.ts';
import { type Asked, type AskOptions, type Fixture, openFixture, WORKSPACE } from './fixture.ts';
import { GOOD, PLAN, QUESTION, SCAFFOLD } from './programs.ts';

/** `source` is the function of a program that is asked for with `main`, and kept. */
async function keep(bot: Fixture, source: string, main: string, options?: AskOptions): Promise<void> {
	const script = { scaffold: ["return answer('', 1);"], plan: [source], implement: [`${source}\n\n${main}`] };
	const { end, events, requests } = await bot.ask(`A question for ${source.slice(0, 80)}`, script, { conversation: source, ...options });
	assert.equal(end.type, 'result', JSON.stringify([end, requests.at(-1)?.messages.at(-1)?.content.slice(-1200)]));
	assert.ok(
		events.some(({ type }) => type === 'kept'),
		JSON.stringify([source, events]),
	);
}

const SEARCH = `/** Titles of films that fit, of a year. */
async function titlesOf(query: string, year?: number, order: 'asc' | 'desc' = 'asc'): Promise<string[]> {
	const { results } = await movies.searchMovie({ query });
	const found = results.filter((film) => year === undefined || film.release_date?.startsWith(String(year)));
	return found.map((film) => film.title).sort((a, b) => (order === 'asc' ? a.localeCompare(b) : b.localeCompare(a)));
}`;

const FIRST = `/** The first film that fits, or nothing. */
async function firstFilm(query: string): Promise<string | null> {
	const { results } = await movies.searchMovie({ query });
	if (query === 'nobody') throw new Error('no film is called nobody');
	if (query === 'broken') return (results as unknown as { missing: { title: string } }).missing.title;
	return results[0]?.title ?? null;
}`;

const WATCH = `/** Puts a film on the watchlist, and gives it back. */
async function watch(title: string): Promise<string> {
	const { results } = await movies.searchMovie({ query: title });
	const { movie } = await movies.addToWatchlist({ movie_id: results[0].id });
	return movie.title;
}`;

const COUNTS = `/** How many films fit each of the texts, of a language. */
async function counts({ language }: { language: string }, ...queries: string[]): Promise<number[]> {
	const pages = await Promise.all(queries.map((query) => movies.searchMovie({ query })));
	return pages.map(({ total_results: total }) => (language === 'none' ? -1 : total));
}`;

describe('a stored function that a person calls', () => {
	let bot: Fixture;
	let turn = 0;
	before(async () => {
		bot = await openFixture();
		await bot.ask(QUESTION, { scaffold: [SCAFFOLD], plan: [PLAN], implement: [GOOD] });
		await keep(bot, SEARCH, `return answer('', await titlesOf('the'));`);
		await keep(bot, FIRST, `return answer('', await firstFilm('Her'));`);
		await keep(bot, COUNTS, `return answer('', await counts({ language: 'en' }, 'the'));`);
		await keep(bot, WATCH, `return answer('Done.', await watch('Arrival'));`, { confirm: () => true });
	});
	after(() => bot.close());

	/** No model is there: asking one fails the test. */
	const call = (name: string, args: readonly JsonValue[], options: AskOptions = {}): Promise<Asked> =>
		bot.ask(`/functions run ${name}`, {}, { conversation: `call ${++turn}`, ...options, call: { name, args } });
	const refused = async (asked: Promise<Asked>, code: string, message: RegExp) => {
		const { end, types } = await asked;
		assert.ok(end.type === 'failure', JSON.stringify(end));
		assert.equal(end.code, code, end.message);
		assert.match(end.message, message);
		return types();
	};
	const statistics = async (name: string) => (await bot.services.functions.get(WORKSPACE, name))?.statistics;

	describe('is refused', () => {
		test('when there is none of that name, with the nearest one', async () => {
			const types = await refused(call('countFilm', ['x']), 'not-found', /no stored function named countFilm\. Did you mean countFilms\?/);
			assert.deepEqual(types, ['failure']);
			await refused(call('toString', []), 'not-found', /no stored function named toString/);
		});

		test('with arguments that do not fit, which are named with their types, before anything is shown or run', async () => {
			const before = await statistics('titlesOf');
			const cases: readonly (readonly [readonly JsonValue[], RegExp])[] = [
				[
					['the', 'x'],
					/^`year` takes `number`: Type 'string' is not assignable to type 'number'\. Call `titlesOf` with other arguments\.\nThe function: async function titlesOf/,
				],
				[['the', null], /^`year` takes `number`: Type 'null'/],
				[['the', 1, 'up'], /^`order` takes `'asc' \| 'desc'`: Type '"up"'/],
				[[{ a: 1 }], /^`query` takes `string`/],
			];
			for (const [args, message] of cases) assert.deepEqual(await refused(call('titlesOf', args), 'bad-input', message), ['failure']);
			assert.deepEqual(await statistics('titlesOf'), before);
		});

		test('with too few or too many arguments', async () => {
			const before = await statistics('countFilms');
			await refused(call('countFilms', []), 'bad-input', /Expected 1 arguments, but got 0.*\nThe function: async function countFilms/s);
			await refused(call('countFilms', ['a', 'b']), 'bad-input', /Expected 1 arguments, but got 2/);
			assert.deepEqual(await statistics('countFilms'), before);
		});

		test('when a tool that it calls is gone', async () => {
			const own = await openFixture();
			try {
				await own.ask(QUESTION, { scaffold: [SCAFFOLD], plan: [PLAN], implement: [GOOD] });
				await own.services.catalogue.remove(WORKSPACE, 'movies');
				const asked = await own.ask('/functions run countFilms x', {}, { call: { name: 'countFilms', args: ['x'] }, conversation: 'gone' });
				assert.ok(asked.end.type === 'failure');
				assert.match(asked.end.message, /`countFilms` cannot be called: the tool movies\.\w+, which it calls, is not connected any more\./);
			} finally {
				await own.close();
			}
		});
	});

	test('answers without the model, and counts as a use, but not as a question', async () => {
		const before = await statistics('countFilms');
		const asked = await call('countFilms', ['Greta Gerwig']);
		assert.deepEqual(asked.types(), ['reuse', 'tool-call', 'tool-call', 'result']);
		assert.deepEqual(asked.of('reuse')[0], { type: 'reuse', code: "return await countFilms('Greta Gerwig');", functions: ['countFilms'] });
		assert.ok(asked.end.type === 'result');
		assert.equal(asked.end.sentence, "countFilms('Greta Gerwig'): 4");
		assert.equal(asked.end.value, 4);
		const { modelCalls, promptTokens, toolCalls, repairs, reused } = asked.end.totals;
		assert.deepEqual(
			{ modelCalls, promptTokens, toolCalls, repairs, reused },
			{ modelCalls: 0, promptTokens: 0, toolCalls: 2, repairs: 0, reused: ['countFilms'] },
		);
		assert.equal((await statistics('countFilms'))?.succeeded, (before?.succeeded ?? 0) + 1);
		assert.deepEqual(asked.requests, []);
		assert.deepEqual((await bot.services.functions.get(WORKSPACE, 'countFilms'))?.questions, [QUESTION]);
	});

	test('is given its arguments as they are', async () => {
		const { end } = await call('titlesOf', ['the', 2014, 'desc']);
		assert.ok(end.type === 'result' && Array.isArray(end.value));
		assert.equal(end.sentence, '');
		assert.deepEqual(end.value, [...end.value].sort().reverse());
		const odd = await call('firstFilm', ["'); throw new Error('`${1}` \\ \u2028"]);
		assert.ok(odd.end.type === 'result', JSON.stringify(odd.end));
	});

	test('may take a destructured argument and any number of others', async () => {
		const { end } = await call('counts', [{ language: 'none' }, 'the', 'a']);
		assert.deepEqual(end.type === 'result' && end.value, [-1, -1]);
		await refused(
			call('counts', [{ language: 1 }]),
			'bad-input',
			/^`{ language }` takes `{ language: string }`: language: Type 'number' is not assignable to type 'string'/,
		);
		await refused(call('counts', [{ language: 'en' }, 'the', 2]), 'bad-input', /^`\.\.\.queries` takes `string\[\]`: \[1\]: Type 'number'/);
		await refused(call('counts', [{ language: 'en', year: 1 }]), 'bad-input', /'year' does not exist in type/);
	});

	test('may find nothing: it was asked for nothing else', async () => {
		const none = await call('titlesOf', ['zzzzzz']);
		assert.ok(none.end.type === 'result');
		assert.deepEqual([none.end.value, none.end.sentence, none.end.totals.repairs], [[], '', 0]);
		const nothing = await call('firstFilm', ['zzzzzz']);
		assert.equal(nothing.end.type === 'result' && nothing.end.value, null);
	});

	test('that fails ends the run with cause and next step, and is not repaired', async () => {
		const before = await statistics('firstFilm');
		const types = await refused(
			call('firstFilm', ['nobody']),
			'unanswered',
			/^`firstFilm` gave no result\. The problem: no film is called nobody\. Call it with other arguments\./,
		);
		assert.deepEqual(types, ['reuse', 'tool-call', 'failure']);
		await refused(
			call('firstFilm', ['broken']),
			'unanswered',
			/Cannot read properties of undefined.*Ask what you want to know as a question/,
		);
		assert.equal((await statistics('firstFilm'))?.failed, before?.failed, 'a person may call it with what it is not for');
	});

	test('asks about its writes as any program does', async () => {
		const before = bot.asked.length;
		await refused(call('watch', ['Her'], { confirm: () => false }), 'not-allowed', /./);
		const allowed = await call('watch', ['Arrival'], { confirm: () => true });
		assert.ok(allowed.end.type === 'result', JSON.stringify(allowed.end));
		assert.deepEqual([allowed.end.value, allowed.end.sentence], ['Arrival', "watch('Arrival'): Arrival"]);
		assert.deepEqual(
			bot.asked.slice(before).map(({ tool, line }) => [tool, line]),
			[
				['movies.addToWatchlist', undefined],
				['movies.addToWatchlist', undefined],
			],
		);
	});

	test('lists its writes in a dry run, and counts nothing', async () => {
		const before = await statistics('watch');
		const { end } = await call('watch', ['Arrival'], { dryRun: true });
		assert.ok(end.type === 'result');
		assert.equal(end.withheld, 1);
		assert.match(end.sentence, /^Dry run: nothing was changed\. The program would make this call\./);
		assert.deepEqual(await statistics('watch'), before);
	});

	test('is a turn of its conversation', async () => {
		await call('countFilms', ['Greta Gerwig'], { conversation: 'followed' });
		const asked = await bot.ask(
			'and Sofia Coppola?',
			{ scaffold: ["return answer('8', await countFilms('Sofia Coppola'));"] },
			{ conversation: 'followed' },
		);
		const prompt = asked.requests[0]?.messages.at(-1)?.content ?? '';
		assert.match(prompt, /Q: \/functions run countFilms\nA: <data>.*countFilms\('Greta Gerwig'\): 4/);
		assert.match(prompt, /async function countFilms\(name: string\)/);
		assert.equal(asked.end.type === 'result' && asked.end.value, 8);
	});

	test('goes on where it was left, with the function as it was', async () => {
		const first = await openFixture();
		await first.ask(QUESTION, { scaffold: [SCAFFOLD], plan: [PLAN], implement: [GOOD] });
		const { promise: called, resolve } = Promise.withResolvers<void>();
		void first.ask(
			'/functions run countFilms',
			{},
			{
				conversation: 'left',
				call: { name: 'countFilms', args: ['Greta Gerwig'] },
				onEvent: (event) => event.type === 'tool-call' && resolve(),
			},
		);
		await called;
		await first.leave();
		const second = await openFixture({ folder: first.folder });
		try {
			const { ends, requests } = await second.resume({});
			assert.deepEqual(
				ends.map((end) => end.type === 'result' && end.value),
				[4],
			);
			assert.deepEqual(requests, []);
		} finally {
			await second.close();
		}
	});
});
