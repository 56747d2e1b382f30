import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { modelEnvironment } from '../../contracts/chat-contract.ts';
import { type MessageRef, type Person, type Slack, visibleText } from '../../simulators/slack/slack.ts';
import { openSlackWorld, type SlackWorld } from './bot-process.ts';
import {
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
	told,
	whispersTo,
} from './people-see.ts';

type Scene = (slack: Slack, world: Pick<SlackWorld, 'runs'>) => Promise<void>;

const NOT_YOURS = /Only the person who asked, or an admin, may stop this/;

/** Asks what the model never answers, and waits for the Stop button. */
async function askForEver(slack: Slack, asker: Person, channel: string): Promise<MessageRef> {
	const thread = await asker.say(channel, SAMPLE, { mention: true });
	await slack.until(() => postsIn(slack, thread).some((message) => hasButton(message, 'Stop')));
	return thread;
}

async function stopped(slack: Slack, thread: MessageRef, by: string): Promise<void> {
	await seen(slack, thread, new RegExp(`Stopped by ${by}\\. Ask again to start over\\.`));
	assert.ok(!postsIn(slack, thread).some((message) => hasButton(message, 'Stop')), 'nothing is left to stop');
	assert.equal(postsIn(slack, thread).length, 1, shownIn(slack, thread).join('\n---\n'));
}

const STOPS: Readonly<Record<string, Scene>> = {
	async 'the asker, with the button'(slack) {
		const dana = slack.person('dana');
		const thread = await askForEver(slack, dana, 'stop-1');
		await press(slack, dana, thread, 'Stop');
		await stopped(slack, thread, 'dana');
	},
	async 'an admin, with the button'(slack) {
		const thread = await askForEver(slack, slack.person('dana'), 'stop-2');
		await press(slack, slack.person('alex', { admin: true }), thread, 'Stop');
		await stopped(slack, thread, 'alex');
	},
	async "the asker, with Slack's own button"(slack) {
		const dana = slack.person('dana');
		const thread = await askForEver(slack, dana, 'stop-3');
		await slack.until(() => slack.sessions().some((session) => session.thread_ts === thread.ts && session.status === 'processing'));
		await slack.until(() => slack.statuses(thread).length > 0);
		await dana.stop(thread);
		await stopped(slack, thread, 'dana');
		await slack.until(() => slack.status(thread) === '');
		await slack.until(() => slack.sessions().every((session) => session.thread_ts !== thread.ts || session.status === 'active'));
	},
	async 'an admin, but not a stranger, whichever button it is'(slack) {
		const [sam, ada] = [slack.person('sam'), slack.person('ada', { admin: true })];
		const thread = await askForEver(slack, slack.person('dana'), 'stop-4');
		await press(slack, sam, thread, 'Stop');
		await heard(slack, sam, NOT_YOURS);
		await slack.until(() => slack.sessions().some((session) => session.thread_ts === thread.ts && session.status === 'processing'));
		await sam.stop(thread);
		await slack.until(() => whispersTo(slack, sam).filter((text) => NOT_YOURS.test(text)).length === 2);
		assert.equal(countOf(slack, thread, /Stopped/), 0);
		await ada.stop(thread);
		await stopped(slack, thread, 'ada');
	},
	async 'somebody whom the operator listed'(slack) {
		const listed = slack.person('listed');
		const thread = await askForEver(slack, slack.person('dana'), 'stop-5');
		await press(slack, listed, thread, 'Stop');
		await stopped(slack, thread, 'listed');
	},
	async 'the one whose question waits in the thread of another, without stopping that one'(slack) {
		const [dana, sam] = [slack.person('dana'), slack.person('sam')];
		const thread = await askForEver(slack, dana, 'stop-7');
		await sam.say('stop-7', 'and Greta Gerwig?', { thread });
		await slack.until(() => postsIn(slack, thread).filter((message) => hasButton(message, 'Stop')).length === 2);
		await sam.stop(thread);
		await seen(slack, thread, /Stopped by sam/);
		assert.equal(countOf(slack, thread, /Stopped by dana/), 0);
		await dana.stop(thread);
		await seen(slack, thread, /Stopped by dana/);
	},
	async 'the asker, who then asks again with Retry'(slack) {
		const dana = slack.person('dana');
		const thread = await askForEver(slack, dana, 'stop-6');
		await press(slack, dana, thread, 'Stop');
		await stopped(slack, thread, 'dana');
		await press(slack, dana, thread, 'Retry');
		await slack.until(() => postsIn(slack, thread).some((message) => hasButton(message, 'Stop')));
		await press(slack, dana, thread, 'Retry');
		await heard(slack, dana, /This question is being answered right now\./);
		await press(slack, dana, thread, 'Stop');
		await slack.until(() => countOf(slack, thread, /Stopped by dana/) === 2);
	},
};

