import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Discord, type Message, visibleText } from '../../simulators/discord/discord.ts';
import { openDiscordWorld } from './bot-process.ts';
import {
	answered,
	asBot,
	assertMannerly,
	commanded,
	countOf,
	FOLLOW_UP,
	FOLLOW_UP_ANSWER,
	hasButton,
	postsIn,
	SAMPLE,
	SAMPLE_ANSWER,
	seen,
	seenTimes,
	shownIn,
	told,
	whispersTo,
} from './people-see.ts';

const ASK_ABOUT_THIS = 'Ask about this';
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

	async '/ask shows who asks what, and answers in a thread of it, where everybody may go on'(discord) {
		const [dana, sam] = [discord.person('dana'), discord.person('sam')];
		const handle = await dana.command('ask', { question: SAMPLE }, 'asked-by-command');
		const question = await answered(discord, handle, /asks:/);
		assert.equal(visibleText(question), `<@${dana.id}> asks:\n> ${SAMPLE}`);
		assert.deepEqual(discord.pings(question), { users: [], roles: [], everyone: false });
		await seen(discord, question.id, SAMPLE_ANSWER);
		assert.equal(discord.threads('asked-by-command')[0]?.name, SAMPLE);
		await sam.say('asked-by-command', FOLLOW_UP, { thread: question.id });
		await seen(discord, question.id, FOLLOW_UP_ANSWER);
	},

	async '/ask in a direct message is answered there'(discord) {
		const mila = discord.person('mila');
		const handle = await mila.command('ask', { question: SAMPLE }, 'dm');
		await answered(discord, handle, /asks:/);
		await seen(discord, discord.directChannel(mila), SAMPLE_ANSWER);
		await mila.say('dm', FOLLOW_UP);
		await seen(discord, discord.directChannel(mila), FOLLOW_UP_ANSWER);
	},

	async '/ask in a thread is answered in it, and whoever asked may go on there'(discord) {
		const [tina, theo] = [discord.person('tina'), discord.person('theo')];
		const thread = await theo.startThread(await theo.say('asked-in-thread', 'Which film tonight?'), 'Film night');
		await tina.command('ask', { question: SAMPLE }, thread);
		await seen(discord, thread, SAMPLE_ANSWER);
		await theo.say('asked-in-thread', FOLLOW_UP, { thread });
		await tina.say('asked-in-thread', FOLLOW_UP, { thread });
		await seen(discord, thread, FOLLOW_UP_ANSWER);
		await tina.say('asked-in-thread', SAMPLE, { thread });
		await seenTimes(discord, thread, SAMPLE_ANSWER, 2);
		assert.equal(countOf(discord, thread, FOLLOW_UP_ANSWER), 1);
		assert.equal(discord.threads('asked-in-thread').length, 1);
	},

	async '/ask shows the question as it is asked, and makes no thread for one that is not'(discord) {
		const [otto, ada] = [discord.person('otto'), discord.person('ada', { admin: true })];
		const write = { question: 'Put Arrival on my watchlist.', 'allow-writes': true };
		const refused = await otto.command('ask', write, 'asked-options');
		await answered(discord, refused, /Only an admin may let a program write without asking\./);
		assert.deepEqual(discord.threads('asked-options'), []);
		const mention = await otto.say('asked-options', '--allow-writes Put Arrival on my watchlist.', { mention: 'user' });
		const replyTo = ({ message_reference: reference }: Message) => reference?.message_id === mention.id;
		const why = await discord.until(() => postsIn(discord, 'asked-options').find(replyTo));
		assert.equal(visibleText(why), 'Only an admin may let a program write without asking. Ask without --allow-writes.');
		assert.deepEqual(discord.threads('asked-options'), []);
		const asked = await answered(discord, await ada.command('ask', write, 'asked-options'), /asks:\n> Put Arrival on my watchlist\.$/);
		await seen(discord, asked.id, /Arrival is on your watchlist\./);

		const marks = await otto.command('ask', { question: 'Is *a* < b && `Array<string>` an @everyone\n# matter?' }, 'asked-marks');
		const question = await answered(discord, marks, /asks:/);
		assert.match(visibleText(question), /\n> Is \\\*a\\\* /);
		assert.match(visibleText(question), /\n> \\# matter\?$/);
		await seen(discord, question.id, NO_MODEL);
		assert.equal(discord.threads('asked-marks')[0]?.name, 'Is *a* < b && `Array<string>` an @everyone # matter?');
	},

	async '/ask with nothing but spaces tells how to ask'(discord) {
		const nora = discord.person('nora');
		await answered(
			discord,
			await nora.command('ask', { question: '   ' }, 'spaces'),
			/The question is empty\. Type what you want to know after \/ask\./,
		);
		assert.deepEqual(discord.threads('spaces'), []);
	},

	async '"Ask about this" answers the question in a message, in a thread of it, as often as it is chosen'(discord) {
		const [olga, rita] = [discord.person('olga'), discord.person('rita')];
		const chat = await olga.say('overheard', SAMPLE);
		const handle = await rita.contextMenu(ASK_ABOUT_THIS, chat);
		await seen(discord, chat.id, SAMPLE_ANSWER);
		await answered(discord, handle, new RegExp(`^The answer comes in <#${chat.id}>\\.$`));
		assert.equal(handle.reply()?.ephemeralFor, rita.id);
		const again = await olga.contextMenu(ASK_ABOUT_THIS, chat);
		await answered(discord, again, new RegExp(`<#${chat.id}>`));
		await seenTimes(discord, chat.id, SAMPLE_ANSWER, 2);
		assert.equal(discord.threads('overheard').length, 1);
		await olga.say('overheard', FOLLOW_UP, { thread: chat.id });
		await seen(discord, chat.id, FOLLOW_UP_ANSWER);
		assert.deepEqual(postsIn(discord, 'overheard'), []);
	},

	async '"Ask about this" takes a question with a mention of the bot for the question alone'(discord) {
		const [vera, wanda] = [discord.person('vera'), discord.person('wanda')];
		for (const mention of ['user', 'role'] as const) {
			const asked = await vera.say(`asked-again-${mention}`, SAMPLE, { mention });
			await seen(discord, asked.id, SAMPLE_ANSWER);
			await wanda.contextMenu(ASK_ABOUT_THIS, asked);
			await seenTimes(discord, asked.id, SAMPLE_ANSWER, 2);
		}
	},

	async '"Ask about this" in a thread is answered in it, and whoever chose it may go on there'(discord) {
		const [ugo, una] = [discord.person('ugo'), discord.person('una')];
		const thread = await ugo.startThread(await ugo.say('overheard-in-thread', 'Which film tonight?'), 'Film night');
		const question = await ugo.say('overheard-in-thread', SAMPLE, { thread });
		await una.contextMenu(ASK_ABOUT_THIS, question);
		await seen(discord, thread, SAMPLE_ANSWER);
		await ugo.say('overheard-in-thread', FOLLOW_UP, { thread });
		await una.say('overheard-in-thread', FOLLOW_UP, { thread });
		await seen(discord, thread, FOLLOW_UP_ANSWER);
		await una.say('overheard-in-thread', SAMPLE, { thread });
		await seenTimes(discord, thread, SAMPLE_ANSWER, 2);
		assert.equal(countOf(discord, thread, FOLLOW_UP_ANSWER), 1);
	},

	async '"Ask about this" takes the thread that somebody has made of the message, where only whoever chose it may go on'(discord) {
		const [xena, yuri] = [discord.person('xena'), discord.person('yuri')];
		const question = await yuri.say('overheard-with-thread', SAMPLE);
		const thread = await yuri.startThread(question, 'About her');
		const handle = await xena.contextMenu(ASK_ABOUT_THIS, question);
		await seen(discord, thread, SAMPLE_ANSWER);
		await answered(discord, handle, new RegExp(`<#${thread}>`));
		await yuri.say('overheard-with-thread', FOLLOW_UP, { thread });
		await xena.say('overheard-with-thread', FOLLOW_UP, { thread });
		await seen(discord, thread, FOLLOW_UP_ANSWER);
		await xena.say('overheard-with-thread', SAMPLE, { thread });
		await seenTimes(discord, thread, SAMPLE_ANSWER, 2);
		assert.equal(countOf(discord, thread, FOLLOW_UP_ANSWER), 1);
		assert.deepEqual(
			discord.threads('overheard-with-thread').map(({ name }) => name),
			['About her'],
		);
	},

	async '"Ask about this" tells that a message has no text'(discord) {
		const nell = discord.person('nell');
		const file = await nell.say('overheard-silence', '', { files: [{ name: 'film.txt', content: 'a film' }] });
		const mention = await nell.say('overheard-silence', '', { mention: 'user' });
		for (const message of [file, mention]) {
			const handle = await nell.contextMenu(ASK_ABOUT_THIS, message);
			await answered(discord, handle, /This message has no text that could be a question\. Mention the bot and type/);
			assert.equal(handle.reply()?.ephemeralFor, nell.id);
		}
		assert.deepEqual(discord.threads('overheard-silence'), []);
	},

	async '"Ask about this" takes what somebody wrote for a question, not for a command'(discord) {
		const [mallory, alma] = [discord.person('mallory'), discord.person('alma', { admin: true })];
		for (const [index, text] of ['/toolset remove movies', '--allow-writes Put Arrival on my watchlist.'].entries()) {
			const trap = await mallory.say(`traps-${index}`, text);
			await alma.contextMenu(ASK_ABOUT_THIS, trap);
			await seen(discord, trap.id, NO_MODEL);
			assert.equal(postsIn(discord, trap.id).length, 1);
			assert.equal(discord.threads(`traps-${index}`)[0]?.name, text);
		}
		assert.deepEqual(
			whispersTo(discord, alma).filter((text) => !/^The answer comes in/.test(text)),
			[],
		);
	},

	async 'in a thread about something else only whoever asked there is answered'(discord) {
		const [dana, sam] = [discord.person('dana'), discord.person('sam')];
		const thread = await sam.startThread(await sam.say('chatter', 'Which film tonight?'), 'Film night');
		await dana.say('chatter', SAMPLE, { thread, mention: 'user' });
		await seen(discord, thread, SAMPLE_ANSWER);
		const tonight = await sam.say('chatter', FOLLOW_UP, { thread });
		await dana.say('chatter', `<@${sam.id}> ${FOLLOW_UP}`, { thread });
		await dana.say('chatter', FOLLOW_UP, { thread, replyTo: tonight });
		await dana.say('chatter', FOLLOW_UP, { thread });
		await seen(discord, thread, FOLLOW_UP_ANSWER);
		// Questions of a thread are answered in turn: what was asked before this one would stand before its answer.
		await dana.say('chatter', SAMPLE, { thread });
		await seenTimes(discord, thread, SAMPLE_ANSWER, 2);
		assert.equal(countOf(discord, thread, FOLLOW_UP_ANSWER), 1);
		assert.equal(countOf(discord, thread, NO_MODEL), 0, 'what was said to somebody else is no question');
		assert.equal(discord.threads('chatter').length, 1);
	},

	async "in the bot's own thread, what is said to somebody else is no question"(discord) {
		const [ines, jack] = [discord.person('ines'), discord.person('jack')];
		const asked = await ines.say('asides', SAMPLE, { mention: 'user' });
		const result = await seen(discord, asked.id, SAMPLE_ANSWER);
		const { id: thread } = asked;
		const first = await jack.say('asides', `<@${ines.id}> that many?`, { thread });
		await ines.say('asides', 'so it says', { thread, replyTo: first });
		await jack.say('asides', '👍', { thread });
		await jack.say('asides', '', { thread, files: [{ name: 'a.txt', content: 'a' }] });
		await jack.say('asides', FOLLOW_UP, { thread, replyTo: result });
		await seen(discord, thread, FOLLOW_UP_ANSWER);
		assert.equal(postsIn(discord, thread).length, 5, shownIn(discord, thread).join('\n---\n'));
	},

	async 'an edit asks nothing'(discord) {
		const edna = discord.person('edna');
		const asked = await edna.say('edits', SAMPLE, { mention: 'user' });
		await edna.edit(asked, `<@${discord.botId}> ${SAMPLE} `);
		// A mention that comes in with an edit notifies nobody, as Discord has it.
		const chat = await edna.say('edits-2', SAMPLE);
		await edna.edit(chat, `<@${discord.botId}> ${SAMPLE}`);
		await seen(discord, asked.id, SAMPLE_ANSWER);
		const followed = await edna.say('edits', FOLLOW_UP, { thread: asked.id });
		await edna.edit(followed, SAMPLE);
		await seen(discord, asked.id, FOLLOW_UP_ANSWER);
		await edna.say('edits', FOLLOW_UP, { thread: asked.id });
		await seenTimes(discord, asked.id, FOLLOW_UP_ANSWER, 2);
		assert.equal(countOf(discord, asked.id, SAMPLE_ANSWER), 1);
		assert.deepEqual(discord.threads('edits-2'), []);
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

	async 'what no person wrote is left alone'(discord) {
		const channel = discord.channel('robots');
		for (const who of ['self', 'bot', 'webhook', 'system'] as const) discord.sayAs(who, channel, SAMPLE, { mention: true });
		const iris = discord.person('iris');
		const asked = await iris.say('robots', SAMPLE, { mention: 'user' });
		await seen(discord, asked.id, SAMPLE_ANSWER);
		for (const who of ['bot', 'webhook', 'system'] as const) discord.sayAs(who, asked.id, FOLLOW_UP);
		await iris.say('robots', SAMPLE, { thread: asked.id });
		await seenTimes(discord, asked.id, SAMPLE_ANSWER, 2);
		assert.equal(countOf(discord, asked.id, FOLLOW_UP_ANSWER), 0);
		assert.equal(discord.threads('robots').length, 1);
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

	async 'where there are no threads, the answer comes in replies'(discord) {
		const [vic, val] = [discord.person('vic'), discord.person('val')];
		const voice = discord.channel('lounge', { type: 'voice' });
		const asked = await vic.say(voice, SAMPLE, { mention: 'user' });
		const answer = await seen(discord, voice, SAMPLE_ANSWER);
		assert.equal(answer.message_reference?.message_id, asked.id);
		await val.say(voice, FOLLOW_UP);
		const followed = await vic.say(voice, FOLLOW_UP, { replyTo: answer });
		const next = await seen(discord, voice, FOLLOW_UP_ANSWER);
		assert.equal(next.message_reference?.message_id, followed.id);
		const handle = await val.command('ask', { question: SAMPLE }, voice);
		await answered(discord, handle, /asks:/);
		await seenTimes(discord, voice, SAMPLE_ANSWER, 2);
		assert.equal(countOf(discord, voice, FOLLOW_UP_ANSWER), 1);
	},

	async 'an announcement is answered in a thread of it'(discord) {
		const anna = discord.person('anna');
		const news = discord.channel('news', { type: 'announcement' });
		const asked = await anna.say(news, SAMPLE, { mention: 'user' });
		await seen(discord, asked.id, SAMPLE_ANSWER);
		assert.equal(discord.threads(news).length, 1);
	},

	async 'in a post of a forum the answer comes in the post'(discord) {
		const [finn, flo] = [discord.person('finn'), discord.person('flo')];
		const forum = discord.channel('forum', { type: 'forum' });
		const post = await asBot(discord, 'POST', `/channels/${forum}/threads`, {
			name: 'Directors',
			message: { content: 'All about them', allowed_mentions: { parse: [] } },
		});
		const thread = String(post.id);
		await finn.say('forum', SAMPLE, { thread, mention: 'user' });
		await seen(discord, thread, SAMPLE_ANSWER);
		await flo.say('forum', SAMPLE, { thread });
		await finn.say('forum', FOLLOW_UP, { thread });
		await seen(discord, thread, FOLLOW_UP_ANSWER);
		assert.equal(countOf(discord, thread, SAMPLE_ANSWER), 1);
	},

	async 'what goes wrong on the way is one line in the thread, and the status goes when the answer is there'(discord) {
		const hugo = discord.person('hugo');
		const asked = await hugo.say('repairs', 'Which films of Hayao Miyazaki are the longest?', { mention: 'user' });
		const answer = await seen(discord, asked.id, /^The longest film of Hayao Miyazaki is .*title +year +minutes/s);
		const last = postsIn(discord, asked.id).at(-1);
		const shown = shownIn(discord, asked.id);
		const order = [/^### Scaffold/, /^### Plan/, /^-# .*\(1\/3\)$/].map((part) => shown.findIndex((text) => part.test(text)));
		assert.deepEqual(order, [0, 1, 2], shown.join('\n---\n'));
		assert.equal(last?.id, answer.id);
		await discord.until(() => postsIn(discord, asked.id).every((message) => !hasButton(message, 'Stop')));
	},

	async 'an event that is delivered again asks nothing anew'(discord) {
		const dina = discord.person('dina');
		const asked = await dina.say('again', SAMPLE, { mention: 'user' });
		for (let time = 0; time < 3; time++) discord.redeliver(asked.id);
		await seen(discord, asked.id, SAMPLE_ANSWER);
		discord.redeliver(asked.id);
		await dina.say('again', FOLLOW_UP, { thread: asked.id });
		await seen(discord, asked.id, FOLLOW_UP_ANSWER);
		assert.equal(countOf(discord, asked.id, SAMPLE_ANSWER), 1);
	},
};

test('people ask', { concurrency: true }, async (context) => {
	const { discord, start } = await openDiscordWorld(context, {}, { messagesPer5s: 1000 });
	const [bot] = await start();
	const before = ['restarts', 'archives'].map((channel) => discord.person('dana').say(channel, SAMPLE, { mention: 'user' }));
	await Promise.all(Object.entries(WAYS).map(([name, way]) => context.test(name, () => way(discord))));
	await context.test('threads go on after a restart, also one that was put away', async () => {
		const threads = (await Promise.all(before)).map(({ id }) => id);
		for (const thread of threads) await seen(discord, thread, SAMPLE_ANSWER);
		await bot?.end();
		discord.archive(threads[1] ?? '');
		await start();
		for (const thread of threads) {
			await discord.person('sam').say('', FOLLOW_UP, { thread });
			await seen(discord, thread, FOLLOW_UP_ANSWER);
		}
	});
	assertMannerly(discord);
});

const NEEDS_MENTION = /To ask more here, mention me again: Discord does not show me other messages/;

const UNREAD: Readonly<Record<string, Way>> = {
	async 'follow-ups need a mention, and each person is told so once'(discord) {
		const [dana, sam] = [discord.person('dana'), discord.person('sam')];
		const asked = await dana.say('unread', SAMPLE, { mention: 'user' });
		await seen(discord, asked.id, SAMPLE_ANSWER);
		await seen(discord, asked.id, NEEDS_MENTION);
		await dana.say('unread', FOLLOW_UP, { thread: asked.id });
		await sam.say('unread', FOLLOW_UP, { thread: asked.id, mention: 'user' });
		await seen(discord, asked.id, FOLLOW_UP_ANSWER);
		const next = await dana.say('unread', SAMPLE, { mention: 'user' });
		await seen(discord, next.id, SAMPLE_ANSWER);
		assert.equal(countOf(discord, next.id, NEEDS_MENTION), 0);
		assert.equal(countOf(discord, asked.id, FOLLOW_UP_ANSWER), 1);
		const result = postsIn(discord, next.id).at(-1);
		assert.ok(result);
		await sam.say('unread', FOLLOW_UP, { thread: next.id, replyTo: result });
		await seen(discord, next.id, FOLLOW_UP_ANSWER);
	},

	async 'a mention of its role is told to be one of itself'(discord) {
		const rolf = discord.person('rolf');
		const asked = await rolf.say('unread-roles', SAMPLE, { mention: 'role' });
		const told = await seen(
			discord,
			'unread-roles',
			/only when it mentions me myself, not my role\. Mention me by my name, and ask again\./,
		);
		assert.equal(told.message_reference?.message_id, asked.id);
		assert.deepEqual(discord.threads('unread-roles'), []);
	},

	async 'direct messages, commands and the menu of a message need none'(discord) {
		const mona = discord.person('mona');
		const direct = await mona.say('dm', SAMPLE);
		await seen(discord, direct.channel_id, SAMPLE_ANSWER);
		await mona.say('dm', FOLLOW_UP);
		await seen(discord, direct.channel_id, FOLLOW_UP_ANSWER);
		assert.equal(countOf(discord, direct.channel_id, NEEDS_MENTION), 0);
		const handle = await mona.command('ask', { question: SAMPLE }, 'unread-command');
		const question = await answered(discord, handle, /asks:/);
		await seen(discord, question.id, SAMPLE_ANSWER);
		const chat = await mona.say('unread-menu', SAMPLE);
		await mona.contextMenu(ASK_ABOUT_THIS, chat);
		await seen(discord, chat.id, SAMPLE_ANSWER);
	},
};

test('people ask where the bot reads only what mentions it', { concurrency: true }, async (context) => {
	const { discord, start, logs } = await openDiscordWorld(context, {}, { messageContent: false, messagesPer5s: 1000 });
	await start();
	assert.match(logs(), /Follow-ups need a mention, because the application lacks the Message Content Intent\./);
	await Promise.all(Object.entries(UNREAD).map(([name, way]) => context.test(name, () => way(discord))));
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
