import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { pino } from 'pino';
import type { PendingWrite, WriteDecision } from '../../src/conversation.ts';
import type { Toolbox } from '../../src/pipeline/toolbox.ts';
import { CallWithheld, createWriteGate, type GatedWork } from '../../src/pipeline/write-gate.ts';
import { openJournal } from '../../src/runs/durable-journal.ts';
import { createRun } from '../../src/runs/run-request.ts';
import { openStorage } from '../../src/storage/open.ts';
import type { Storage } from '../../src/storage/storage.ts';
import type { Approval, Effect, Tool } from '../../src/toolset/tool.ts';
import { type Fixture, WORKSPACE } from './fixture.ts';
import { openNext, openThings, posts, QUESTION, replies, working } from './things.ts';

const twice = working('  await things.makeThing({});\n  return (await things.makeThing({})).count;');
const once = working('  return (await things.makeThing({})).count;');
const never = new AbortController().signal;
const CLOCK = { pause: () => () => {} };

describe('the gate', () => {
	const tool = (name: string, effect: Effect, approval?: Approval): Tool => ({
		toolset: 'crm',
		name,
		summary: '',
		effect,
		input: {},
		schemaHash: '',
		origin: '',
		...(approval && { approval }),
	});

	/** A gate whose person says `answers` one after the other, and what they were asked. */
	async function open(
		context: TestContext,
		answers: readonly (WriteDecision | 'nothing')[],
		{ allowWrites = false, dryRun = false, given }: { allowWrites?: boolean; dryRun?: boolean; given?: Storage } = {},
	) {
		const storage = given ?? (await openStorage('sqlite://:memory:', { logger: pino({ level: 'silent' }) }));
		if (!given) context.after(() => storage.close());
		/** What an admin may change meanwhile. */
		const now = { url: 'https://crm.example' };
		const toolset = { preview: () => ({ method: 'POST', url: now.url }) } as never;
		let current: Tool | undefined;
		const run = createRun('R', { workspaceId: 'w', conversation: 'c', text: 'q', askedBy: { id: 'U' }, allowWrites, dryRun });
		const asked: PendingWrite[] = [];
		const work: GatedWork = {
			run,
			journal: await openJournal(storage, run.id),
			dryRun,
			withheld: [],
			services: {
				toolboxOf: async () => ({ tools: { get: () => current }, toolsetOf: () => toolset }) as unknown as Toolbox,
				async confirmWrite(_run, write, signal) {
					asked.push(write);
					const said = answers[asked.length - 1] ?? 'nothing';
					if (said !== 'nothing') return said;
					return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
				},
			},
			toolbox: { toolsetOf: () => toolset },
		};
		const gateOf = createWriteGate(work, { attempt: 0, source: 'one\n  two(\u202e);' }, never);
		const allow = (of: Tool, line = 2) => {
			current = of;
			return gateOf(of, { tool: `crm.${of.name}`, args: {}, line }, CLOCK).allow();
		};
		return { asked, work, now, storage, allow };
	}

	const refused = { name: 'UserError', code: 'not-allowed', message: /was not approved, so the program was stopped before it/ };

	const rules: readonly (readonly [what: string, of: Tool, asks: boolean])[] = [
		['a read goes out', tool('get', 'read'), false],
		['a read that the policy asks about waits', tool('get', 'read', 'ask'), true],
		['a write waits', tool('add', 'write'), true],
		['a write that the policy lets pass goes out', tool('add', 'write', 'none'), false],
		['what deletes waits', tool('drop', 'destructive'), true],
	];
	for (const [what, of, asks] of rules) {
		test(what, async (context) => {
			const { asked, allow } = await open(context, ['refused']);
			await (asks ? assert.rejects(allow(of), refused) : allow(of));
			assert.equal(asked.length, asks ? 1 : 0);
		});
		test(`${what}, unless whoever asked allows writes`, async (context) => {
			const { asked, allow } = await open(context, ['refused'], { allowWrites: true });
			await allow(of);
			assert.deepEqual(asked, []);
		});
	}

	test('shows the line that makes the call, and whether to look twice', async (context) => {
		const { asked, allow } = await open(context, ['allowed', 'allowed', 'allowed']);
		await allow(tool('add', 'write'));
		await allow(tool('drop', 'destructive'), 1);
		// In a stored function, which stands behind the program.
		await allow(tool('add', 'write', 'ask-twice'), 3);
		assert.partialDeepStrictEqual(asked, [{ line: { number: 2, text: 'two(\u202e);' } }, { secondLook: true }, { secondLook: true }]);
		assert.deepEqual(
			asked.map(({ secondLook, line }) => [secondLook, line?.number]),
			[
				[undefined, 2],
				[true, 1],
				[true, undefined],
			],
		);
	});

	test('holds back in a dry run all that would change something or be asked about', async (context) => {
		const { asked, work, allow } = await open(context, [], { dryRun: true });
		await allow(tool('get', 'read'));
		for (const held of [tool('add', 'write', 'none'), tool('drop', 'destructive'), tool('look', 'read', 'ask')])
			await assert.rejects(allow(held), CallWithheld);
		assert.deepEqual(asked, []);
		assert.deepEqual(
			work.withheld.map((write) => write.tool),
			['crm.add', 'crm.drop', 'crm.look'],
		);
	});

	test('asks again after a restart where the call has become another request', async (context) => {
		const add = tool('add', 'write');
		const first = await open(context, ['allowed']);
		await first.allow(add);
		const same = await open(context, [], { given: first.storage });
		await same.allow(add);
		assert.deepEqual(same.asked, []);
		const other = await open(context, ['refused'], { given: first.storage });
		other.now.url = 'https://elsewhere.example';
		await assert.rejects(other.allow(add), refused);
		assert.equal(other.asked[0]?.url, 'https://elsewhere.example');
	});

	test('asks about nothing more once a dry run was wished for, and takes back what is being asked', async (context) => {
		const { asked, work, allow } = await open(context, ['nothing', 'dry-run']);
		const add = tool('add', 'write');
		const waiting = assert.rejects(allow(add), CallWithheld);
		await assert.rejects(allow(add), CallWithheld);
		await waiting;
		await assert.rejects(allow(add), CallWithheld);
		assert.deepEqual([asked.length, work.withheld.length, work.dryRun], [2, 3, true]);
	});
});

