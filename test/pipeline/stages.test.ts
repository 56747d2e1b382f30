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
});
