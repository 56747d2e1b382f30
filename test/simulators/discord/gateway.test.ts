import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { Client, Events, GatewayIntentBits, type Message, PermissionFlagsBits } from 'discord.js';
import { WebSocket } from 'ws';
import { INTENTS, withDiscord } from './with-discord.ts';

describe('a client', { concurrency: true }, () => {
	test('is told of the servers it is in, and of nobody else in them', async (t) => {
		const { discord, login } = await withDiscord(t, { guilds: [{ name: 'Films' }, { name: 'Away', bot: false }, { name: 'Music' }] });
		discord.channel('reviews', { deny: PermissionFlagsBits.AttachFiles });
		discord.person('dana');
		const client = await login();
		assert.deepEqual(
			client.guilds.cache.map((guild) => guild.name),
			['Films', 'Music'],
		);
		const films = client.guilds.cache.get(discord.guild());
		assert.deepEqual(
			films?.members.cache.map((member) => member.id),
			[discord.botId],
		);
		assert.equal(films?.roles.botRoleFor(discord.botId)?.id, discord.botRole());
		const reviews = films?.channels.cache.find((channel) => channel.name === 'reviews');
		const own = reviews?.permissionsFor(discord.botId);
		assert.deepEqual([own?.has('SendMessages'), own?.has('AttachFiles'), own?.has('ManageThreads')], [true, false, false]);
		assert.ok(Math.abs(Date.now() - (reviews?.createdTimestamp ?? 0)) < 60_000);
	});

	test('hears of messages in servers, threads and direct messages', async (t) => {
		const { discord, login } = await withDiscord(t);
		const heard: Message[] = [];
		await login((client) => client.on(Events.MessageCreate, (message) => void heard.push(message)));
		const dana = discord.person('dana');
		const asked = await dana.say('films', 'hello', { mention: 'user', files: [{ name: 'a.txt', content: 'text' }] });
		await dana.say('dm', 'psst');
		await dana.say('films', 'again', { mention: 'role', replyTo: asked });
		discord.sayAs('webhook', 'films', 'from a hook');
		discord.sayAs('system', 'films', '');
		await discord.until(() => heard.length === 5);
		const [first, direct, reply, hook, system] = heard;
		assert.equal(first?.content, `<@${discord.botId}> hello`);
		assert.deepEqual([first?.mentions.has(discord.botId), first?.member?.displayName, first?.guildId], [true, 'dana', discord.guild()]);
		assert.equal(await (await fetch(first?.attachments.first()?.url ?? '')).text(), 'text');
		assert.deepEqual([direct?.content, direct?.channel.isDMBased(), direct?.member], ['psst', true, null]);
		assert.deepEqual([reply?.reference?.messageId, reply?.mentions.roles.has(discord.botRole())], [asked.id, true]);
		assert.deepEqual([hook?.webhookId === hook?.author.id, system?.system], [true, true]);
	});

	test('is told again, which discord.js itself only notices when the message is new to it', async (t) => {
		const { discord, login } = await withDiscord(t);
		const heard: string[] = [];
		const raw: string[] = [];
		await login((client) => {
			client.on(Events.MessageCreate, (message) => void heard.push(message.id));
			client.on(Events.Raw, (packet: { t: string; d: { id: string } }) => void (packet.t === 'MESSAGE_CREATE' && raw.push(packet.d.id)));
		});
		const { id } = await discord.person('dana').say('films', 'hello');
		await discord.until(() => heard.length === 1);
		discord.redeliver(id);
		await discord.until(() => raw.length === 2);
		assert.deepEqual([heard, raw], [[id], [id, id]]);
	});

	test('without the intent for content reads only what is meant for it', async (t) => {
		const { discord, login } = await withDiscord(t, { messageContent: false });
		const heard: string[] = [];
		const intents = INTENTS.filter((intent) => intent !== GatewayIntentBits.MessageContent);
		const client = await login((own) => own.on(Events.MessageCreate, (message) => void heard.push(message.content)), { intents });
		const dana = discord.person('dana');
		const secret = await dana.say('films', 'one', { files: [{ name: 'a.txt', content: 'text' }] });
		await dana.say('films', 'two', { mention: 'role' });
		await dana.say('films', 'three', { mention: 'user' });
		await dana.say('dm', 'four');
		await discord.until(() => heard.length === 4);
		assert.deepEqual(heard, ['', '', `<@${discord.botId}> three`, 'four']);
		const channel = await client.channels.fetch(secret.channel_id);
		const read = channel?.isTextBased() ? await channel.messages.fetch({ message: secret.id, force: true }) : undefined;
		assert.deepEqual([read?.content, read?.attachments.size], ['', 0]);
	});

	test('is sent away with the right code', async (t) => {
		const { discord, login } = await withDiscord(t, { messageContent: false });
		await assert.rejects(login(), /disallowed intents/i);
		const stranger = new Client({ intents: [], rest: { api: discord.apiUrl } });
		await assert.rejects(stranger.login('abc.def.ghi'), /invalid token/i);
		const identity = { token: discord.token, intents: 1, properties: {} };
		assert.equal(await closeCode(discord.apiUrl, { op: 2, d: { ...identity, token: 'wrong' } }), 4004);
		assert.equal(await closeCode(discord.apiUrl, { op: 2, d: { ...identity, intents: 1 << 30 } }), 4013);
		assert.equal(await closeCode(discord.apiUrl, { op: 2, d: { ...identity, shard: [2, 2] } }), 4010);
		assert.equal(await closeCode(discord.apiUrl, { op: 14, d: {} }), 4003);
		assert.equal(await closeCode(discord.apiUrl, { op: 1, d: 'x'.repeat(5000) }), 4002);
		assert.equal(await closeCode(discord.apiUrl, { op: 1, d: null }, '/?v=9'), 4012);
	});

	test('has to beat', async (t) => {
		const { discord, login } = await withDiscord(t, { heartbeatMs: 150 });
		const identity = { token: discord.token, intents: 1, properties: {} };
		const client = await login();
		assert.equal(await closeCode(discord.apiUrl, { op: 2, d: identity }), 4009);
		await discord.until(() => discord.connections() === 1 && client.ws.ping >= 0);
	});

	test('hears what it missed when it resumes', async (t) => {
		const { discord, login } = await withDiscord(t);
		const heard: string[] = [];
		const client = await login((own) => own.on(Events.MessageCreate, (message) => void heard.push(message.content)));
		const dana = discord.person('dana');
		await dana.say('films', 'before');
		await discord.until(() => heard.length === 1);
		discord.cut();
		await dana.say('films', 'meanwhile');
		await discord.connected();
		await discord.until(() => heard.length === 2);
		discord.requestReconnect();
		await dana.say('films', 'on the way');
		await discord.connected();
		discord.invalidate({ resumable: true });
		await discord.connected();
		await dana.say('films', 'after');
		await discord.until(() => heard.length === 4);
		assert.deepEqual(heard, ['before', 'meanwhile', 'on the way', 'after']);
		assert.equal(client.isReady(), true);
	});

	test('begins anew when its session is lost, and hears nothing of the time between', async (t) => {
		const { discord, login } = await withDiscord(t);
		const heard: string[] = [];
		await login((own) => own.on(Events.MessageCreate, (message) => void heard.push(message.content)));
		const dana = discord.person('dana');
		discord.cut({ lost: true });
		await dana.say('films', 'meanwhile');
		await discord.connected();
		await dana.say('films', 'after');
		await discord.until(() => heard.length === 1);
		assert.deepEqual(heard, ['after']);
	});

	test('is one of several with the same token, who all hear everything', async (t) => {
		const { discord, login } = await withDiscord(t);
		const heard: string[] = [];
		for (const name of ['one', 'two']) await login((own) => own.on(Events.MessageCreate, () => void heard.push(name)));
		await discord.connected(2);
		await discord.person('dana').say('films', 'hello');
		await discord.until(() => heard.length === 2);
		assert.deepEqual(heard.toSorted(), ['one', 'two']);
	});

	test('hears of each server in one of its shards, and of direct messages in the first', async (t) => {
		// The lowest bit of the part above 22 bits decides.
		const [even, odd] = [String(300_000_000_000n << 22n), String(300_000_000_001n << 22n)];
		const guilds = [
			{ name: 'Even', id: even },
			{ name: 'Odd', id: odd },
		];
		const { discord, login } = await withDiscord(t, { guilds, shards: 2 });
		const heard: (readonly [string, number])[] = [];
		await login(
			(own) =>
				own.on(Events.Raw, (packet: { t: string; d: { content: string } }, shard: number) => {
					if (packet.t === 'MESSAGE_CREATE') heard.push([packet.d.content, shard]);
				}),
			{ shards: 'auto' },
		);
		await discord.connected(2);
		await discord.person('dana').say('general', 'in even');
		await discord.person('erin', { guild: 'Odd' }).say('general', 'in odd');
		await discord.person('dana').say('dm', 'directly');
		await discord.until(() => heard.length === 3);
		assert.deepEqual(heard.toSorted(), [
			['directly', 0],
			['in even', 0],
			['in odd', 1],
		]);
	});

	test('hears of channels, threads and servers that come and go', async (t) => {
		const { discord, login } = await withDiscord(t);
		const heard: string[] = [];
		const client = await login((own) => own.on(Events.Raw, (packet: { t: string }) => void heard.push(packet.t)));
		const id = discord.channel('short-lived');
		discord.setBotPermissions(id, { deny: PermissionFlagsBits.SendMessages });
		discord.deleteChannel(id);
		discord.kick();
		const music = discord.invite('Music');
		await discord.until(() => client.guilds.cache.has(music));
		assert.equal(client.guilds.cache.has(discord.guild('Films')), false);
		assert.deepEqual(heard.slice(-5), ['CHANNEL_CREATE', 'CHANNEL_UPDATE', 'CHANNEL_DELETE', 'GUILD_DELETE', 'GUILD_CREATE']);
	});
});

async function closeCode(apiUrl: string, payload: object, path = '/?v=10&encoding=json'): Promise<number> {
	const socket = new WebSocket(apiUrl.replace(/^http/, 'ws').replace(/\/api$/, path));
	socket.on('open', () => socket.send(JSON.stringify(payload)));
	const [code] = await once(socket, 'close');
	return Number(code);
}