describe('what an admin decides while a person is asked', () => {
	const changes: readonly (readonly [what: string, change: (bot: Fixture) => Promise<unknown>, message: RegExp])[] = [
		[
			'a block',
			({ services }) => services.catalogue.changePolicy(WORKSPACE, 'things', () => ({ tools: { makeThing: 'block' } })),
			/blocked/,
		],
		[
			'a second look',
			({ services }) => services.catalogue.changePolicy(WORKSPACE, 'things', () => ({ methods: { POST: 'ask-twice' } })),
			/was changed while/,
		],
		['that the toolset is out of use', ({ services }) => services.catalogue.setEnabled(WORKSPACE, 'things', false), /disconnected/],
		['that the toolset is gone', ({ services }) => services.catalogue.remove(WORKSPACE, 'things'), /disconnected/],
	];
	for (const [what, change, message] of changes) {
		test(`holds against a yes that comes after it: ${what}`, async (context) => {
			const { bot, api } = await openThings(context);
			const asked = await bot.ask(QUESTION, replies(once), { confirm: () => change(bot).then(() => true) });
			assert.ok(asked.end.type === 'failure' && asked.end.code === 'not-allowed', JSON.stringify(asked.end));
			assert.match(asked.end.message, message);
			assert.deepEqual([bot.asked.length, posts(api)], [1, 0]);
		});
	}

	test('holds for the calls that nobody is asked about', async (context) => {
		const { bot, api } = await openThings(context);
		const { catalogue } = bot.services;
		await catalogue.changePolicy(WORKSPACE, 'things', () => ({ methods: { POST: 'run' } }));
		const both = working('  await things.removeThings({});\n  return (await things.makeThing({})).count;');
		const confirm = async () => {
			if (bot.asked.length === 1) await catalogue.changePolicy(WORKSPACE, 'things', () => ({}));
			return bot.asked.length === 1;
		};
		await bot.ask(QUESTION, replies(both), { confirm });
		assert.deepEqual(
			bot.asked.map((write) => write.tool),
			['things.removeThings', 'things.makeThing'],
		);
		assert.equal(posts(api), 0);
	});
});

