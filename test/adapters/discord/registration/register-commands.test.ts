import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { REST } from 'discord.js';
import { pino } from 'pino';
import { commandDefinitions } from '../../../../adapters/discord/registration/definitions.ts';
import { type Registration, registerCommands } from '../../../../adapters/discord/registration/register-commands.ts';
import { commandTable } from '../../../../commands/table.ts';
import { openStorage } from '../../../../src/storage/open.ts';
import { startDiscord } from '../../../simulators/discord/discord.ts';

async function open(context: TestContext) {
	const discord = await startDiscord();
	const storage = await openStorage('sqlite://:memory:', { logger: pino({ level: 'silent' }) });
	const api = new REST({ api: discord.apiUrl, retries: 0 }).setToken(discord.token);
	context.after(async () => {
		await storage.close();
		await discord.close();
	});
	const registration: Registration = { api, storage, applicationId: discord.applicationId };
	return { discord, registration };
}

test('commands are registered when they are others than the last', async (context) => {
	const { discord, registration } = await open(context);
	assert.equal(await registerCommands(commandTable, registration), true);
	assert.equal(await registerCommands(commandTable, registration), false);
	const fewer = commandTable.slice(0, -1);
	assert.equal(await registerCommands(fewer, registration), true);
	assert.deepEqual(
		discord.commands().map(({ name }) => name),
		commandDefinitions(fewer).map(({ name }) => name),
	);
	assert.equal(await registerCommands(fewer, { ...registration, force: true }), true);
	assert.equal(discord.registrations, 3);
});

test('commands of a single server are its own, until they are everywhere', async (context) => {
	const { discord, registration } = await open(context);
	const names = commandDefinitions(commandTable).map(({ name }) => name);
	const here = { ...registration, guild: discord.guild() };
	assert.equal(await registerCommands(commandTable, here), true);
	assert.equal(await registerCommands(commandTable, here), false);
	assert.deepEqual([discord.commands(), discord.commands('Films').map(({ name }) => name)], [[], names]);
	assert.equal(await registerCommands(commandTable, registration), true);
	assert.deepEqual([discord.commands().map(({ name }) => name), discord.commands('Films')], [names, []]);
	assert.equal(await registerCommands(commandTable, here), true);
	discord.kick('Films');
	assert.equal(await registerCommands(commandTable, registration), false, 'nor is it an error that the server is gone');
});

test('what Discord has not taken is registered the next time', async (context) => {
	const { discord, registration } = await open(context);
	discord.faults.next('PUT /applications/:app/commands', { status: 400, code: 50035 });
	await assert.rejects(registerCommands(commandTable, registration), { code: 50035 });
	discord.faults.next('PUT /applications/:app/commands', { drop: 'after' });
	await assert.rejects(registerCommands(commandTable, registration));
	assert.equal(await registerCommands(commandTable, registration), true);
	await assert.rejects(registerCommands(commandTable, { ...registration, guild: '100000000000000001' }), {
		code: 'configuration',
		userMessage: /DISCORD_GUILD/,
	});
});
