import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { openSlackWorld, type SlackWorld } from './adapters/slack/bot-process.ts';
import { countOf, heard, SAMPLE, SAMPLE_ANSWER, seen, shownIn } from './adapters/slack/people-see.ts';
import { startDiscord } from './simulators/discord/discord.ts';
import { startModelServer } from './simulators/model-server.ts';
import type { Message } from './simulators/slack/slack.ts';

/** A question whose program the model is writing until it is let go on, with the bot that has it. */
interface Working extends SlackWorld {
	readonly asked: Message;
	readonly child: Awaited<ReturnType<SlackWorld['start']>>[number]['child'];
	readonly url: string;
	/** What the bot needs to be started again. */
	readonly environment: Readonly<Record<string, string>>;
	readonly goOn: () => void;
	/** Of the model, for the program. */
	readonly requests: () => number;
}

const PROGRAM =
	'async function sayYes(): Promise<string> { return "yes"; }\nconst said = await sayYes();\nreturn answer(`It is ${said}.`, said);';
const ANSWER = /It is yes\./;

async function working(context: TestContext, seconds: number): Promise<Working> {
	const [held, reached] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
	let requests = 0;
	const model = await startModelServer(async (stage) => {
		if (stage === 'implement') {
			requests++;
			reached.resolve();
			await held.promise;
		}
		if (stage === 'scaffold') return PROGRAM.replace(/\{ return.*\}/, '{}');
		return stage === 'plan' ? 'async function sayYes(): Promise<string> {\n  // 1. Say it.\n}' : PROGRAM;
	});
	context.after(() => model.close());
	const environment = { OPENAI_BASE_URL: model.url, SHUTDOWN_SECONDS: String(seconds) };
	const world = await openSlackWorld(context, { mode: 'http' });
	const [bot] = await world.start(environment);
	assert.ok(bot);
	const asked = await world.slack.person('dana').say('films', 'Is it so?', { mention: true });
	await reached.promise;
	const url = `http://127.0.0.1:${/port (\d+)/.exec(bot.output())?.[1]}`;
	return { ...world, asked, child: bot.child, url, environment, goOn: held.resolve, requests: () => requests };
}

/** Resolves once the bot takes no events. */
async function refuses(url: string): Promise<void> {
	const headers = { 'content-type': 'application/json' };
	while ((await fetch(`${url}/slack/events`, { method: 'POST', headers, body: '{}' })).status !== 503) await delay(20);
}

/** A process that does not end would hang the test. */
const options = { timeout: 120_000 };

describe('a process that is asked to end', { concurrency: 2 }, () => {
	test('answers what it is answering, and takes nothing more in', options, async (context) => {
		const { slack, asked, child, url, environment, goOn, requests, start } = await working(context, 60);
		const ended = once(child, 'exit');
		child.kill('SIGTERM');
		await refuses(url);
		assert.equal((await fetch(`${url}/health`)).status, 200);
		const dana = slack.person('dana');
		const late = await dana.say('books', 'Is it so?', { mention: true });
		await slack.settled();
		for (const { attempts } of slack.deliveriesOf(late)) assert.deepEqual(new Set(attempts.map(({ status }) => status)), new Set([503]));
		// Slack delivers no command again.
		await dana.command('/help', 'films');
		await heard(slack, dana, /\/toolset/);
		goOn();
		assert.deepEqual(await ended, [0, null]);
		assert.equal(countOf(slack, asked, ANSWER), 1, shownIn(slack, asked).join('\n---\n'));
		assert.equal(requests(), 1);
		await start(environment);
		for (const delivery of slack.deliveriesOf(late)) await slack.redeliver(delivery);
		await seen(slack, late, ANSWER);
		assert.equal(countOf(slack, late, ANSWER), 1);
		assert.equal(countOf(slack, asked, ANSWER), 1);
	});

	test('hands back what takes longer than there is time for', options, async (context) => {
		const { slack, asked, child, environment, goOn, start } = await working(context, 4);
		const ended = once(child, 'exit');
		child.kill('SIGTERM');
		assert.deepEqual(await ended, [0, null]);
		assert.equal(countOf(slack, asked, ANSWER), 0);
		goOn();
		await start(environment);
		await seen(slack, asked, ANSWER);
		const shown = shownIn(slack, asked);
		assert.equal(new Set(shown).size, shown.length, shown.join('\n---\n'));
	});

	for (const [first, second, status] of [
		['SIGTERM', 'SIGTERM', 143],
		['SIGTERM', 'SIGINT', 130],
		['SIGINT', 'SIGTERM', 143],
	] as const) {
		test(`ends at once by ${second} after ${first}, and leaves what it was answering`, options, async (context) => {
			const { slack, asked, child, url, environment, goOn, start } = await working(context, 3600);
			const ended = once(child, 'exit');
			child.kill(first);
			await refuses(url);
			child.kill(second);
			assert.deepEqual(await ended, [status, null]);
			goOn();
			await start(environment);
			await seen(slack, asked, ANSWER);
		});
	}
});

test('a process whose chats are closed for good, one after the other, ends with the cause of the last', options, async (context) => {
	const discord = await startDiscord();
	context.after(() => discord.close());
	const { slack, start } = await openSlackWorld(context, { mode: 'socket' });
	const [bot] = await start({ DISCORD_API_URL: discord.apiUrl, DISCORD_TOKEN: discord.token });
	assert.ok(bot);
	const ended = once(bot.child, 'exit');
	await discord.connected();
	discord.endConnections(4014);
	await slack.until(() => /"level":60.*Discord does not let the bot read messages/.test(bot.output()));
	const asked = await slack.person('dana').say('films', SAMPLE, { mention: true });
	await seen(slack, asked, SAMPLE_ANSWER);
	slack.faults.next('apps.connections.open', { error: 'invalid_auth' }, 1000);
	slack.cut();
	assert.deepEqual(await ended, [1, null]);
	assert.match(bot.output(), /^Slack did not open a connection\. Check SLACK_APP_TOKEN/m);
});
