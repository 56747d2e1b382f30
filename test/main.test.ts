import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { consoleFolder, jsonLines, runConsole, startConsole } from './adapters/console/console-process.ts';
import { QUESTION } from './contracts/chat-contract.ts';
import { startDiscord } from './simulators/discord/discord.ts';
import { type Slack, startSlack } from './simulators/slack/slack.ts';

async function openSlack(context: TestContext): Promise<{ slack: Slack; environment: Record<string, string> }> {
	const slack = await startSlack();
	context.after(() => slack.close());
	return { slack, environment: { SLACK_API_URL: slack.apiUrl, SLACK_BOT_TOKEN: slack.token, SLACK_APP_TOKEN: slack.appToken } };
}

describe('a process that is started', { concurrency: 4 }, () => {
	for (const args of [['chats'], ['chats', 'console'], ['console', 'chats']]) {
		test(`with ${args.join(' ')} says what to set when no chat is set up`, async (context) => {
			const { code, output, errors } = await runConsole({ folder: await consoleFolder(context), args, input: `${QUESTION}\n` });
			assert.equal(code, 1);
			assert.equal(output, '');
			assert.match(errors, /^No chat is set up\. Set SLACK_BOT_TOKEN and SLACK_APP_TOKEN .* DISCORD_TOKEN .*npm start -- console\n$/);
		});
	}

	for (const args of [[], ['chats'], ['chats', 'console']]) {
		test(`with “${args.join(' ')}” ends with one line when a chat cannot begin`, async (context) => {
			const { environment } = await openSlack(context);
			const wrong = { ...environment, SLACK_BOT_TOKEN: 'xoxb-wrong' };
			const { code, output, errors } = await runConsole({ folder: await consoleFolder(context), args, environment: wrong });
			assert.equal(code, 1);
			assert.equal(output, '');
			assert.match(errors, /^Slack no longer accepts the token of this bot:[^\n]*\n$/);
		});
	}

	test('ends with one line when the second of two chats cannot begin, and leaves the first', async (context) => {
		const { slack, environment } = await openSlack(context);
		const discord = await startDiscord();
		context.after(() => discord.close());
		const wrong = { DISCORD_API_URL: discord.apiUrl, DISCORD_TOKEN: 'MTIzNDU2Nzg5MDEyMzQ1Njc4.wrong.token' };
		const folder = await consoleFolder(context);
		const { code, output, errors } = await runConsole({ folder, args: ['chats', 'console'], environment: { ...environment, ...wrong } });
		assert.equal(code, 1);
		assert.equal(output, '');
		assert.match(errors, /^[^\n]*DISCORD_TOKEN[^\n]*\n$/);
		await slack.until(() => slack.connections() === 0);
	});

	test('with a wrong word says which ways there are', async (context) => {
		const { code, output, errors } = await runConsole({ folder: await consoleFolder(context), args: ['chats', 'consle'] });
		assert.equal(code, 2);
		assert.equal(output, '');
		assert.match(errors, /^There is no way of starting called chats consle\.\nUsage:\n/);
	});

	test('with console is in no chat, whatever is set up', async (context) => {
		const { slack, environment } = await openSlack(context);
		const { code, output } = await runConsole({
			folder: await consoleFolder(context),
			args: ['console'],
			environment,
			input: `${QUESTION}\n`,
		});
		assert.equal(code, 0);
		assert.match(output, /directed 8 movies/);
		assert.doesNotMatch(output, /is in Slack/);
		assert.deepEqual(slack.calls, []);
	});

	for (const signal of ['SIGINT', 'SIGTERM'] as const) {
		test(`for chats alone is a server: ${signal} ends it with success`, async (context) => {
			const { slack, environment } = await openSlack(context);
			const { child, ended, says } = startConsole({ folder: await consoleFolder(context), environment });
			await says('ToolCoder Bot is in Slack: workspace Films, over Socket Mode. Ctrl-C stops.\n');
			child.kill(signal);
			assert.equal((await ended).code, 0);
			await slack.until(() => slack.connections() === 0);
		});
	}

	for (const [signal, status] of [
		['SIGINT', 130],
		['SIGTERM', 143],
	] as const) {
		test(`with chats and console has the status of a console: ${signal} ends it with ${status}`, async (context) => {
			const { slack, environment } = await openSlack(context);
			const args = ['chats', 'console'];
			const { child, ended, says } = startConsole({ folder: await consoleFolder(context), args, environment, open: true });
			await says('/exit leaves');
			child.kill(signal);
			assert.equal((await ended).code, status);
			await slack.until(() => slack.connections() === 0);
		});
	}

	test('with chats and a console of JSON lines prints nothing else among them', async (context) => {
		const { environment } = await openSlack(context);
		const args = ['chats', 'console', '--json'];
		const { code, output, errors } = await runConsole({
			folder: await consoleFolder(context),
			args,
			environment,
			input: `${QUESTION}\n`,
		});
		assert.equal(code, 0);
		assert.equal(jsonLines(output).find(({ type }) => type === 'result')?.value, 8);
		assert.equal(errors, 'ToolCoder Bot is in Slack: workspace Films, over Socket Mode.\n');
	});
});
