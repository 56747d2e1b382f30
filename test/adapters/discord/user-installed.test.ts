import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { modelEnvironment } from '../../contracts/chat-contract.ts';
import {
	type Discord,
	type InteractionHandle,
	type Message,
	type Person,
	visibleText,
	type Where,
} from '../../simulators/discord/discord.ts';
import { makeThings, writesTo } from '../make-things.ts';
import { openDiscordWorld } from './bot-process.ts';
import {
	answered,
	answersTo,
	becomes,
	commanded,
	FOLLOW_UP,
	FOLLOW_UP_ANSWER,
	hasButton,
	heard,
	postsIn,
	SAMPLE,
	SAMPLE_ANSWER,
	seen,
	shownIn,
	told,
	whispersTo,
	writtenTo,
} from './people-see.ts';
import { connectThings, holdNames } from './things.ts';

const ELSEWHERE = { foreignGuild: true } as const;
const WRITE = 'Put Arrival on my watchlist.';
const WRITTEN = /^Arrival is on your watchlist\./m;
const NAMED = /^The name is Alien\d\./m;
const CARD = /May the program change data with `movies\.addToWatchlist`\?/;

/** Asks with the command, and resolves with the answer to it once it reads so. */
async function ask(discord: Discord, person: Person, question: string, words: RegExp, where: Where = 'group'): Promise<Message> {
	return answered(discord, await person.command('ask', { question }, where), words);
}

function withoutEphemerals(discord: Discord, handle: InteractionHandle): Message[] {
	return answersTo(handle).filter((message) => !discord.ephemerals(discord.person('una')).some(({ id }) => id === message.id));
}

