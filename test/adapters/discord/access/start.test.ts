import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDiscordWorld } from '../bot-process.ts';

test('the bot starts though Discord takes no commands for long, and registers them at the next start', async (context) => {
	const { discord, start, logs } = await openDiscordWorld(context);
	discord.faults.next('PUT /applications/:app/commands', { status: 429, retryAfter: 600 });
	const [bot] = await start();
	assert.equal(discord.registrations, 0);
	assert.match(logs(), /Discord takes no commands at the moment: they are registered at the next start/);
	await bot?.end();
	await start();
	assert.equal(discord.registrations, 1);
});
