import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type Message, PermissionFlagsBits } from 'discord.js';
import { type CatchUp, type CatchUpOptions, createCatchUp } from '../../../../adapters/discord/inbound/catch-up.ts';
import { connectClient, logger, openParts } from '../connect-client.ts';

const HOUR_MS = 3_600_000;

async function open(context: TestContext) {
	const { discord, storage } = await openParts(context);
	const client = await connectClient(context, discord);
	const heard: string[] = [];
	const handle = async (message: Message) => {
		// Of one channel, one after the other.
		await delay(5);
		heard.push(message.content);
	};
	const make = (options: Partial<CatchUpOptions> = {}): CatchUp => {
		const made = createCatchUp({ client, storage, handle, logger, ...options });
		context.after(() => made.stop());
		return made;
	};
	const seen = storage.records<{ readonly at: number }>('discord-seen');
	const direct = storage.records<{ readonly at: number }>('discord-direct');
	return {
		direct,
		discord,
		client,
		storage,
		heard,
		make,
		/** Waits until the client knows of what was said: it looks where something was. */
		known: (id: string) =>
			discord.until(() => client.channels.cache.some((channel) => 'lastMessageId' in channel && channel.lastMessageId === id)),
		seenAt: (at: number) => seen.put('last', { at }),
		lastSeen: () => seen.get('last'),
	};
}