describe('a yes', () => {
	test('is good for one call: an equal one of the same program is asked about', async (context) => {
		const { bot, api } = await openThings(context);
		const asked = await bot.ask(QUESTION, replies(twice), { confirm: () => bot.asked.length === 1 });
		assert.equal(asked.end.type === 'failure' && asked.end.code, 'not-allowed');
		assert.deepEqual([bot.asked.length, posts(api)], [2, 1]);
	});

	test('to a call that was made is no yes to an equal one after a restart', async (context) => {
		const { bot, api } = await openThings(context);
		const waiting = Promise.withResolvers<void>();
		const confirm = () => {
			if (bot.asked.length === 1) return true;
			waiting.resolve();
			return new Promise<boolean>(() => {});
		};
		void bot.ask(QUESTION, replies(twice), { confirm });
		await waiting.promise;
		await bot.leave();
		const next = await openNext(context, bot);
		const { ends } = await next.resume({});
		assert.equal(ends[0]?.type === 'failure' && ends[0].code, 'not-allowed');
		assert.deepEqual([next.asked.length, posts(api)], [1, 1]);
	});

	test('to a call that was made is no yes to an equal one of a repaired program', async (context) => {
		const { bot, api } = await openThings(context);
		const failing = working("  const made = await things.makeThing({});\n  if (made) throw new Error('after it');\n  return 1;");
		const asked = await bot.ask(QUESTION, replies(failing, twice), { confirm: () => bot.asked.length === 1 });
		assert.equal(asked.end.type === 'failure' && asked.end.code, 'not-allowed');
		assert.deepEqual([bot.asked.length, posts(api)], [2, 1]);
	});

	test('to a call that the other server refused is no yes to a second try', async (context) => {
		const { bot, api } = await openThings(context);
		api.fail('POST /things', 422);
		const asked = await bot.ask(QUESTION, replies(once, once), { confirm: () => true });
		assert.equal(asked.end.type, 'result');
		assert.deepEqual([bot.asked.length, posts(api)], [2, 2]);
	});

	test('holds for the process after the one that was left, which sends it once', async (context) => {
		const { bot, api } = await openThings(context);
		const slow = working('  const made = await things.makeThing({});\n  await things.getSlow({});\n  return made.count;');
		void bot.ask(QUESTION, replies(slow), { confirm: () => true });
		await api.came('GET /slow');
		await bot.leave();
		api.release();
		const next = await openNext(context, bot);
		const { ends } = await next.resume({});
		assert.equal(ends[0]?.type, 'result', JSON.stringify(ends[0]));
		assert.deepEqual([next.asked.length, posts(api)], [0, 1]);
	});
});

test('whoever allows writes is not asked, about what deletes neither', async (context) => {
	const { bot, api } = await openThings(context);
	const both = working('  await things.removeThings({});\n  return (await things.makeThing({})).count;');
	const asked = await bot.ask(QUESTION, replies(both), { allowWrites: true });
	assert.equal(asked.end.type, 'result');
	assert.deepEqual(bot.asked, []);
	assert.deepEqual(api.requests, ['DELETE /things', 'POST /things']);
});

test('what deletes is asked about with a second look, with its exact call and its line', async (context) => {
	const { bot, api } = await openThings(context);
	const removing = working('  return (await things.removeThings({})).count;');
	await bot.ask(QUESTION, replies(removing));
	assert.deepEqual(api.requests, []);
	const [{ url = '', ...write } = {}] = bot.asked;
	assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/things$/);
	assert.deepEqual(write, {
		tool: 'things.removeThings',
		effect: 'destructive',
		method: 'DELETE',
		secondLook: true,
		line: { number: 2, text: 'return (await things.removeThings({})).count;' },
	});
});

