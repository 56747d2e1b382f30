import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { modelEnvironment } from '../../contracts/chat-contract.ts';
import { type Discord, type Message, type Person, visibleText } from '../../simulators/discord/discord.ts';
import { makeThings, writesTo } from '../make-things.ts';
import { openDiscordWorld } from './bot-process.ts';
import { becomes, countOf, hasButton, heard, press, seen, shownIn, whispersTo } from './people-see.ts';
import { connectThings } from './things.ts';

const CARD = /May the program change data with/;

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
	/** Connects an API of this name, asks for one of it, and waits for the card. */
	ask(name: string): Promise<Asked>;
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
		await press(discord, sam, place, 'Approve');
		await heard(discord, sam, /Only the person who asked, or an admin, may decide about this call/);
		await press(discord, sam, place, 'Refuse');
		await discord.until(() => whispersTo(discord, sam).length === 2);
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

	test('waits for somebody who may decide', { concurrency: true }, async (context) => {
		const environment = await modelEnvironment(context, makeThings);
		const { discord, start } = await openDiscordWorld(context);
		const settings = { ...environment, ALLOW_PRIVATE_HOSTS: '127.0.0.1', SANDBOX_PROCESSES: '8' };
		const [bot] = await start(settings);
		const scene: Scene = {
			discord,
			context,
			async ask(name) {
				const [dana, admin] = [discord.person('dana'), discord.person(`admin-of-${name}`, { admin: true })];
				const api = await connectThings(context, discord, admin, name);
				const { id: place } = await dana.say(`${name}s`, `Make a ${name}.`, { mention: 'user' });
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