const AFTERWARDS: Readonly<Record<string, Scene>> = {
	async 'Retry asks again, for whoever pressed it'(slack, { runs }) {
		const rob = slack.person('rob');
		const thread = await slack.person('dana').say('retry', SAMPLE, { mention: true });
		await seen(slack, thread, SAMPLE_ANSWER);
		await press(slack, rob, thread, 'Retry');
		await slack.until(() => countOf(slack, thread, SAMPLE_ANSWER) === 2);
		await rob.command('/runs', 'retry');
		await heard(slack, rob, /How many movies did Sofia Coppola direct\?\nanswered/);
		const [first, again, ...more] = (await runs()).filter(({ conversation }) => conversation.endsWith(`/${thread.ts}`));
		assert.deepEqual([first?.retryOf, again?.retryOf, more], [undefined, first?.id, []]);
	},

	async 'Show program posts the program, once'(slack) {
		const [dana, sam] = [slack.person('dana'), slack.person('sam')];
		const thread = await dana.say('program', SAMPLE, { mention: true });
		await seen(slack, thread, SAMPLE_ANSWER);
		await press(slack, sam, thread, 'Show program');
		const program = visibleText(await seen(slack, thread, /Program.*2 tool calls/));
		assert.match(program, /```ts\n[\s\S]*await movies\.searchPerson\([\s\S]*```/);
		await press(slack, dana, thread, 'Show program');
		await heard(slack, dana, /The program stands in this thread already\./);
		assert.equal(countOf(slack, thread, /Program.*2 tool calls/), 1);
	},
};

/** In a workspace of its own: what others ask, and ask once more, counts for these functions, too. */
async function rateAnswers(slack: Slack): Promise<void> {
	const [fay, sue] = [slack.person('fay'), slack.person('sue')];
	const thread = await fay.say('feedback', SAMPLE, { mention: true });
	await seen(slack, thread, SAMPLE_ANSWER);
	await fay.say('feedback', FOLLOW_UP, { thread });
	const answer = await seen(slack, thread, FOLLOW_UP_ANSWER);
	const disliked = (words: RegExp) => told(slack, fay, '/functions show countDirectedMovies', 'feedback', words);
	await disliked(/100 % with success, last \d{4}-\d\d-\d\d$/m);

	await fay.click(answer, '👎');
	const form = await slack.until(() => slack.views(fay).find(({ title }) => title === 'What was wrong?'));
	await fay.submit(form, { 'What should the answer have been?': 'She directed five, I think.' });
	assert.deepEqual(slack.views(fay), []);
	await disliked(/disliked once/);
	await fay.click(answer, '👎');
	await fay.close(await slack.until(() => slack.views(fay)[0]));
	await disliked(/disliked once/);

	await sue.join('feedback');
	await sue.click(answer, '👎');
	await slack.until(() => slack.views(sue)[0]);
	await disliked(/disliked 2 times/);
	await fay.command('/functions list', 'feedback');
	await heard(slack, fay, /quarantined.*2\s+disliked/s);

	await fay.click(answer, '👍');
	await heard(slack, fay, /Thank you\./);
	await disliked(/disliked once/);
}

describe('the buttons of a question', { concurrency: true }, () => {
	test('it is stopped by', { concurrency: true }, async (context) => {
		const environment = await modelEnvironment(context, () => new Promise(() => {}));
		const world = await openSlackWorld(context, { mode: 'socket' });
		const { slack, start } = world;
		await start({ ...environment, SLACK_ADMINS: slack.person('listed').id });
		await Promise.all(Object.entries(STOPS).map(([name, scene]) => context.test(name, () => scene(slack, world))));
	});

	test('it is answered, and then', { concurrency: true }, async (context) => {
		const { slack, start, runs } = await openSlackWorld(context, { mode: 'http' });
		await start();
		await Promise.all(Object.entries(AFTERWARDS).map(([name, scene]) => context.test(name, () => scene(slack, { runs }))));
	});

	test('feedback counts against the functions an answer used, and can be taken back', async (context) => {
		const { slack, start } = await openSlackWorld(context, { mode: 'http' });
		await start();
		await rateAnswers(slack);
	});
});
