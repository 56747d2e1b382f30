import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { BaseInteraction, Client } from 'discord.js';
import type { Discord } from './discord.ts';
import { latest, withBot } from './with-bot.ts';
import { codeOf, problemsOf } from './with-discord.ts';

describe('acknowledgements are refused', { concurrency: true }, () => {
	test('a second time, too late, and of the wrong kind', async (t) => {
		const { take, promise } = latest();
		const { discord, client, dana } = await withBot(t, take);
		const waiting = dana.command('ask', { question: 'x' }, 'films');
		const interaction = await promise;
		const respond = (body: object) => respondTo(client, interaction, body);
		assert.deepEqual(await problemsOf(respond({ type: 6 })), ['type BASE_TYPE_CHOICES']);
		assert.deepEqual(await problemsOf(respond({ type: 8, data: { choices: [] } })), ['type BASE_TYPE_CHOICES']);
		assert.deepEqual(await problemsOf(respond({ type: 4, data: { content: 'x'.repeat(2001) } })), ['data.content BASE_TYPE_MAX_LENGTH']);
		assert.deepEqual(await problemsOf(respond({ type: 9, data: { custom_id: 'x', title: 'x'.repeat(46), components: [] } })), [
			'data.title BASE_TYPE_BAD_LENGTH',
			'data.components BASE_TYPE_BAD_LENGTH',
		]);
		assert.equal(await codeOf(edit(discord, client, interaction, { content: 'early' })), 10015);
		await respond({ type: 5 });
		assert.equal(await codeOf(respond({ type: 9, data: {} })), 40060);
		const handle = await waiting;
		assert.deepEqual([handle.acknowledged, discord.interactions[0]?.problem], [true, 'answered with the wrong type 6']);
		await edit(discord, client, interaction, { content: 'in time' });
		discord.expireTokens();
		assert.equal(await codeOf(edit(discord, client, interaction, { content: 'too late' })), 50027);
		assert.equal(await codeOf(respond({ type: 4 })), 10062);
		assert.equal(handle.reply()?.content, 'in time');
	});

	test('when they are late', async (t) => {
		const { take, promise } = latest();
		const { discord, client, dana } = await withBot(t, take, { firstResponseMs: 200 });
		const handle = await dana.command('ask', { question: 'x' }, 'films');
		assert.deepEqual([handle.acknowledged, discord.interactions[0]?.problem], [false, 'not acknowledged within 200 ms']);
		assert.equal(await codeOf(respondTo(client, await promise, { type: 5 })), 10062);
	});

	test('after the fifth follow-up where only a person installed the app', async (t) => {
		const { take, promise } = latest();
		const { discord, client } = await withBot(t, take);
		const dana = discord.person('dana', { userInstalled: true, outsider: true });
		const waiting = dana.command('toolset add', {}, { foreignGuild: true });
		const interaction = await promise;
		assert.deepEqual(
			[interaction.guild, interaction.authorizingIntegrationOwners.userId, interaction.authorizingIntegrationOwners.guildId],
			[null, dana.id, null],
		);
		assert.ok(interaction.isChatInputCommand());
		await interaction.reply('hello');
		for (let count = 0; count < 5; count += 1) await interaction.followUp(`${count}`);
		assert.equal(await codeOf(interaction.followUp('too many')), 40094);
		assert.equal(await codeOf(client.rest.post(`/channels/${interaction.channelId}/messages`, { body: { content: 'x' } })), 50001);
		assert.equal((await waiting).followups().length, 5);
	});
});

function respondTo(client: Client, interaction: BaseInteraction, body: object): Promise<unknown> {
	return client.rest.post(`/interactions/${interaction.id}/${interaction.token}/callback`, { body, auth: false });
}

function edit(discord: Discord, client: Client, interaction: BaseInteraction, body: object): Promise<unknown> {
	return client.rest.patch(`/webhooks/${discord.applicationId}/${interaction.token}/messages/@original`, { body, auth: false });
}
