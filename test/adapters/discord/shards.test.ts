import assert from 'node:assert/strict';
import { test } from 'node:test';
import { visibleText } from '../../simulators/discord/discord.ts';
import { openDiscordWorld } from './bot-process.ts';

/** A server of each of two shards: Discord gives a server to a shard by its id (discord.com/developers/docs/topics/gateway#sharding). */
const GUILDS = [
	{ name: 'Films', id: String((120_000_000_000_000_000n >> 22n) << 22n) },
	{ name: 'Books', id: String(((120_000_000_000_000_000n >> 22n) + 1n) << 22n) },
];

for (const [setting, wanted] of [
	['2', 1],
	['auto', 2],
] as const) {
	test(`with DISCORD_SHARDS=${setting}, servers of all shards are answered by one process`, async (context) => {
		const { discord, start } = await openDiscordWorld(
			context,
			{ environment: { DISCORD_SHARDS: setting } },
			{ guilds: GUILDS, shards: wanted },
		);
		await start();
		assert.equal(discord.connections(), 2);
		const people = [discord.person('dana', { guild: 'Films' }), discord.person('eve', { guild: 'Books' })];
		for (const [index, person] of people.entries()) {
			const channel = discord.channel('general', { guild: GUILDS[index]?.name ?? '' });
			const { id } = await person.say(channel, 'How many movies did Sofia Coppola direct?', { mention: 'user' });
			await discord.until(() => discord.messages(id).some((message) => /directed 8 movies/.test(visibleText(message))));
		}
		const direct = await people[0]?.say('dm', 'How many movies did Sofia Coppola direct?');
		await discord.until(() => discord.messages(direct?.channel_id ?? '').some((message) => /directed 8 movies/.test(visibleText(message))));
	});
}
