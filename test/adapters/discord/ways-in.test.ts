import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Discord } from '../../simulators/discord/discord.ts';
import { openDiscordWorld } from './bot-process.ts';
import {
	answered,
	assertMannerly,
	commanded,
	countOf,
	FOLLOW_UP,
	FOLLOW_UP_ANSWER,
	postsIn,
	SAMPLE,
	SAMPLE_ANSWER,
	seen,
	seenTimes,
	shownIn,
	told,
} from './people-see.ts';

const NO_MODEL = /No model is configured/;

type Way = (discord: Discord) => Promise<void>;

const WAYS: Readonly<Record<string, Way>> = {
	async 'a mention of the bot is answered in a thread that is named after the question'(discord) {
		const [dana, sam] = [discord.person('dana'), discord.person('sam')];
		const asked = await dana.say('mentions', SAMPLE, { mention: 'user' });
		await seen(discord, asked.id, SAMPLE_ANSWER);
		assert.deepEqual(discord.threads('mentions'), [{ id: asked.id, name: SAMPLE, archived: false, locked: false }]);
		const order = [/^### Scaffold/, /^### Plan/, SAMPLE_ANSWER].map((part) =>
			shownIn(discord, asked.id).findIndex((text) => part.test(text)),
		);
		assert.deepEqual(order, [0, 1, 2]);
		await sam.say('mentions', FOLLOW_UP, { thread: asked.id });
		await seen(discord, asked.id, FOLLOW_UP_ANSWER);
		await discord.until(() => postsIn(discord, asked.id).length === 5);
		assert.deepEqual(postsIn(discord, 'mentions'), [], 'nothing stands in the channel');
	},

	async 'a mention of its role is one, too'(discord) {
		const rolf = discord.person('rolf');
		const asked = await rolf.say('roles', SAMPLE, { mention: 'role' });
		await seen(discord, asked.id, SAMPLE_ANSWER);
		assert.equal(discord.threads('roles')[0]?.name, SAMPLE);
	},

	async 'a mention at the end, and one of somebody else beside it, are mentions'(discord) {
		const [emil, fred] = [discord.person('emil'), discord.person('fred')];
		const asked = await emil.say('at-the-end', `${SAMPLE} <@${discord.botId}>`);
		await seen(discord, asked.id, SAMPLE_ANSWER);
		const both = await emil.say('at-the-end', `<@${fred.id}> asks about the 1990s`, { mention: 'user' });
		await seen(discord, both.id, NO_MODEL);
		assert.deepEqual(
			discord.threads('at-the-end').map(({ name }) => name),
			[SAMPLE, '@fred asks about the 1990s'],
		);
	},

	async 'a long question names its thread in no more characters than Discord takes'(discord) {
		const lola = discord.person('lola');
		const asked = await lola.say('long-names', `Who?\n${'🎬 and then '.repeat(100)}`, { mention: 'user' });
		await seen(discord, asked.id, NO_MODEL);
		const name = discord.threads('long-names')[0]?.name ?? '';
		assert.ok(name.length > 80 && name.length <= 100, `${name.length} characters`);
		assert.match(name, /^Who\? 🎬 and then .*…$/u);
		assert.ok(name.isWellFormed());
		const handle = await lola.command('ask', { question: 'And then? '.repeat(600) }, 'long-questions');
		const question = await answered(discord, handle, /asks:\n> And then\? And then\? .*…$/);
		await seen(discord, question.id, NO_MODEL);
	},

	async 'a reply to a message of the bot asks it'(discord) {
		const rosa = discord.person('rosa');
		const hello = await rosa.say('replies', '', { mention: 'user' });
		const greeting = await seen(discord, 'replies', /Hello! Mention me with a question\./);
		assert.equal(greeting.message_reference?.message_id, hello.id);
		const asked = await rosa.say('replies', SAMPLE, { replyTo: greeting });
		await seen(discord, asked.id, SAMPLE_ANSWER);
	},

	async 'a direct message is answered there, and so is what follows'(discord) {
		const dora = discord.person('dora');
		const asked = await dora.say('dm', SAMPLE);
		await seen(discord, asked.channel_id, SAMPLE_ANSWER);
		await dora.say('dm', FOLLOW_UP);
		await seen(discord, asked.channel_id, FOLLOW_UP_ANSWER);
		await dora.say('dm', SAMPLE, { mention: 'user' });
		await seenTimes(discord, asked.channel_id, SAMPLE_ANSWER, 2);
		assert.equal(countOf(discord, asked.channel_id, FOLLOW_UP_ANSWER), 1);
	},

	async 'a mention that asks nothing is greeted, once'(discord) {
		const gwen = discord.person('gwen');
		const mention = await gwen.say('greetings', '?!', { mention: 'user' });
		discord.redeliver(mention.id);
		const greeting = await seen(discord, 'greetings', /Hello! Mention me with a question\..*No model is configured.*How many movies/s);
		assert.equal(greeting.message_reference?.message_id, mention.id);
		discord.redeliver(mention.id);
		const asked = await gwen.say('greetings', SAMPLE, { mention: 'user' });
		await seen(discord, asked.id, SAMPLE_ANSWER);
		assert.equal(postsIn(discord, 'greetings').length, 1);
	},

	async 'a file alone is told of, where it was given to the bot'(discord) {
		const fay = discord.person('fay');
		const files = [{ name: 'films.csv', content: 'a,b' }];
		await fay.say('files', '', { files });
		await fay.say('files', '', { mention: 'user', files });
		await seen(discord, 'files', /Files cannot be read yet\. Type what you want to know as a message\./);
		await fay.say('dm', '', { files });
		await seen(discord, discord.directChannel(fay), /Files cannot be read yet\./);
		const asked = await fay.say('files', SAMPLE, { mention: 'user', files });
		await seen(discord, asked.id, SAMPLE_ANSWER);
		assert.equal(postsIn(discord, 'files').length, 1);
	},

	async 'a command that is typed in a mention is told to be chosen from the menu'(discord) {
		const amy = discord.person('amy', { admin: true });
		const removal = await amy.say('typed', '/toolset remove movies', { mention: 'user' });
		const told = await seen(discord, 'typed', /chosen from the menu: type \/toolset remove without a mention/);
		assert.equal(told.message_reference?.message_id, removal.id);
		await amy.say('typed', '/toolset', { mention: 'user' });
		await seen(discord, 'typed', /\/toolset needs one of these/);
		await amy.say('dm', '/help');
		await seen(discord, discord.directChannel(amy), /chosen from the menu: type \/help/);
		const asked = await amy.say('typed', `/ask ${SAMPLE}`, { mention: 'user' });
		await seen(discord, asked.id, SAMPLE_ANSWER);
	},
};

