import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type MessageRef, type Person, type Slack, visibleText } from '../../simulators/slack/slack.ts';
import { openSlackWorld } from './bot-process.ts';
import {
	countOf,
	FOLLOW_UP,
	FOLLOW_UP_ANSWER,
	heard,
	postsIn,
	SAMPLE,
	SAMPLE_ANSWER,
	seen,
	shownIn,
	whispersTo,
	writtenTo,
} from './people-see.ts';

/** A message with a mention of somebody else, whom people choose from a list: `say` writes what it is given as it is. */
async function sayTo(slack: Slack, speaker: Person, other: Person, thread: MessageRef, text: string): Promise<void> {
	const [delivery] = slack.deliveriesOf(await speaker.say(thread.channel, ' ', { thread }));
	assert.ok(delivery);
	const event = { ...(delivery.body.event as object), text: `<@${other.id}> ${text}` };
	const { status } = await slack.redeliver({ ...delivery, body: { ...delivery.body, event_id: 'Ev0MENTION', event } });
	assert.equal(status, 200);
}

const WAYS: Readonly<Record<string, (slack: Slack) => Promise<void>>> = {
	async 'a direct message is answered in its thread, and so is what follows there'(slack) {
		const dora = slack.person('dora');
		const asked = await dora.say('im', SAMPLE);
		await seen(slack, asked, SAMPLE_ANSWER);
		await dora.say('im', FOLLOW_UP, { thread: asked });
		await seen(slack, asked, FOLLOW_UP_ANSWER);
		assert.equal(countOf(slack, asked, SAMPLE_ANSWER), 1);
		const outside = slack.messages(asked.channel).filter((message) => message.bot_id && message.thread_ts !== asked.ts);
		assert.deepEqual(outside.map(visibleText), []);
	},

	async 'a direct message that mentions the bot as well is answered once'(slack) {
		const mona = slack.person('mona');
		const asked = await mona.say('im', SAMPLE, { mention: true });
		await seen(slack, asked, SAMPLE_ANSWER);
		const next = await mona.say('im', SAMPLE);
		await seen(slack, next, SAMPLE_ANSWER);
		assert.equal(countOf(slack, asked, /Scaffold|Reuse/), 1);
	},

	async '/ask posts the question and answers in its thread, where everybody may go on'(slack) {
		const [dana, sam] = [slack.person('dana'), slack.person('sam')];
		await dana.command(`/ask ${SAMPLE}`, 'asked-by-command');
		const question = await slack.until(() => slack.messages('asked-by-command').find((message) => message.bot_id));
		assert.match(visibleText(question), new RegExp(`<@${dana.id}> asks:\n> How many movies did Sofia Coppola direct\\?`));
		await seen(slack, question, SAMPLE_ANSWER);
		await sam.say('asked-by-command', FOLLOW_UP, { thread: question });
		await seen(slack, question, FOLLOW_UP_ANSWER);
	},

	async '/ask in a channel without the bot tells how to invite it'(slack) {
		const quinn = slack.person('quinn');
		await quinn.openChannel('without-bot', { bot: false });
		await quinn.openChannel('without-bot-private', { bot: false, private: true });
		await quinn.command(`/ask ${SAMPLE}`, 'without-bot');
		await heard(slack, quinn, /The bot is not in this channel\. Type \/invite/);
		await quinn.command(`/ask ${SAMPLE}`, 'without-bot-private');
		await heard(slack, quinn, /Slack does not show this channel to the bot: .*Type \/invite/);
		assert.deepEqual(
			slack.messages('without-bot').filter((message) => message.bot_id),
			[],
		);
	},

	async '/ask shows the question as it is asked, and none that is not'(slack) {
		const [otto, ada] = [slack.person('otto'), slack.person('ada', { admin: true })];
		const asked = () =>
			slack
				.messages('asked-options')
				.filter((message) => message.bot_id && message.thread_ts === undefined)
				.map(visibleText);
		await otto.command('/ask —allow-writes Put Arrival on my watchlist.', 'asked-options');
		await heard(slack, otto, /Only an admin may let a program write without asking\. Ask without --allow-writes\./);
		assert.deepEqual(asked(), []);
		await ada.command('/ask --allow-writes Put Arrival on my watchlist.', 'asked-options');
		await slack.until(() =>
			slack.messages('asked-options').some((message) => /^Arrival is on your watchlist\./.test(visibleText(message))),
		);
		assert.deepEqual(asked(), [`<@${ada.id}> asks:\n> Put Arrival on my watchlist.`]);
		await otto.command('/ask Is a < b && Array<string> an R&D matter?', 'asked-marks');
		const question = await slack.until(() => slack.messages('asked-marks').find((message) => message.bot_id));
		assert.match(visibleText(question), /> Is a &lt; b &amp;&amp; Array&lt;string&gt; an R&amp;D matter\?$/);
		await seen(slack, question, /No model is configured/);
		await otto.command('/runs', 'asked-marks');
		await heard(slack, otto, /Is a < b && Array<string> an R&D matter\?/);
	},

	async '/ask without a question tells how to ask'(slack) {
		const nora = slack.person('nora');
		await nora.command('/ask', 'films');
		await heard(slack, nora, /The question is missing: what you want to know\.\nUsage: \/ask/);
	},

	async 'a question in a private channel is answered there'(slack) {
		const petra = slack.person('petra');
		await petra.openChannel('films-private', { private: true });
		const asked = await petra.say('films-private', SAMPLE, { mention: true });
		await seen(slack, asked, SAMPLE_ANSWER);
	},

	async 'the shortcut answers the question in a message, in its thread, for whoever chose it'(slack) {
		const [olga, rita] = [slack.person('olga'), slack.person('rita')];
		const chat = await olga.say('overheard', SAMPLE);
		await rita.join('overheard');
		await rita.shortcut('ask-about-this', chat);
		await seen(slack, chat, SAMPLE_ANSWER);
		// She has asked here, the others have not.
		await olga.say('overheard', FOLLOW_UP, { thread: chat });
		await rita.say('overheard', FOLLOW_UP, { thread: chat });
		await seen(slack, chat, FOLLOW_UP_ANSWER);
		await rita.say('overheard', SAMPLE, { thread: chat });
		await slack.until(() => countOf(slack, chat, SAMPLE_ANSWER) === 2, 20_000);
		assert.equal(countOf(slack, chat, FOLLOW_UP_ANSWER), 1);
	},

	async 'the shortcut takes a question with a mention of the bot for the question alone'(slack) {
		const [vera, wanda] = [slack.person('vera'), slack.person('wanda')];
		const asked = await vera.say('asked-again', SAMPLE, { mention: true });
		await seen(slack, asked, SAMPLE_ANSWER);
		await wanda.join('asked-again');
		await wanda.shortcut('ask-about-this', asked);
		await slack.until(() => countOf(slack, asked, SAMPLE_ANSWER) === 2);
	},

	async 'the shortcut in a channel without the bot is answered directly'(slack) {
		const noor = slack.person('noor');
		await noor.openChannel('overheard-without-bot', { bot: false });
		const chat = await noor.say('overheard-without-bot', SAMPLE);
		await noor.shortcut('ask-about-this', chat);
		await writtenTo(slack, noor, /could not be posted there\. The bot is not in this channel\. Type \/invite/);
		await writtenTo(slack, noor, SAMPLE_ANSWER);
	},

	async 'the shortcut tells that a message has no text'(slack) {
		const nell = slack.person('nell');
		const chat = await nell.say('overheard-silence', ' ');
		await nell.shortcut('ask-about-this', chat);
		await heard(slack, nell, /This message has no text that could be a question\. Mention the bot and type/);
		assert.deepEqual(shownIn(slack, chat), []);
	},

	async 'the shortcut takes what somebody wrote for a question, not for a command'(slack) {
		const [mallory, alma] = [slack.person('mallory'), slack.person('alma', { admin: true })];
		const command = await mallory.say('traps', '/toolset remove movies');
		await alma.join('traps');
		await alma.shortcut('ask-about-this', command);
		await seen(slack, command, /No model is configured/);
		const option = await mallory.say('traps-2', '--allow-writes Put Arrival on my watchlist.');
		await alma.join('traps-2');
		await alma.shortcut('ask-about-this', option);
		await seen(slack, option, /No model is configured/);
		assert.doesNotMatch(shownIn(slack, option).join('\n'), /is on your watchlist/);
		assert.deepEqual(whispersTo(slack, alma), [], 'nothing was asked back, and nothing replied');
	},

	async 'in a thread about something else only whoever asked is answered'(slack) {
		const [dana, sam] = [slack.person('dana'), slack.person('sam')];
		const chat = await sam.say('chatter', 'Which film tonight?');
		await dana.say('chatter', SAMPLE, { thread: chat, mention: true });
		await seen(slack, chat, SAMPLE_ANSWER);
		await sam.say('chatter', FOLLOW_UP, { thread: chat });
		await sayTo(slack, dana, sam, chat, FOLLOW_UP);
		await dana.say('chatter', FOLLOW_UP, { thread: chat });
		await seen(slack, chat, FOLLOW_UP_ANSWER);
		// Questions of a thread are answered in turn: what was asked before this one would stand before its answer.
		await dana.say('chatter', SAMPLE, { thread: chat });
		await slack.until(() => countOf(slack, chat, SAMPLE_ANSWER) === 2, 20_000);
		assert.equal(countOf(slack, chat, FOLLOW_UP_ANSWER), 1);
		assert.equal(countOf(slack, chat, /No model is configured/), 0, 'what was said to somebody else is no question');
	},

	async 'an edit asks nothing'(slack) {
		const edna = slack.person('edna');
		const asked = await edna.say('edits', SAMPLE, { mention: true });
		await edna.edit(asked, `${SAMPLE} `);
		// Who edits a mention into a message sets off an event of its own.
		const chat = await edna.say('edits-2', SAMPLE);
		const edited = { user: edna.id, ts: chat.ts };
		slack.announce({
			type: 'app_mention',
			channel: chat.channel,
			ts: chat.ts,
			user: edna.id,
			text: `<@${slack.botUser()}> ${SAMPLE}`,
			edited,
		});
		await seen(slack, asked, SAMPLE_ANSWER);
		const followed = await edna.say('edits', FOLLOW_UP, { thread: asked });
		await edna.edit(followed, SAMPLE);
		await seen(slack, asked, FOLLOW_UP_ANSWER);
		await edna.say('edits', FOLLOW_UP, { thread: asked });
		await slack.until(() => countOf(slack, asked, FOLLOW_UP_ANSWER) === 2, 20_000);
		assert.equal(countOf(slack, asked, SAMPLE_ANSWER), 1);
		assert.deepEqual(shownIn(slack, chat), []);
	},

	async 'a mention that asks nothing is greeted, once'(slack) {
		const gwen = slack.person('gwen');
		const mention = await gwen.say('greetings', '', { mention: true });
		for (const delivery of slack.deliveriesOf(mention)) await slack.redeliver(delivery);
		await seen(slack, mention, /Hello! Mention me with a question\..*No model is configured.*How many movies/s);
		const asked = await gwen.say('greetings', SAMPLE, { mention: true });
		await seen(slack, asked, SAMPLE_ANSWER);
		assert.equal(postsIn(slack, mention).length, 1);
	},

	async 'the messages tab suggests questions'(slack) {
		const pia = slack.person('pia');
		await pia.openMessages();
		const prompts = await slack.until(() => (slack.prompts(pia).length > 0 ? slack.prompts(pia) : undefined));
		assert.equal(prompts.length, 4);
		assert.ok(
			prompts.some(({ message }) => message === SAMPLE),
			JSON.stringify(prompts),
		);
	},

	async 'a command that is typed in a mention is answered to its person alone'(slack) {
		const [tess, amy] = [slack.person('tess'), slack.person('amy', { admin: true })];
		const listed = await tess.say('typed', '/toolset list', { mention: true });
		assert.equal((await heard(slack, tess, /example:movies/)).thread_ts, listed.ts);
		const refused = await tess.say('typed', '/toolset remove movies', { mention: true });
		await heard(slack, tess, /Only an admin may use \/toolset remove/);
		const removal = await amy.say('typed', '/toolset remove movies', { mention: true });
		await amy.click(await heard(slack, amy, /`movies` has .*\s+Disconnect it\?/), 'Cancel');
		await heard(slack, amy, /Nothing was changed/);
		for (const thread of [listed, refused, removal]) assert.deepEqual(shownIn(slack, thread), []);
	},
};

test('people ask', { concurrency: true }, async (context) => {
	const { slack, start } = await openSlackWorld(context, { mode: 'http' });
	const [bot] = await start();
	const dana = slack.person('dana');
	const before = dana.say('restarts', SAMPLE, { mention: true });
	await Promise.all(Object.entries(WAYS).map(([name, way]) => context.test(name, () => way(slack))));
	await context.test('a thread goes on after a restart', async () => {
		const asked = await before;
		await seen(slack, asked, SAMPLE_ANSWER);
		await bot?.end();
		await start();
		await slack.person('sam').say('restarts', FOLLOW_UP, { thread: asked });
		await seen(slack, asked, FOLLOW_UP_ANSWER);
	});
	assert.deepEqual(slack.rateLimited, []);
});
