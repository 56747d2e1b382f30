import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type Slack, type SlackOptions, startSlack } from '../../simulators/slack/slack.ts';

const MAIN = path.join(import.meta.dirname, '../../../src/main.ts');

/** It takes a second; more on a machine that does much else. */
const START_MS = 30_000;

export type Mode = 'socket' | 'http';

/** The production entry point, in Slack. */
export interface Bot {
	readonly child: ChildProcess;
	/** Standard output and the log, so far. */
	readonly output: () => string;
	/** Ends it and waits until it has ended. */
	end(signal?: NodeJS.Signals): Promise<void>;
}

export interface BotOptions {
	readonly mode: Mode;
	/** Processes at once, which share the storage. */
	readonly processes?: number;
	readonly environment?: Readonly<Record<string, string>>;
}

export interface SlackWorld {
	readonly slack: Slack;
	/** Starts the processes anew, on the same storage. */
	start(environment?: Readonly<Record<string, string>>): Promise<readonly Bot[]>;
	/** Of every process that ran, one after the other. */
	readonly logs: () => string;
}

/** Secrets that tests give the bot besides those of the simulated Slack. */
export const ENCRYPTION_KEY = 'an-encryption-key-that-tests-look-for-0123456789';
export const MODEL_KEY = 'sk-a-model-key-that-tests-look-for';

/**
 * A simulated Slack and a way to start the bot in it. When the test ends, everything that anybody could read, and every line of the log, is searched for
 * secrets and stacks.
 */
export async function openSlackWorld(context: TestContext, options: BotOptions, slackOptions: SlackOptions = {}): Promise<SlackWorld> {
	const folder = await mkdtemp(path.join(tmpdir(), 'toolcoder-slack-'));
	const slack = await startSlack(slackOptions);
	const bots: Bot[] = [];
	const logs = () => bots.map((bot) => bot.output()).join('\n');
	context.after(async () => {
		await Promise.all(bots.map((bot) => bot.end('SIGKILL')));
		const seen = slack.transcriptText();
		await slack.close();
		await rm(folder, { recursive: true, force: true });
		assertClean(seen, logs(), slack);
	});
	return {
		slack,
		logs,
		async start(environment = {}) {
			const started = await Promise.all(
				Array.from({ length: options.processes ?? 1 }, () =>
					startBot(folder, slack, { ...options, environment: { ...options.environment, ...environment } }),
				),
			);
			bots.push(...started);
			if (options.mode === 'http') await slack.deliverTo(started.map((bot) => `http://127.0.0.1:${portOf(bot)}/slack/events`));
			else await slack.connected(started.length);
			return started;
		},
	};
}

async function startBot(folder: string, slack: Slack, { mode, environment = {} }: BotOptions): Promise<Bot> {
	const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN], {
		cwd: folder,
		env: {
			SLACK_API_URL: slack.apiUrl,
			SLACK_BOT_TOKEN: slack.token,
			...(mode === 'socket' ? { SLACK_APP_TOKEN: slack.appToken } : { SLACK_SIGNING_SECRET: slack.signingSecret }),
			HOST: '127.0.0.1',
			PORT: '0',
			ENCRYPTION_KEY,
			LOG_LEVEL: 'debug',
			...environment,
		},
	});
	let output = '';
	const collect = (text: string) => {
		output += text;
	};
	child.stdout.setEncoding('utf8').on('data', collect);
	child.stderr.setEncoding('utf8').on('data', collect);
	const bot: Bot = {
		child,
		output: () => output,
		async end(signal = 'SIGTERM') {
			if (child.exitCode !== null || child.signalCode !== null) return;
			child.kill(signal);
			await once(child, 'close');
		},
	};
	const late = AbortSignal.timeout(START_MS);
	while (!output.includes('ToolCoder Bot is in Slack')) {
		const ended = child.exitCode !== null || child.signalCode !== null;
		if (ended || late.aborted) {
			await bot.end('SIGKILL');
			throw new Error(`The bot did not start:\n${output}`);
		}
		await delay(20);
	}
	return bot;
}

function portOf(bot: Bot): string {
	const [, port] = /port (\d+)/.exec(bot.output()) ?? [];
	if (!port) throw new Error(`The bot does not say its port:\n${bot.output()}`);
	return port;
}

/** A stack in a message is told by the lines of its frames; in the log, errors carry theirs in a field of their own, never in the message. */
const FRAME = /\n\s+at .*:\d+:\d+|\\n\s+at [^"]*:\d+:\d+/;

function assertClean(seen: string, logs: string, slack: Slack): void {
	const secrets = [slack.token, slack.appToken, slack.signingSecret, slack.clientSecret, ENCRYPTION_KEY, MODEL_KEY];
	for (const secret of secrets) {
		assert.ok(!seen.includes(secret), `people could read ${secret}`);
		assert.ok(!logs.includes(secret), `the log holds ${secret}`);
	}
	assert.doesNotMatch(seen, FRAME, 'people could read a stack');
	assert.doesNotMatch(seen, /xox[a-z]-|xapp-/, 'people could read a token');
	assert.doesNotMatch(logs, /xox[a-z]-\w|xapp-\w/, 'the log holds a token');
	for (const line of logs.split('\n')) {
		if (line.startsWith('{'))
			assert.doesNotMatch(String((JSON.parse(line) as { msg?: unknown }).msg), FRAME, 'a stack in the message of a log line');
	}
}
