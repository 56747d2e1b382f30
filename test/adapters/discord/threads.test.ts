import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Discord } from '../../simulators/discord/discord.ts';
import { openDiscordWorld } from './bot-process.ts';
import {
	answered,
	asBot,
	assertMannerly,
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
} from './people-see.ts';

const NO_MODEL = /No model is configured/;

type Way = (discord: Discord) => Promise<void>;

const THREADS: Readonly<Record<string, Way>> = {
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

test('people talk with the bot in threads', { concurrency: true }, async (context) => {
	const { discord, start } = await openDiscordWorld(context, {}, { messagesPer5s: 1000 });
	const [bot] = await start();
	const before = ['restarts', 'archives'].map((channel) => discord.person('dana').say(channel, SAMPLE, { mention: 'user' }));
	await Promise.all(Object.entries(THREADS).map(([name, way]) => context.test(name, () => way(discord))));
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
