import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { UserError } from '../../src/errors.ts';
import { store } from '../repository/stored-functions.ts';
import { type Fixture, openFixture, WORKSPACE } from './fixture.ts';
import { GOOD, PLAN, program, QUESTION, SCAFFOLD } from './programs.ts';

const plain = { scaffold: [SCAFFOLD], plan: [PLAN], implement: [GOOD] };

describe('answerQuestion', () => {
	let bot: Fixture;
	// Each test forgets what the one before it left in the repository.
	before(async () => {
		bot = await openFixture();
	});
	after(() => bot.close());
	const ask: Fixture['ask'] = async (question, script, options) => {
		for (const record of await bot.services.functions.list(WORKSPACE)) await bot.services.functions.delete(WORKSPACE, record);
		return bot.ask(question, script, { conversation: `thread ${Math.random()}`, ...options });
	};

	describe('on the straight way', () => {
		test('scaffold, plan, program, calls, result, and the function is kept', async () => {
			const asked = await ask(QUESTION, plain);
			assert.deepEqual(asked.types(), ['scaffold', 'plan', 'program', 'tool-call', 'tool-call', 'result', 'kept']);
			assert.equal(asked.end.type === 'result' && asked.end.sentence, 'Sofia Coppola directed 8 films.');
			assert.equal(asked.end.type === 'result' && asked.end.value, 8);
			assert.deepEqual(asked.of('plan')[0]?.tools, ['movies.searchPerson', 'movies.getPersonCredits']);
			assert.deepEqual(asked.of('kept')[0]?.functions, ['countFilms']);
			const { toolCalls, modelCalls, promptTokens, completionTokens, repairs, reused } = asked.end.totals;
			assert.deepEqual(
				{ toolCalls, modelCalls, promptTokens, completionTokens, repairs, reused },
				{ toolCalls: 2, modelCalls: 3, promptTokens: 300, completionTokens: 30, repairs: 0, reused: [] },
			);
		});

		test('the implement prompt declares the planned tools and no others', async () => {
			const asked = await ask(QUESTION, plain);
			const [implement] = asked.requests.filter(({ stage }) => stage === 'implement');
			const prompt = implement?.messages.map(({ content }) => content).join('\n') ?? '';
			assert.match(prompt, /movies\.searchPerson\(args: \{ query: string/);
			assert.match(prompt, /movies\.getPersonCredits\(args: \{ person_id: number/);
			assert.doesNotMatch(prompt, /discoverMovies/);
		});

		test('what a program leaves out is taken from the scaffold: the main call and the types', async () => {
			const scaffold = `interface Film { title: string }\nasync function listFilms(name: string): Promise<Film[]> {}\nconst films = await listFilms('Sofia Coppola');\nreturn answer(\`\${films.length} films\`, films);`;
			const asked = await ask(QUESTION, {
				scaffold: [scaffold],
				plan: [PLAN],
				implement: [
					`async function listFilms(name: string): Promise<Film[]> {
  const people = await movies.searchPerson({ query: name });
  const credits = await movies.getPersonCredits({ person_id: people.results[0].id });
  return credits.crew.filter((credit) => credit.job === 'Director').map(({ title }) => ({ title }));
}`,
				],
			});
			assert.equal(asked.end.type === 'result' && asked.end.sentence, '8 films');
		});

		test('a program wrapped into main, as small models like to write it, is answered', async () => {
			const wrapped = `${GOOD.slice(0, GOOD.indexOf('const count'))}async function main() {\n  const count = await countFilms('Sofia Coppola');\n  return answer(\`Sofia Coppola directed \${count} films.\`, count);\n}\nmain();`;
			const asked = await ask(QUESTION, {
				...plain,
				implement: [wrapped.replace('async function countFilms', 'export async function countFilms')],
			});
			assert.equal(asked.end.type === 'result' && asked.end.sentence, 'Sofia Coppola directed 8 films.');
			assert.equal(asked.end.totals.repairs, 0);
		});

		test('a scaffold that is none leaves the plan to start from the question', async () => {
			const asked = await ask(QUESTION, { ...plain, scaffold: ['return answer("Eight, I believe.", 8);'] });
			assert.equal(asked.end.type === 'result' && asked.end.value, 8);
			assert.equal(asked.of('scaffold').length, 0);
			assert.match(asked.requests[1]?.messages.at(-1)?.content ?? '', /Question: How many films/);
		});
	});

	describe('planning reconstruction', () => {
		const wrong = PLAN.replace('movies.getPersonCredits', 'movies.getFilmography').replace('movies.searchPerson', 'imdb.findPerson');

		test('made-up tools send the plan back with the nearest real ones', async () => {
			const asked = await ask(QUESTION, { ...plain, plan: [wrong, PLAN] });
			assert.equal(asked.end.type, 'result');
			assert.equal(asked.end.totals.repairs, 1);
			assert.equal(asked.of('repair')[0]?.cause, 'unknown-tool');
			const request = asked.requests.filter(({ stage }) => stage === 'plan')[1]?.messages.at(-1)?.content ?? '';
			assert.match(request, /there is no tool `imdb\.findPerson`\. The nearest real tools:\n(movies\..*\n)*movies\.searchPerson/);
			assert.match(request, /there is no tool `movies\.getFilmography`\. The nearest real tools:\n(movies\..*\n)*movies\.getPersonCredits/);
		});

		test('a plan that keeps making tools up ends after three repairs', async () => {
			const asked = await ask(QUESTION, { scaffold: [SCAFFOLD], plan: [wrong, wrong, wrong, wrong] });
			assert.equal(asked.end.type === 'failure' && asked.end.code, 'unanswered');
			assert.match(asked.end.type === 'failure' ? asked.end.message : '', /after 3 repairs.*imdb\.findPerson/);
			assert.equal(asked.requests.filter(({ stage }) => stage === 'plan').length, 4);
		});
	});

	describe('code review', () => {
		const repaired = async (bad: string, extra = {}) => {
			const asked = await ask(QUESTION, { ...plain, implement: [bad], reflect: [GOOD], ...extra });
			assert.equal(asked.end.type === 'result' && asked.end.value, 8, asked.end.type === 'failure' ? asked.end.message : '');
			assert.equal(asked.end.totals.repairs, 1);
			const prompt = asked.requests.at(-1)?.messages.at(-1)?.content ?? '';
			return { asked, prompt, repair: asked.of('repair')[0] };
		};

		test('a missing await is found before anything runs, at its line', async () => {
			const { asked, repair, prompt } = await repaired(GOOD.replace('await movies.searchPerson', 'movies.searchPerson'));
			assert.equal(repair?.cause, 'review');
			assert.match(repair?.text ?? '', /^Line 4: /);
			assert.match(prompt, /> 4 \|/);
			assert.equal(asked.types().indexOf('tool-call') > asked.types().indexOf('repair'), true, 'nothing ran before the repair');
		});

		test('a wrong argument and an unknown tool are found before anything runs', async () => {
			assert.match((await repaired(GOOD.replace('query: name', 'name'))).repair?.text ?? '', /Line 3: .*name.*query/);
			const unknown = await repaired(GOOD.replace('movies.getPersonCredits', 'movies.getCreditsOfPerson'));
			assert.equal(unknown.repair?.cause, 'unknown-tool');
			assert.match(unknown.prompt, /movies\.getPersonCredits\(args/, 'the nearest real tool is declared');
		});

		test('what does not parse is told with its line', async () => {
			const { repair } = await repaired(GOOD.replace('return credits', 'return return credits'));
			assert.match(repair?.text ?? '', /^Line 7: /);
		});

		test('an exception goes back with line, frame and recorded calls, marked as data', async () => {
			const { repair, prompt } = await repaired(
				program(`  const people = await movies.searchPerson({ query: 'director ' + name });
  const credits = await movies.getPersonCredits({ person_id: people.results[0].id });
  return credits.crew.length;`),
			);
			assert.equal(repair?.cause, 'exception');
			assert.match(repair?.text ?? '', /^Line 4: Cannot read properties of undefined \(reading 'id'\)/);
			assert.match(prompt, /> 4 \|/);
			assert.match(prompt, /<data>\nmovies\.searchPerson\(\{"query":"director Sofia Coppola"\}\) -> \{.*"total_results":0.*\n<\/data>/);
		});

		test('a tool that fails is an exception at the line of its call', async () => {
			const { repair, prompt } = await repaired(
				program('  const film = await movies.getMovie({ movie_id: 999999 });\n  return film.runtime;'),
			);
			assert.match(repair?.text ?? '', /^Line 3: .*999999|^Line 3: .*404/);
			assert.match(prompt, /movies\.getMovie\(\{"movie_id":999999\}\) -> failed:/);
		});

		test('an endless loop is told as such', async () => {
			const { repair } = await repaired(program('  let n = 0;\n  for (;;) n += 1;\n  return n;'));
			assert.equal(repair?.cause, 'limit');
			assert.match(repair?.text ?? '', /endless loop/);
		});

		test('a repaired program does not repeat the calls that succeeded', async () => {
			const { asked } = await repaired(GOOD.replace('return credits', "if (credits) throw new Error('not yet');\n  return credits"));
			const searches = asked.of('tool-call').filter(({ tool }) => tool === 'movies.searchPerson');
			assert.equal(searches.length, 2, 'both programs called it; execute.test.ts counts what goes out');
		});

		test('three repairs are the most', async () => {
			const bad = program("  throw new Error('no good');\n  return 0;");
			const asked = await ask(QUESTION, { ...plain, implement: [bad], reflect: [bad, bad, bad] });
			assert.equal(asked.end.type === 'failure' && asked.end.code, 'unanswered');
			assert.match(asked.end.type === 'failure' ? asked.end.message : '', /after 3 repairs\. The last problem: Line 3: no good\./);
			assert.equal(asked.end.totals.modelCalls, 6);
		});
	});

	describe('the answer itself', () => {
		const returning = (value: string) => program(`  await movies.listGenres();\n  return ${value};`);

		for (const [what, value] of [
			['not a number', '0 / 0'],
			['of another type than declared', "('eight' as unknown as number)"],
			['nothing', '(undefined as unknown as number)'],
		] as const) {
			test(`${what} is reflected on, and no answer when it stays`, async () => {
				const mended = await ask(QUESTION, { ...plain, implement: [returning(value)], reflect: [GOOD] });
				assert.equal(mended.of('repair')[0]?.cause, 'answer');
				assert.equal(mended.end.type === 'result' && mended.end.value, 8);

				const stays = await ask(QUESTION, { ...plain, implement: [returning(value)], reflect: [returning(value)] });
				assert.equal(stays.end.type === 'failure' && stays.end.code, 'unanswered');
				assert.equal(stays.requests.filter(({ stage }) => stage === 'reflect').length, 1, 'once, not three times');
			});
		}

		test('empty is reflected on once and then believed', async () => {
			const scaffold = "async function find(): Promise<string[]> {}\nconst found = await find();\nreturn answer('None.', found);";
			const empty =
				"async function find(): Promise<string[]> { await movies.listGenres(); return []; }\nconst found = await find();\nreturn answer('None.', found);";
			const asked = await ask(QUESTION, { scaffold: [scaffold], plan: [PLAN], implement: [empty], reflect: [empty] });
			assert.equal(asked.end.type, 'result');
			assert.deepEqual(asked.end.type === 'result' && asked.end.value, []);
			assert.equal(asked.end.totals.repairs, 1);
		});
	});

	describe('reuse', () => {
		const follow = "const count = await countFilms('Greta Gerwig');\nreturn answer(`Greta Gerwig directed ${count} films.`, count);";

		test('a follow-up is answered by the stored function with one model call', async () => {
			await ask(QUESTION, plain, { conversation: 'films' });
			const asked = await bot.ask('and Greta Gerwig?', { scaffold: [follow] }, { conversation: 'films' });
			assert.deepEqual(asked.types(), ['reuse', 'tool-call', 'tool-call', 'result']);
			assert.equal(asked.end.type === 'result' && asked.end.sentence, 'Greta Gerwig directed 4 films.');
			assert.deepEqual(asked.end.totals.reused, ['countFilms']);
			assert.equal(asked.end.totals.modelCalls, 1);
			assert.match(
				asked.requests[0]?.messages.at(-1)?.content ?? '',
				/Q: How many films did Sofia Coppola direct\?\nA: <data>Sofia Coppola directed 8 films\.<\/data>/,
			);
			assert.equal((await bot.services.functions.get(WORKSPACE, 'countFilms'))?.statistics.succeeded, 2);
		});

		test('a stored function that fails is distrusted, and the program written from scratch', async () => {
			await ask(QUESTION, plain);
			const asked = await bot.ask(
				'How many films did Nobody At All direct?',
				{ ...plain, scaffold: [follow.replaceAll('Greta Gerwig', 'Nobody At All'), SCAFFOLD] },
				{ conversation: 'elsewhere' },
			);
			assert.equal(asked.end.type, 'result');
			assert.deepEqual(asked.types().slice(0, 4), ['reuse', 'tool-call', 'repair', 'scaffold']);
			const last = asked.requests.at(-1)?.messages.at(-1)?.content ?? '';
			assert.doesNotMatch(last, /Functions that exist already/);
		});

		test('one that breaks has it counted against it', async () => {
			const careless = program(`  const people = await movies.searchPerson({ query: name });
  const credits = await movies.getPersonCredits({ person_id: people.results[0].id });
  return credits.crew.filter((credit) => credit.job === 'Director').length;`);
			const renamed = (code: string) => code.replaceAll('countFilms', 'countAll');
			await ask(QUESTION, { ...plain, implement: [careless] });
			const asked = await bot.ask(
				'How many films did Nobody At All direct?',
				{
					scaffold: [follow.replaceAll('Greta Gerwig', 'Nobody At All'), renamed(SCAFFOLD)],
					plan: [renamed(PLAN)],
					implement: [renamed(GOOD)],
				},
				{ conversation: 'elsewhere' },
			);
			assert.equal(asked.end.type, 'result');
			assert.equal((await bot.services.functions.get(WORKSPACE, 'countFilms'))?.statistics.failed, 1);
		});

		test('one that was called with what it does not take has done nothing wrong', async () => {
			await ask(QUESTION, plain);
			const misused = 'const count = await countFilms(7);\nreturn answer(`${count} films.`, count);';
			const asked = await bot.ask(QUESTION, { ...plain, scaffold: [misused, SCAFFOLD] }, { conversation: 'misused' });
			assert.equal(asked.end.type, 'result');
			assert.equal(asked.of('repair')[0]?.cause, 'review');
			assert.equal((await bot.services.functions.get(WORKSPACE, 'countFilms'))?.statistics.failed, 0);
		});

		test('of several, the one that was under way has it counted against it', async () => {
			const sources = [
				'/** Counts films a person directed. */\nasync function countHere(person: string): Promise<number> { return person.length }',
				'/** Counts films a person directed, there. */\nasync function countThere(person: string): Promise<number> { return await lengthOf(JSON.parse(person)) }',
			];
			const helper = await store(
				bot.services.functions,
				'/** Length. */\nasync function lengthOf(text: string): Promise<number> { await null; return text.trim().length }',
				{ workspaceId: WORKSPACE },
			);
			const [here = '', there = ''] = sources;
			await store(bot.services.functions, here, { workspaceId: WORKSPACE });
			await store(bot.services.functions, there, { workspaceId: WORKSPACE, uses: [{ name: helper.name, version: 1 }] });
			const both = "const counts = await Promise.all([countHere('a'), countThere('7')]);\nreturn answer('', counts);";
			const asked = await bot.ask(QUESTION, { ...plain, scaffold: [both, SCAFFOLD] }, { conversation: 'several' });
			assert.equal(asked.end.type, 'result', JSON.stringify(asked.end));
			assert.match(asked.of('repair')[0]?.text ?? '', /trim is not a function/);
			const failures = ['countHere', 'countThere'].map(
				async (name) => (await bot.services.functions.get(WORKSPACE, name))?.statistics.failed,
			);
			assert.deepEqual(await Promise.all(failures), [0, 1]);
		});

		test('those that are too long together are left for a program of its own', async () => {
			const names = ['countFilmsDirected', 'countFilmsDirectedBy'];
			for (const name of names) {
				await store(
					bot.services.functions,
					`/** Counts films a person directed. */\nasync function ${name}(person: string): Promise<number> {\n  // ${'x'.repeat(40_000)}\n  return person.length;\n}`,
					{ workspaceId: WORKSPACE, hash: name },
				);
			}
			const both = `const count = await ${names[0]}('a') + await ${names[1]}('b');\nreturn answer(String(count), count);`;
			const asked = await bot.ask(QUESTION, { ...plain, scaffold: [both, SCAFFOLD] }, { conversation: 'long' });
			assert.equal(asked.end.type, 'result', JSON.stringify(asked.end));
			assert.match(asked.of('repair')[0]?.text ?? '', /cannot run together: The program is \d+ characters long/);
		});

		test('one that has the name of a toolset which was connected later is offered to nobody, and stands in for nothing', async () => {
			const source =
				'/** Counts films a person directed. */\nasync function movies(person: string): Promise<number> { return person.length }';
			await store(bot.services.functions, source, { workspaceId: WORKSPACE });
			const asked = await bot.ask(QUESTION, plain, { conversation: 'named' });
			assert.equal(asked.end.type, 'result', JSON.stringify(asked.end));
			assert.doesNotMatch(asked.requests[0]?.messages.at(-1)?.content ?? '', /function movies/);
			const called = await bot.ask('run movies', {}, { call: { name: 'movies', args: ['a'] }, conversation: 'called' });
			assert.match(called.end.type === 'failure' ? called.end.message : '', /cannot be called: a toolset is called `movies`, too\./);
			await bot.services.functions.delete(WORKSPACE, { name: 'movies', version: 1 });
		});

		test('one whose helper was forgotten is not offered', async () => {
			const split = `async function findId(name: string): Promise<number> {
  const people = await movies.searchPerson({ query: name });
  return people.results[0].id;
}

${program("  const credits = await movies.getPersonCredits({ person_id: await findId(name) });\n  return credits.crew.filter((credit) => credit.job === 'Director').length;")}`;
			await ask(QUESTION, { ...plain, implement: [split] });
			await bot.services.functions.delete(WORKSPACE, { name: 'findId', version: 1 });
			const asked = await bot.ask(QUESTION, plain, { conversation: 'without the helper' });
			assert.equal(asked.end.type, 'result');
			assert.doesNotMatch(asked.requests[0]?.messages.at(-1)?.content ?? '', /countFilms/);
		});

		test('a repair may still call the stored functions', async () => {
			await ask(QUESTION, plain);
			const wrong =
				"async function twice(name: string): Promise<number> {\n  return 2 * (await countFilms(12));\n}\nconst n = await twice('Sofia Coppola');\nreturn answer(`${n}.`, n);";
			const asked = await bot.ask(
				'Twice the number of films that Sofia Coppola directed?',
				{
					scaffold: [
						"async function twice(name: string): Promise<number> {}\nconst n = await twice('Sofia Coppola');\nreturn answer(`${n}.`, n);",
					],
					plan: ['async function twice(name: string) {\n  // 1. Count.\n  const n = await countFilms(name);\n}'],
					implement: [wrong],
					reflect: [wrong.replace('12', 'name')],
				},
				{ conversation: 'twice' },
			);
			assert.equal(asked.end.type === 'result' && asked.end.value, 16);
			assert.match(
				asked.requests.at(-1)?.messages.at(-1)?.content ?? '',
				/Functions that exist already.*\n(.*\n)*.*countFilms\(name: string\): Promise<number>/,
			);
		});

		test('another workspace is offered nothing', async () => {
			await ask(QUESTION, plain);
			await bot.services.catalogue.add({
				workspaceId: 'console:other',
				name: 'movies',
				source: 'example:movies',
				addedAt: '2026-01-01',
				addedBy: 'test',
			});
			const asked = await bot.ask(QUESTION, plain, { workspaceId: 'console:other', conversation: 'other' });
			assert.equal(asked.end.type, 'result');
			assert.doesNotMatch(asked.requests.map(({ messages }) => messages.at(-1)?.content).join('\n'), /Known functions|exist already/);
		});

		test('a program may call a stored function by its signature', async () => {
			await ask(QUESTION, plain);
			const compare = `async function compare(a: string, b: string): Promise<number> {
  const [first, second] = await Promise.all([countFilms(a), countFilms(b)]);
  return first - second;
}
const difference = await compare('Sofia Coppola', 'Greta Gerwig');
return answer(\`\${difference} more.\`, difference);`;
			const asked = await bot.ask(
				'How many more films did Sofia Coppola direct than Greta Gerwig?',
				{
					scaffold: [
						"async function compare(a: string, b: string): Promise<number> {}\nconst difference = await compare('Sofia Coppola', 'Greta Gerwig');\nreturn answer(`${difference} more.`, difference);",
					],
					plan: ['async function compare(a: string, b: string) {\n  // 1. Count both.\n  const first = await countFilms(a);\n}'],
					implement: [compare],
				},
				{ conversation: 'third' },
			);
			assert.equal(asked.end.type === 'result' && asked.end.value, 4, JSON.stringify(asked.end));
			assert.deepEqual(asked.end.totals.reused, ['countFilms']);
			const used = await bot.services.functions.get(WORKSPACE, 'countFilms');
			assert.deepEqual((await bot.services.functions.get(WORKSPACE, 'compare'))?.uses, [{ name: 'countFilms', version: used?.version }]);
		});
	});

	describe('writes', () => {
		const add = program(
			'  const entry = await movies.addToWatchlist({ movie_id: (await movies.searchMovie({ query: "Arrival" })).results[0].id });\n  return entry.movie.id;',
			"const count = await countFilms('x');\nreturn answer('Added.', count);",
		);
		const list = program('  const page = await movies.listWatchlist({});\n  return page.total_results + 1;');
		const reset = () =>
			ask(
				'clear',
				{
					...plain,
					implement: [
						program(
							'  await movies.removeFromWatchlist({ movie_id: (await movies.searchMovie({ query: "Arrival" })).results[0].id }).catch(() => {});\n  return 1;',
						),
					],
				},
				{ allowWrites: true },
			);

		test('a refused write is never sent and ends the run', async () => {
			await reset();
			const asked = await ask(QUESTION, { ...plain, implement: [add] });
			assert.equal(asked.end.type === 'failure' && asked.end.code, 'not-allowed');
			const write = bot.asked.at(-1);
			assert.deepEqual(
				{ method: write?.method, tool: write?.tool, effect: write?.effect, fields: Object.keys(write?.body ?? {}) },
				{ method: 'POST', tool: 'movies.addToWatchlist', effect: 'write', fields: ['movie_id'] },
			);
			assert.match(asked.end.type === 'failure' ? asked.end.message : '', /POST http.*\/watchlist was not approved/);
			const after = await ask(QUESTION, { ...plain, implement: [list] });
			assert.equal(after.end.type === 'result' && after.end.value, 1, 'the list is still empty');
		});

		test('an allowed write is asked about once and sent once, repairs included', async () => {
			await reset();
			const before = bot.asked.length;
			const thrice = add.replace('return entry', "if (entry) throw new Error('again');\n  return entry");
			const asked = await ask(QUESTION, { ...plain, implement: [thrice], reflect: [add] }, { confirm: () => true });
			assert.equal(asked.end.type, 'result');
			assert.equal(bot.asked.length, before + 1);
		});

		test('whoever allows writes is not asked', async () => {
			const before = bot.asked.length;
			const asked = await ask(QUESTION, { ...plain, implement: [add] }, { allowWrites: true });
			assert.equal(asked.end.type, 'result');
			assert.equal(bot.asked.length, before);
		});
	});

	describe('when things go wrong around it', () => {
		test('a reply without code is asked for once more, then told', async () => {
			const asked = await ask(QUESTION, { ...plain, scaffold: ['(no code) Let me think.', SCAFFOLD] });
			assert.equal(asked.end.type, 'result');
			assert.equal(asked.end.totals.modelCalls, 4);

			const never = await ask(QUESTION, { scaffold: ['(no code)', '(no code)'] });
			assert.equal(never.end.type === 'failure' && never.end.code, 'model-reply');
			assert.equal(never.end.totals.modelCalls, 2, 'what was paid for is counted');
		});

		test('a model that is down is told in its own words, with the reference', async () => {
			const down = () => Promise.reject(new UserError('model-unavailable', 'The model server does not answer. Try again in a minute.'));
			const asked = await ask(QUESTION, { scaffold: [down] });
			assert.equal(asked.end.type === 'failure' && asked.end.code, 'model-unavailable');
			assert.match(asked.end.type === 'failure' ? asked.end.reference : '', /^[0-9A-Z]{26}$/);
		});

		test('an unexpected error reaches nobody in raw form', async () => {
			const asked = await ask(QUESTION, { scaffold: [() => Promise.reject(new TypeError('secret internals at /home/x'))] });
			assert.equal(asked.end.type === 'failure' && asked.end.code, 'internal');
			assert.doesNotMatch(JSON.stringify(asked.events), /secret internals/);
		});

		test('a person stops a run while its program waits or computes', async () => {
			const endless = program('  for (;;) await movies.listGenres();\n  return 0;');
			const asked = await ask(
				QUESTION,
				{ ...plain, implement: [endless] },
				{ onEvent: (event, stop) => event.type === 'tool-call' && stop() },
			);
			assert.equal(asked.end.type === 'failure' && asked.end.code, 'stopped');
		});

		test('a workspace without toolsets is told so to the model, and can still compute', async () => {
			const sum = 'async function add(): Promise<number> { return 6 * 7; }\nconst n = await add();\nreturn answer(`It is ${n}.`, n);';
			const asked = await ask('six times seven?', { scaffold: [sum], plan: [sum], implement: [sum] }, { workspaceId: 'console:bare' });
			assert.equal(asked.end.type === 'result' && asked.end.value, 42);
			assert.match(asked.requests[1]?.messages[0]?.content ?? '', /\(none is connected\)/);
		});

		test('a sentence with a hole in it is reflected on', async () => {
			const holed = program(
				'  return (await movies.searchPerson({ query: name })).total_results;',
				"const people: { name?: string }[] = [];\nconst count = await countFilms('Sofia Coppola');\nreturn answer(`The first is ${people[0]?.name}.`, count);",
			);
			const asked = await ask(QUESTION, { ...plain, implement: [holed], reflect: [GOOD] });
			assert.match(asked.of('repair')[0]?.text ?? '', /The sentence says "undefined"/);
			assert.equal(asked.end.type === 'result' && asked.end.value, 8);
		});
	});
});
