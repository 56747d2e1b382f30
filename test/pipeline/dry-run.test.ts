import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { dryRunAnswer, unchangedAnswer } from '../../src/pipeline/dry-run.ts';
import type { Failure, Progress, Result } from '../../src/pipeline/progress.ts';
import type { Outcome } from '../../src/sandbox/outcome.ts';
import { WORKSPACE } from './fixture.ts';
import { openNext, openThings, posts, QUESTION, replies, working } from './things.ts';

const DRY = { dryRun: true } as const;
const reading = working('  return (await things.listThings({})).count;');
const making = working('  await things.listThings({});\n  await things.makeThing({});\n  await things.removeThings({});\n  return 1;');

function resultOf(end: Result | Failure | undefined): Result {
	assert.ok(end?.type === 'result', JSON.stringify(end));
	return end;
}

/** The calls that a result lists. */
function listed(end: Result | Failure | undefined): (readonly [tool: unknown, line: unknown])[] {
	const { value, withheld } = resultOf(end);
	assert.ok(Array.isArray(value));
	assert.equal(withheld, value.length);
	return (value as { tool: string; line: number }[]).map(({ tool, line }) => [tool, line]);
}

const MADE = [
	['things.makeThing', 3],
	['things.removeThings', 4],
] as const;

describe('what a dry run says', () => {
	const write = { tool: 'crm.add', effect: 'write', method: 'POST', url: 'https://crm.example/a' } as const;
	const usage = { wallMs: 1, cpuMs: 1, toolCalls: 1 };
	const returned: Outcome = { kind: 'returned', answer: { value: 1 }, logs: [], usage };
	const threw: Outcome = { kind: 'threw', name: 'Error', message: '', frames: [], logs: [], usage };

	test('is that nothing was changed, and how many calls there are', () => {
		assert.equal(dryRunAnswer([write], returned, []).sentence, 'Dry run: nothing was changed. The program would make this call.');
		assert.match(dryRunAnswer([write, write], returned, []).sentence ?? '', /would make these 2 calls\.$/);
	});

	test('is what had been changed before it', () => {
		assert.equal(
			dryRunAnswer([write], returned, ['crm.add']).sentence,
			'Dry run from here on. 1 call that changes data had been sent already: crm.add. The program would make this call. Asking again starts over, and may send it again.',
		);
	});

	test('is that the program did not get further', () => {
		assert.match(dryRunAnswer([write], threw, []).sentence ?? '', /It did not get further/);
	});

	test('is each call as it would go out, and the line that makes it', () => {
		const whole = { ...write, headers: { 'x-note': 'now' }, body: { name: 'Ada' }, line: { number: 7, text: 'crm.add(…)' } };
		assert.deepEqual(dryRunAnswer([whole, write], returned, []).value, [
			{
				tool: 'crm.add',
				request: 'POST https://crm.example/a',
				headers: { 'x-note': 'now' },
				body: { name: 'Ada' },
				line: 7,
			},
			{ tool: 'crm.add', request: 'POST https://crm.example/a' },
		]);
	});

	test('is the answer itself where there was nothing to hold back', () => {
		assert.deepEqual(unchangedAnswer({ sentence: 'It is 3.', value: 3 }), {
			sentence: 'Dry run: the program changes nothing. It is 3.',
			value: 3,
		});
		assert.equal(unchangedAnswer({ value: 3 }).sentence, 'Dry run: the program changes nothing.');
	});
});