describe('what was missed', { concurrency: true }, () => {
	test('is nothing before the first start', async (context) => {
		const { discord, heard, make, known, lastSeen } = await open(context);
		await known((await discord.person('dana').say('films', 'long ago')).id);
		const catchUp = make();
		await catchUp.run();
		assert.deepEqual(heard, []);
		assert.equal(await lastSeen(), undefined);
		catchUp.start();
		await discord.until(() => discord.calls.length > 0);
		await catchUp.stop();
		assert.ok(Date.now() - ((await lastSeen())?.at ?? 0) < 5_000);
	});

	test('is given in the order it was said, of channels, threads and direct messages', async (context) => {
		const { discord, client, heard, make, known, seenAt } = await open(context);
		const dana = discord.person('dana');
		const before = make();
		const direct = await dana.say('dm', 'directly 1');
		await before.rememberDirect(direct.channel_id);
		await seenAt(Date.now());
		const asked = await dana.say('films', 'films 1');
		await client.rest.post(`/channels/${asked.channel_id}/messages/${asked.id}/threads`, { body: { name: 'A thread' } });
		await dana.say('', 'thread 1', { thread: asked.id });
		await dana.say('films', 'films 2');
		await dana.say('dm', 'directly 2');
		await known((await dana.say('', 'thread 2', { thread: asked.id })).id);
		await make().run();
		for (const place of ['films', 'thread', 'directly'])
			assert.deepEqual(
				heard.filter((text) => text.startsWith(place)),
				[`${place} 1`, `${place} 2`],
			);
	});

	test('goes back a little before the bot was last seen, and an hour at most', async (context) => {
		const { discord, heard, make, known, seenAt } = await open(context);
		await known((await discord.person('dana').say('films', 'just now')).id);
		await seenAt(Date.now() + 60_000);
		await make().run();
		assert.deepEqual(heard, ['just now'], 'a connection that had died counts as seen until that is noticed');
		await seenAt(Date.now() + HOUR_MS);
		await make().run();
		assert.deepEqual(heard, ['just now'], 'not twice');
		await seenAt(Date.now() - 100 * HOUR_MS);
		await make().run();
		assert.deepEqual(heard, ['just now', 'just now'], 'whoever handles it knows what it has had');
	});

	test('is looked for everywhere, whatever the bot may not read and whatever fails', async (context) => {
		const { discord, heard, make, known, seenAt } = await open(context);
		const dana = discord.person('dana');
		await seenAt(Date.now());
		const hidden = discord.channel('hidden');
		for (const channel of ['hidden', 'silent', 'films']) await dana.say(channel, channel);
		await known((await dana.say('books', 'books')).id);
		discord.setBotPermissions(hidden, { deny: PermissionFlagsBits.ViewChannel });
		discord.setBotPermissions(discord.channel('silent'), { deny: PermissionFlagsBits.ReadMessageHistory });
		const catchUp = make();
		await catchUp.rememberDirect('100000000000000001');
		await catchUp.run();
		assert.deepEqual(heard.sort(), ['books', 'films']);
	});

	test('is looked for by one at a time, once more when it was asked for meanwhile, and then what the bot has seen is noted', async (context) => {
		const { discord, heard, make, known, seenAt, lastSeen } = await open(context);
		const long = Date.now() - 60_000;
		await seenAt(long);
		await known((await discord.person('dana').say('films', 'once')).id);
		const catchUp = make();
		let atOnce = 0;
		const held = Promise.withResolvers<void>();
		const slow = make({
			async handle({ content }) {
				atOnce++;
				assert.equal(atOnce, 1);
				await held.promise;
				atOnce--;
				heard.push(content);
			},
		});
		const first = slow.run();
		await discord.until(() => atOnce === 1);
		await known((await discord.person('dana').say('films', 'meanwhile')).id);
		const asked = [slow.run(), slow.run(), first];
		held.resolve();
		await Promise.all(asked);
		assert.deepEqual(heard, ['once', 'once', 'meanwhile']);
		assert.equal((await lastSeen())?.at, long);
		await catchUp.stop();
		assert.ok(((await lastSeen())?.at ?? 0) > long);
	});

	test('is not noted as seen while nothing is connected', async (context) => {
		const { discord, client, make, seenAt, lastSeen } = await open(context);
		await seenAt(1);
		const catchUp = make();
		await client.destroy();
		catchUp.start();
		await catchUp.stop();
		assert.equal((await lastSeen())?.at, 1);
		assert.ok(discord);
	});

	test('is looked for again where Discord did not give it, and not noted as seen before', async (context) => {
		const { discord, heard, make, known, seenAt, lastSeen } = await open(context);
		const long = Date.now() - 60_000;
		await seenAt(long);
		await known((await discord.person('dana').say('films', 'missed')).id);
		discord.faults.next('GET /channels/:id/messages', { status: 503 }, 8);
		const catchUp = make({ noteMs: 50 });
		await catchUp.run();
		catchUp.start();
		assert.deepEqual(heard, []);
		await discord.until(() => discord.faults.pending() < 4);
		assert.equal((await lastSeen())?.at, long);
		await discord.until(() => heard.length > 0);
		assert.deepEqual(heard, ['missed']);
		await delay(200);
		assert.ok(((await lastSeen())?.at ?? 0) > long, 'noted now that it was found');
	});

	test('is not given up with the process', async (context) => {
		const { discord, make, known, seenAt, lastSeen } = await open(context);
		const long = Date.now() - 60_000;
		await seenAt(long);
		await known((await discord.person('dana').say('films', 'missed')).id);
		discord.faults.next('GET /channels/:id/messages', { status: 503 }, 4);
		const catchUp = make();
		await catchUp.run();
		await catchUp.stop();
		assert.equal((await lastSeen())?.at, long);
	});

	test('is found to its beginning, however much it is', async (context) => {
		const { discord, heard, make, known, seenAt } = await open(context);
		await seenAt(Date.now());
		const dana = discord.person('dana');
		const texts = Array.from({ length: 230 }, (_, index) => `${index}`);
		let last = '';
		for (const text of texts) last = (await dana.say('films', text)).id;
		await known(last);
		await make().run();
		assert.deepEqual(heard, texts);
		heard.length = 0;
		const warned: object[] = [];
		const telling = { ...logger, warn: (about: object) => void warned.push(about) } as unknown as CatchUpOptions['logger'];
		await make({ limits: { channels: 9, directs: 9, messages: 120 }, logger: telling }).run();
		assert.deepEqual(heard, texts.slice(-120), 'the newest');
		assert.deepEqual(warned, [{ channel: discord.channel('films'), taken: 120 }]);
	});

	test('is looked for where something was said last, and what is left out is told', async (context) => {
		const { discord, direct, heard, make, known, seenAt } = await open(context);
		await seenAt(Date.now());
		const dana = discord.person('dana');
		for (const channel of ['books', 'films']) await known((await dana.say(channel, channel)).id);
		const now = Date.now();
		for (const [name, at] of [
			['old', now - 1_000],
			['new', now],
			['forgotten', now - 31 * 24 * HOUR_MS],
		] as const)
			await direct.put((await discord.person(name).say('dm', name)).channel_id, { at });
		const warned: object[] = [];
		const telling = { ...logger, warn: (about: object) => void warned.push(about) } as unknown as CatchUpOptions['logger'];
		await make({ limits: { channels: 1, directs: 1, messages: 9 }, logger: telling }).run();
		assert.deepEqual(heard.sort(), ['films', 'new']);
		assert.deepEqual(warned, [
			{ leftOut: 1, kind: 'direct messages' },
			{ leftOut: 1, kind: 'channels' },
		]);
		assert.equal(await direct.get(discord.directChannel(discord.person('forgotten'))), undefined);
		assert.ok(((await direct.get(discord.directChannel(discord.person('new'))))?.at ?? 0) > now, 'it was used again');
	});

	test('is not lost with the storage', async (context) => {
		const { storage, make } = await open(context);
		const catchUp = make();
		await storage.close();
		await catchUp.run();
		await catchUp.rememberDirect('100000000000000001');
		await catchUp.stop();
	});
});
