import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { Events, GatewayCloseCodes } from 'discord.js';
import { connect } from '../../../../adapters/discord/access/connect.ts';
import { createClient } from '../../../../adapters/discord/access/create-client.ts';
import { watchGateway } from '../../../../adapters/discord/access/gateway-state.ts';
import { startDiscord } from '../../../simulators/discord/discord.ts';
import { logger } from '../connect-client.ts';

async function open(context: TestContext) {
	const discord = await startDiscord();
	const client = createClient({ apiUrl: discord.apiUrl, token: discord.token, admins: [], shards: 1 }, logger);
	context.after(async () => {
		// First: a client whose Discord is gone tries for ever.
		await client.destroy();
		await discord.close();
	});
	return { discord, client, gateway: watchGateway(client) };
}

describe('what people do', { concurrency: true }, () => {
	test('reaches the bot while its connections are open', async (context) => {
		const { discord, client, gateway } = await open(context);
		assert.match(gateway.ready() ?? '', /not connected/);
		await connect(client, discord.token);
		assert.equal(gateway.ready(), undefined);
		const told: (string | undefined)[] = [];
		client.on(Events.ShardReconnecting, () => told.push(gateway.ready()));
		discord.cut();
		await discord.until(() => told.length > 0);
		assert.deepEqual(told, ['Discord: 1 of 1 connections are being opened again.']);
		await discord.until(() => gateway.ready() === undefined);
	});

	test('reaches it no more once Discord has closed one for good, and its operator hears what to do', async (context) => {
		const { discord, client, gateway } = await open(context);
		await connect(client, discord.token);
		discord.endConnections(GatewayCloseCodes.AuthenticationFailed);
		const { code, userMessage } = await gateway.lost;
		assert.deepEqual([code, gateway.ready()], ['network', userMessage]);
		assert.match(userMessage, /Discord closed the connection \(code 4004\)\. Check DISCORD_TOKEN .*start the bot again\./);
	});

	test('is not lost with a connection that never began', async (context) => {
		const { discord, client, gateway } = await open(context);
		client.emit(Events.ShardDisconnect, { code: 4014, reason: '', wasClean: true }, 0);
		await assert.rejects(connect(client, `${discord.token}A`), /no longer accepts the token/);
		assert.equal(await Promise.race([gateway.lost, 'not lost']), 'not lost');
		assert.match(gateway.ready() ?? '', /not connected/);
	});
});
