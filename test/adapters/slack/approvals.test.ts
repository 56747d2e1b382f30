import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { modelEnvironment } from '../../contracts/chat-contract.ts';
import type { Message, MessageRef, Person, Slack } from '../../simulators/slack/slack.ts';
import { visibleText } from '../../simulators/slack/slack.ts';
import { makeThings, writesTo } from '../make-things.ts';
import { openSlackWorld, type SlackWorld } from './bot-process.ts';
import { becomes, countOf, hasButton, heard, press, seen, shownIn, whispersTo } from './people-see.ts';
import { connectThings } from './things.ts';

const CARD = /May the program (change|delete or overwrite) data with/;

interface Scene {
	readonly slack: Slack;
	readonly context: TestContext;
	readonly runs: SlackWorld['runs'];
	/** Connects an API of this name, asks for one of it (or what is given, where it can be removed, too), and waits for the card. */
	ask(
		name: string,
		question?: string,
	): Promise<{ readonly dana: Person; readonly thread: MessageRef; readonly card: Message; readonly writes: () => number }>;
}

const DECISIONS: Readonly<Record<string, (scene: Scene) => Promise<void>>> = {
	async 'the asker approves, and the write goes out once'({ slack, ask }) {
		const { dana, thread, card, writes } = await ask('wheel');
		assert.equal(writes(), 0);
		await dana.click(card, 'Approve');
		await seen(slack, thread, /This is wheel number 1\./);
		await becomes(slack, card, new RegExp(`✅ Approved by <@${dana.id}>`));
		assert.equal(writes(), 1);
		assert.equal(countOf(slack, thread, CARD), 1);
	},

	async 'the asker refuses, and nothing is sent'({ slack, ask }) {
		const { dana, thread, card, writes } = await ask('spoke');
		await dana.click(card, 'Refuse');
		const settled = await becomes(slack, card, new RegExp(`🚫 Refused by <@${dana.id}>.*Nothing was sent`));
		assert.ok(!hasButton(settled, 'Approve'));
		await seen(slack, thread, /Reference/);
		assert.equal(writes(), 0);
	},

	async 'a stranger decides nothing, an admin does'({ slack, ask }) {
		const { thread, card, writes } = await ask('pedal');
		const [sam, alex] = [slack.person('sam'), slack.person('alex', { admin: true })];
		await press(slack, sam, thread, 'Approve');
		await heard(slack, sam, /Only the person who asked, or an admin, may decide about this call/);
		await press(slack, sam, thread, 'Refuse');
		await slack.until(() => whispersTo(slack, sam).length === 2);
		assert.equal(writes(), 0);
		await press(slack, alex, thread, 'Approve');
		await becomes(slack, card, new RegExp(`✅ Approved by <@${alex.id}>`));
		await seen(slack, thread, /This is pedal number 1\./);
		assert.equal(writes(), 1);
	},

	async 'of two decisions at once the first holds, and the card tells which'({ slack, ask }) {
		const { dana, thread, card, writes } = await ask('brake');
		const alex = slack.person('alex', { admin: true });
		await alex.join(thread.channel);
		await Promise.all([dana.click(card, 'Approve'), alex.click(card, 'Refuse'), dana.click(card, 'Approve')]);
		// The scaffold, which stands there from the start, holds the sentence without its number.
		await seen(slack, thread, /Reference|This is brake number 1\./);
		const settled = visibleText(await becomes(slack, card, /Approved by|Refused by/));
		assert.equal(writes(), settled.includes('Approved') ? 1 : 0, settled);
	},

	async 'what deletes is sent only after the dialog that shows the exact call'({ slack, ask }) {
		const { dana, thread, card, writes } = await ask('frame', 'Remove the frame.');
		assert.match(visibleText(card), /^Line \d+: .*frame\.removeThings/m);
		const { confirm } = await dana.click(card, 'Approve', { dismiss: true });
		assert.match(JSON.stringify(confirm), /Look again: this may delete or overwrite data\.\\nDELETE http:\/\/127\.0\.0\.1:\d+\/things/);
		await slack.settled();
		assert.ok(hasButton(slack.message(card) ?? card, 'Approve'), 'nothing is decided');
		assert.equal(writes(), 0);
		await dana.click(card, 'Approve');
		await seen(slack, thread, /This is frame number 1\./);
		await becomes(slack, card, /✅ Approved by/);
		assert.equal(writes(), 1);
	},

	async 'a dry run instead sends nothing and lists the call, which can then be run for real'({ slack, ask, runs }) {
		const { dana, thread, card, writes } = await ask('tyre');
		await dana.click(card, 'Dry run');
		await becomes(slack, card, new RegExp(`📝 Dry run chosen by <@${dana.id}>.*Nothing was sent\\. The program goes on`));
		const result = await seen(slack, thread, /Dry run: nothing was changed\. The program would make this call\./);
		assert.match(visibleText(result), /tyre\.makeThing.*POST http:\/\/127\.0\.0\.1:\d+\/things/s);
		assert.ok(!hasButton(result, 'Retry') && !JSON.stringify(result.blocks).includes('feedback_buttons'));
		assert.equal(writes(), 0);
		await press(slack, dana, thread, 'Run for real');
		await slack.until(() => countOf(slack, thread, CARD) === 2);
		await press(slack, dana, thread, 'Approve');
		await seen(slack, thread, /This is tyre number 1\./);
		assert.equal(writes(), 1);
		const asked = (await runs()).filter(({ question }) => question.text.includes('tyre'));
		assert.deepEqual(
			asked.map((run) => run.retryOf),
			[undefined, undefined],
		);
	},

	async 'a question that is asked as a dry run asks nobody, and keeps nothing'({ slack, ask }) {
		const { dana, card } = await ask('seat');
		await dana.click(card, 'Refuse');
		await dana.command('/ask —dry-run Make a seat.', 'dry');
		const result = await slack.until(() =>
			slack.messages('dry').find((message) => /Dry run: nothing was changed/.test(visibleText(message))),
		);
		assert.ok(hasButton(result, 'Run for real'));
		assert.equal(slack.messages('dry').filter((message) => CARD.test(visibleText(message))).length, 0);
		const followUp = await dana.say('dry', '--dry-run Make a seat.', { mention: true });
		await seen(slack, followUp, /Dry run: nothing was changed/);
	},

	async 'a question that is stopped while it waits sends nothing'({ slack, ask }) {
		const { dana, thread, card, writes } = await ask('bell');
		await press(slack, dana, thread, 'Stop');
		const settled = await becomes(slack, card, /Stopped before anybody decided\. Nothing was sent\./);
		assert.ok(!hasButton(settled, 'Approve'));
		await seen(slack, thread, /Stopped by dana/);
		assert.equal(writes(), 0);
	},
};

