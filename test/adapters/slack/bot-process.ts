import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import type { Run } from '../../../src/runs/run.ts';
import { type Slack, type SlackOptions, startSlack } from '../../simulators/slack/slack.ts';
import { assertClean, type Bot, startBotChild, startedInto } from '../bot-child.ts';
import { storedRuns } from '../stored-runs.ts';

export { type Bot, ENCRYPTION_KEY } from '../bot-child.ts';

export type Mode = 'socket' | 'http';

export interface BotOptions {
	readonly mode: Mode;
	/** Processes at once, which share the storage. */
	readonly processes?: number;
	readonly environment?: Readonly<Record<string, string>>;
	/** What else is served than chats. */
	readonly args?: readonly string[];
}

export interface SlackWorld {
	readonly slack: Slack;
	/** Starts the processes anew, on the same storage. */
	start(environment?: Readonly<Record<string, string>>): Promise<readonly Bot[]>;
	/** Of every process that ran, one after the other. */
	readonly logs: () => string;
	/** As they are stored, oldest first. */
	readonly runs: () => Promise<readonly Run[]>;
}

/** Tokens of Slack, by their form. */
const TOKENS = /xox[a-z]-\w|xapp-\w/;

/**
 * A simulated Slack and a way to start the bot in it. When the test ends, everything that anybody could read, and every line of the log, is searched for
 * secrets and stacks.
 */
export async function openSlackWorld(
	context: Pick<TestContext, 'after'>,
	options: BotOptions,
	slackOptions: SlackOptions = {},
): Promise<SlackWorld> {
	const folder = await mkdtemp(path.join(tmpdir(), 'toolcoder-slack-'));
	const slack = await startSlack(slackOptions);
	const bots: Bot[] = [];
	const logs = () => bots.map((bot) => bot.output()).join('\n');
	context.after(async () => {
		await Promise.all(bots.map((bot) => bot.end('SIGKILL')));
		const seen = slack.transcriptText();
		await slack.close();
		await rm(folder, { recursive: true, force: true });
		const secrets = [slack.token, slack.appToken, slack.signingSecret, slack.clientSecret];
		assertClean({ seen, logs: logs(), secrets, tokens: TOKENS });
	});
	return {
		slack,
		logs,
		runs: () => storedRuns(folder),
		async start(environment = {}) {
			const settings = { ...options, environment: { ...options.environment, ...environment } };
			const starts = Array.from({ length: options.processes ?? 1 }, () => startBot(folder, slack, settings));
			const started = await startedInto(bots, starts);
			// It listens to nothing.
			if (settings.environment.ROLE === 'worker') return started;
			if (options.mode === 'http') await slack.deliverTo(started.map((bot) => `http://127.0.0.1:${portOf(bot)}/slack/events`));
			else await slack.connected(started.length);
			return started;
		},
	};
}

function startBot(folder: string, slack: Slack, { mode, environment = {}, args = [] }: BotOptions): Promise<Bot> {
	const settings = {
		SLACK_API_URL: slack.apiUrl,
		SLACK_BOT_TOKEN: slack.token,
		...(mode === 'socket' ? { SLACK_APP_TOKEN: slack.appToken } : { SLACK_SIGNING_SECRET: slack.signingSecret }),
		...environment,
	};
	return startBotChild({ folder, args, environment: settings, ready: 'ToolCoder Bot is in Slack' });
}

function portOf(bot: Bot): string {
	const [, port] = /port (\d+)/.exec(bot.output()) ?? [];
	if (!port) throw new Error(`The bot does not say its port:\n${bot.output()}`);
	return port;
}
