import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { PermissionFlagsBits } from 'discord-api-types/v10';
import { modelEnvironment } from '../../contracts/chat-contract.ts';
import { type Discord, type Person, startDiscord, visibleText } from '../../simulators/discord/discord.ts';
import { openDiscordWorld } from './bot-process.ts';
import {
	answered,
	countOf,
	FOLLOW_UP,
	FOLLOW_UP_ANSWER,
	hasButton,
	heard,
	postsIn,
	press,
	SAMPLE,
	SAMPLE_ANSWER,
	seen,
	shownIn,
	whispersTo,
	withButton,
	writtenTo,
} from './people-see.ts';
import { holdNames } from './things.ts';

const MAIN = path.join(import.meta.dirname, '../../../src/main.ts');
const POST = 'POST /channels/:id/messages';
const THREADS = 'POST /channels/:id/messages/:mid/threads';
const CALLBACK = 'POST /interactions/:id/:token/callback';
const { AttachFiles, CreatePublicThreads, ReadMessageHistory, SendMessages, SendMessagesInThreads, ViewChannel } = PermissionFlagsBits;

/** What stands in a place more than once. */
function repeated(discord: Discord, place: string): string[] {
	const shown = shownIn(discord, place);
	return shown.filter((text, index) => shown.indexOf(text) !== index);
}

/** What the bot has written to somebody directly. */
function writtenDirectly(discord: Discord, person: Person): string[] {
	return shownIn(discord, discord.directChannel(person));
}

interface Gated {
	readonly discord: Discord;
	readonly logs: () => string;
	/** Asks for a name in a channel of this name, and waits until the bot has planned it. Resolves to the thread. */
	ask(asker: Person, name: string): Promise<string>;
	/** Lets the question be answered: `The name is …` */
	release(name: string): void;
}

/** A bot whose answers to `Name Alien.` wait in the middle until they are released. */
async function gated(context: TestContext): Promise<Gated> {
	const model = holdNames();
	const { discord, start, logs } = await openDiscordWorld(context, {}, { guilds: [{ name: 'Films' }, { name: 'Series' }] });
	await start(await modelEnvironment(context, model.answer));
	return {
		discord,
		logs,
		async ask(asker, name) {
			const { id } = await asker.say(`about-${name.toLowerCase()}`, `Name ${name}.`, { mention: 'user' });
			await seen(discord, id, /Plan/);
			return id;
		},
		release: model.release,
	};
}

const NOT_SHOWN = 'The answer to your question could not be shown where you asked\\. ';

