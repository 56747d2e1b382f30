import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { PermissionFlagsBits } from 'discord.js';
import { UserError } from '../../../../src/errors.ts';
import { createWorld, message, messageWithFile, POST, type World } from './outbound-fixture.ts';

/** A server and a storage of its own for each: they wait for nothing of one another. */
const options = { concurrency: 4 };
const HISTORY = 'GET /channels/:id/messages';

function isUserError(code: string, words: RegExp) {
	return (error: unknown) => error instanceof UserError && error.code === code && words.test(error.userMessage);
}

/** As a process leaves it that dies before it hears that its message was posted. */
async function forgetThatItStands({ storage }: World, key: string): Promise<void> {
	await storage.records('postings').put(key, {});
}

describe('a message', options, () => {
	it('appears in its channel, and notifies nobody', async () => {
		await using world = await createWorld();
		const { discord, channel, outbound } = world;
		const dana = discord.person('dana');
		const id = await outbound.post({ channel }, 'r1.0', message(`hello <@${dana.id}> @everyone`));
		assert.deepEqual(world.texts(), [`hello <@${dana.id}> @everyone`]);
		assert.deepEqual(discord.pings({ channel_id: channel, id }), { users: [], roles: [], everyone: false });
		assert.equal(await outbound.posted('r1.0'), id);
		assert.equal(await outbound.posted('r1.1'), undefined);
	});

	it('replies to another one without notifying its author, also when that is gone', async () => {
		await using world = await createWorld();
		const { discord, channel, outbound } = world;
		const dana = discord.person('dana');
		const [asked, deleted] = [await dana.say(channel, 'a question'), await dana.say(channel, 'another')];
		await dana.remove(deleted);
		const id = await outbound.post({ channel, replyTo: asked.id }, 'a', message('an answer'));
		assert.equal(discord.message({ channel_id: channel, id })?.message_reference?.message_id, asked.id);
		assert.deepEqual(discord.pings({ channel_id: channel, id }).users, []);
		await outbound.post({ channel, replyTo: deleted.id }, 'b', message('all the same'));
		assert.deepEqual(world.texts(), ['a question', 'an answer', 'all the same']);
	});

	it('is posted once for its key, by whomever and whenever', async () => {
		await using world = await createWorld();
		const target = { channel: world.channel };
		const [one, two] = await Promise.all([
			world.outbound.post(target, 'r1.0', message('hello')),
			world.another().post(target, 'r1.0', message('hello')),
		]);
		assert.equal(one, two);
		assert.equal(await world.another().post(target, 'r1.0', message('hello')), one);
		assert.deepEqual(world.texts(), ['hello']);
	});

	it('keeps its place in its channel, and other channels go on', async () => {
		await using world = await createWorld();
		const other = world.discord.channel('series');
		world.discord.faults.next(POST, { delayMs: 1000 });
		const slow = ['a', 'b', 'c'].map((name) => world.outbound.post({ channel: world.channel }, name, message(name)));
		while (world.called(POST) === 0) await delay(5);
		await Promise.all(['d', 'e'].map((name) => world.outbound.post({ channel: other }, name, message(name))));
		assert.deepEqual([world.texts(), world.texts(other)], [[], ['d', 'e']]);
		await Promise.all(slow);
		assert.deepEqual(world.texts(), ['a', 'b', 'c']);
	});

	it('goes ahead of a status that waits as well, and asks for what it shows when its turn has come', async () => {
		await using world = await createWorld();
		const target = { channel: world.channel };
		world.discord.faults.next(POST, { delayMs: 200 });
		let status = 'early';
		const posted = [
			world.outbound.post(target, 'a', message('a')),
			world.outbound.post(target, 's', () => message(status), { priority: 'status' }),
			world.outbound.post(target, 'b', message('b')),
		];
		status = 'late';
		await Promise.all(posted);
		assert.deepEqual(world.texts(), ['a', 'b', 'late']);
	});

	it('that is not wanted any more is not sent', async () => {
		await using world = await createWorld();
		const target = { channel: world.channel };
		world.discord.faults.next(POST, { delayMs: 200 });
		const over = new AbortController();
		const first = world.outbound.post(target, 'a', message('a'));
		const status = world.outbound.post(target, 's', message('s'), { priority: 'status', signal: over.signal });
		over.abort(new Error('over'));
		await assert.rejects(status, /over/);
		await first;
		assert.deepEqual(world.texts(), ['a']);
	});

	for (const global of [false, true]) {
		it(`waits as long as Discord says, and is not looked for (${global ? 'global' : 'its channel'})`, async () => {
			await using world = await createWorld();
			world.discord.faults.next(POST, { status: 429, retryAfter: 1, global });
			await Promise.all(['a', 'b'].map((name) => world.outbound.post({ channel: world.channel }, name, message(name))));
			assert.deepEqual(world.texts(), ['a', 'b']);
			assert.equal(world.called(POST), 3);
			assert.equal(world.called(HISTORY), 0);
			const [refused, accepted] = world.discord.calls;
			assert.ok((accepted?.at ?? 0) - (refused?.at ?? 0) >= 1000);
		});
	}

	it('keeps the pace of its channel without being told', async () => {
		await using world = await createWorld({ messagesPer5s: 3 });
		await Promise.all(
			Array.from({ length: 5 }, (_, index) => world.outbound.post({ channel: world.channel }, `${index}`, message(`${index}`))),
		);
		assert.deepEqual(world.texts(), ['0', '1', '2', '3', '4']);
		assert.deepEqual(world.discord.rateLimited, []);
	});

	// Discord.js repeats what met a failure of Discord's three times by itself.
	for (const [fault, times] of [
		[{ status: 500 }, 1],
		[{ status: 500 }, 4],
		[{ html: true }, 4],
		[{ html: true, status: 200 }, 1],
		[{ html: true, status: 200 }, 4],
		[{ drop: 'before' }, 1],
		[{ drop: 'before' }, 4],
		[{ drop: 'after' }, 1],
		[{ status: 408 }, 1],
	] as const) {
		it(`appears once after ${times} × ${JSON.stringify(fault)}`, async () => {
			await using world = await createWorld();
			world.discord.faults.next(POST, fault, times);
			await Promise.all(['a', 'b'].map((name) => world.outbound.post({ channel: world.channel }, name, message(name))));
			assert.deepEqual(world.texts(), ['a', 'b']);
			assert.equal(world.discord.faults.pending(), 0);
			assert.match((await world.outbound.posted('a')) ?? '', /^\d+$/);
		});
	}

	it('is found when the connection breaks after Discord took it', async () => {
		await using world = await createWorld();
		world.discord.faults.next(POST, { drop: 'after' }, 4);
		const id = await world.outbound.post({ channel: world.channel }, 'a', message('a'));
		assert.deepEqual(
			world.discord.messages(world.channel).map((each) => each.id),
			[id],
		);
		assert.deepEqual([world.called(POST), world.called(HISTORY)], [4, 1]);
	});

	it('is made once also where the bot may not read what was said before', async () => {
		await using world = await createWorld();
		const { discord, channel, outbound } = world;
		discord.setBotPermissions(channel, { deny: PermissionFlagsBits.ReadMessageHistory });
		discord.faults.next(POST, { drop: 'after' }, 6);
		const id = await outbound.post({ channel }, 'a', message('a'));
		assert.deepEqual(
			discord.messages(channel).map((each) => each.id),
			[id],
		);
	});

	it('is found by the process that comes after the one that died', async () => {
		await using world = await createWorld();
		const id = await world.outbound.post({ channel: world.channel }, 'a', message('a'));
		await forgetThatItStands(world, 'a');
		assert.equal(await world.another().post({ channel: world.channel }, 'a', message('a')), id);
		assert.deepEqual([world.texts(), world.called(POST)], [['a'], 1]);
	});

	it('can be looked for without being sent', async () => {
		await using world = await createWorld();
		const target = { channel: world.channel };
		assert.equal(await world.outbound.find(target, 'a'), undefined);
		const id = await world.outbound.post(target, 'a', message('a'));
		assert.equal(await world.outbound.find(target, 'a'), id);
		assert.equal(world.called(HISTORY), 0, 'what is known is not looked for');
		await forgetThatItStands(world, 'a');
		assert.equal(await world.another().find(target, 'a'), id);
		assert.equal(await world.outbound.posted('a'), id);
		await forgetThatItStands(world, 'b');
		assert.equal(await world.outbound.find(target, 'b'), undefined);
		assert.equal(world.called(POST), 1);
	});

	it('is found as well when it was shown in another way', async () => {
		await using world = await createWorld();
		const { discord, channel } = world;
		discord.faults.next(POST, { status: 400, code: 50_035 });
		const id = await world.outbound.post({ channel }, 'a', message('a'));
		await forgetThatItStands(world, 'a');
		assert.equal(await world.another().post({ channel }, 'a', message('a')), id);
	});

	it('is sent by the process that comes after the one that died before it was', async () => {
		await using world = await createWorld();
		await world.outbound.post({ channel: world.channel }, 'b', message('b'));
		await forgetThatItStands(world, 'a');
		await world.another().post({ channel: world.channel }, 'a', message('a'));
		assert.deepEqual(world.texts(), ['b', 'a']);
	});
});