const WAYS: Readonly<Record<string, (discord: Discord) => Promise<void>>> = {
	async 'in a group: scaffold, plan and result are one answer, and what follows reuses it'(discord) {
		const una = discord.person('una', { outsider: true, userInstalled: true });
		const board = await ask(discord, una, SAMPLE, SAMPLE_ANSWER);
		const order = [/### Scaffold/, /### Plan/, SAMPLE_ANSWER, /2 tool calls/].map((part) => visibleText(board).search(part));
		assert.ok(!order.includes(-1), visibleText(board));
		assert.deepEqual(
			order,
			[...order].sort((a, b) => a - b),
		);
		assert.ok(!hasButton(board, 'Stop') && hasButton(board, 'Show program'));
		await told(discord, una, 'functions list', {}, /countDirectedMovies/, 'group');
		const next = await ask(discord, una, FOLLOW_UP, FOLLOW_UP_ANSWER);
		assert.match(visibleText(next), /1 model call .*reused countDirectedMovies/s);
		assert.equal(postsIn(discord, board.channel_id).filter(({ id }) => [board.id, next.id].includes(id)).length, 2);
		assert.deepEqual(shownIn(discord, discord.directChannel(una)), []);
	},

	async 'in a server without the bot, also about what somebody else wrote'(discord) {
		const [ulla, other] = ['ulla', 'ursula'].map((name) => discord.person(name, { outsider: true, userInstalled: true }));
		assert.ok(ulla && other);
		const board = await ask(discord, ulla, SAMPLE, SAMPLE_ANSWER, ELSEWHERE);
		assert.match(visibleText(board), /### Scaffold.*### Plan/s);
		// Whoever was there once can be found there.
		await ask(discord, other, SAMPLE, SAMPLE_ANSWER, ELSEWHERE);
		const chat = await other.say(board.channel_id, SAMPLE);
		await answered(discord, await ulla.contextMenu('Ask about this', chat), SAMPLE_ANSWER);
	},

	async 'the asker approves a write there'(discord) {
		const ute = discord.person('ute', { outsider: true, userInstalled: true });
		const card = await ask(discord, ute, WRITE, CARD);
		assert.match(visibleText(card), /^POST http:\/\/127\.0\.0\.1:\d+\/\S*watchlist$/m);
		assert.match(visibleText(card), new RegExp(`<@${ute.id}> or an admin decides, until`));
		assert.doesNotMatch(visibleText(card), WRITTEN);
		await ute.click(card, 'Approve');
		const done = await becomes(discord, card, WRITTEN);
		assert.match(visibleText(done), /✅ Approved by/);
		assert.ok(!hasButton(done, 'Approve'));
	},

	async 'the asker refuses a write there'(discord) {
		const uma = discord.person('uma', { outsider: true, userInstalled: true });
		const card = await ask(discord, uma, WRITE, CARD);
		await uma.click(card, 'Refuse');
		const done = await becomes(discord, card, /Reference/);
		assert.match(visibleText(done), /🚫 Refused by .*Nothing was sent/s);
		assert.doesNotMatch(visibleText(done), WRITTEN);
	},

	async 'others decide nothing there, and see no program'(discord) {
		const uwe = discord.person('uwe', { outsider: true, userInstalled: true });
		const other = discord.person('somebody-else', { outsider: true });
		const card = await ask(discord, uwe, WRITE, CARD);
		await other.click(card, 'Approve');
		await heard(discord, other, /expired or was decided already|Only the person who asked/);
		await other.click(card, 'Stop');
		await discord.until(() => whispersTo(discord, other).length === 2);
		assert.match(visibleText(discord.message(card) ?? card), CARD);
		await uwe.click(card, 'Refuse');
		const done = await becomes(discord, card, /Reference/);
		await other.click(done, 'Retry');
		await discord.until(() => postsIn(discord, card.channel_id).some((message) => /not known any more/.test(visibleText(message))));
		assert.doesNotMatch(shownIn(discord, card.channel_id).join('\n'), WRITTEN);
	},

	async 'the buttons of an answer work there'(discord) {
		const udo = discord.person('udo', { outsider: true, userInstalled: true });
		const board = await ask(discord, udo, SAMPLE, SAMPLE_ANSWER);
		await udo.click(board, 'Show program');
		await heard(discord, udo, /Program.*countDirectedMovies/s);
		await udo.click(board, '👍');
		await heard(discord, udo, /Thank you/);
		await udo.click(board, '👎');
		await udo.submit({ reason: 'there are more' });
		await discord.until(() => whispersTo(discord, udo).filter((text) => /Thank you/.test(text)).length === 2);
		const retried = await udo.click(board, 'Retry');
		await discord.until(() => withoutEphemerals(discord, retried).some((message) => SAMPLE_ANSWER.test(visibleText(message))));
		assert.match(visibleText(discord.message(board) ?? board), SAMPLE_ANSWER, 'the first answer stays');
	},

	async 'an empty question, and a command that is for admins, are answered in plain words'(discord) {
		const ugo = discord.person('ugo', { outsider: true, userInstalled: true });
		await commanded(discord, ugo, 'ask', { question: '\u200b ' }, /question/, 'group');
		await commanded(discord, ugo, 'settings', {}, /Only an admin may use \/settings/, 'group');
		await commanded(discord, ugo, 'help', {}, /ask/, 'group');
	},
};

/** Asked and held back until it is released. */
interface HeldQuestion {
	readonly discord: Discord;
	readonly asker: Person;
	readonly board: Message;
	release(): void;
}

/** What may happen to a question before its answer; one after the other, since some of it happens to all. */
const IN_THE_MIDDLE: Readonly<Record<string, (question: HeldQuestion) => Promise<void>>> = {
	async 'they stop it'({ discord, asker, board }) {
		await asker.click(board, 'Stop');
		const stopped = await becomes(discord, board, new RegExp(`Stopped by ${asker.name}`));
		assert.ok(!hasButton(stopped, 'Stop') && hasButton(stopped, 'Retry'));
	},

	async 'the answer to the command is deleted: they get the answer directly'({ discord, asker, release }) {
		discord.faults.next('PATCH /webhooks/:app/:token/messages/@original', { status: 404, code: 10_008 }, 5);
		release();
		await writtenTo(discord, asker, /could not be shown where you asked\. The message was deleted/);
		await writtenTo(discord, asker, NAMED);
		discord.faults.clear();
	},

	async 'Discord takes no more changes: they get the answer directly'({ discord, asker, board, release }) {
		discord.expireTokens();
		release();
		await writtenTo(discord, asker, /could not be shown where you asked\. .*took too long.*again/);
		await writtenTo(discord, asker, NAMED);
		assert.equal(postsIn(discord, discord.directChannel(asker)).length, 2);
		assert.doesNotMatch(visibleText(discord.message(board) ?? board), NAMED);
	},
};

describe('somebody who has brought the bot along asks', { concurrency: 3 }, () => {
	test('and is answered:', { concurrency: true }, async (context) => {
		const { discord, start } = await openDiscordWorld(context);
		await start();
		await Promise.all(Object.entries(WAYS).map(([name, way]) => context.test(name, () => way(discord))));
	});

	test('and before it is answered', async (context) => {
		const model = holdNames();
		const environment = await modelEnvironment(context, model.answer);
		const { discord, start, logs } = await openDiscordWorld(context);
		const [bot] = await start(environment);
		let count = 0;
		const ask = async (): Promise<HeldQuestion> => {
			const name = `Alien${++count}`;
			const asker = discord.person(`una-${count}`, { outsider: true, userInstalled: true });
			const asking = await asker.command('ask', { question: `Name ${name}.` }, 'group');
			const board = await answered(discord, asking, /Plan.*Stop/s);
			await model.reached(name);
			return { discord, asker, board, release: () => model.release(name) };
		};
		for (const [name, check] of Object.entries(IN_THE_MIDDLE)) await context.test(name, async () => check(await ask()));

		await context.test('the bot is killed: it is answered in the same place', async () => {
			const { asker, board, release } = await ask();
			await bot?.end('SIGKILL');
			release();
			await start(environment);
			const done = await becomes(discord, board, NAMED, 20_000);
			assert.match(visibleText(done), /### Scaffold.*### Plan.*The name is Alien\d\./s);
			assert.equal(postsIn(discord, board.channel_id).length, 1);
			assert.deepEqual(shownIn(discord, discord.directChannel(asker)), []);
		});

		await context.test('Discord takes no more changes, and they no direct messages: the log tells', async () => {
			const { asker, release } = await ask();
			discord.person(asker.name, { closedDms: true });
			discord.expireTokens();
			release();
			await discord.until(() => /the ending of a run could not be shown/.test(logs()));
		});
	});

	test('and is answered after the bot was killed when it had just heard of it', async (context) => {
		const { discord, start } = await openDiscordWorld(context);
		const [bot] = await start();
		const people = Array.from({ length: 5 }, (_, index) => discord.person(`una-${index}`, { outsider: true, userInstalled: true }));
		const asked = await Promise.all(people.map((person) => person.command('ask', { question: SAMPLE }, 'group')));
		await bot?.end('SIGKILL');
		await start();
		for (const handle of asked) await answered(discord, handle, SAMPLE_ANSWER);
	});

	test('once more, and is answered after the bot was killed when it had just heard of that', async (context) => {
		const { discord, start } = await openDiscordWorld(context);
		const [bot] = await start();
		const people = Array.from({ length: 4 }, (_, index) => discord.person(`uno-${index}`, { outsider: true, userInstalled: true }));
		const boards = await Promise.all(people.map((person) => ask(discord, person, SAMPLE, SAMPLE_ANSWER)));
		const pressed = await Promise.all(people.map((person, index) => person.click(boards[index] as Message, 'Retry')));
		await bot?.end('SIGKILL');
		await start();
		for (const handle of pressed) await answered(discord, handle, SAMPLE_ANSWER);
	});

	test('for a write that can be decided after the bot was killed, or ended', async (context) => {
		const environment = await modelEnvironment(context, makeThings);
		const { discord, start } = await openDiscordWorld(context);
		const settings = { ...environment, ALLOW_PRIVATE_HOSTS: '127.0.0.1' };
		const [first] = await start(settings);
		const mel = discord.person('mel', { userInstalled: true });
		const api = await connectThings(context, discord, discord.person('alex', { admin: true }), 'saddle', { removable: true });
		const cards = [
			await ask(discord, mel, 'Make a saddle.', /saddle\.makeThing`\?/),
			await ask(discord, mel, 'Make a saddle.', /saddle\.makeThing`\?/, ELSEWHERE),
			await ask(discord, mel, 'Remove the saddle.', /saddle\.removeThings`\?/),
		] as const;
		await mel.click(cards[2], 'Approve');
		const lookAgain = await heard(discord, mel, /Look again/);
		await first?.end('SIGKILL');
		const [second] = await start(settings);
		await approveWhenAsked(discord, mel, cards[0]);
		const done = await becomes(discord, cards[0], /This is saddle number 1\./, 20_000);
		assert.match(visibleText(done), /✅ Approved by/);
		assert.equal(writesTo(api), 1, 'a first yes is none where a second look is wanted');
		await second?.end('SIGTERM');
		await start(settings);
		await approveWhenAsked(discord, mel, cards[1]);
		await becomes(discord, cards[1], /This is saddle number 2\./, 20_000);
		await mel.click(lookAgain, 'Yes, send it');
		await becomes(discord, lookAgain, /✅ Approved/);
		await becomes(discord, cards[2], /✅ Approved by.*This is saddle number 3\./s, 20_000);
		assert.equal(writesTo(api), 3);
	});
});

/** A run that goes on after a restart shows that it works before it asks again. */
async function approveWhenAsked(discord: Discord, person: Person, card: Parameters<typeof becomes>[1]): Promise<void> {
	await becomes(discord, card, /Approve/, 20_000);
	await person.click(card, 'Approve');
}

/** Whether `/runs` of a person there tells of this question. */
async function hasAsked(discord: Discord, person: Person, question: RegExp, where: Where): Promise<void> {
	await told(discord, person, 'runs', {}, question, where);
}

async function runsOf(discord: Discord, person: Person, where: Where): Promise<string> {
	return visibleText(await commanded(discord, person, 'runs', {}, /./, where));
}

describe('whose APIs are asked outside of a server', { concurrency: true }, () => {
	test('is told by the only server, for its members alone', async (context) => {
		const { discord, start } = await openDiscordWorld(context);
		await start();
		const mel = discord.person('mel', { userInstalled: true });
		const una = discord.person('una', { outsider: true, userInstalled: true });
		const { id } = await discord.person('dana').say('films', SAMPLE, { mention: 'user' });
		await seen(discord, id, SAMPLE_ANSWER);
		await told(discord, mel, 'functions list', {}, /countDirectedMovies/, 'group');
		await told(discord, mel, 'functions list', {}, /countDirectedMovies/, 'dm');
		assert.doesNotMatch(visibleText(await commanded(discord, una, 'functions list', {}, /./, 'group')), /countDirectedMovies/);
		const alex = discord.person('alex', { admin: true });
		await commanded(discord, alex, 'toolset add', { name: 'cinema', source: 'example:movies' }, /Connected/);
		await commanded(discord, mel, 'toolset list', {}, /cinema/, 'group');
		assert.doesNotMatch(visibleText(await commanded(discord, una, 'toolset list', {}, /movies/, 'group')), /cinema/);
		await commanded(discord, una, 'toolset show', { name: 'cinema' }, /There is no toolset named cinema/, 'group');
		// What she asks is hers: neither the server nor its members see it.
		await ask(discord, una, SAMPLE, SAMPLE_ANSWER);
		await hasAsked(discord, una, /Sofia Coppola/, ELSEWHERE);
		assert.doesNotMatch(await runsOf(discord, mel, 'group'), /Sofia Coppola/);
		await ask(discord, mel, FOLLOW_UP, /No model is configured|directed/);
		await hasAsked(discord, mel, /Greta Gerwig/, 'general');
	});

	test('is told by where the person asked last, of several servers', async (context) => {
		const { discord, start } = await openDiscordWorld(context);
		const [bot] = await start();
		const vera = discord.person('vera', { userInstalled: true });
		// The bot comes into another server that she is in.
		await commanded(discord, vera, 'help', {}, /ask/, ELSEWHERE);
		discord.invite('A server without the bot');
		const other = discord.channel('elsewhere', { guild: 'A server without the bot' });
		// She has asked nowhere: nobody knows which one she means.
		await ask(discord, vera, SAMPLE, SAMPLE_ANSWER);
		await hasAsked(discord, vera, /Sofia Coppola/, 'group');
		assert.doesNotMatch(await runsOf(discord, vera, 'general'), /Sofia Coppola/);
		assert.doesNotMatch(await runsOf(discord, vera, other), /Sofia Coppola/);
		const first = await vera.say(other, 'Which book is this?', { mention: 'user' });
		await seen(discord, first.id, /Reference/);
		await hasAsked(discord, vera, /Which book is this/, 'group');
		const second = await vera.say('general', 'Which film is this?', { mention: 'user' });
		await seen(discord, second.id, /Reference/);
		await hasAsked(discord, vera, /Which film is this/, 'group');
		assert.doesNotMatch(await runsOf(discord, vera, 'group'), /Which book/);
		await bot?.end();
		await start();
		await hasAsked(discord, vera, /Which film is this/, 'dm');
		// Where the bot was removed it answers nobody.
		discord.kick('Films');
		await hasAsked(discord, vera, /./, 'group');
		assert.doesNotMatch(await runsOf(discord, vera, 'group'), /Which film/);
	});
});

/** A message of the bot with a button that the bot has posted elsewhere. */
async function replay(discord: Discord, channel: string, custom_id: string): Promise<Message> {
	const button = { type: 2, style: 1, label: 'Replayed', custom_id };
	const body = JSON.stringify({ flags: 1 << 15, components: [{ type: 1, components: [button] }] });
	const headers = { authorization: `Bot ${discord.token}`, 'content-type': 'application/json' };
	const response = await fetch(`${discord.apiUrl}/v10/channels/${channel}/messages`, { method: 'POST', headers, body });
	assert.equal(response.status, 200);
	return (await response.json()) as Message;
}

/** Of the buttons of a message, by their label or emoji. */
function customIdsIn(message: Message): string[] {
	return [...JSON.stringify(message.components).matchAll(/"custom_id":"([^"]+)"/g)].map((match) => match[1] ?? '');
}

describe('buttons of another server', () => {
	test('do nothing, wherever they are pressed', async (context) => {
		const guilds = [{ name: 'Films' }, { name: 'Books' }];
		const { discord, start, logs } = await openDiscordWorld(context, {}, { guilds, messagesPer5s: 50 });
		await start();
		const dana = discord.person('dana');
		const { id: thread } = await dana.say('films', SAMPLE, { mention: 'user' });
		const answer = await seen(discord, thread, SAMPLE_ANSWER);
		const { id: waiting } = await dana.say('films', WRITE, { mention: 'user' });
		const card = await seen(discord, waiting, CARD);
		const status = await seen(discord, waiting, /Waiting for approval/);
		const ids = [answer, card, status].flatMap(customIdsIn);
		assert.deepEqual(
			ids.map((id) => id.split(':')[1]),
			['program', 'retry', 'up', 'down', 'approve', 'refuse', 'dry-run', 'stop'],
		);
		const eve = discord.person('eve', { guild: 'Books', admin: true });
		const outsider = discord.person('una', { outsider: true, userInstalled: true });
		const inBooks = discord.channel('shelf', { guild: 'Books' });
		const places = [
			[eve, inBooks],
			[eve, discord.directChannel(eve)],
			[outsider, discord.directChannel(outsider)],
		] as const;
		for (const [person, channel] of places) {
			const before = whispersTo(discord, person).length;
			for (const id of ids) {
				const heardSoFar = whispersTo(discord, person).length;
				await person.click(await replay(discord, channel, id), 'Replayed');
				if (id.includes(':down:')) await person.submit({ reason: 'I was never asked' });
				await discord.until(() => whispersTo(discord, person).length > heardSoFar);
			}
			const refusals = whispersTo(discord, person)
				.slice(before)
				.filter((text) => /not known any more|expired or was decided already/.test(text));
			assert.equal(refusals.length, ids.length, whispersTo(discord, person).join('\n'));
			const forged = await replay(discord, channel, String(ids[4]).replace('approve', 'approve-now'));
			await person.click(forged, 'Replayed');
			await becomes(discord, forged, /expired or was decided already/);
		}
		assert.ok(hasButton(discord.message(card) ?? answer, 'Approve'), 'the write still waits');
		assert.equal(shownIn(discord, thread).length, 3, 'nothing was added to the answer');
		await dana.click(card, 'Approve');
		await seen(discord, waiting, WRITTEN);
		assert.doesNotMatch(logs(), /"level":[56]0/);
	});
});
