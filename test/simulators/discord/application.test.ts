import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ApplicationFlags, ChannelType } from 'discord.js';
import { codeOf, problemsOf, withDiscord } from './with-discord.ts';

describe('the application', { concurrency: true }, () => {
	test('knows and changes itself', async (t) => {
		const { discord, login } = await withDiscord(t, { messageContent: false });
		const client = await login(undefined, { intents: [1] });
		const application = await client.application.fetch();
		assert.deepEqual([application.id, application.flags.bitfield], [discord.applicationId, 0]);
		const changed = await application.edit({ flags: ApplicationFlags.GatewayMessageContentLimited, description: 'Answers' });
		assert.deepEqual([changed.flags.has('GatewayMessageContentLimited'), changed.description], [true, 'Answers']);
		assert.deepEqual(await problemsOf(application.edit({ flags: ApplicationFlags.Embedded })), ['flags APPLICATION_FLAGS_INVALID']);
	});

	test('sees its servers and their people', async (t) => {
		const { discord, login } = await withDiscord(t);
		const client = await login();
		const dana = discord.person('dana');
		const guild = await client.guilds.fetch({ guild: discord.guild(), force: true });
		assert.deepEqual(
			(await guild.channels.fetch()).map((channel) => channel?.name),
			['general'],
		);
		assert.deepEqual((await guild.roles.fetch()).map((role) => role.name).toSorted(), ['@everyone', 'Admins', 'Members', 'ToolCoder']);
		assert.equal((await client.users.fetch(dana.id)).username, 'dana');
		assert.equal(await codeOf(client.users.fetch('123456789012345678')), 10013);
		const direct = await (await client.users.fetch(dana.id)).createDM();
		assert.deepEqual([direct.id, direct.type], [discord.directChannel(dana), ChannelType.DM]);
		await direct.sendTyping();
		await direct.send('hello');
		assert.equal(discord.messages(direct.id)[0]?.content, 'hello');
		assert.equal(await codeOf(client.guilds.fetch('123456789012345678')), 10004);
	});
});
