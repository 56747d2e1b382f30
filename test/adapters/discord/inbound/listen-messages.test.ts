import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Message, Routes } from 'discord.js';
import { onFoundMessage, onMessage } from '../../../../adapters/discord/inbound/listen-messages.ts';
import type { Letter, Mail } from '../../../../adapters/discord/mail.ts';
import type { Parts } from '../../../../adapters/discord/parts.ts';
import { conversationKey } from '../../../../adapters/discord/place.ts';
import { createEngagements } from '../../../../adapters/shared/engagements.ts';
import { connectClient, logger, openParts } from '../connect-client.ts';

/** Somebody's own thread, and what was said there. */
async function open(context: TestContext) {
	const { discord, storage } = await openParts(context);
	const client = await connectClient(context, discord);
	const engagements = createEngagements(storage);
	const parts = { client, engagements, logger } as unknown as Parts;
	const taken: string[] = [];
	const mail = { take: async (letter: Letter) => void (letter.kind === 'message' && taken.push(letter.text)) } as unknown as Mail;
	const dana = discord.person('dana');
	const { id: thread, channel_id } = await dana.say('films', 'Let us talk');
	await client.rest.post(Routes.threads(channel_id, thread), { body: { name: 'A thread' } });
	const heard: Message[] = [];
	client.on('messageCreate', (message) => void heard.push(message));
	return {
		taken,
		parts,
		mail,
		engage: () => engagements.join(conversationKey({ kind: 'channel', channel: thread }), dana.id),
		async say(text: string, mention?: 'user'): Promise<Message> {
			const { id } = await dana.say('', text, { thread, ...(mention && { mention }) });
			return discord.until(() => heard.find((message) => message.id === id));
		},
	};
}

test('what somebody said before they asked the bot is not for it, when that is found later', async (context) => {
	const { parts, mail, taken, engage, say } = await open(context);
	const before = await say('This reminds me of something');
	const asked = await say('What?', 'user');
	await engage();
	const after = await say('And then?');
	const known = new Set<string>();
	for (const message of [before, asked, after]) await onFoundMessage(message, known, parts, mail);
	assert.deepEqual(taken, ['What?', 'And then?']);
	await onMessage(before, parts, mail);
	assert.equal(taken.length, 3, 'as it comes, no clocks are compared');
});

test('what somebody said after a question that is answered late is for the bot', async (context) => {
	const { parts, mail, taken, engage, say } = await open(context);
	const [asked, after] = [await say('What?', 'user'), await say('And then?')];
	const known = new Set<string>();
	await onFoundMessage(asked, known, parts, mail);
	await engage();
	await onFoundMessage(after, known, parts, mail);
	assert.deepEqual(taken, ['What?', 'And then?']);
});
