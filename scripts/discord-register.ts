/**
 * `npm run discord:register`: registers the commands with Discord, as every start of the bot does when they have changed. With `-- --force` also when
 * they have not, for example because somebody has removed them by other means.
 */
import { REST, Routes } from 'discord.js';
import pino from 'pino';
import { explainDiscordError } from '../adapters/discord/outbound/discord-errors.ts';
import { registerCommands } from '../adapters/discord/registration/register-commands.ts';
import { commandTable } from '../commands/table.ts';
import { readConfig } from '../src/config.ts';
import { toUserError, UserError } from '../src/errors.ts';
import { openStorage } from '../src/storage/open.ts';

async function register(force: boolean): Promise<string> {
	const { discord, databaseUrl } = readConfig();
	if (!discord) {
		throw new UserError(
			'configuration',
			'DISCORD_TOKEN is not set. It is at https://discord.com/developers/applications, under Bot > Reset Token.',
		);
	}
	const api = new REST({ api: discord.apiUrl }).setToken(discord.token);
	const storage = await openStorage(databaseUrl, { logger: pino({ level: 'silent' }) });
	try {
		const { id } = (await api.get(Routes.currentApplication())) as { readonly id: string };
		const guild = discord.guild ? { guild: discord.guild } : {};
		const registered = await registerCommands(commandTable, { api, storage, applicationId: id, ...guild, force });
		const where = discord.guild ? `in the server ${discord.guild}` : 'everywhere';
		return registered
			? `The commands are registered ${where}.`
			: `The commands have not changed since they were registered ${where}; --force registers them all the same.`;
	} finally {
		await storage.close();
	}
}

register(process.argv.includes('--force')).then(
	(line) => process.stdout.write(`${line}\n`),
	(error: unknown) => {
		process.stderr.write(`${(explainDiscordError(error) ?? toUserError(error)).userMessage}\n`);
		process.exitCode = 1;
	},
);
