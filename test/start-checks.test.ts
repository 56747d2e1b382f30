import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { pino } from 'pino';
import { openStorage } from '../src/storage/open.ts';
import { consoleFolder, runConsole, startConsole } from './adapters/console/console-process.ts';
import { startServer } from './model/model-server.ts';
import { startDiscord } from './simulators/discord/discord.ts';
import { startModelServer } from './simulators/model-server.ts';
import { startSlack } from './simulators/slack/slack.ts';
import { startRedisServer } from './storage/redis-server.ts';

type Environment = Record<string, string>;

const WRONG_DISCORD_TOKEN = 'MTIzNDU2Nzg5MDEyMzQ1Njc4.wrong.token';

async function openSlack(context: TestContext): Promise<Environment> {
	const slack = await startSlack();
	context.after(() => slack.close());
	return { SLACK_API_URL: slack.apiUrl, SLACK_BOT_TOKEN: slack.token, SLACK_APP_TOKEN: slack.appToken };
}

async function openDiscord(context: TestContext): Promise<Environment> {
	const discord = await startDiscord();
	context.after(() => discord.close());
	return { DISCORD_API_URL: discord.apiUrl, DISCORD_TOKEN: discord.token };
}

/** A folder in which no SQLite file can be made. */
async function blockedFolder(context: TestContext): Promise<string> {
	const folder = await consoleFolder(context);
	await writeFile(path.join(folder, 'data'), 'a file where a folder must be');
	return folder;
}

async function takenPort(context: TestContext): Promise<string> {
	const server = createServer().listen(0);
	await once(server, 'listening');
	context.after(() => server.close());
	const address = server.address();
	assert.ok(address && typeof address === 'object');
	return String(address.port);
}

describe('a start', { concurrency: 4 }, () => {
	test('names everything that is wrong at once', async (context) => {
		const folder = await blockedFolder(context);
		const environment = {
			...(await openSlack(context)),
			...(await openDiscord(context)),
			SLACK_BOT_TOKEN: 'xoxb-wrong',
			SLACK_APP_TOKEN: 'xapp-wrong',
			DISCORD_TOKEN: WRONG_DISCORD_TOKEN,
			MCP_COMMAND_FILES: 'no-such-program-anywhere --stdio',
			MCP_COMMAND_OTHER: '/no/such/program',
			OPENAI_BASE_URL: 'http://somebody:secret-word@127.0.0.1/v1',
		};
		const { code, output, errors } = await runConsole({ folder, environment });
		assert.deepEqual([code, output], [1, '']);
		const [first, ...lines] = errors.trimEnd().split('\n');
		assert.equal(first, 'The bot cannot start:');
		const expected = [
			/^ {2}DATABASE_URL: .*data\/toolcoder\.sqlite cannot be used\. A part of its path is no folder\./,
			/^ {2}OPENAI_BASE_URL, OPENAI_API_KEY: .* must not hold a user name or password/,
			/^ {2}MCP_COMMAND_FILES: .* is not found in any folder of PATH/,
			/^ {2}MCP_COMMAND_OTHER: .* is not there/,
			/^ {2}SLACK_BOT_TOKEN: Slack no longer accepts the token/,
			/^ {2}DISCORD_TOKEN: Discord no longer accepts the token/,
			/^ {2}SLACK_APP_TOKEN: Slack does not take the app-level token/,
		];
		assert.equal(lines.length, expected.length, errors);
		for (const [at, line] of expected.entries()) assert.match(lines[at] ?? '', line);
		assert.doesNotMatch(errors, /secret-word|xoxb-|no-such-program|wrong\.token/);
	});

	test('over HTTP names ports that are taken', async (context) => {
		const { SLACK_APP_TOKEN: _socket, ...slack } = await openSlack(context);
		const PORT = await takenPort(context);
		const OPS_PORT = await takenPort(context);
		const environment = { ...slack, SLACK_SIGNING_SECRET: 'a-signing-secret', PORT, OPS_PORT, DATABASE_URL: 'redis://127.0.0.1:1' };
		const { code, errors } = await runConsole({
			folder: await consoleFolder(context),
			environment: { ...environment, LOG_LEVEL: 'fatal' },
		});
		assert.equal(code, 1);
		const [, ...lines] = errors.trimEnd().split('\n');
		assert.deepEqual(
			lines.map((line) => line.trim().split(':')[0]),
			['DATABASE_URL', 'PORT', 'OPS_PORT'],
		);
		assert.match(lines[1] ?? '', /PORT: Port \d+ cannot be listened on; another program may have it\. Set PORT\.$/);
	});

	test('goes on without what is only away at the moment, and says so', async (context) => {
		const gone = await startModelServer(() => 'return 1;');
		gone.close();
		const environment = { ...(await openSlack(context)), OPENAI_BASE_URL: gone.url };
		const { child, ended, says } = startConsole({ folder: await consoleFolder(context), environment });
		await says('ToolCoder Bot is in Slack');
		child.kill();
		const { code, errors } = await ended;
		assert.equal(code, 0);
		assert.match(errors, /Nothing answers at http:\/\/127\.0\.0\.1:\d+\. Is the model server running\?/);
	});

	test('at the console asks nobody but the storage', async (context) => {
		const server = await startServer(context, (response) => response.end());
		const environment = { OPENAI_BASE_URL: server.baseUrl, DISCORD_TOKEN: WRONG_DISCORD_TOKEN, DISCORD_API_URL: server.origin };
		const { code } = await runConsole({ folder: await consoleFolder(context), args: ['console'], environment });
		assert.equal(code, 0);
		assert.equal(server.requests.length, 0);
	});
});