const IN_THE_MIDDLE: Readonly<Record<string, (bot: Gated) => Promise<void>>> = {
	async 'was archived: it is opened again'({ discord, ask, release }) {
		const una = discord.person('una');
		const thread = await ask(una, 'Archived');
		await withButton(discord, thread, 'Stop');
		discord.archive(thread);
		release('Archived');
		await seen(discord, thread, /The name is Archived\./);
		assert.equal(discord.threads('about-archived')[0]?.archived, false);
		assert.ok(!postsIn(discord, thread).some((message) => hasButton(message, 'Stop')));
		assert.deepEqual(writtenDirectly(discord, una), []);
	},

	async 'was archived and locked: the asker gets the answer directly'({ discord, ask, release }) {
		const vic = discord.person('vic');
		const thread = await ask(vic, 'Locked');
		discord.archive(thread, { locked: true });
		release('Locked');
		await writtenTo(discord, vic, new RegExp(`${NOT_SHOWN}This thread is archived and locked\\. Ask in the channel instead\\.`));
		await writtenTo(discord, vic, /The name is Locked\./);
		assert.equal(writtenDirectly(discord, vic).length, 2);
	},

	async 'was deleted: the asker gets the answer directly'({ discord, ask, release }) {
		const wes = discord.person('wes');
		discord.deleteChannel(await ask(wes, 'Deleted'));
		release('Deleted');
		await writtenTo(discord, wes, new RegExp(`${NOT_SHOWN}This channel or thread is gone\\. Ask again in another one\\.`));
		await writtenTo(discord, wes, /The name is Deleted\./);
	},

	async 'was deleted with its channel: the asker gets the answer directly'({ discord, ask, release }) {
		const xia = discord.person('xia');
		await ask(xia, 'Gone');
		discord.deleteChannel('about-gone');
		release('Gone');
		await writtenTo(discord, xia, new RegExp(`${NOT_SHOWN}This channel or thread is gone`));
		await writtenTo(discord, xia, /The name is Gone\./);
	},

	async 'was taken from the bot: the asker gets the answer directly, and reads what is missing'({ discord, ask, release }) {
		const yui = discord.person('yui');
		await ask(yui, 'Muted');
		discord.setBotPermissions('about-muted', { deny: SendMessagesInThreads });
		release('Muted');
		await writtenTo(discord, yui, new RegExp(`${NOT_SHOWN}The bot lacks a permission here: .*Send Messages in Threads`));
		await writtenTo(discord, yui, /The name is Muted\./);
	},

	async 'was hidden from the bot: the asker gets the answer directly, and reads what is missing'({ discord, ask, release }) {
		const zoe = discord.person('zoe');
		await ask(zoe, 'Hidden');
		discord.setBotPermissions('about-hidden', { deny: ViewChannel });
		release('Hidden');
		await writtenTo(discord, zoe, new RegExp(`${NOT_SHOWN}Discord does not let the bot see this channel`));
		await writtenTo(discord, zoe, /The name is Hidden\./);
	},

	async 'went with the bot, which was kicked: who has installed it gets the answer directly'({ discord, ask, release }) {
		const ada = discord.person('ada', { guild: 'Series', userInstalled: true });
		await ask(ada, 'Kicked');
		discord.kick('Series');
		release('Kicked');
		await writtenTo(discord, ada, new RegExp(NOT_SHOWN));
		await writtenTo(discord, ada, /The name is Kicked\./);
	},

	async 'was locked, and its asker takes no direct messages: the log tells'({ discord, ask, release, logs }) {
		const bo = discord.person('bo', { closedDms: true });
		discord.archive(await ask(bo, 'Silent'), { locked: true });
		release('Silent');
		await discord.until(() => /the ending of a run could not be shown/.test(logs()));
		assert.deepEqual(writtenDirectly(discord, bo), []);
		const next = await ask(discord.person('cy'), 'Next');
		release('Next');
		await seen(discord, next, /The name is Next\./);
	},

	async 'is there, but not the question: the answer comes all the same'({ discord, ask, release }) {
		const deb = discord.person('deb');
		const thread = await ask(deb, 'Question');
		await deb.remove({ channel_id: discord.channel('about-question'), id: thread });
		release('Question');
		await seen(discord, thread, /The name is Question\./);
	},

	async 'is there, but not the status: the answer comes all the same'({ discord, ask, release }) {
		const thread = await ask(discord.person('eli'), 'Status');
		discord.deleteMessage(await withButton(discord, thread, 'Stop'));
		release('Status');
		await seen(discord, thread, /The name is Status\./);
		assert.ok(!postsIn(discord, thread).some((message) => hasButton(message, 'Stop')));
	},
};