describe('a message that Discord refuses', options, () => {
	it('comes without its files where the bot may attach none, and says so', async () => {
		await using world = await createWorld();
		const { discord, channel, outbound } = world;
		discord.setBotPermissions(channel, { deny: PermissionFlagsBits.AttachFiles });
		await outbound.post({ channel }, 'a', messageWithFile('There are 2 of them.'));
		assert.deepEqual(world.texts(), [
			'There are 2 of them.\n-# `answer.csv` could not be attached: the bot lacks the permission Attach Files here.',
		]);
	});

	it('is rejected rather than shown in part when all of it has to be seen', async () => {
		await using world = await createWorld();
		const { discord, channel, outbound } = world;
		discord.setBotPermissions(channel, { deny: PermissionFlagsBits.AttachFiles });
		const whole = { ...messageWithFile('May it?'), whole: true };
		await assert.rejects(outbound.post({ channel }, 'a', whole), isUserError('not-allowed', /Attach Files/));
		discord.faults.next(POST, { status: 400, code: 50_035 });
		await assert.rejects(
			outbound.post({ channel }, 'b', { ...message('May it?'), whole: true }),
			isUserError('internal', /could not draw/),
		);
		assert.deepEqual(world.texts(), []);
	});

	for (const [status, code] of [
		[400, 50_035],
		[400, 50_006],
		[413, 40_005],
	] as const) {
		it(`comes without its layout when it cannot be drawn (${code})`, async () => {
			await using world = await createWorld();
			world.discord.faults.next(POST, { status, code });
			await world.outbound.post({ channel: world.channel }, 'a', messageWithFile('There are 2 of them.'));
			assert.match(world.texts().join(), /^There are 2 of them\.\n-# Discord could not draw the rest of this message/);
			assert.deepEqual(world.discord.files(), []);
		});
	}

	it('opens an archived thread again', async () => {
		await using world = await createWorld();
		const thread = await world.thread();
		world.discord.archive(thread);
		await world.outbound.post({ channel: thread }, 'a', message('a'));
		assert.deepEqual(world.texts(thread), ['a']);
		assert.ok(world.discord.threads(world.channel).every(({ archived }) => !archived));
	});

	it('is rejected where a thread was locked, too', async () => {
		await using world = await createWorld();
		const thread = await world.thread();
		world.discord.archive(thread, { locked: true });
		await assert.rejects(world.outbound.post({ channel: thread }, 'a', message('a')), isUserError('not-allowed', /archived and locked/));
	});

	it('is rejected where no thread can be opened any more', async () => {
		await using world = await createWorld();
		const thread = await world.thread();
		world.discord.archive(thread);
		world.discord.fillThreads();
		await assert.rejects(world.outbound.post({ channel: thread }, 'a', message('a')), isUserError('not-allowed', /as many open threads/));
	});

	it('is no reply where the bot may not read what was said before', async () => {
		await using world = await createWorld();
		const { discord, channel, outbound } = world;
		const { id: replyTo } = await discord.person('dana').say(channel, 'a question');
		discord.setBotPermissions(channel, { deny: PermissionFlagsBits.ReadMessageHistory });
		await outbound.post({ channel, replyTo }, 'a', message('an answer'));
		assert.deepEqual(world.texts(), ['a question', 'an answer']);
	});

	it('is rejected in plain words, and can be sent later', async () => {
		await using world = await createWorld();
		const { discord, channel, outbound } = world;
		discord.setBotPermissions(channel, { deny: PermissionFlagsBits.SendMessages });
		await assert.rejects(outbound.post({ channel }, 'a', message('a')), isUserError('not-allowed', /lacks a permission.*Send Messages/));
		discord.setBotPermissions(channel, { deny: 0n });
		await outbound.post({ channel }, 'a', message('a'));
		assert.deepEqual(world.texts(), ['a']);
	});

	it('is rejected when the channel is gone, and when people take no direct messages', async () => {
		await using world = await createWorld();
		const { discord, outbound } = world;
		const gone = discord.channel('gone');
		discord.deleteChannel(gone);
		await assert.rejects(outbound.post({ channel: gone }, 'a', message('a')), isUserError('not-found', /gone/));
		const channel = await outbound.directChannel(discord.person('dana', { closedDms: true }).id);
		await assert.rejects(outbound.post({ channel }, 'b', message('b')), isUserError('not-allowed', /write to you directly/));
	});

	it('does not hold up those that follow', async () => {
		await using world = await createWorld();
		world.discord.faults.next(POST, { status: 403, code: 200_000 });
		const posted = await Promise.allSettled(['a', 'b'].map((name) => world.outbound.post({ channel: world.channel }, name, message(name))));
		assert.deepEqual(
			posted.map(({ status }) => status),
			['rejected', 'fulfilled'],
		);
	});
});

describe('what else is said to Discord', options, () => {
	it('is repeated after trouble', async () => {
		await using world = await createWorld();
		const dana = world.discord.person('dana');
		world.discord.faults.next('POST /users/@me/channels', { drop: 'before' });
		world.discord.faults.next('POST /users/@me/channels', { drop: 'after' });
		world.discord.faults.next('POST /users/@me/channels', { html: true, status: 200 });
		const channel = await world.outbound.directChannel(dana.id);
		assert.equal(channel, world.discord.directChannel(dana));
	});

	it('is given up after some attempts, in plain words', async () => {
		await using world = await createWorld();
		world.discord.faults.next('GET /users/@me', { status: 500 }, 16);
		await assert.rejects(
			world.outbound.call((api) => api.get('/users/@me')),
			isUserError('network', /did not answer as it should/),
		);
		assert.equal(world.called('GET /users/@me'), 16);
	});
});

describe('closing', options, () => {
	it('drops what waits', async () => {
		await using world = await createWorld();
		world.discord.faults.next(POST, { delayMs: 200 });
		const posts = ['a', 'b'].map((name) => world.outbound.post({ channel: world.channel }, name, message(name)));
		while (world.called(POST) === 0) await delay(5);
		const settled = Promise.allSettled(posts);
		await world.outbound.close();
		const [sent, dropped] = await settled;
		assert.equal(sent?.status, 'fulfilled');
		assert.ok(dropped?.status === 'rejected' && isUserError('stopped', /is stopping/)(dropped.reason));
		assert.deepEqual(world.texts(), ['a']);
	});
});
