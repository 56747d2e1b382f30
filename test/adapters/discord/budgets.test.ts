import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startModelServer } from '../../simulators/model-server.ts';
import { openDiscordWorld } from './bot-process.ts';
import { answered, asRead, postsIn, press, seen, seenTimes, shownIn, told } from './people-see.ts';

const ANSWER = /The answer is 42\./;
const REFUSED =
	/You have asked 2 of 2 questions today\. Ask again in \d+ (?:hours?|minutes?|seconds?) \(00:00 UTC\)\. Whoever operates the bot can raise the limit \(USER_DAILY_QUESTIONS\)\./;

test('a question over budget is told so where it was asked, opens no thread, and asks no model', async (context) => {
	const model = await startModelServer((stage) =>
		stage === 'scaffold'
			? 'async function theAnswer(): Promise<number> {}\nreturn answer(`The answer is ${await theAnswer()}.`, 42);'
			: 'async function theAnswer(): Promise<number> { return 42; }\nconst n = await theAnswer();\nreturn answer(`The answer is ${n}.`, n);',
	);
	context.after(() => model.close());
	const { discord, start, runs } = await openDiscordWorld(context);
	await start({ OPENAI_BASE_URL: model.url, USER_DAILY_QUESTIONS: '2' });
	const [dana, erin, ada] = [discord.person('dana'), discord.person('erin'), discord.person('ada', { admin: true })];
	const { id: thread } = await dana.say('films', 'What is the answer?', { mention: 'user' });
	await seen(discord, thread, ANSWER);
	await press(discord, dana, thread, 'Retry');
	await seenTimes(discord, thread, ANSWER, 2);
	const usage = await told(discord, dana, 'usage', {}, /your questions +2 +2 +0/, 'films');
	assert.match(asRead(usage), /They begin anew in .* at 00:00 UTC/);
	const [asked, accepted] = [model.asked.length, (await runs()).length];

	const follow = await dana.say('films', 'And what was the question?', { thread, mention: 'user' });
	await seen(discord, thread, REFUSED);
	const mention = await dana.say('films', 'What is the answer, then?', { mention: 'user' });
	const replies = () => postsIn(discord, 'films').filter((post) => post.message_reference?.message_id === mention.id);
	assert.match(asRead(await discord.until(() => replies()[0])), REFUSED);
	await answered(discord, await press(discord, dana, thread, 'Retry'), REFUSED);
	await answered(discord, await dana.command('ask', { question: 'What is the answer?' }, 'films'), REFUSED);
	assert.deepEqual([model.asked.length, (await runs()).length], [asked, accepted]);
	assert.deepEqual(
		discord.threads('films').map(({ id }) => id),
		[thread],
	);
	assert.deepEqual(shownIn(discord, follow.id), []);

	await told(discord, ada, 'usage', {}, /nearly used up +used today\n.*\ndana +2 of 2 questions/, 'films');
	await seen(discord, (await erin.say('films', 'What is the answer?', { mention: 'user' })).id, ANSWER);
});
