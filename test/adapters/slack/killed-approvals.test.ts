import assert from 'node:assert/strict';
import { test } from 'node:test';
import { modelEnvironment } from '../../contracts/chat-contract.ts';
import type { CountingApi } from '../../pipeline/counting-api.ts';
import { type Message, visibleText } from '../../simulators/slack/slack.ts';
import { makeThings, writesTo } from '../make-things.ts';
import { openSlackWorld } from './bot-process.ts';
import { becomes, countOf, hasButton, seen, shownIn } from './people-see.ts';
import { connectThings } from './things.ts';

const CARD = /May the program (change|delete or overwrite) data with/;
const BEGUN_BEFORE = /This call was begun before and may have happened already/;
const POST = 'POST /things';

test('a write is sent once for each yes, wherever processes are killed', async (context) => {
	const environment = await modelEnvironment(context, makeThings);
	const { slack, start } = await openSlackWorld(context, { mode: 'http' });
	const settings = { ...environment, ALLOW_PRIVATE_HOSTS: '127.0.0.1', SANDBOX_PROCESSES: '6' };
	const [first] = await start(settings);
	const dana = slack.person('dana');
	const ask = async (name: string, question = `Make a ${name}.`) => {
		const api = await connectThings(context, slack, slack.person(`admin-of-${name}`, { admin: true }), name, { removable: true });
		const thread = await dana.say(`${name}s`, question, { mention: true });
		return { api, thread, card: await seen(slack, thread, CARD) };
	};
	const cardsIn = ({ thread }: Awaited<ReturnType<typeof ask>>) => countOf(slack, thread, CARD);
	const begun = await Promise.all([ask('hub'), ask('axle'), ask('spoke'), ask('pedal'), ask('chain', 'Remove the chain.')]);
	const [decided, again, given, cut, looked] = begun;

	// Three are killed between the sending and the answer.
	const sent = async ({ api, card }: { api: CountingApi; card: Message }) => {
		api.hold(POST);
		await dana.click(card, 'Approve');
		await api.came(POST);
		await becomes(slack, card, /✅ Approved by/);
	};
	await Promise.all([again, given, cut].map(sent));
	// Two are decided in another process, and the one that has their run dies before it looks.
	first?.child.kill('SIGSTOP');
	const [second] = await start(settings);
	await dana.click(decided.card, 'Approve');
	await dana.click(looked.card, 'Approve');
	for (const { card } of [decided, looked]) await becomes(slack, card, /✅ Approved by/);
	assert.deepEqual(
		begun.map(({ api }) => writesTo(api)),
		[0, 1, 1, 1, 0],
	);
	await Promise.all([first?.end('SIGKILL'), second?.end('SIGKILL')]);

	const [third] = await start(settings);
	await seen(slack, decided.thread, /This is hub number 1\./);
	await seen(slack, looked.thread, /This is chain number 1\./);
	const [sendAgain, leave, sendAndDie] = await Promise.all([again, given, cut].map(({ thread }) => seen(slack, thread, BEGUN_BEFORE)));
	assert.ok(sendAgain && leave && sendAndDie);
	for (const { card } of [again, given, cut])
		assert.match(visibleText(slack.message(card) ?? card), /✅ Approved by/, 'the first yes stays told');
	assert.ok(!hasButton(sendAgain, 'Approve'));
	again.api.release();
	await dana.click(sendAgain, 'Send again');
	await seen(slack, again.thread, /This is axle number 2\./);
	await becomes(slack, sendAgain, new RegExp(`✅ Approved by <@${dana.id}> at .*, to be sent again\\.`));
	await dana.click(leave, 'Do not send');
	await becomes(slack, leave, /🚫 Refused by .*not sent again; whether it happened before is not known/);
	await seen(slack, given.thread, /Reference/);
	await dana.click(sendAndDie, 'Send again');
	await slack.until(() => writesTo(cut.api) === 2);
	await third?.end('SIGKILL');

	await start(settings);
	cut.api.release();
	await slack.until(() => cardsIn(cut) === 3);
	const last = await slack.until(() => slack.thread(cut.thread.channel, cut.thread.ts).find((message) => hasButton(message, 'Send again')));
	await dana.click(last, 'Send again');
	await seen(slack, cut.thread, /This is pedal number 3\./);
	assert.deepEqual(
		begun.map((scene) => [writesTo(scene.api), cardsIn(scene)]),
		[
			[1, 1],
			[2, 2],
			[1, 2],
			[3, 3],
			[1, 1],
		],
		begun.flatMap(({ thread }) => shownIn(slack, thread)).join('\n---\n'),
	);
});
