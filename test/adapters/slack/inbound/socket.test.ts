import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { App } from '@slack/bolt';
import { pino } from 'pino';
import { createSocket } from '../../../../adapters/slack/inbound/socket.ts';
import { UserError } from '../../../../src/errors.ts';
import { startSlack } from '../../../simulators/slack/slack.ts';

const OPEN = 'apps.connections.open';
const logger = pino({ level: 'silent' });

async function open(context: TestContext) {
	const slack = await startSlack();
	const socket = createSocket({ appToken: slack.appToken, apiUrl: slack.apiUrl, logger, firstWaitMs: 10 });
	// Bolt wants one before events come.
	new App({ receiver: socket.bolt, authorize: async () => ({ botToken: slack.token }) });
	context.after(async () => {
		await socket.stop();
		await slack.close();
	});
	const opened = () => slack.calls.filter(({ method }) => method === OPEN).length;
	return { slack, socket, opened };
}

describe('the connection to Slack', { concurrency: true }, () => {
	test('is opened anew after it was cut, and when Slack asks for it', async (context) => {
		const { slack, socket } = await open(context);
		assert.match(socket.ready() ?? '', /not connected/);
		await socket.start();
		assert.equal(socket.ready(), undefined);
		slack.cut();
		await slack.until(() => socket.ready() !== undefined);
		assert.match(socket.ready() ?? '', /opened again/);
		await slack.until(() => socket.ready() === undefined && slack.connections() === 1);
		slack.refresh();
		await slack.until(() => socket.ready() !== undefined);
		await slack.until(() => socket.ready() === undefined && slack.connections() === 1);
	});

	test('is tried again when Slack fails, limits, or cannot be reached just then', async (context) => {
		const { slack, socket, opened } = await open(context);
		await socket.start();
		for (const fault of [{ status: 500 }, { drop: 'before' }, { error: 'internal_error' }, { status: 429, retryAfter: 1 }] as const)
			slack.faults.next(OPEN, fault);
		slack.cut();
		await slack.until(() => slack.faults.pending() === 0 && slack.connections() === 1);
		assert.equal(opened(), 6);
		assert.equal(socket.ready(), undefined);
	});

	test('is lost when Slack takes the token no more, and its operator hears what to do', async (context) => {
		const { slack, socket, opened } = await open(context);
		await socket.start();
		slack.faults.next(OPEN, { error: 'account_inactive' }, 1000);
		slack.cut();
		const lost = await socket.lost;
		assert.match(lost.userMessage, /Check SLACK_APP_TOKEN/);
		assert.equal(socket.ready(), lost.userMessage);
		assert.equal(opened(), 2, 'it is not tried again');
	});

	test('that does not begin is told of to whoever begins it', async (context) => {
		const { slack, socket } = await open(context);
		slack.faults.next(OPEN, { error: 'invalid_auth' });
		await assert.rejects(socket.start(), (error) => error instanceof UserError && /Check SLACK_APP_TOKEN/.test(error.userMessage));
		assert.notEqual(socket.ready(), undefined);
		assert.equal(await Promise.race([socket.lost, 'not lost']), 'not lost');
	});

	test('is not opened again once the bot stops', async (context) => {
		const { slack, socket, opened } = await open(context);
		await socket.start();
		slack.faults.next(OPEN, { delayMs: 100 });
		slack.cut();
		await slack.until(() => opened() === 2);
		await socket.stop();
		await slack.until(() => slack.connections() === 0);
		assert.match(socket.ready() ?? '', /opened again|stopping/);
	});
});
