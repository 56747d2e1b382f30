import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import type { Run } from '../../../src/runs/run.ts';
import { type Discord, type DiscordOptions, startDiscord } from '../../simulators/discord/discord.ts';
import { assertClean, type Bot, startBotChild, startedInto } from '../bot-child.ts';
import { storedRuns } from '../stored-runs.ts';

export interface BotOptions {
	/** Processes at once, which share the storage. */
	readonly processes?: number;
	readonly environment?: Readonly<Record<string, string>>;
}

export interface DiscordWorld {
	readonly discord: Discord;
	/** Starts the processes anew, on the same storage. */
	start(environment?: Readonly<Record<string, string>>): Promise<readonly Bot[]>;
	/** Of every process that ran, one after the other. */
	readonly logs: () => string;
	/** As they are stored, oldest first. */
	readonly runs: () => Promise<readonly Run[]>;
}

/** Tokens of interactions, as their addresses and their form tell them. */
const TOKENS = /\/(?:webhooks|interactions)\/\d{15,20}\/(?!\[secret\])[\w.-]{20,}|aW50ZXJhY3Rpb246/;

/**
 * A simulated Discord and a way to start the bot in it. When the test ends, everything that anybody could read, and every line of the log, is searched
 * for secrets and stacks.
 */
export async function openDiscordWorld(
	context: Pick<TestContext, 'after'>,
	options: BotOptions = {},
	discordOptions: DiscordOptions = {},
): Promise<DiscordWorld> {
	const folder = await mkdtemp(path.join(tmpdir(), 'toolcoder-discord-'));
	const discord = await startDiscord(discordOptions);
	const bots: Bot[] = [];
	const logs = () => bots.map((bot) => bot.output()).join('\n');
	context.after(async () => {
		await Promise.all(bots.map((bot) => bot.end('SIGKILL')));
		const seen = discord.transcriptText();
		await discord.close();
		await rm(folder, { recursive: true, force: true });
		assertClean({ seen, logs: logs(), secrets: [discord.token], tokens: TOKENS });
	});
	return {
		discord,
		logs,
		runs: () => storedRuns(folder),
		async start(environment = {}) {
			const settings = { DISCORD_API_URL: discord.apiUrl, DISCORD_TOKEN: discord.token, ...options.environment, ...environment };
			const starts = Array.from({ length: options.processes ?? 1 }, () =>
				startBotChild({ folder, environment: settings, ready: 'ToolCoder Bot is in Discord' }),
			);
			return startedInto(bots, starts);
		},
	};
}
