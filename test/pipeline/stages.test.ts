import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { ALL_STAGES, type Stages } from '../../src/pipeline/work.ts';
import { openFixture } from './fixture.ts';
import { GOOD, PLAN, program, QUESTION, SCAFFOLD } from './programs.ts';

const open = async (context: TestContext, left: Partial<Stages>) => {
	const bot = await openFixture({ stages: { ...ALL_STAGES, ...left } });
	context.after(() => bot.close());
	return bot;
};

describe('the ablations of the paper', () => {
	test('without scaffold the plan starts from the question', async (context) => {
		const bot = await open(context, { scaffold: false });
		const asked = await bot.ask(QUESTION, { plan: [PLAN], implement: [GOOD] });
		assert.deepEqual(asked.types().slice(0, 2), ['plan', 'program']);
		assert.equal(asked.end.type === 'result' && asked.end.value, 8);
		assert.equal(asked.end.totals.modelCalls, 2);
	});

	test('without repository nothing is offered, used or kept', async (context) => {
		const bot = await open(context, { repository: false });
		const replies = { scaffold: [SCAFFOLD], plan: [PLAN], implement: [GOOD] };
		assert.equal((await bot.ask(QUESTION, replies)).of('kept').length, 0);
		const again = await bot.ask(QUESTION, replies);
		assert.equal(again.end.totals.modelCalls, 3);
		assert.doesNotMatch(again.requests[0]?.messages.at(-1)?.content ?? '', /Known functions/);
	});

	test('without reflection the first fault is the end', async (context) => {
		const bot = await open(context, { reflection: false });
		const asked = await bot.ask(QUESTION, {
			scaffold: [SCAFFOLD],
			plan: [PLAN],
			implement: [program("  throw new Error('no');\n  return 1;")],
		});
		assert.equal(asked.end.type === 'failure' && asked.end.code, 'unanswered');
		assert.equal(asked.of('repair').length, 0);
		assert.match(
			asked.end.type === 'failure' ? asked.end.message : '',
			/^No program answered the question\. The last problem: Line 3: no\./,
		);
	});

	test('a tool that fails is no reason to ask in other words', async (context) => {
		const bot = await open(context, { reflection: false });
		const implement = [program('  await movies.getPersonCredits({ person_id: 999999999 });\n  return 1;')];
		const asked = await bot.ask(QUESTION, { scaffold: [SCAFFOLD], plan: [PLAN], implement });
		assert.match(asked.end.type === 'failure' ? asked.end.message : '', /: 404 .*\. Look into that before you ask again\.$/);
	});

	test('without reflection a reuse that fails still gives way to a program', async (context) => {
		const bot = await open(context, { reflection: false });
		const replies = { scaffold: [SCAFFOLD], plan: [PLAN], implement: [GOOD] };
		await bot.ask(QUESTION, replies);
		const follow = "const n = await countFilms('Nobody At All');\nreturn answer(`${n}`, n);";
		const asked = await bot.ask('How many films did Nobody At All direct?', { ...replies, scaffold: [follow, SCAFFOLD] });
		assert.equal(asked.end.type === 'result' && asked.end.value, 8);
	});

	describe('without type check', () => {
		const replies = { scaffold: [SCAFFOLD], plan: [PLAN], implement: [GOOD] };

		test('a program runs whatever its types are, and answers with what they do not allow', async (context) => {
			const bot = await open(context, { typeCheck: false });
			const wrong = program('  Math.round(name);\n  await movies.searchPerson({ query: name });\n  return name;');
			const asked = await bot.ask(QUESTION, { ...replies, implement: [wrong] });
			assert.equal(asked.end.type === 'result' && asked.end.value, 'Sofia Coppola');
			assert.equal(asked.of('repair').length, 0);
		});

		test('a name that nobody declared is found when it runs', async (context) => {
			const bot = await open(context, { typeCheck: false });
			const implement = [program('  return countAll(await movies.searchPerson({ query: name }));')];
			const asked = await bot.ask(QUESTION, { ...replies, implement, reflect: [GOOD] });
			assert.deepEqual(
				asked.of('repair').map(({ cause }) => cause),
				['exception'],
			);
			assert.equal(asked.end.type, 'result');
		});

		test('a program still has to parse, and to name tools that exist', async (context) => {
			const bot = await open(context, { typeCheck: false });
			const implement = [program('  return await movies.countFilms({ name });')];
			const asked = await bot.ask(QUESTION, { ...replies, implement, reflect: [program('  return (;'), GOOD] });
			assert.deepEqual(
				asked.of('repair').map(({ cause }) => cause),
				['unknown-tool', 'review'],
			);
			assert.equal(asked.of('repair')[0]?.text, 'Line 3: There is no tool movies.countFilms');
			assert.match(asked.requests.find(({ stage }) => stage === 'reflect')?.messages.at(-1)?.content ?? '', /getPersonCredits/);
			assert.equal(asked.of('tool-call').length, 2);
		});

		test('functions are kept, as far as they give the same when they are replayed, and used', async (context) => {
			const bot = await open(context, { typeCheck: false });
			const untyped = GOOD.replace('  const people', '  const same = (text: number) => text;\n  same(name);\n  const people');
			const first = await bot.ask(QUESTION, { ...replies, implement: [untyped] });
			assert.deepEqual(first.of('kept')[0]?.functions, ['countFilms']);
			const again = await bot.ask('How many films did Greta Gerwig direct?', {
				scaffold: ["const n = await countFilms('Greta Gerwig');\nreturn answer(`${n}`, n);"],
			});
			assert.deepEqual(again.end.totals.reused, ['countFilms']);
		});
	});

	test('with all stages a type that cannot be is a fault before anything runs', async (context) => {
		const bot = await open(context, {});
		const implement = [program('  return await movies.searchPerson({ query: 8 });')];
		const asked = await bot.ask(QUESTION, { scaffold: [SCAFFOLD], plan: [PLAN], implement, reflect: [GOOD] });
		assert.deepEqual(
			asked.of('repair').map(({ cause }) => cause),
			['review'],
		);
	});

	test('a failure says what the last problem was of', async (context) => {
		const bot = await open(context, { reflection: false });
		const of = async (implement: string) => {
			const { end } = await bot.ask(QUESTION, { scaffold: [SCAFFOLD], plan: [PLAN], implement: [implement] });
			return end.type === 'failure' ? end.fault : undefined;
		};
		assert.equal(await of(program('  return movies.none({});')), 'unknown-tool');
		assert.equal(await of(program('  return (;')), 'review');
		assert.equal(await of(program("  throw new Error('no');\n  return 1;")), 'exception');
		assert.equal(await of(program('  await new Promise(() => {});\n  return 1;')), 'limit');
	});
});
