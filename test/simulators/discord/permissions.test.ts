import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PermissionFlagsBits } from 'discord.js';
import { codeOf, withDiscord } from './with-discord.ts';

const { AttachFiles, CreatePublicThreads, ReadMessageHistory, SendMessages, SendMessagesInThreads, ViewChannel } = PermissionFlagsBits;

describe('the bot is refused', { concurrency: true }, () => {
	test('what a channel takes from it', async (t) => {
		const { discord, login } = await withDiscord(t, { messagesPer5s: 100 });
		const { rest } = await login();
		const asked = await discord.person('dana').say('films', 'hello');
		const { channel_id } = asked;
		const post = (body: object = { content: 'x' }, files?: { name: string; data: Buffer }[]) =>
			rest.post(`/channels/${channel_id}/messages`, { body, ...(files ? { files } : {}) });
		const thread = (await rest.post(`/channels/${channel_id}/messages/${asked.id}/threads`, { body: { name: 'x' } })) as { id: string };
		const code = async (deny: bigint, call: () => Promise<unknown>) => {
			discord.setBotPermissions(channel_id, { deny });
			return await codeOf(call());
		};
		const other = await discord.person('dana').say('films', 'hello again');
		assert.equal(await code(ViewChannel, post), 50001);
		assert.equal(await code(ViewChannel, () => rest.get(`/channels/${channel_id}`)), 50001);
		assert.equal(await code(SendMessages, post), 50013);
		assert.equal(await code(SendMessages, () => rest.post(`/channels/${channel_id}/typing`)), 50013);
		assert.equal(await code(AttachFiles, () => post({}, [{ name: 'a.txt', data: Buffer.from('x') }])), 50013);
		assert.equal(await code(ReadMessageHistory, () => post({ content: 'x', message_reference: { message_id: asked.id } })), 160002);
		assert.equal(await code(ReadMessageHistory, () => rest.get(`/channels/${channel_id}/messages/${asked.id}`)), 50013);
		assert.deepEqual(await rest.get(`/channels/${channel_id}/messages`), []);
		const start = () => rest.post(`/channels/${channel_id}/messages/${other.id}/threads`, { body: { name: 'x' } });
		assert.equal(await code(CreatePublicThreads, start), 50013);
		const inThread = () => rest.post(`/channels/${thread.id}/messages`, { body: { content: 'x' } });
		assert.equal(await code(SendMessagesInThreads, inThread), 50013);
		discord.setBotPermissions(channel_id, { deny: SendMessages });
		await inThread();
	});

	test('everything where it is not, and by people who take no messages', async (t) => {
		const { discord, login } = await withDiscord(t);
		const client = await login();
		const { rest } = client;
		const channel = discord.channel('films');
		const [dana, erin] = [discord.person('dana', { closedDms: true }), discord.person('erin', { outsider: true })];
		assert.equal(await codeOf((await client.users.fetch(dana.id)).send('hello')), 50007);
		assert.equal(await codeOf((await client.users.fetch(erin.id)).send('hello')), 50007);
		const guild = await client.guilds.fetch(discord.guild());
		assert.equal((await guild.members.fetch(dana.id)).id, dana.id);
		assert.equal(await codeOf(guild.members.fetch(erin.id)), 10007);
		assert.equal(await codeOf(guild.members.fetch('123456789012345678')), 10013);
		discord.kick();
		assert.equal(await codeOf(rest.post(`/channels/${channel}/messages`, { body: { content: 'x' } })), 50001);
		assert.equal(await codeOf(rest.get('/channels/123456789012345678')), 10003);
		assert.equal(await codeOf(rest.get('/nowhere')), 0);
		assert.deepEqual(discord.unknownRoutes, ['GET /nowhere']);
		const unauthorized = await fetch(`${discord.apiUrl}/v10/users/@me`, { headers: { authorization: 'Bot wrong' } });
		assert.deepEqual([unauthorized.status, await unauthorized.json()], [401, { message: '401: Unauthorized', code: 0 }]);
	});

	test('nothing of which it was given more, and people see who may do what', async (t) => {
		const botPermissions = ViewChannel | SendMessages;
		const { discord, login } = await withDiscord(t, { guilds: [{ name: 'Films', botPermissions }] });
		const client = await login();
		const guild = await client.guilds.fetch(discord.guild());
		const dana = discord.person('dana', { admin: true });
		const member = await guild.members.fetch({ user: dana.id, force: true });
		assert.deepEqual([member.permissions.has('ManageGuild'), guild.members.me?.permissions.bitfield], [true, botPermissions]);
		discord.setAdmin(dana, false);
		assert.equal((await guild.members.fetch({ user: dana.id, force: true })).permissions.has('ManageGuild'), false);
	});
});
