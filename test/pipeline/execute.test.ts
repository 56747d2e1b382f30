import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { Progress } from '../../src/pipeline/progress.ts';
import { openNext, openThings, posts, QUESTION, replies, working } from './things.ts';

describe('a write', () => {
	test('waits for a person for longer than a program may run, and goes out once', async (context) => {
		const { bot, api } = await openThings(context, { runTimeoutSeconds: 1 });
		const program = working('  const made = await things.makeThing({});\n  return made.count;');
		const confirm = async () => {
			await wait(1500);
			return true;
		};
		const asked = await bot.ask(QUESTION, replies(program), { confirm });
		assert.equal(asked.end.type, 'result');
		assert.equal(asked.end.totals.repairs, 0);
		assert.equal(posts(api), 1);
	});

	test('that succeeded is not sent again by a repaired program', async (context) => {
		const { bot, api } = await openThings(context);
		const failing = working("  const made = await things.makeThing({});\n  if (made) throw new Error('after the write');\n  return 1;");
		const repaired = working('  const made = await things.makeThing({});\n  return made.count;');
		const asked = await bot.ask(QUESTION, replies(failing, repaired), { allowWrites: true });
		assert.equal(asked.end.type, 'result');
		assert.equal(posts(api), 1);
	});

	test('that a program left waiting when it timed out does not go out after it', async (context) => {
		const { bot, api } = await openThings(context, { runTimeoutSeconds: 1 });
		const slow = working('  await Promise.all([things.getSlow({}), things.makeThing({})]);\n  return 1;');
		const repaired = working('  return (await things.listThings({})).count;');
		let approve = (_yes: boolean) => {};
		const asked = bot.ask(QUESTION, replies(slow, repaired), {
			// Answers only after the program that asked is gone.
			confirm: () =>
				new Promise<boolean>((resolve) => {
					approve = resolve;
				}),
			onEvent: (event, stop) => event.type === 'status' && event.text === 'never' && stop(),
		});
		await api.came('GET /slow');
		await wait(200);
		approve(false);
		const { end } = await asked;
		assert.equal(end.type, 'failure');
		assert.equal(posts(api), 0);
	});
});

describe('calls that outlive their program', () => {
	test('neither break the answer nor go on', async (context) => {
		const { bot, api } = await openThings(context);
		const racing = working('  const first = await Promise.race([things.listThings({}), things.getSlow({})]);\n  return first.count;');
		const asked = await bot.ask(QUESTION, replies(racing), { onEvent: () => api.release() });
		assert.equal(asked.end.type, 'result', JSON.stringify(asked.end));
	});
});

describe('a run that is resumed', () => {
	test('does not execute a program again that was given up, so its write goes out once', async (context) => {
		const { bot, api } = await openThings(context, { runTimeoutSeconds: 1 });
		const slow = working('  await things.getSlow({});\n  const made = await things.makeThing({});\n  return made.count;');
		const quick = working('  const made = await things.makeThing({});\n  await things.getSlow({});\n  return made.count;');
		const script = replies(slow, quick);
		const made = Promise.withResolvers<void>();
		const onEvent = (event: Progress) => {
			if (event.type === 'tool-call' && event.tool === 'things.makeThing') made.resolve();
		};
		void bot.ask(QUESTION, script, { allowWrites: true, onEvent });
		await made.promise;
		await bot.leave();
		assert.equal(posts(api), 1);
		api.release();

		const next = await openNext(context, bot);
		const { ends, requests } = await next.resume({});
		assert.equal(ends.length, 1);
		assert.equal(ends[0]?.type, 'result', JSON.stringify(ends[0]));
		assert.deepEqual(requests, [], 'no model call is repeated');
		assert.deepEqual(next.asked, [], 'nobody is asked about what was sent already');
		assert.equal(posts(api), 1);
		assert.equal(ends[0]?.totals.repairs, 1, 'the repair of the first process still counts');
	});

	test('does not send a write again whose answer it never got', async (context) => {
		const { bot, api } = await openThings(context);
		const program = working('  const made = await things.makeThing({});\n  return made.count;');
		const looking = working('  return (await things.listThings({})).count;');
		api.hold('POST /things');
		void bot.ask(QUESTION, replies(program), { allowWrites: true });
		await api.came('POST /things');
		await bot.leave();

		const next = await openNext(context, bot);
		const { ends, requests } = await next.resume({ reflect: [looking] });
		assert.equal(ends[0]?.type, 'result', JSON.stringify(ends[0]));
		assert.match(requests[0]?.messages.at(-1)?.content ?? '', /may have happened already, so it was not sent again/);
		assert.equal(posts(api), 1);
	});

	test('asks about writes that only its first process was told to send unasked', async (context) => {
		const { bot, api } = await openThings(context);
		const program = working('  await things.getSlow({});\n  const made = await things.makeThing({});\n  return made.count;');
		void bot.ask(QUESTION, replies(program), { allowWrites: true });
		await api.came('GET /slow');
		await bot.leave();
		api.release();

		const next = await openNext(context, bot);
		const { ends } = await next.resume({});
		assert.equal(ends[0]?.type === 'failure' && ends[0].code, 'not-allowed');
		assert.equal(next.asked.length, 1);
		assert.equal(posts(api), 0);
	});

	test('asks again about a write that nobody had answered', async (context) => {
		const { bot, api } = await openThings(context);
		const program = working('  const made = await things.makeThing({});\n  return made.count;');
		const waiting = Promise.withResolvers<void>();
		void bot.ask(QUESTION, replies(program), {
			confirm: () => {
				waiting.resolve();
				return new Promise<boolean>(() => {});
			},
		});
		await waiting.promise;
		await bot.leave();

		const next = await openNext(context, bot);
		const { ends } = await next.resume({}, { confirm: () => true });
		assert.equal(ends[0]?.type, 'result', JSON.stringify(ends[0]));
		assert.equal(next.asked.length, 1);
		assert.equal(posts(api), 1);
	});
});
