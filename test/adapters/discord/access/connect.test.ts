import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type Client, Events, GatewayIntentBits } from 'discord.js';
import { pino } from 'pino';
import { connect } from '../../../../adapters/discord/access/connect.ts';
import { createClient } from '../../../../adapters/discord/access/create-client.ts';
import { UserError } from '../../../../src/errors.ts';
import { type DiscordOptions, startDiscord } from '../../../simulators/discord/discord.ts';

const logger = pino({ level: 'silent' });

async function open(context: TestContext, options: DiscordOptions = {}, shards: 'auto' | number = 1) {
	const discord = await startDiscord(options);
	const clients: Client[] = [];
	const clientAt = (apiUrl: string) => {
		const client = createClient({ apiUrl, token: discord.token, admins: [], shards }, logger);
		clients.push(client);
		return client;
	};
	context.after(async () => {
		// First: a client whose Discord is gone tries for ever.
		await Promise.all(clients.map((client) => client.destroy()));
		await discord.close();
	});
	return { discord, client: clientAt(discord.apiUrl), clientAt };
}

async function refused(connecting: Promise<unknown>, words: RegExp): Promise<void> {
	await assert.rejects(connecting, (error) => {
		assert.ok(error instanceof UserError, String(error));
		assert.match(error.userMessage, words);
		return true;
	});
}

describe('the bot connects', { concurrency: true }, () => {
	test('and asks for what people write where the application may read that', async (context) => {
		const { discord, client } = await open(context);
		assert.deepEqual(await connect(client, discord.token), { readsAll: true });
		assert.ok(client.options.intents.has(GatewayIntentBits.MessageContent));
		assert.ok(client.isReady());
		assert.equal(discord.connections(), 1);
		assert.deepEqual([...client.guilds.cache.keys()], [discord.guild()]);
	});

	test('and does not ask for it where it may not', async (context) => {
		const { discord, client } = await open(context, { messageContent: false });
		assert.deepEqual(await connect(client, discord.token), { readsAll: false });
		assert.ok(!client.options.intents.has(GatewayIntentBits.MessageContent));
	});

	test('with as many shards as Discord recommends', async (context) => {
		const { discord, client } = await open(context, { shards: 2 }, 'auto');
		await connect(client, discord.token);
		assert.equal(discord.connections(), 2);
	});
});

describe('the bot waits for its connections', { concurrency: true }, () => {
	/** Logging in is left to the test. */
	async function held(context: TestContext) {
		const { discord, client } = await open(context);
		client.login = async () => discord.token;
		return { client, connecting: connect(client, discord.token, 200) };
	}

	test('as long as one after the other begins', async (context) => {
		const { client, connecting } = await held(context);
		for (let shard = 0; shard < 8; shard++) {
			await delay(50);
			client.emit(Events.ShardReady, shard, undefined);
		}
		client.emit(Events.ClientReady, client as Client<true>);
		await connecting;
		assert.equal(client.listenerCount(Events.ShardReady), 0);
	});

	test('and not when none does', async (context) => {
		const { client, connecting } = await held(context);
		client.emit(Events.ShardReady, 0, undefined);
		await refused(connecting, /did not open a connection within a minute/);
	});
});

describe('the bot does not connect', { concurrency: true }, () => {
	test('with a token that Discord does not know', async (context) => {
		const { discord, client } = await open(context);
		await refused(connect(client, `${discord.token.slice(0, -3)}xyz`), /no longer accepts the token.*DISCORD_TOKEN/);
		assert.equal(discord.connections(), 0);
	});

	test('where there is no Discord', async (context) => {
		const { discord, clientAt } = await open(context);
		await refused(connect(clientAt('http://127.0.0.1:1/api'), discord.token), /cannot be reached from the machine the bot runs on/);
	});

	test('while Discord gives no answer that could be used', async (context) => {
		const { discord, client } = await open(context);
		discord.faults.next('GET /applications/@me', { html: true }, 10);
		await refused(connect(client, discord.token), /Discord did not answer as it should\. Try again in a minute/);
		discord.faults.clear();
		assert.deepEqual(await connect(client, discord.token), { readsAll: true }, 'another attempt is possible');
	});

	test('when the intent is taken away in between', async (context) => {
		const { discord, client } = await open(context, { messageContent: false });
		// What the application says, and what the gateway then allows, are not always the same.
		const get = client.rest.get.bind(client.rest);
		client.rest.get = async (route, options) => ({ ...((await get(route, options)) as object), flags: 1 << 19 });
		await refused(connect(client, discord.token), /switch the Message Content Intent on or off once more at https:/);
	});
});