describe('a dry run', () => {
	test('reads, sends no write, asks nobody and lists what it would send', async (context) => {
		const { bot, api } = await openThings(context);
		const asked = await bot.ask(QUESTION, replies(making), { ...DRY, allowWrites: true });
		assert.deepEqual(listed(asked.end), MADE);
		assert.deepEqual(api.requests, ['GET /things']);
		assert.deepEqual(bot.asked, []);
		assert.ok(!asked.types().includes('kept'));
		assert.deepEqual(await bot.services.functions.list(WORKSPACE), []);
		assert.match(resultOf(asked.end).sentence, /^Dry run: nothing was changed/);
		assert.ok(resultOf(asked.end).totals.promptTokens > 0, 'what it took is counted');
	});

	test('lists all that a program does with the placeholder of an answer, and says where it did not get further', async (context) => {
		const { bot, api } = await openThings(context);
		const needing = working(
			"  const made = await things.makeThing({});\n  if (made.count === 0) throw new Error('it made none');\n  await things.removeThings({});\n  return 1;",
		);
		const asked = await bot.ask(QUESTION, replies(needing), DRY);
		assert.deepEqual(listed(asked.end), [['things.makeThing', 2]]);
		assert.match(resultOf(asked.end).sentence, /did not get further/);
		assert.equal(resultOf(asked.end).totals.repairs, 0, 'a placeholder is no reason to mend a program');
		assert.equal(posts(api), 0);
	});

	test('of a program that is repaired lists its writes once', async (context) => {
		const { bot, api } = await openThings(context);
		const failing = working("  const { count } = await things.listThings({});\n  if (count) throw new Error('too early');\n  return 1;");
		const asked = await bot.ask(QUESTION, replies(failing, making), DRY);
		assert.equal(resultOf(asked.end).totals.repairs, 1);
		assert.deepEqual(listed(asked.end), MADE);
		assert.equal(posts(api), 0);
	});

	test('in which nothing is written gives the answer, and keeps nothing', async (context) => {
		const { bot } = await openThings(context);
		const asked = await bot.ask(QUESTION, replies(reading), DRY);
		assert.partialDeepStrictEqual(resultOf(asked.end), {
			sentence: 'Dry run: the program changes nothing. It is 1.',
			value: 1,
			withheld: 0,
		});
		assert.deepEqual(await bot.services.functions.list(WORKSPACE), []);
	});

	test('is known for one to the questions after it', async (context) => {
		const { bot } = await openThings(context);
		await bot.ask(QUESTION, replies(making), DRY);
		const next = await bot.ask('And now?', replies(reading));
		assert.match(next.requests[0]?.messages.at(-1)?.content ?? '', /Dry run: nothing was changed\. The program would make these 2 calls/);
		assert.equal(resultOf(next.end).withheld, undefined);
	});

	test('may be wished for in the midst of it: what was approved stays sent, the rest is listed', async (context) => {
		const { bot, api } = await openThings(context);
		const confirm = () => (bot.asked.length === 1 ? 'allowed' : 'dry-run');
		const asked = await bot.ask(QUESTION, replies(making), { confirm });
		assert.deepEqual(listed(asked.end), [['things.removeThings', 4]]);
		assert.match(
			resultOf(asked.end).sentence,
			/^Dry run from here on\. 1 call that changes data had been sent already: things\.makeThing\./,
		);
		assert.deepEqual(api.requests, ['GET /things', 'POST /things']);
		assert.ok(!asked.types().includes('kept'));
	});
});

describe('a dry run that is left and resumed', { concurrency: 2 }, () => {
	const points: readonly (readonly [when: string, at: (event: Progress) => boolean])[] = [
		['before its scaffold', (event) => event.type === 'status'],
		['after its scaffold', (event) => event.type === 'scaffold'],
		['after its plan', (event) => event.type === 'plan'],
		['between its calls', (event) => event.type === 'tool-call'],
		['while its result is shown', (event) => event.type === 'result'],
	];
	for (const [when, isReached] of points) {
		test(`${when}: sends nothing and lists the same`, async (context) => {
			const { bot, api } = await openThings(context);
			const left = Promise.withResolvers<void>();
			let leaving: Promise<void> | undefined;
			const onEvent = (event: Progress) => {
				if (leaving || !isReached(event)) return;
				leaving = bot.leave();
				leaving.then(left.resolve, left.reject);
			};
			void bot.ask(QUESTION, replies(making), { ...DRY, onEvent });
			await left.promise;
			const next = await openNext(context, bot);
			await next.resume(replies(making));
			const [run] = await next.services.runs.recent(WORKSPACE, { limit: 1 });
			assert.deepEqual(listed(await next.services.runs.ending(run?.id ?? '')), MADE);
			assert.equal(posts(api), 0);
			assert.deepEqual(next.asked, []);
		});
	}

	test('after somebody wished for it, asks nobody again', async (context) => {
		const { bot, api } = await openThings(context);
		const slow = working('  await things.makeThing({});\n  await things.getSlow({});\n  await things.removeThings({});\n  return 1;');
		void bot.ask(QUESTION, replies(slow), { confirm: () => 'dry-run' });
		await api.came('GET /slow');
		await bot.leave();
		api.release();
		const next = await openNext(context, bot);
		const { ends } = await next.resume({});
		assert.deepEqual(listed(ends[0]), [
			['things.makeThing', 2],
			['things.removeThings', 4],
		]);
		assert.deepEqual(next.asked, []);
		assert.equal(posts(api), 0);
	});
});
