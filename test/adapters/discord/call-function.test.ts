import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Discord, visibleText } from '../../simulators/discord/discord.ts';
import { type DiscordWorld, openDiscordWorld } from './bot-process.ts';
import { answered, asRead, assertMannerly, postsIn, press, SAMPLE, SAMPLE_ANSWER, seen, seenTimes, told } from './people-see.ts';

const LINE = '/functions run countDirectedMovies Greta Gerwig';
const ANSWER = /countDirectedMovies\('Greta Gerwig'\): 4/;
const WRITE = 'Put Arrival on my watchlist.';
const CARD = /May the program change data with `movies\.addToWatchlist`\?/;

const GRETA = { name: 'countDirectedMovies', arguments: 'Greta Gerwig' };

type Scene = (discord: Discord, world: Pick<DiscordWorld, 'runs'>) => Promise<void>;

const SCENES: Readonly<Record<string, Scene>> = {
	async 'in a channel: the answer to the command says who calls what, and has the thread'(discord) {
		const handle = await discord.person('nils').command('functions run', GRETA, 'called');
		const asked = await answered(discord, handle, /asks:/);
		assert.match(asRead(asked), /asks:\n> \/functions run countDirectedMovies Greta Gerwig$/);
		assert.equal(handle.reply()?.ephemeralFor, undefined);
		await seen(discord, asked.id, /Reuse of `countDirectedMovies`[\s\S]*return await countDirectedMovies\('Greta Gerwig'\);/);
		const answer = await seen(discord, asked.id, ANSWER);
		assert.match(visibleText(answer), /2 tool calls · 0 model calls/);
		assert.equal(discord.threads('called')[0]?.name, LINE);
	},

	async 'what cannot be called is told in the answer, and makes no thread'(discord) {
		const otto = discord.person('otto');
		const misspelt = await otto.command('functions run', { ...GRETA, name: 'countDirectedMovie' }, 'refused');
		await answered(discord, misspelt, /There is no stored function named countDirectedMovie\. Did you mean countDirectedMovies\?/);
		const incomplete = await otto.command('functions run', { name: 'countDirectedMovies' }, 'refused');
		await answered(
			discord,
			incomplete,
			/`directorName` is missing\.[\s\S]*For example: \/functions run countDirectedMovies "director name"/,
		);
		assert.deepEqual(discord.threads('refused'), []);
	},

	async 'in a message to the bot: answered in a thread of it'(discord) {
		const message = await discord.person('pia').say('mentioned', LINE, { mention: 'user' });
		await seen(discord, message.id, ANSWER);
		assert.equal(discord.threads('mentioned')[0]?.name, LINE);
	},

	async 'in a message that calls what there is not: told below it, and no thread is made'(discord) {
		const message = await discord.person('quin').say('mentioned-wrong', '/functions run countFilms x', { mention: 'user' });
		const replies = () => postsIn(discord, 'mentioned-wrong').filter((post) => post.message_reference?.message_id === message.id);
		assert.match(asRead(await discord.until(() => replies()[0])), /There is no stored function named countFilms/);
		assert.deepEqual(discord.threads('mentioned-wrong'), []);
	},

	async 'in a direct message: answered there'(discord) {
		const mila = discord.person('mila');
		await mila.command('functions run', GRETA, 'dm');
		await seen(discord, discord.directChannel(mila), ANSWER);
	},

	async 'where the bot is not: one answer'(discord) {
		const una = discord.person('una', { userInstalled: true });
		// She asked in the server before: its functions are meant.
		await answered(discord, await una.command('functions run', GRETA, 'asked'), /asks:/);
		const board = await answered(discord, await una.command('functions run', GRETA, 'group'), ANSWER);
		assert.match(visibleText(board), /### Reuse/);
		const again = await una.click(board, 'Retry');
		await answered(discord, again, ANSWER);
	},

	async 'Retry calls it once more, and speaks against nothing'(discord, { runs }) {
		const rosa = discord.person('rosa');
		const message = await rosa.say('retried', LINE, { mention: 'user' });
		await seen(discord, message.id, ANSWER);
		await press(discord, rosa, message.id, 'Retry');
		await seenTimes(discord, message.id, ANSWER, 2);
		const [first, again, ...more] = (await runs()).filter(({ conversation }) => conversation.includes(message.id));
		assert.deepEqual([again?.call, again?.retryOf, more], [first?.call, undefined, []]);
		assert.deepEqual(first?.call, { name: 'countDirectedMovies', args: ['Greta Gerwig'] });
	},

	async 'its writes are asked about, and listed in a dry run'(discord) {
		const wilma = discord.person('wilma');
		const written = await answered(
			discord,
			await wilma.command('functions run', { name: 'addMovieToWatchlist', arguments: 'Her' }, 'writes'),
			/asks:/,
		);
		await wilma.click(await seen(discord, written.id, CARD), 'Approve');
		await seen(discord, written.id, /addMovieToWatchlist\('Her'\): /);
		const options = { name: 'addMovieToWatchlist', arguments: 'Arrival', 'dry-run': true };
		const dry = await answered(discord, await wilma.command('functions run', options, 'dry'), /asks:/);
		await seen(discord, dry.id, /Dry run: nothing was changed\. The program would make this call\./);
		await press(discord, wilma, dry.id, 'Run for real');
		await seen(discord, dry.id, CARD);
	},
};

test('people call functions that answers left behind', { concurrency: true }, async (context) => {
	const { discord, start, runs } = await openDiscordWorld(context, {}, { messagesPer5s: 1000 });
	await start();
	const dana = discord.person('dana');
	const question = await dana.say('asked', SAMPLE, { mention: 'user' });
	await seen(discord, question.id, SAMPLE_ANSWER);
	const write = await dana.say('asked-write', WRITE, { mention: 'user' });
	await dana.click(await seen(discord, write.id, CARD), 'Approve');
	await seen(discord, write.id, /Arrival is on your watchlist/);
	await told(discord, dana, 'functions list', {}, /countDirectedMovies/, 'asked');
	await told(discord, dana, 'functions list', {}, /addMovieToWatchlist/, 'asked');
	await Promise.all(Object.entries(SCENES).map(([name, scene]) => context.test(name, () => scene(discord, { runs }))));
	assertMannerly(discord);
});
