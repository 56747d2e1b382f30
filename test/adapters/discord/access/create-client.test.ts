import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Events, RateLimitError } from 'discord.js';
import { createClient } from '../../../../adapters/discord/access/create-client.ts';
import { connectClient, logger, openParts } from '../connect-client.ts';

async function open(context: TestContext) {
	const { discord } = await openParts(context);
	const client = createClient({ apiUrl: discord.apiUrl, token: discord.token, admins: [], shards: 1 }, logger);
	return { discord, client };
}

test('what is no answer of Discord is none, whatever its status', async (context) => {
	const { discord, client } = await open(context);
	client.rest.setToken(discord.token);
	discord.faults.next('GET /users/@me', { html: true, status: 200 }, 3);
	assert.equal(((await client.rest.get('/users/@me')) as { readonly id: string }).id, discord.botId);
	discord.faults.next('GET /users/@me', { html: true, status: 200 }, 4);
	await assert.rejects(client.rest.get('/users/@me'), (error) => error instanceof Error && 'status' in error && error.status === 502);
	// An answer without content is one.
	await client.rest.post(`/channels/${discord.channel('films')}/typing`);
	await client.destroy();
});

test('a token that was refused once is shown again', async (context) => {
	const { discord, client } = await open(context);
	client.rest.setToken(discord.token);
	discord.faults.next('GET /users/@me', { status: 401 });
	await assert.rejects(client.rest.get('/users/@me'), (error) => error instanceof Error && 'status' in error && error.status === 401);
	assert.equal(((await client.rest.get('/users/@me')) as { readonly id: string }).id, discord.botId);
	await client.destroy();
});

test('a long rate limit is not waited for, a short one is', async (context) => {
	const { discord, client } = await open(context);
	client.rest.setToken(discord.token);
	for (const global of [false, true]) {
		discord.faults.next('GET /users/@me', { status: 429, retryAfter: 60, global });
		await assert.rejects(client.rest.get('/users/@me'), RateLimitError);
	}
	await client.destroy();
	const another = (await open(context)).client.rest.setToken(discord.token);
	another.options.api = discord.apiUrl;
	discord.faults.next('GET /users/@me', { status: 429, retryAfter: 0.1 });
	await another.get('/users/@me');
});

test('of the people it sees, the client keeps the last ones, and itself', async (context) => {
	const { discord } = await openParts(context);
	const client = await connectClient(context, discord);
	let last = '';
	client.on(Events.MessageCreate, ({ id }) => {
		last = id;
	});
	for (let index = 0; index < 30; index++) await discord.person(`p${index}`).say('films', 'chat');
	const { id } = await discord.person('dana').say('films', 'chat');
	await discord.until(() => last === id);
	const members = client.guilds.cache.get(discord.guild())?.members;
	assert.ok(members?.me);
	assert.ok(members.cache.size <= 11, `${members.cache.size}`);
	const limited = client.users.cache as unknown as { readonly maxSize: number; keepOverLimit(user: unknown): boolean };
	assert.equal(limited.maxSize, 1_000);
	assert.deepEqual([limited.keepOverLimit(client.user), limited.keepOverLimit(client.users.cache.last())], [true, false]);
});
