import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AttachmentBuilder, type Client, type GuildTextBasedChannel, MessageFlags, type MessageMentionOptions } from 'discord.js';
import type { Discord } from './discord.ts';
import { visibleText } from './discord.ts';
import { codeOf, problemsOf, refusalOf, withDiscord } from './with-discord.ts';

describe('messages of the bot', { concurrency: true }, () => {
	test('are posted, read again, changed and deleted', async (t) => {
		const { discord, login } = await withDiscord(t);
		const channel = await open(discord, await login());
		const posted = await channel.send({ content: 'one', files: [new AttachmentBuilder(Buffer.from('text'), { name: 'a b.txt' })] });
		assert.deepEqual([posted.author.id, posted.editedAt], [discord.botId, null]);
		assert.deepEqual(discord.files(), [{ name: 'a_b.txt', content: 'text', channel_id: channel.id, message_id: posted.id }]);
		assert.equal(await (await fetch(posted.attachments.first()?.url ?? '')).text(), 'text');
		const edited = await posted.edit({ content: 'two' });
		assert.ok(edited.editedAt);
		assert.deepEqual(discord.messages('films').map(visibleText), ['two\na_b.txt']);
		const files = [{ attachment: Buffer.from('x'), name: 'b.txt' }];
		assert.equal((await posted.edit({ files, attachments: [...posted.attachments.values()] })).attachments.size, 2);
		// What an edit does not list is not kept.
		assert.equal((await posted.edit({ files })).attachments.size, 1);
		assert.equal((await posted.edit({ attachments: [] })).attachments.size, 0);
		await posted.delete();
		assert.deepEqual([discord.messages('films').length, discord.message({ channel_id: channel.id, id: posted.id })?.deleted], [0, true]);
		assert.equal(await codeOf(posted.edit('three')), 10008);
		assert.match(discord.transcriptText(), /one.*two.*text/s);
		assert.deepEqual(discord.unknownRoutes, []);
	});

	test('are listed from the newest to the oldest', async (t) => {
		const { discord, login } = await withDiscord(t);
		const channel = await open(discord, await login());
		const dana = discord.person('dana');
		const said = [];
		for (const word of ['a', 'b', 'c', 'd', 'e']) said.push(await dana.say('films', word));
		const [, b, c, d] = said.map((message) => message.id);
		const read = async (options: object) =>
			[...(await channel.messages.fetch({ ...options, cache: false })).values()].map((item) => item.content).join('');
		assert.equal(await read({ limit: 2 }), 'ed');
		assert.equal(await read({ before: c }), 'ba');
		assert.equal(await read({ after: b, limit: 2 }), 'dc');
		assert.equal(await read({ around: d, limit: 3 }), 'edc');
		assert.deepEqual(await problemsOf(channel.messages.fetch({ limit: 101 })), ['limit NUMBER_TYPE_MAX']);
		assert.equal(await codeOf(channel.messages.fetch('123456789012345678')), 10008);
	});

	test('reply to what is there, or say so', async (t) => {
		const { discord, login } = await withDiscord(t);
		const channel = await open(discord, await login());
		const dana = discord.person('dana');
		const asked = await dana.say('films', 'hello');
		const gone = await dana.say('films', 'forget it');
		await dana.remove(gone);
		const reply = await channel.send({ content: 'yes?', reply: { messageReference: asked.id } });
		assert.deepEqual([reply.reference?.messageId, reply.mentions.repliedUser?.id], [asked.id, dana.id]);
		assert.deepEqual(discord.pings({ channel_id: channel.id, id: reply.id }).users, [dana.id]);
		const silent = { content: 'yes?', reply: { messageReference: asked.id }, allowedMentions: { parse: [] } };
		assert.deepEqual(discord.pings(ref(await channel.send(silent))).users, []);
		const missing = { content: 'yes?', reply: { messageReference: gone.id } };
		assert.deepEqual(await problemsOf(channel.send(missing)), ['message_reference MESSAGE_REFERENCE_UNKNOWN_MESSAGE']);
		const lenient = await channel.send({ content: 'yes?', reply: { messageReference: gone.id, failIfNotExists: false } });
		assert.equal(lenient.reference, null);
		assert.equal(
			await codeOf(channel.client.rest.patch(`/channels/${channel.id}/messages/${asked.id}`, { body: { content: 'mine' } })),
			50005,
		);
	});

	test('notify whom they may', async (t) => {
		const { discord, login } = await withDiscord(t);
		const channel = await open(discord, await login());
		const [dana, erin] = [discord.person('dana'), discord.person('erin')];
		const content = `@everyone <@${dana.id}> <@${erin.id}> <@&${discord.botRole()}>`;
		const pinged = async (allowedMentions?: MessageMentionOptions) =>
			discord.pings(ref(await channel.send({ content, ...(allowedMentions ? { allowedMentions } : {}) })));
		assert.deepEqual(await pinged(), { users: [dana.id, erin.id], roles: [discord.botRole()], everyone: false });
		assert.deepEqual(await pinged({ parse: [] }), { users: [], roles: [], everyone: false });
		assert.deepEqual(await pinged({ users: [erin.id] }), { users: [erin.id], roles: [], everyone: false });
		const both: MessageMentionOptions = { parse: ['users'], users: [erin.id] };
		const exclusive = 'allowed_mentions MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE';
		assert.deepEqual(await problemsOf(channel.send({ content, allowedMentions: both })), [exclusive]);
	});

	test('are sent once with the same nonce', async (t) => {
		const { discord, login } = await withDiscord(t);
		const channel = await open(discord, await login());
		const once = { content: 'one', nonce: 'run-1', enforceNonce: true };
		const [first, again, other] = [await channel.send(once), await channel.send(once), await channel.send({ ...once, nonce: 'run-2' })];
		assert.deepEqual([again.id === first.id, other.id === first.id, discord.messages('films').length], [true, false, 2]);
		assert.deepEqual(await problemsOf(channel.send({ ...once, nonce: 'x'.repeat(26) })), ['nonce BASE_TYPE_MAX_LENGTH']);
	});

	test('are refused when they are too long, too many files, or nothing', async (t) => {
		const { discord, login } = await withDiscord(t, { messagesPer5s: 100 });
		const channel = await open(discord, await login());
		const file = (name: string, size = 1) => ({ attachment: Buffer.alloc(size), name });
		assert.deepEqual(await problemsOf(channel.send('x'.repeat(2001))), ['content BASE_TYPE_MAX_LENGTH']);
		assert.equal(await codeOf(channel.send({ content: ' ' })), 50006);
		assert.equal(await codeOf(channel.send({ files: [] })), 50006);
		const eleven = Array.from({ length: 11 }, (_, index) => file(`${index}.txt`));
		assert.deepEqual(await problemsOf(channel.send({ files: eleven })), ['attachments BASE_TYPE_MAX_LENGTH']);
		const large = await refusalOf(channel.send({ files: [file('large.txt', 10 * 1024 * 1024 + 1)] }));
		assert.deepEqual([large.code, large.status], [40005, 413]);
		const loud = await channel.send({ content: 'x', flags: MessageFlags.SuppressEmbeds });
		assert.equal(loud.flags.has(MessageFlags.SuppressEmbeds), true);
		const forum = discord.channel('talk', { type: 'forum' });
		assert.equal(await codeOf(channel.client.rest.post(`/channels/${forum}/messages`, { body: { content: 'x' } })), 40058);
	});
});

async function open(discord: Discord, client: Client): Promise<GuildTextBasedChannel> {
	const channel = await client.channels.fetch(discord.channel('films'));
	if (!channel?.isTextBased() || channel.isDMBased()) throw new Error('That is no text channel.');
	return channel;
}

function ref(message: { channelId: string; id: string }) {
	return { channel_id: message.channelId, id: message.id };
}
