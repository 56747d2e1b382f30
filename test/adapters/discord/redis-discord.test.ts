import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { modelEnvironment } from '../../contracts/chat-contract.ts';
import { visibleText } from '../../simulators/discord/discord.ts';
import { type RedisServer, startRedisServer } from '../../storage/redis-server.ts';
import { ASKED, askPeople } from '../ask-people.ts';
import { makeThings, writesTo } from '../make-things.ts';
import { openDiscordWorld } from './bot-process.ts';
import { answered, becomes, commanded, countOf, hasButton, postsIn, press, SAMPLE, SAMPLE_ANSWER, seen, shownIn } from './people-see.ts';
import { connectThings } from './things.ts';

const CHANNELS = ['films', 'series', 'books', 'plays'];

describe('two processes on one Redis', { concurrency: 2 }, () => {
	let redis: RedisServer;
	let database = 0;
	before(async () => {
		redis = await startRedisServer();
	});
	after(() => redis.dispose());

	/** Both are told of everything, as two sessions of one bot are. */
	const open = (context: Parameters<typeof openDiscordWorld>[0], environment: Readonly<Record<string, string>> = {}) => {
		const DATABASE_URL = `${redis.url}/${++database}`;
		return openDiscordWorld(context, { processes: 2, environment: { DATABASE_URL, ...environment } }, { messagesPer5s: 50 });
	};

	test('answer once what both are told of, five times over', async (context) => {
		const { discord, start } = await open(context);
		await start();
		assert.equal(discord.connections(), 2);
		const dana = discord.person('dana');
		const asked = await Promise.all(CHANNELS.map((channel) => dana.say(channel, SAMPLE, { mention: 'user' })));
		const direct = await dana.say('dm', SAMPLE);
		for (let time = 0; time < 4; time++) for (const { id } of [...asked, direct]) discord.redeliver(id);
		const places = [...asked.map(({ id }) => id), direct.channel_id];
		await Promise.all(places.map((place) => seen(discord, place, SAMPLE_ANSWER)));
		for (const { id } of asked) discord.redeliver(id);
		await commanded(discord, dana, 'toolset list', {}, /movies/);
		for (const place of places) {
			const shown = shownIn(discord, place);
			assert.equal(new Set(shown).size, shown.length, shown.join('\n---\n'));
			assert.equal(countOf(discord, place, /2 tool calls/), 1);
		}
		for (const channel of CHANNELS) assert.equal(discord.threads(channel).length, 1);
	});

	test('handle a command once, whichever acknowledges it, also when it is delivered again', async (context) => {
		const { discord, start } = await open(context);
		await start();
		const dana = discord.person('dana');
		const asked = await Promise.all(CHANNELS.map((channel) => dana.command('ask', { question: SAMPLE }, channel)));
		for (let time = 0; time < 4; time++) for (const { id } of asked) discord.redeliver(id);
		const questions = await Promise.all(asked.map((handle) => answered(discord, handle, /asks:/)));
		await Promise.all(questions.map(({ id }) => seen(discord, id, SAMPLE_ANSWER)));
		for (const { id } of asked) discord.redeliver(id);
		const listed = await dana.command('toolset list', {}, 'films');
		for (let time = 0; time < 4; time++) discord.redeliver(listed.id);
		await answered(discord, listed, /movies/);
		assert.deepEqual(listed.followups(), []);
		for (const [index, channel] of CHANNELS.entries()) {
			assert.equal(postsIn(discord, channel).length, 1, shownIn(discord, channel).join('\n---\n'));
			assert.equal(countOf(discord, questions[index]?.id ?? '', SAMPLE_ANSWER), 1);
		}
		assert.ok(discord.interactions.every(({ callback, ms }) => callback !== undefined && ms !== undefined && ms < 3000));
	});

	test('stop a run that the other one has', async (context) => {
		const { discord, start } = await open(context, await modelEnvironment(context, () => new Promise(() => {})));
		await start();
		const dana = discord.person('dana');
		// Whoever acknowledges first handles a press, so of several stops some come to the one that does not have the run.
		const asked = await Promise.all(CHANNELS.map((channel) => dana.say(channel, SAMPLE, { mention: 'user' })));
		await Promise.all(asked.map(({ id }) => press(discord, dana, id, 'Stop')));
		for (const { id } of asked) {
			await seen(discord, id, /Stopped by dana/);
			await discord.until(() => !postsIn(discord, id).some((message) => hasButton(message, 'Stop')));
			assert.equal(postsIn(discord, id).length, 1, shownIn(discord, id).join('\n---\n'));
		}
	});

	test('send a write once that both are told to allow', async (context) => {
		const { discord, start } = await open(context, { ...(await modelEnvironment(context, makeThings)), ALLOW_PRIVATE_HOSTS: '127.0.0.1' });
		await start();
		const [dana, alex] = [discord.person('dana'), discord.person('alex', { admin: true })];
		const api = await connectThings(context, discord, alex, 'wheel');
		const { id } = await dana.say('films', 'Make a wheel.', { mention: 'user' });
		const card = await seen(discord, id, /May the program change data with/);
		await Promise.all([dana.click(card, 'Approve'), alex.click(card, 'Approve'), dana.click(card, 'Approve')]);
		await seen(discord, id, /This is wheel number 1\./);
		await becomes(discord, card, /✅ Approved by/);
		assert.equal(writesTo(api), 1);
	});

	test('answer a program that the other one runs', async (context) => {
		const { discord, start } = await open(context, await modelEnvironment(context, askPeople));
		await start();
		const dana = discord.person('dana');
		const asked = await Promise.all(CHANNELS.map((channel) => dana.say(channel, 'Type film.', { mention: 'user' })));
		// As with stops, some of the presses and forms come to the process that does not have the run.
		for (const { id } of asked) {
			const card = await seen(discord, id, ASKED);
			await dana.click(card, 'Answer…');
			await dana.submit({ text: 'Alien' });
			await seen(discord, id, /The film is Alien!/);
			await becomes(discord, card, /✅ Answered by/);
			assert.equal(countOf(discord, id, /^What is the film called\?\n/), 1, shownIn(discord, id).join('\n---\n'));
		}
	});

	test('of which one is killed leave its questions to others', async (context) => {
		const { discord, start } = await open(context);
		const [first] = await start();
		const dana = discord.person('dana');
		const asked = await Promise.all(CHANNELS.map((channel) => dana.say(channel, SAMPLE, { mention: 'user' })));
		const commands = await Promise.all(CHANNELS.map((channel) => dana.command('ask', { question: SAMPLE }, `${channel}-too`)));
		await first?.end('SIGKILL');
		// The one that is left looks every half minute for what others have left; one that starts, at once.
		await start();
		const questions = await Promise.all(commands.map((handle) => answered(discord, handle, /asks:/)));
		for (const { id } of [...asked, ...questions]) {
			await seen(discord, id, SAMPLE_ANSWER);
			const shown = shownIn(discord, id);
			assert.equal(new Set(shown).size, shown.length, shown.join('\n---\n'));
		}
		assert.ok(questions.every((message) => visibleText(message).includes('asks:')));
	});
});
