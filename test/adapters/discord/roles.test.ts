import assert from 'node:assert/strict';
import { after, before, describe, type TestContext, test } from 'node:test';
import { modelEnvironment } from '../../contracts/chat-contract.ts';
import { type Discord, visibleText } from '../../simulators/discord/discord.ts';
import type { Answer } from '../../simulators/model-server.ts';
import { type RedisServer, startRedisServer } from '../../storage/redis-server.ts';
import { ASKED, askPeople } from '../ask-people.ts';
import { makeThings, writesTo } from '../make-things.ts';
import { openDiscordWorld } from './bot-process.ts';
import { answered, assertMannerly, becomes, countOf, hasButton, heard, postsIn, press, seen, shownIn } from './people-see.ts';
import { connectThings } from './things.ts';

const CARD = /May the program (change|delete or overwrite) data with/;
const WAITING = /Waiting for its turn…/;

/** As `makeThings` and `askPeople`; nothing comes of `Think for ever.` What was asked before stands in a prompt, too. */
const answer: Answer = (stage, prompt) => {
	const [, asked] = [...prompt.matchAll(/(Think|Confirm|Make|Remove) (?:\w+ )?\w+\./g)].at(-1) ?? [];
	if (asked === 'Think') return new Promise(() => {});
	return asked === 'Confirm' ? askPeople(stage, prompt) : makeThings(stage, prompt);
};

/** What people press reaches the process that listens, while the other one waits for it. */
const SCENES: Readonly<Record<string, (discord: Discord, context: TestContext) => Promise<void>>> = {
	async 'a write that is allowed goes out once, and its card says so'(discord, context) {
		const [dana, alex] = [discord.person('dana'), discord.person('alex', { admin: true })];
		const api = await connectThings(context, discord, alex, 'wheel', { removable: true });
		const { id: place } = await dana.say('wheels', 'Remove the wheel.', { mention: 'user' });
		const card = await seen(discord, place, CARD);
		await dana.click(card, 'Approve');
		const yes = await heard(discord, dana, /wheel\.removeThings.*Look again/s);
		await dana.click(yes, 'Yes, send it');
		await becomes(discord, card, /✅ Approved by/);
		await seen(discord, place, /This is wheel number 1\./);
		assert.equal(writesTo(api), 1);
		assert.equal(countOf(discord, place, CARD), 1);
	},

	async 'a run that is stopped ends, and nothing of its status stays'(discord) {
		const dana = discord.person('dana');
		const { id: place } = await dana.say('thoughts', 'Think for ever.', { mention: 'user' });
		await press(discord, dana, place, 'Stop');
		await seen(discord, place, /Stopped by dana/);
		await discord.until(() => !postsIn(discord, place).some((message) => hasButton(message, 'Stop')));
		assert.equal(postsIn(discord, place).length, 1, shownIn(discord, place).join('\n---\n'));
	},

	async 'what is asked and decided where the bot is not stands in one message'(discord, context) {
		const mel = discord.person('mel', { userInstalled: true });
		const api = await connectThings(context, discord, discord.person('ada', { admin: true }), 'saddle');
		const board = await answered(discord, await mel.command('ask', { question: 'Make a saddle.' }, 'group'), CARD);
		await mel.click(board, 'Approve');
		const done = await becomes(discord, board, /This is saddle number 1\./, 30_000);
		assert.match(visibleText(done), /✅ Approved by/);
		assert.ok(!hasButton(done, 'Stop') && !hasButton(done, 'Approve'));
		assert.equal(writesTo(api), 1);
	},

	async 'what is stopped there says so'(discord) {
		const mel = discord.person('mel', { userInstalled: true });
		const asked = await mel.command('ask', { question: 'Think for ever.' }, 'group');
		const board = await answered(discord, asked, /…/);
		await becomes(discord, board, /Stop$/m, 30_000);
		await mel.click(board, 'Stop');
		await becomes(discord, board, /Stopped by/, 30_000);
	},
};

describe('a process that listens and one that answers', () => {
	let redis: RedisServer;
	before(async () => {
		redis = await startRedisServer();
	});
	after(() => redis.dispose());

	test('serve Discord together', async (context) => {
		const environment = { REDIS_URL: redis.url, ...(await modelEnvironment(context, answer)), ALLOW_PRIVATE_HOSTS: '127.0.0.1' };
		const { discord, start } = await openDiscordWorld(context, { environment }, { messagesPer5s: 50 });
		await start({ ROLE: 'front' });
		const [dana, mel] = [discord.person('dana'), discord.person('mel', { userInstalled: true })];
		const { id: place } = await dana.say('films', 'Confirm film.', { mention: 'user' });
		const asked = await mel.command('ask', { question: 'Confirm book.' }, 'group');
		const status = await seen(discord, place, WAITING);
		const board = await answered(discord, asked, WAITING);
		const before = discord.connections();
		const [worker] = await start({ ROLE: 'worker' });
		assert.match(worker?.output() ?? '', /ToolCoder Bot is in Discord as .*: to post only\./);
		const card = await seen(discord, place, ASKED);
		await dana.click(card, 'Yes');
		await seen(discord, place, /The film is true!/);
		await becomes(discord, card, /✅ Answered by/);
		await discord.until(() => discord.message(status)?.deleted);
		await becomes(discord, board, ASKED);
		await mel.click(board, 'Yes');
		const done = await becomes(discord, board, /The book is true!/, 30_000);
		assert.doesNotMatch(visibleText(done), WAITING);
		const shown = shownIn(discord, place);
		assert.equal(new Set(shown).size, shown.length, shown.join('\n---\n'));
		await Promise.all(Object.entries(SCENES).map(([name, scene]) => context.test(name, (t) => scene(discord, t))));
		assert.deepEqual([before, discord.connections(), discord.registrations], [1, 1, 1], 'the worker hears and registers nothing');
		assertMannerly(discord);
	});
});