describe('a check', { concurrency: 4 }, () => {
	test('says what works, and starts nothing', async (context) => {
		const model = await startModelServer(() => 'return 1;');
		context.after(() => model.close());
		const environment = {
			...(await openSlack(context)),
			...(await openDiscord(context)),
			OPENAI_BASE_URL: model.url,
			ENCRYPTION_KEY: 'a key of more than thirty-two characters',
			MCP_COMMAND_FILES: process.execPath,
		};
		const { code, output, errors } = await runConsole({ folder: await consoleFolder(context), args: ['check'], environment });
		assert.deepEqual([code, errors], [0, '']);
		const lines = output.trimEnd().split('\n');
		assert.equal(lines[0], 'All settings work:');
		assert.deepEqual(
			lines.slice(1).map((line) => line.trim().split(':')[0]),
			[
				'DATABASE_URL',
				'ENCRYPTION_KEY',
				'OPENAI_BASE_URL, OPENAI_API_KEY',
				'MCP_COMMAND_FILES',
				'SLACK_BOT_TOKEN',
				'SLACK_APP_TOKEN',
				'DISCORD_TOKEN',
			],
		);
		assert.match(output, /SLACK_BOT_TOKEN: Slack takes the token for the workspace Films\./);
		assert.deepEqual(model.asked, []);
	});

	test('of a process that serves chats alone says that there is none, as its start does', async (context) => {
		const redis = await startRedisServer('--maxmemory-policy', 'allkeys-lru');
		context.after(() => redis.dispose());
		const environment = { REDIS_URL: redis.url, ROLE: 'worker' };
		const check = await runConsole({ folder: await consoleFolder(context), args: ['check'], environment });
		assert.equal(check.code, 1);
		assert.match(check.errors, /^Wrong settings:\n {2}ROLE: No chat is set up\. Set SLACK_BOT_TOKEN/);
		assert.match(check.errors, /\nWorth a look:\n {2}Redis .*`maxmemory-policy noeviction`\n$/);
		const start = await runConsole({ folder: await consoleFolder(context), environment });
		assert.equal(start.code, 1);
		assert.match(start.errors, /^No chat is set up\./);
	});

	test('and a start refuse the database of a newer version', async (context) => {
		const folder = await consoleFolder(context);
		const storage = await openStorage(`sqlite://${path.join(folder, 'newer.sqlite')}`, { logger: pino({ level: 'silent' }) });
		await storage.records<object>('schema').put('version', { version: 1000, at: '2026-01-01T00:00:00Z' });
		await storage.close();
		for (const args of [['check'], ['console']]) {
			const { code, errors } = await runConsole({ folder, args, environment: { DATABASE_URL: 'sqlite://newer.sqlite' } });
			assert.equal(code, 1);
			assert.match(
				errors,
				/The database was written by a newer version of the bot \(its data has version 1000, this bot knows \d+\)\. Start that/,
			);
		}
	});

	test('says what is wrong apart from what cannot be told now', async (context) => {
		const environment = { OPENAI_BASE_URL: 'http://127.0.0.1:1/v1', MCP_COMMAND_FILES: 'no-such-program-anywhere' };
		const { code, output, errors } = await runConsole({ folder: await blockedFolder(context), args: ['check'], environment });
		assert.deepEqual([code, output], [1, '']);
		assert.match(
			errors,
			/^Wrong settings:\n {2}DATABASE_URL: .*\n {2}MCP_COMMAND_FILES: .*\nCould not be told:\n {2}OPENAI_BASE_URL, OPENAI_API_KEY: .*\n$/,
		);
	});
});
