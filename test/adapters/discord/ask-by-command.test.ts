import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Discord, type Message, visibleText } from '../../simulators/discord/discord.ts';
import { openDiscordWorld } from './bot-process.ts';
import {
	answered,
	assertMannerly,
	countOf,
	FOLLOW_UP,
	FOLLOW_UP_ANSWER,
	postsIn,
	SAMPLE,
	SAMPLE_ANSWER,
	seen,
	seenTimes,
	whispersTo,
} from './people-see.ts';

const ASK_ABOUT_THIS = 'Ask about this';
const NO_MODEL = /No model is configured/;

type Way = (discord: Discord) => Promise<void>;

const WAYS: Readonly<Record<string, Way>> = {
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
};

test('people ask with a command, or about what somebody wrote', { concurrency: true }, async (context) => {
	const { discord, start } = await openDiscordWorld(context, {}, { messagesPer5s: 1000 });
	await start();
	await Promise.all(Object.entries(WAYS).map(([name, way]) => context.test(name, () => way(discord))));
	assertMannerly(discord);
});