describe('a write', { concurrency: true }, () => {
	test('without a model shows the exact call and waits for a yes', async (context) => {
		const { slack, start } = await openSlackWorld(context, { mode: 'socket' });
		await start();
		const dana = slack.person('dana');
		const asked = await dana.say('films', 'Put Arrival on my watchlist.', { mention: true });
		const card = await seen(slack, asked, CARD);
		assert.match(visibleText(card), /change data with `movies\.addToWatchlist`\?/);
		assert.match(visibleText(card), /^POST http:\/\/127\.0\.0\.1:\d+\/\S*watchlist$/m);
		assert.match(visibleText(card), /"movie_id": \d+/);
		assert.match(visibleText(card), new RegExp(`<@${dana.id}> or an admin decides, until`));
		assert.equal(countOf(slack, asked, /^Arrival is on your watchlist/), 0);
		await dana.click(card, 'Approve');
		await seen(slack, asked, /^Arrival is on your watchlist\./);
		const settled = await becomes(slack, card, new RegExp(`✅ Approved by <@${dana.id}>`));
		assert.match(visibleText(settled), /POST http/, 'the call can still be read');
		assert.ok(!hasButton(settled, 'Approve') && !hasButton(settled, 'Refuse'));
	});

	test('that nobody decides about in time is not sent, and whoever presses then is told so', async (context) => {
		const environment = await modelEnvironment(context, makeThings);
		const { slack, start } = await openSlackWorld(context, { mode: 'socket' });
		await start({ ...environment, ALLOW_PRIVATE_HOSTS: '127.0.0.1', APPROVAL_TIMEOUT_SECONDS: '3' });
		const [dana, admin] = [slack.person('dana'), slack.person('alex', { admin: true })];
		const api = await connectThings(context, slack, admin, 'lamp');
		// The card stays as it is, as on a screen that is behind.
		slack.faults.next('chat.update', { status: 500 }, 1000);
		const thread = await dana.say('films', 'Make a lamp.', { mention: true });
		const card = await seen(slack, thread, CARD);
		await seen(slack, thread, /Nobody approved the call within 3 seconds, so it was not sent/);
		await dana.click(card, 'Approve');
		await heard(slack, dana, /Nobody decided about this call in time, so it is not sent\. Ask again/);
		slack.faults.clear();
		await becomes(slack, card, /⌛ Nobody decided until .*Nothing was sent/);
		assert.equal(writesTo(api), 0);
	});

	test('waits for somebody who may decide', { concurrency: true }, async (context) => {
		const environment = await modelEnvironment(context, makeThings);
		const { slack, start, runs } = await openSlackWorld(context, { mode: 'socket' });
		const settings = { ...environment, ALLOW_PRIVATE_HOSTS: '127.0.0.1', SANDBOX_PROCESSES: '8' };
		const [bot] = await start(settings);
		const scene: Scene = {
			slack,
			context,
			runs,
			async ask(name, question = `Make a ${name}.`) {
				const [dana, admin] = [slack.person('dana'), slack.person(`admin-of-${name}`, { admin: true })];
				const api = await connectThings(context, slack, admin, name, { removable: question.startsWith('Remove') });
				const thread = await dana.say(`${name}s`, question, { mention: true });
				return { dana, thread, card: await seen(slack, thread, CARD), writes: () => writesTo(api) };
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
			await seen(slack, first.thread, /This is saddle number 1\./);
			await again?.end('SIGTERM');
			await start(settings);
			await second.dana.click(second.card, 'Approve');
			await seen(slack, second.thread, /This is light number 1\./);
			for (const { thread, card, writes } of [first, second]) {
				await becomes(slack, card, /✅ Approved by/);
				assert.equal(countOf(slack, thread, CARD), 1, shownIn(slack, thread).join('\n---\n'));
				assert.equal(writes(), 1);
			}
		});
	});
});