/** What an asker finds where the bot may do less than it needs. */
const PLACES: Readonly<Record<string, (discord: Discord, logs: () => string) => Promise<void>>> = {
	async 'without the permission to make threads it answers in replies, and says once what is missing'(discord) {
		discord.channel('no-threads', { deny: CreatePublicThreads });
		const [dana, sam] = [discord.person('dana'), discord.person('sam')];
		const first = await dana.say('no-threads', SAMPLE, { mention: 'user' });
		await seen(discord, 'no-threads', SAMPLE_ANSWER);
		const note = await seen(discord, 'no-threads', /I answer in replies here, because I lack the permission \*\*Create Public Threads\*\*/);
		assert.equal(note.message_reference?.message_id, first.id);
		await dana.say('no-threads', FOLLOW_UP, { mention: 'user' });
		await seen(discord, 'no-threads', FOLLOW_UP_ANSWER);
		const other = await sam.say('no-threads', SAMPLE, { mention: 'user' });
		const isReply = (id: string) =>
			postsIn(discord, 'no-threads').some(
				(message) => message.message_reference?.message_id === id && SAMPLE_ANSWER.test(visibleText(message)),
			);
		await discord.until(() => isReply(first.id) && isReply(other.id));
		assert.equal(countOf(discord, 'no-threads', /I answer in replies here/), 1);
		assert.deepEqual(discord.threads('no-threads'), []);
	},

	async 'without the permission to write in threads it answers in replies, also to a command'(discord) {
		discord.channel('no-words-in-threads', { deny: SendMessagesInThreads | CreatePublicThreads });
		const dana = discord.person('dana');
		const asked = await dana.command('ask', { question: SAMPLE }, 'no-words-in-threads');
		const question = await answered(discord, asked, /asks:/);
		await seen(discord, 'no-words-in-threads', SAMPLE_ANSWER);
		const note = await seen(discord, 'no-words-in-threads', /\*\*Send Messages in Threads\*\* and \*\*Create Public Threads\*\*/);
		assert.equal(note.message_reference?.message_id, question.id);
	},

	async 'without the permission to write in the channel it answers in a thread'(discord) {
		discord.channel('no-words', { deny: SendMessages });
		const { id } = await discord.person('dana').say('no-words', SAMPLE, { mention: 'user' });
		await seen(discord, id, SAMPLE_ANSWER);
	},

	async 'without the permission to write at all it begins nothing, and says directly what is missing'(discord) {
		discord.channel('mute', { deny: SendMessages | CreatePublicThreads });
		const fay = discord.person('fay');
		await fay.say('mute', SAMPLE, { mention: 'user' });
		await writtenTo(discord, fay, /The bot lacks the permission Send Messages in <#\d+>\. Somebody who manages the server can give it/);
		const gil = discord.person('gil');
		await gil.say('mute', '', { mention: 'user' });
		await writtenTo(discord, gil, /Hello! Mention me with a question/);
		assert.deepEqual(postsIn(discord, 'mute'), []);
	},

	async 'nowhere at all, the log tells of it'(discord, logs) {
		discord.channel('mute-and-deaf', { deny: SendMessages | CreatePublicThreads });
		await discord.person('hal', { closedDms: true }).say('mute-and-deaf', '', { mention: 'user' });
		await discord.until(() => /could not be told|could not be handled/.test(logs()));
	},

	async 'where it does not see the channel a command is answered with what is missing'(discord) {
		discord.channel('hidden', { deny: ViewChannel });
		const ivy = discord.person('ivy');
		const asked = await ivy.command('ask', { question: SAMPLE }, 'hidden');
		await answered(discord, asked, /The bot lacks the permission View Channel/);
	},

	async 'where it does not read what was said before it answers in threads and, without a thread, without a reference'(discord) {
		discord.channel('no-history', { deny: ReadMessageHistory });
		const { id } = await discord.person('dana').say('no-history', SAMPLE, { mention: 'user' });
		await seen(discord, id, SAMPLE_ANSWER);
		discord.channel('no-history-no-threads', { deny: ReadMessageHistory | CreatePublicThreads });
		await discord.person('dana').say('no-history-no-threads', SAMPLE, { mention: 'user' });
		await seen(discord, 'no-history-no-threads', SAMPLE_ANSWER);
		assert.deepEqual(repeated(discord, 'no-history-no-threads'), []);
	},

	async 'in a voice channel it answers in replies'(discord) {
		discord.channel('voice', { type: 'voice' });
		const { id } = await discord.person('dana').say('voice', SAMPLE, { mention: 'user' });
		const answer = await seen(discord, 'voice', SAMPLE_ANSWER);
		assert.equal(answer.message_reference?.message_id, id);
		await discord.person('dana').say('voice', FOLLOW_UP, { replyTo: answer });
		await seen(discord, 'voice', FOLLOW_UP_ANSWER);
		assert.equal(countOf(discord, 'voice', /lack the permission/), 0);
	},

	async 'in an announcement channel it answers in a thread'(discord) {
		discord.channel('news', { type: 'announcement' });
		const { id } = await discord.person('dana').say('news', SAMPLE, { mention: 'user' });
		await seen(discord, id, SAMPLE_ANSWER);
	},

	async 'where a server has as many threads as Discord allows it answers in replies, and says why'(discord) {
		discord.fillThreads('Full');
		const jan = discord.person('jan', { guild: 'Full' });
		const channel = discord.channel('crowd', { guild: 'Full' });
		const { id } = await jan.say('crowd', SAMPLE, { mention: 'user' });
		const answer = await seen(discord, channel, SAMPLE_ANSWER);
		assert.equal(answer.message_reference?.message_id, id);
		await seen(discord, channel, /I answer in replies, because this server has as many open threads as Discord allows/);
	},

	async 'where somebody has made a thread of the question it answers in that one'(discord) {
		const kim = discord.person('kim');
		discord.faults.next(THREADS, { delayMs: 300 });
		const asked = await kim.say('quick', SAMPLE, { mention: 'user' });
		const thread = await kim.startThread(asked, 'Mine');
		await seen(discord, thread, SAMPLE_ANSWER);
		await discord.person('sam').say('', SAMPLE, { thread });
		await kim.say('', FOLLOW_UP, { thread });
		await seen(discord, thread, FOLLOW_UP_ANSWER);
		assert.equal(countOf(discord, thread, SAMPLE_ANSWER), 1, 'others talk there about something else');
	},

	async 'in an archived thread it answers, and everybody may go on'(discord) {
		const { id } = await discord.person('dana').say('archives', SAMPLE, { mention: 'user' });
		await seen(discord, id, SAMPLE_ANSWER);
		discord.archive(id);
		await press(discord, discord.person('dana'), id, 'Show program');
		await seen(discord, id, /Program/);
		discord.archive(id);
		await discord.person('sam').say('', FOLLOW_UP, { thread: id });
		await seen(discord, id, FOLLOW_UP_ANSWER);
	},
};

describe('trouble', { concurrency: 3 }, () => {
	test('in the middle of a question, whose thread', { concurrency: true }, async (context) => {
		const bot = await gated(context);
		await Promise.all(Object.entries(IN_THE_MIDDLE).map(([name, check]) => context.test(name, () => check(bot))));
	});

	test('with places and permissions:', { concurrency: true }, async (context) => {
		const guilds = [{ name: 'Films' }, { name: 'Full' }];
		const { discord, start, logs } = await openDiscordWorld(context, {}, { guilds, messagesPer5s: 20 });
		await start();
		await Promise.all(Object.entries(PLACES).map(([name, check]) => context.test(name, () => check(discord, logs))));
	});

	test('with the permission to attach files: the answer comes without, and says so', async (context) => {
		const environment = await modelEnvironment(context, (stage) => {
			const head = 'async function many(): Promise<{ number: number; square: number }[]>';
			const call = 'const rows = await many();\nreturn answer(`There are ${rows.length} of them.`, rows);';
			const body = '{ return Array.from({ length: 500 }, (_, number) => ({ number, square: number * number })); }';
			return stage === 'scaffold' ? `${head} {}\n${call}` : stage === 'plan' ? `${head} {\n  // 1. Count.\n}` : `${head} ${body}\n${call}`;
		});
		const { discord, start } = await openDiscordWorld(context);
		await start(environment);
		discord.channel('films', { deny: AttachFiles });
		const dana = discord.person('dana');
		const { id } = await dana.say('films', 'List many.', { mention: 'user' });
		const answer = await seen(discord, id, /There are 500 of them\./);
		assert.match(visibleText(answer), /`answer\.csv` could not be attached: the bot lacks the permission Attach Files here\./);
		assert.ok(hasButton(answer, 'Show program'));
		assert.deepEqual([discord.files(), writtenDirectly(discord, dana)], [[], []]);
	});

	test('with posting: every message appears once, and in its order', async (context) => {
		const { discord, start } = await openDiscordWorld(context);
		await start();
		const dana = discord.person('dana');
		const faults = [
			{ status: 429, retryAfter: 1 },
			{ status: 429, retryAfter: 1, global: true },
			{ status: 500 },
			{ drop: 'before' },
			{ drop: 'after' },
			{ html: true },
			{ html: true, status: 200 },
		] as const;
		for (const fault of faults) discord.faults.next(POST, fault);
		for (const fault of [{ drop: 'after' }, { status: 502 }, { html: true, status: 200 }] as const) discord.faults.next(THREADS, fault);
		const asked = await Promise.all(faults.map((_, index) => dana.say(`films-${index}`, SAMPLE, { mention: 'user' })));
		for (const { id } of asked) {
			await seen(discord, id, SAMPLE_ANSWER);
			const order = shownIn(discord, id).map((text) =>
				['### Scaffold', '### Plan', 'directed 8 movies.\n'].find((part) => text.includes(part)),
			);
			assert.deepEqual(order, ['### Scaffold', '### Plan', 'directed 8 movies.\n'], shownIn(discord, id).join('\n---\n'));
		}
		assert.equal(discord.faults.pending(), 0);
		// The thread whose making was not heard of is the bot's own all the same.
		for (const { id } of asked.slice(0, 3)) await discord.person('sam').say('', FOLLOW_UP, { thread: id });
		for (const { id } of asked.slice(0, 3)) await seen(discord, id, FOLLOW_UP_ANSWER);
	});

	test('with drawing: the words are there, and the person reads why there is no more', async (context) => {
		const { discord, start } = await openDiscordWorld(context);
		await start();
		discord.faults.next(POST, { status: 400, code: 50_035 }, 2);
		discord.faults.next(POST, { status: 400, code: 50_035 });
		const { id } = await discord.person('dana').say('films', SAMPLE, { mention: 'user' });
		await seen(discord, id, SAMPLE_ANSWER);
		const drawn = () => countOf(discord, id, /Discord could not draw the rest of this message/);
		assert.ok(drawn() > 0, shownIn(discord, id).join('\n---\n'));
		assert.deepEqual(repeated(discord, id), []);
	});

	test('with acknowledging: what was too late is left alone, what was not heard of is answered', async (context) => {
		const { discord, start, logs } = await openDiscordWorld(context);
		await start();
		const dana = discord.person('dana');
		discord.faults.next(CALLBACK, { delayMs: 3_200 });
		const late = await dana.command('ask', { question: SAMPLE }, 'late');
		assert.ok(!late.acknowledged);
		await discord.until(() => /could not be acknowledged/.test(logs()));
		discord.faults.next(CALLBACK, { drop: 'after' });
		const unheard = await answered(discord, await dana.command('ask', { question: SAMPLE }, 'unheard'), /asks:/);
		await seen(discord, unheard.id, SAMPLE_ANSWER);
		discord.faults.next(CALLBACK, { drop: 'before' });
		await answered(discord, await dana.command('toolset list', {}, 'unheard'), /movies/);
		discord.faults.next(CALLBACK, { status: 500 });
		await answered(discord, await dana.command('toolset list', {}, 'unheard'), /movies/);
		assert.deepEqual([discord.messages('late'), whispersTo(discord, dana).filter((text) => /wrong/.test(text))], [[], []]);
	});

	test('with asking Discord who somebody is: nothing is done, and the person reads why', async (context) => {
		const { discord, start } = await openDiscordWorld(context);
		await start();
		const alex = discord.person('alex', { admin: true });
		discord.faults.next('GET /guilds/:guild/members/:user', { status: 503 }, 1000);
		await alex.command('usage', {}, 'dm');
		await heard(discord, alex, /Discord did not answer as it should\. Try again in a minute/);
		discord.faults.clear();
		await alex.command('usage', {}, 'dm');
		await heard(discord, alex, /questions/);
	});

	test('with the token, later: the log says so in plain words, and what was asked is answered with a new one', async (context) => {
		const { discord, start, logs } = await openDiscordWorld(context);
		const [bot] = await start();
		const dana = discord.person('dana');
		discord.faults.next('*', { status: 401 }, 1000);
		const { id } = await dana.say('films', SAMPLE, { mention: 'user' });
		await discord.until(() => /Discord no longer accepts the token of this bot/.test(logs()));
		await bot?.end();
		discord.faults.clear();
		await start();
		await seen(discord, id, SAMPLE_ANSWER);
	});
});

/** Starts the bot where it cannot begin. */
async function failedStart(context: TestContext, environment: Readonly<Record<string, string>>) {
	const folder = await mkdtemp(path.join(tmpdir(), 'toolcoder-discord-'));
	context.after(() => rm(folder, { recursive: true, force: true }));
	const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN], {
		cwd: folder,
		// What is looked at before may be better when it is needed, and is a warning.
		env: { LOG_LEVEL: 'error', ...environment },
	});
	let output = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding('utf8').on('data', (text: string) => {
			output += text;
		});
	}
	const [status] = await once(child, 'close');
	return { status: status as number | null, lines: output.trim().split('\n') };
}