describe('a write whose outcome nobody knows', () => {
	/** A process that is left between sending and the answer. */
	async function leftSending(context: TestContext) {
		const opened = await openThings(context);
		opened.api.hold('POST /things');
		void opened.bot.ask(QUESTION, replies(once), { confirm: () => true });
		await opened.api.came('POST /things');
		await opened.bot.leave();
		return opened;
	}

	test('is asked about after a restart, and a yes sends it once more', async (context) => {
		const { bot, api } = await leftSending(context);
		api.release();
		const next = await openNext(context, bot);
		const { ends } = await next.resume({}, { confirm: () => true });
		assert.equal(ends[0]?.type, 'result', JSON.stringify(ends[0]));
		assert.partialDeepStrictEqual(next.asked, [{ tool: 'things.makeThing', uncertain: true, line: { number: 2 } }]);
		assert.equal(posts(api), 2);
	});

	test('is not sent again after a no, and the program is told so', async (context) => {
		const { bot, api } = await leftSending(context);
		const next = await openNext(context, bot);
		const looking = working('  return (await things.listThings({})).count;');
		const { ends, requests } = await next.resume(replies(once, looking), { confirm: () => false });
		assert.equal(ends[0]?.type, 'result', JSON.stringify(ends[0]));
		assert.match(requests[0]?.messages.at(-1)?.content ?? '', /may have happened already, so it was not sent again/);
		assert.equal(posts(api), 1);
	});

	test('is not asked about again after a no, whatever programs try', async (context) => {
		const { bot, api } = await leftSending(context);
		const next = await openNext(context, bot);
		const { ends } = await next.resume(replies(once, once, once, once), { confirm: () => false });
		assert.equal(ends[0]?.type === 'failure' && ends[0].code, 'unanswered');
		assert.equal(next.asked.length, 1);
		assert.equal(posts(api), 1);
	});

	test('is asked about again when the process is left between a yes and the answer', async (context) => {
		const { bot, api } = await leftSending(context);
		const second = await openNext(context, bot);
		const resent = second.resume({}, { confirm: () => true });
		while (posts(api) < 2) await new Promise((resolve) => setTimeout(resolve, 5));
		await second.leave();
		await resent;
		api.release();
		const third = await openNext(context, bot);
		const { ends } = await third.resume({}, { confirm: () => true });
		assert.equal(ends[0]?.type, 'result', JSON.stringify(ends[0]));
		assert.partialDeepStrictEqual(third.asked, [{ uncertain: true }]);
		assert.equal(posts(api), 3);
	});

	test('is held back where a dry run is wished for instead', async (context) => {
		const { bot, api } = await leftSending(context);
		const next = await openNext(context, bot);
		const { ends } = await next.resume({}, { confirm: () => 'dry-run' });
		assert.ok(ends[0]?.type === 'result', JSON.stringify(ends[0]));
		assert.match(ends[0].sentence, /1 call that changes data had been sent already: things\.makeThing\./);
		assert.partialDeepStrictEqual(ends[0].value, [{ tool: 'things.makeThing', uncertain: true }]);
		assert.equal(posts(api), 1);
	});

	test('holds everything else back, too, in the process after the one in which a dry run was wished for', async (context) => {
		const { bot, api } = await openThings(context);
		await bot.services.catalogue.changePolicy(WORKSPACE, 'things', () => ({ methods: { POST: 'run' } }));
		const both = working(
			'  const late = things.getSlow({}).then(() => things.makeThing({}));\n  await things.removeThings({});\n  return (await late).count;',
		);
		api.hold('DELETE /things');
		void bot.ask(QUESTION, replies(both), { confirm: () => true });
		await Promise.all([api.came('DELETE /things'), api.came('GET /slow')]);
		await bot.leave();
		const second = await openNext(context, bot);
		const wished = Promise.withResolvers<void>();
		const slow = () => api.requests.filter((request) => request === 'GET /slow').length;
		const resumed = second.resume(
			{},
			{
				confirm: () => {
					wished.resolve();
					return 'dry-run';
				},
			},
		);
		await wished.promise;
		while (slow() < 2) await new Promise((resolve) => setTimeout(resolve, 5));
		await second.leave();
		await resumed;
		api.release();
		const third = await openNext(context, bot);
		const { ends } = await third.resume({}, { confirm: () => new Promise<boolean>((resolve) => setTimeout(resolve, 500, false)) });
		assert.ok(ends[0]?.type === 'result', JSON.stringify(ends[0]));
		assert.partialDeepStrictEqual(ends[0].value, [{ tool: 'things.removeThings', uncertain: true }, { tool: 'things.makeThing' }]);
		assert.deepEqual([third.asked.length, posts(api)], [0, 0]);
	});

	test('because the connection broke is asked about when the same program tries it again', async (context) => {
		const { bot, api } = await openThings(context);
		api.fail('POST /things', 'broken');
		const trying = working(
			'  const first = await things.makeThing({}).catch(() => undefined);\n  return (first ?? (await things.makeThing({}))).count;',
		);
		const asked = await bot.ask(QUESTION, replies(trying), { confirm: () => true });
		assert.equal(asked.end.type, 'result', JSON.stringify(asked.end));
		assert.deepEqual(
			bot.asked.map(({ uncertain, line }) => [uncertain, line?.number]),
			[
				[undefined, 2],
				[true, 3],
			],
		);
		assert.equal(posts(api), 2);
	});

	test('is asked about even where writes are allowed unasked', async (context) => {
		const { bot, api } = await openThings(context);
		api.fail('POST /things', 'broken');
		const asked = await bot.ask(QUESTION, replies(once, once), { allowWrites: true, confirm: () => true });
		assert.equal(asked.end.type, 'result', JSON.stringify(asked.end));
		assert.partialDeepStrictEqual(bot.asked, [{ uncertain: true }]);
		assert.equal(posts(api), 2);
	});
});
