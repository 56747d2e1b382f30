import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { modelEnvironment } from '../../contracts/chat-contract.ts';
import { type Discord, type Message, type Person, visibleText } from '../../simulators/discord/discord.ts';
import { makeThings, writesTo } from '../make-things.ts';
import { type DiscordWorld, openDiscordWorld } from './bot-process.ts';
import { answered, becomes, countOf, hasButton, heard, press, seen, shownIn, whispersTo } from './people-see.ts';
import { connectThings } from './things.ts';

const CARD = /May the program (change|delete or overwrite) data with/;
const NOT_THEIRS = /Only the person who asked, or an admin, may decide about this call/;

interface Asked {
	readonly dana: Person;
	/** The thread. */
	readonly place: string;
	readonly card: Message;
	readonly writes: () => number;
}

interface Scene {
	readonly discord: Discord;
	readonly context: TestContext;
	readonly runs: DiscordWorld['runs'];
	/** Connects an API of this name, asks for one of it (or what is given, where it can be removed, too), and waits for the card. */
	ask(name: string, question?: string): Promise<Asked>;
}

const DECISIONS: Readonly<Record<string, (scene: Scene) => Promise<void>>> = {
	async 'the asker approves, and the write goes out once'({ discord, ask }) {
		const { dana, place, card, writes } = await ask('wheel');
		assert.equal(writes(), 0);
		await dana.click(card, 'Approve');
		await seen(discord, place, /This is wheel number 1\./);
		await becomes(discord, card, new RegExp(`✅ Approved by <@${dana.id}>`));
		assert.equal(writes(), 1);
		assert.equal(countOf(discord, place, CARD), 1);
	},

	async 'the asker refuses, and nothing is sent'({ discord, ask }) {
		const { dana, place, card, writes } = await ask('spoke');
		await dana.click(card, 'Refuse');
		const settled = await becomes(discord, card, new RegExp(`🚫 Refused by <@${dana.id}>.*Nothing was sent`));
		assert.ok(!hasButton(settled, 'Approve'));
		await seen(discord, place, /Reference/);
		assert.equal(writes(), 0);
	},

	async 'a stranger decides nothing, an admin does'({ discord, ask }) {
		const { place, card, writes } = await ask('pedal');
		const [sam, alex] = [discord.person('sam'), discord.person('alex', { admin: true })];
		// As the answer to each press: Sam hears of another card at the same time.
		for (const label of ['Approve', 'Refuse']) await answered(discord, await press(discord, sam, place, label), NOT_THEIRS);
		assert.equal(writes(), 0);
		await press(discord, alex, place, 'Approve');
		await becomes(discord, card, new RegExp(`✅ Approved by <@${alex.id}>`));
		await seen(discord, place, /This is pedal number 1\./);
		assert.equal(writes(), 1);
	},

	async 'who was an admin decides nothing any more'({ discord, ask }) {
		const { dana, place, writes } = await ask('chain');
		const former = discord.person('former', { admin: true });
		discord.setAdmin(former, false);
		await press(discord, former, place, 'Approve');
		await heard(discord, former, /Only the person who asked, or an admin/);
		assert.equal(writes(), 0);
		await press(discord, dana, place, 'Approve');
		await seen(discord, place, /This is chain number 1\./);
	},

	async 'of two decisions at once the first holds, and the card tells which'({ discord, ask }) {
		const { dana, place, card, writes } = await ask('brake');
		const alex = discord.person('alex', { admin: true });
		await Promise.all([dana.click(card, 'Approve'), alex.click(card, 'Refuse'), dana.click(card, 'Approve')]);
		// The scaffold, which stands there from the start, holds the sentence without its number.
		await seen(discord, place, /Reference|This is brake number 1\./);
		const settled = visibleText(await becomes(discord, card, /Approved by|Refused by/));
		assert.equal(writes(), settled.includes('Approved') ? 1 : 0, settled);
	},

	async 'what deletes is sent only by the yes to a second look, which the presser alone has'({ discord, ask }) {
		const { dana, place, card, writes } = await ask('frame', 'Remove the frame.');
		assert.match(visibleText(card), /^Line \d+: .*frame\.removeThings/m);
		await answered(discord, await discord.person('sam').click(card, 'Approve'), NOT_THEIRS);
		await dana.click(card, 'Approve');
		const lookAgain = /data with `frame\.removeThings`.*Look again: this may delete or overwrite data/s;
		const again = await heard(discord, dana, lookAgain);
		assert.match(visibleText(again), /^DELETE http:\/\/127\.0\.0\.1:\d+\/things$/m);
		assert.ok(hasButton(discord.message(card) ?? again, 'Approve'), 'nothing is decided');
		await dana.click(again, 'Back');
		await becomes(discord, again, /Nothing was decided/);
		assert.equal(writes(), 0);
		await answered(discord, await dana.click(card, 'Approve'), /Look again/);
		const yes = await heard(discord, dana, lookAgain);
		await dana.click(yes, 'Yes, send it');
		await becomes(discord, yes, /✅ Approved/);
		await becomes(discord, card, new RegExp(`✅ Approved by <@${dana.id}>`));
		await seen(discord, place, /This is frame number 1\./);
		assert.equal(writes(), 1);
	},

	async 'the yes to a second look that comes too late sends nothing'({ discord, ask }) {
		const { dana, place, card, writes } = await ask('fork', 'Remove the fork.');
		await dana.click(card, 'Approve');
		const again = await heard(discord, dana, /data with `fork\.removeThings`.*Look again/s);
		await discord.person('alex', { admin: true }).click(card, 'Refuse');
		await becomes(discord, card, /🚫 Refused by/);
		await dana.click(again, 'Yes, send it');
		await becomes(discord, again, /This call was decided before you pressed, and that holds/);
		await seen(discord, place, /Reference/);
		assert.equal(writes(), 0);
	},

	async 'a dry run instead sends nothing and lists the call, which can then be run for real'({ discord, ask, runs }) {
		const { dana, place, card, writes } = await ask('tyre');
		await dana.click(card, 'Dry run');
		await becomes(discord, card, new RegExp(`📝 Dry run chosen by <@${dana.id}>.*Nothing was sent\\. The program goes on`));
		const result = await seen(discord, place, /Dry run: nothing was changed\. The program would make this call\./);
		assert.match(visibleText(result), /tyre\.makeThing.*POST http:\/\/127\.0\.0\.1:\d+\/things/s);
		for (const label of ['Retry', '👍', '👎']) assert.ok(!hasButton(result, label), label);
		assert.equal(writes(), 0);
		await press(discord, dana, place, 'Run for real');
		await discord.until(() => countOf(discord, place, CARD) === 2);
		await press(discord, dana, place, 'Approve');
		await seen(discord, place, /This is tyre number 1\./);
		assert.equal(writes(), 1);
		const asked = (await runs()).filter(({ question }) => question.text.includes('tyre'));
		assert.deepEqual(
			asked.map((run) => run.retryOf),
			[undefined, undefined],
		);
	},

	async 'a question that is asked as a dry run asks nobody'({ discord, ask }) {
		const { dana, card } = await ask('seat');
		await dana.click(card, 'Refuse');
		const question = await answered(discord, await dana.command('ask', { question: 'Make a seat.', 'dry-run': true }, 'dry'), /asks:/);
		const result = await seen(discord, question.id, /Dry run: nothing was changed/);
		assert.ok(hasButton(result, 'Run for real'));
		assert.equal(countOf(discord, question.id, CARD), 0);
	},

	async 'a question that is stopped while it waits sends nothing'({ discord, ask }) {
		const { dana, place, card, writes } = await ask('bell');
		await press(discord, dana, place, 'Stop');
		const settled = await becomes(discord, card, /Stopped before anybody decided\. Nothing was sent\./);
		assert.ok(!hasButton(settled, 'Approve'));
		await seen(discord, place, /Stopped by dana/);
		assert.equal(writes(), 0);
	},

	async 'a card is decided in a thread that was archived meanwhile'({ discord, ask }) {
		const { dana, place, card, writes } = await ask('rim');
		discord.archive(place);
		await dana.click(card, 'Approve');
		await seen(discord, place, /This is rim number 1\./);
		await becomes(discord, card, /✅ Approved by/);
		assert.equal(writes(), 1);
		assert.deepEqual(
			whispersTo(discord, dana).filter((text) => /card|refused|code/i.test(text)),
			[],
		);
	},
};