describe('the bot does not start, and says why in one line,', { concurrency: 3 }, () => {
	const check = (name: string, words: RegExp, settings: (discord: Discord, context: TestContext) => Promise<Record<string, string>>) =>
		test(name, async (context) => {
			const discord = await startDiscord();
			context.after(() => discord.close());
			const environment = { DISCORD_API_URL: discord.apiUrl, DISCORD_TOKEN: discord.token, ...(await settings(discord, context)) };
			const { status, lines } = await failedStart(context, environment);
			assert.equal(status, 1);
			assert.deepEqual([lines.length, words.test(lines[0] ?? '')], [1, true], lines.join('\n'));
			assert.ok(!lines.join().includes(environment.DISCORD_TOKEN));
		});

	check('with a token that Discord does not accept', /^Discord no longer accepts the token.*sets? DISCORD_TOKEN\.$/, async ({ token }) => ({
		DISCORD_TOKEN: `${token.slice(0, -5)}AAAAA`,
	}));

	check('where nobody answers', /^Discord cannot be reached from the machine the bot runs on\. Try again in a minute\.$/, async () => {
		const server = createServer().listen(0, '127.0.0.1');
		await once(server, 'listening');
		const { port } = server.address() as AddressInfo;
		server.close();
		await once(server, 'close');
		return { DISCORD_API_URL: `http://127.0.0.1:${port}/api` };
	});

	check('where a page answers instead of Discord', /^Discord did not answer as it should\. Try again in a minute/, async (_, context) => {
		const page = createServer((_request, response) =>
			response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Please sign in</html>'),
		).listen(0, '127.0.0.1');
		await once(page, 'listening');
		context.after(() => page.close());
		return { DISCORD_API_URL: `http://127.0.0.1:${(page.address() as AddressInfo).port}/api` };
	});

	check('when Discord fails', /^Discord did not answer as it should/, async ({ faults }) => {
		// Once before it is needed, then as often as discord.js tries.
		faults.next('GET /applications/@me', { status: 500 }, 5);
		return {};
	});

	check('when commands cannot be registered', /^Discord did not answer as it should/, async ({ faults }) => {
		faults.next('PUT /applications/:app/commands', { status: 500 }, 4);
		return {};
	});

	check('when commands are for a server without the bot', /DISCORD_GUILD/, async () => ({ DISCORD_GUILD: '123456789012345678' }));
});