test('people ask', { concurrency: true }, async (context) => {
	const { discord, start } = await openDiscordWorld(context, {}, { messagesPer5s: 1000 });
	await start();
	await Promise.all(Object.entries(WAYS).map(([name, way]) => context.test(name, () => way(discord))));
	assertMannerly(discord);
});

const GUILDS = [{ name: 'Films' }, { name: 'Books' }];

test('people of several servers ask directly about the one they asked in last', async (context) => {
	const { discord, start } = await openDiscordWorld(context, {}, { guilds: GUILDS, messagesPer5s: 1000 });
	await start();
	const admin = discord.person('ada', { guild: 'Books', admin: true });
	const dana = discord.person('dana', { guild: 'Films' });
	const books = discord.channel('books', { guild: 'Books' });
	const question = await commanded(discord, admin, 'toolset remove', { name: 'movies' }, /Disconnect/, books);
	await answered(discord, await admin.click(question, 'Yes, do it'), /Disconnected/);

	// She has asked in none yet, and speaks for herself alone.
	await commanded(discord, dana, 'runs', {}, /You have not asked anything yet\./, 'dm');
	const { id } = await dana.say('films', SAMPLE, { mention: 'user' });
	await seen(discord, id, SAMPLE_ANSWER);
	await told(discord, dana, 'runs', {}, /How many movies did +answered/, 'dm');
	await commanded(discord, dana, 'toolset list', {}, /example:movies/, 'dm');
	// Whoever asks in the other server speaks of that one from then on.
	await commanded(discord, admin, 'toolset list', {}, /example:movies/, 'dm');
	const { id: asked } = await admin.say(books, SAMPLE, { mention: 'user' });
	await seen(discord, asked, /No API|⚠️/);
	await told(discord, admin, 'toolset list', {}, /No API is connected yet/, 'dm');

	// A server that the bot came into only now.
	discord.invite('Later');
	const late = discord.person('lou', { guild: 'Later' });
	const general = discord.channel('general', { guild: 'Later' });
	await commanded(discord, late, 'toolset list', {}, /example:movies/, general);
	const { id: first } = await late.say(general, SAMPLE, { mention: 'user' });
	await seen(discord, first, SAMPLE_ANSWER);
	assertMannerly(discord);
});
