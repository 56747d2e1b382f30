import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Discord } from '../../simulators/discord/discord.ts';
import { openDiscordWorld } from './bot-process.ts';
import { answered, assertMannerly, countOf, FOLLOW_UP, FOLLOW_UP_ANSWER, postsIn, SAMPLE, SAMPLE_ANSWER, seen } from './people-see.ts';

const ASK_ABOUT_THIS = 'Ask about this';

type Way = (discord: Discord) => Promise<void>;

const NEEDS_MENTION = /To ask more here, mention me again: Discord does not show me other messages/;

const UNREAD: Readonly<Record<string, Way>> = {
	async 'follow-ups need a mention, and each person is told so once'(discord) {
		const [dana, sam] = [discord.person('dana'), discord.person('sam')];
		const asked = await dana.say('unread', SAMPLE, { mention: 'user' });
		await seen(discord, asked.id, SAMPLE_ANSWER);
		await seen(discord, asked.id, NEEDS_MENTION);
		await dana.say('unread', FOLLOW_UP, { thread: asked.id });
		await sam.say('unread', FOLLOW_UP, { thread: asked.id, mention: 'user' });
		await seen(discord, asked.id, FOLLOW_UP_ANSWER);
		const next = await dana.say('unread', SAMPLE, { mention: 'user' });
		await seen(discord, next.id, SAMPLE_ANSWER);
		assert.equal(countOf(discord, next.id, NEEDS_MENTION), 0);
		assert.equal(countOf(discord, asked.id, FOLLOW_UP_ANSWER), 1);
		const result = postsIn(discord, next.id).at(-1);
		assert.ok(result);
		await sam.say('unread', FOLLOW_UP, { thread: next.id, replyTo: result });
		await seen(discord, next.id, FOLLOW_UP_ANSWER);
	},

	async 'a mention of its role is told to be one of itself'(discord) {
		const rolf = discord.person('rolf');
		const asked = await rolf.say('unread-roles', SAMPLE, { mention: 'role' });
		const told = await seen(
			discord,
			'unread-roles',
			/only when it mentions me myself, not my role\. Mention me by my name, and ask again\./,
		);
		assert.equal(told.message_reference?.message_id, asked.id);
		assert.deepEqual(discord.threads('unread-roles'), []);
	},

	async 'direct messages, commands and the menu of a message need none'(discord) {
		const mona = discord.person('mona');
		const direct = await mona.say('dm', SAMPLE);
		await seen(discord, direct.channel_id, SAMPLE_ANSWER);
		await mona.say('dm', FOLLOW_UP);
		await seen(discord, direct.channel_id, FOLLOW_UP_ANSWER);
		assert.equal(countOf(discord, direct.channel_id, NEEDS_MENTION), 0);
		const handle = await mona.command('ask', { question: SAMPLE }, 'unread-command');
		const question = await answered(discord, handle, /asks:/);
		await seen(discord, question.id, SAMPLE_ANSWER);
		const chat = await mona.say('unread-menu', SAMPLE);
		await mona.contextMenu(ASK_ABOUT_THIS, chat);
		await seen(discord, chat.id, SAMPLE_ANSWER);
	},
};

test('people ask where the bot reads only what mentions it', { concurrency: true }, async (context) => {
	const { discord, start, logs } = await openDiscordWorld(context, {}, { messageContent: false, messagesPer5s: 1000 });
	await start();
	assert.match(logs(), /Follow-ups need a mention, because the application lacks the Message Content Intent\./);
	await Promise.all(Object.entries(UNREAD).map(([name, way]) => context.test(name, () => way(discord))));
	assertMannerly(discord);
});
