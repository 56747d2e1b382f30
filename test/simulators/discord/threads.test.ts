import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ChannelType, Events, type Message, MessageType, PermissionFlagsBits } from 'discord.js';
import { visibleText } from './discord.ts';
import { codeOf, problemsOf, withDiscord } from './with-discord.ts';

describe('threads', { concurrency: true }, () => {
	test('hang on a message and have its id', async (t) => {
		const { discord, login } = await withDiscord(t);
		const heard: Message[] = [];
		const client = await login((own) => own.on(Events.MessageCreate, (message) => void heard.push(message)));
		const dana = discord.person('dana');
		const asked = await dana.say('films', 'hello');
		await discord.until(() => heard.length === 1);
		const thread = await heard[0]?.startThread({ name: 'Answer' });
		assert.ok(thread);
		await thread.send('working');
		await dana.say('films', 'and?', { thread: thread.id });
		await discord.until(() => heard.length === 4);
		assert.deepEqual([thread.id, thread.ownerId, thread.joined], [asked.id, discord.botId, true]);
		assert.deepEqual(discord.threads('films'), [{ id: asked.id, name: 'Answer', archived: false, locked: false }]);
		assert.deepEqual(discord.messages(thread.id).map(visibleText), ['working', 'and?']);
		assert.deepEqual(
			[heard[1]?.type, heard[1]?.system, heard[1]?.reference?.messageId],
			[MessageType.ThreadStarterMessage, true, asked.id],
		);
		assert.equal(heard[3]?.channel.isThread(), true);
		const again = client.rest.post(`/channels/${asked.channel_id}/messages/${asked.id}/threads`, { body: { name: 'x' } });
		assert.equal(await codeOf(again), 160004);
	});

	test('of people are open to the bot, too', async (t) => {
		const { discord, login } = await withDiscord(t);
		const heard: Message[] = [];
		const client = await login((own) => own.on(Events.MessageCreate, (message) => void heard.push(message)));
		const dana = discord.person('dana');
		const thread = await dana.startThread(await dana.say('films', 'hello'), 'Mine');
		await dana.say('films', 'in the thread', { thread });
		await discord.until(() => heard.some((message) => message.content === 'in the thread'));
		const channel = await client.channels.fetch(thread);
		assert.ok(channel?.isThread());
		assert.deepEqual([channel.ownerId, channel.joined], [dana.id, false]);
		await channel.join();
		assert.equal(await codeOf(channel.setName('Ours')), 50013);
		await (await channel.send('hello')).delete();
		await discord.until(() => channel.joined);
	});

	test('are refused where there can be none', async (t) => {
		const { discord, login } = await withDiscord(t);
		const { rest } = await login();
		const dana = discord.person('dana');
		const start = (message: { channel_id: string; id: string }, name = 'x') =>
			rest.post(`/channels/${message.channel_id}/messages/${message.id}/threads`, { body: { name } });
		assert.equal(await codeOf(start(await dana.say('dm', 'hello'))), 50024);
		discord.channel('talk', { type: 'voice' });
		assert.equal(await codeOf(start(await dana.say('talk', 'hello'))), 50024);
		const asked = await dana.say('films', 'hello');
		assert.equal(await codeOf(start({ ...asked, id: '123456789012345678' })), 10008);
		assert.deepEqual(await problemsOf(start(asked, 'x'.repeat(101))), ['name BASE_TYPE_BAD_LENGTH']);
		const news = discord.channel('news', { type: 'announcement' });
		const thread = (await start(await dana.say(news, 'hello'))) as { type: number };
		assert.equal(thread.type, ChannelType.AnnouncementThread);
		discord.fillThreads();
		assert.equal(await codeOf(start(asked)), 160006);
	});

	test('that are archived take no message of the bot until they are opened again', async (t) => {
		const { discord, login } = await withDiscord(t);
		const client = await login();
		const channel = await client.channels.fetch(discord.channel('films'));
		assert.ok(channel?.type === ChannelType.GuildText);
		const thread = await channel.threads.create({ name: 'Answer', type: ChannelType.PublicThread });
		const posted = await thread.send('one');
		discord.archive(thread.id);
		assert.equal(await codeOf(thread.send('two')), 50083);
		assert.equal(await codeOf(posted.edit('two')), 50083);
		await discord.until(() => thread.archived);
		await thread.setArchived(false);
		await thread.send('two');
		discord.archive(thread.id);
		await discord.person('dana').say('films', 'three', { thread: thread.id });
		assert.equal(discord.threads('films')[0]?.archived, false);
		discord.archive(thread.id, { locked: true });
		assert.equal(await codeOf(thread.setArchived(false)), 50013);
		await assert.rejects(discord.person('dana').say('films', 'four', { thread: thread.id }), /cannot write/);
		assert.match(discord.transcriptText(), /Answer/);
	});

	test('can be renamed by whoever made them, and locked by a moderator only', async (t) => {
		const { discord, login } = await withDiscord(t);
		const client = await login();
		const channel = await client.channels.fetch(discord.channel('films'));
		assert.ok(channel?.type === ChannelType.GuildText);
		const thread = await channel.threads.create({ name: 'Answer', type: ChannelType.PublicThread });
		assert.equal((await thread.setName('Better')).name, 'Better');
		assert.equal(await codeOf(thread.setLocked(true)), 50013);
		assert.equal(await codeOf(thread.delete()), 50013);
		assert.equal(await codeOf(channel.setName('series')), 50013);
		discord.deleteChannel(thread.id);
		assert.equal(await codeOf(thread.send('x')), 10003);
	});

	test('open by themselves when the simulator is told to do as the documentation says', async (t) => {
		const { discord, login } = await withDiscord(t, { reopensThreads: true, guilds: [{ name: 'Films', botPermissions: allowed }] });
		const client = await login();
		const forum = await client.channels.fetch(discord.channel('talk', { type: 'forum' }));
		assert.ok(forum?.type === ChannelType.GuildForum);
		const post = await forum.threads.create({ name: 'Post', message: { content: 'first' } });
		assert.equal(discord.messages(post.id)[0]?.id, post.id);
		discord.archive(post.id);
		await post.send('second');
		assert.equal(discord.threads('talk')[0]?.archived, false);
		assert.equal((await client.guilds.cache.first()?.channels.fetchActiveThreads())?.threads.size, 1);
	});
});

const allowed = PermissionFlagsBits.ViewChannel | PermissionFlagsBits.SendMessages | PermissionFlagsBits.SendMessagesInThreads;
