import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startModelServer } from '../../simulators/model-server.ts';
import { visibleText } from '../../simulators/slack/slack.ts';
import { openSlackWorld } from './bot-process.ts';
import { heard, postsIn, press, seen, told, whispersTo } from './people-see.ts';

const ANSWER = /The answer is 42\./;
const REFUSED =
	/You have asked 2 of 2 questions today\. Ask again in \d+ (?:hours?|minutes?|seconds?) \(00:00 UTC\)\. Whoever operates the bot can raise the limit \(USER_DAILY_QUESTIONS\)\./;

test('a question over budget is told so to its asker alone, and asks no model', async (context) => {
	const model = await startModelServer((stage) =>
		stage === 'scaffold'
			? 'async function theAnswer(): Promise<number> {}\nreturn answer(`The answer is ${await theAnswer()}.`, 42);'
			: 'async function theAnswer(): Promise<number> { return 42; }\nconst n = await theAnswer();\nreturn answer(`The answer is ${n}.`, n);',
	);
	context.after(() => model.close());
	const { slack, start, runs } = await openSlackWorld(context, { mode: 'socket' });
	await start({ OPENAI_BASE_URL: model.url, USER_DAILY_QUESTIONS: '2' });
	const [dana, erin, ada] = [slack.person('dana'), slack.person('erin'), slack.person('ada', { admin: true })];
	const thread = await dana.say('films', 'What is the answer?', { mention: true });
	await seen(slack, thread, ANSWER);
	await press(slack, dana, thread, 'Retry');
	await slack.until(() => postsIn(slack, thread).filter((message) => ANSWER.test(visibleText(message))).length === 2);
	await told(slack, dana, '/usage', 'films', /your questions\n2\n2\n0/);
	const [asked, accepted, posted] = [model.asked.length, (await runs()).length, postsIn(slack, thread).length];

	await dana.say('films', 'And what was the question?', { thread });
	await heard(slack, dana, REFUSED);
	const mention = await dana.say('films', 'What is the answer, then?', { mention: true });
	await slack.until(() => whispersTo(slack, dana).filter((text) => REFUSED.test(text)).length === 2);
	await press(slack, dana, thread, 'Retry');
	await slack.until(() => whispersTo(slack, dana).filter((text) => REFUSED.test(text)).length === 3);
	await dana.command('/ask What is the answer?', 'films');
	await slack.until(() => whispersTo(slack, dana).filter((text) => REFUSED.test(text)).length === 4);
	assert.deepEqual(postsIn(slack, mention).map(visibleText), []);
	assert.deepEqual([model.asked.length, (await runs()).length, postsIn(slack, thread).length], [asked, accepted, posted]);
	assert.deepEqual(
		slack.messages('films').filter((message) => /asks:/.test(visibleText(message))),
		[],
		'the question that a command has posted is gone again',
	);

	await told(slack, ada, '/usage', 'films', /nearly used up\nused today\ndana\n2 of 2 questions/);
	await seen(slack, await erin.say('films', 'What is the answer?', { mention: true }), ANSWER);
});