describe('a write', { concurrency: true }, () => {
	test('without a model shows the exact call and waits for a yes', async (context) => {
		const { discord, start } = await openDiscordWorld(context);
		await start();
		const dana = discord.person('dana');
		const { id: place } = await dana.say('films', 'Put Arrival on my watchlist.', { mention: 'user' });
		const card = await seen(discord, place, CARD);
		assert.match(visibleText(card), /change data with `movies\.addToWatchlist`\?/);
		assert.match(visibleText(card), /^POST http:\/\/127\.0\.0\.1:\d+\/\S*watchlist$/m);
		assert.match(visibleText(card), /"movie_id": \d+/);
		assert.match(visibleText(card), new RegExp(`<@${dana.id}> or an admin decides, until`));
		assert.equal(countOf(discord, place, /^Arrival is on your watchlist/), 0);
		await dana.click(card, 'Approve');
		await seen(discord, place, /^Arrival is on your watchlist\./);
		const settled = await becomes(discord, card, new RegExp(`✅ Approved by <@${dana.id}>`));
		assert.match(visibleText(settled), /POST http/, 'the call can still be read');
		assert.ok(!hasButton(settled, 'Approve') && !hasButton(settled, 'Refuse'));
	});

	test('that nobody decides about in time is not sent, and whoever presses then is told so', async (context) => {
		const environment = await modelEnvironment(context, makeThings);
		const { discord, start } = await openDiscordWorld(context);
		await start({ ...environment, ALLOW_PRIVATE_HOSTS: '127.0.0.1', APPROVAL_TIMEOUT_SECONDS: '3' });
		const [dana, admin] = [discord.person('dana'), discord.person('alex', { admin: true })];
		const api = await connectThings(context, discord, admin, 'lamp');
		// The card stays as it is, as on a screen that is behind.
		discord.faults.next('PATCH /channels/:id/messages/:mid', { status: 503 }, 1000);
		const { id: place } = await dana.say('films', 'Make a lamp.', { mention: 'user' });
		const card = await seen(discord, place, CARD);
		await seen(discord, place, /Nobody approved the call within 3 seconds, so it was not sent/);
		await dana.click(card, 'Approve');
		await heard(discord, dana, /Nobody decided about this call in time, so it is not sent\. Ask again/);
		discord.faults.clear();
		await becomes(discord, card, /⌛ Nobody decided until .*Nothing was sent/);
		assert.equal(writesTo(api), 0);
	});

	test('waits for somebody who may decide', { concurrency: true }, async (context) => {
		const environment = await modelEnvironment(context, makeThings);
		const { discord, start, runs } = await openDiscordWorld(context);
		const settings = { ...environment, ALLOW_PRIVATE_HOSTS: '127.0.0.1', SANDBOX_PROCESSES: '8' };
		const [bot] = await start(settings);
		const scene: Scene = {
			discord,
			context,
			runs,
			async ask(name, question = `Make a ${name}.`) {
				const [dana, admin] = [discord.person('dana'), discord.person(`admin-of-${name}`, { admin: true })];
				const api = await connectThings(context, discord, admin, name, { removable: question.startsWith('Remove') });
				const { id: place } = await dana.say(`${name}s`, question, { mention: 'user' });
				return { dana, place, card: await seen(discord, place, CARD), writes: () => writesTo(api) };
			},
		};
		const killed = scene.ask('saddle');
		const ended = scene.ask('light');
		await Promise.all(Object.entries(DECISIONS).map(([name, decide]) => context.test(name, () => decide(scene))));

		await context.test('what waits when the bot is killed, or ends, can be decided after the next start', async () => {
			const [first, second] = [await killed, await ended];
			await bot?.end('SIGKILL');
			const [again] = await start(settings);
			await first.dana.click(first.card, 'Approve');
			await seen(discord, first.place, /This is saddle number 1\./);
			await again?.end('SIGTERM');
			await start(settings);
			await second.dana.click(second.card, 'Approve');
			await seen(discord, second.place, /This is light number 1\./);
			for (const { place, card, writes } of [first, second]) {
				await becomes(discord, card, /✅ Approved by/);
				assert.equal(countOf(discord, place, CARD), 1, shownIn(discord, place).join('\n---\n'));
				assert.equal(writes(), 1);
			}
		});
	});
});
