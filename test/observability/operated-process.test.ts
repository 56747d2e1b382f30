import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { consoleFolder, runConsole, startConsole } from '../adapters/console/console-process.ts';
import { QUESTION } from '../contracts/chat-contract.ts';
import { startSlack } from '../simulators/slack/slack.ts';
import { startCollector } from './collector.ts';
import { samplesIn } from './watched-bot.ts';

/** One that was free a moment ago. */
async function freePort(): Promise<number> {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	await new Promise((resolve) => server.close(resolve));
	return port;
}

async function openSlackBot(context: TestContext) {
	const slack = await startSlack();
	context.after(() => slack.close());
	const port = await freePort();
	const ops = { OPS_PORT: String(port), OPS_HOST: '127.0.0.1' };
	const chat = { SLACK_API_URL: slack.apiUrl, SLACK_BOT_TOKEN: slack.token, SLACK_APP_TOKEN: slack.appToken };
	return { slack, folder: await consoleFolder(context), environment: { ...ops, ...chat }, url: `http://127.0.0.1:${port}` };
}

/** Asks until the answer has this status. */
async function until(url: string, status: number): Promise<Record<string, unknown>> {
	for (;;) {
		const response = await fetch(url).catch(() => undefined);
		if (response?.status === status) return (await response.json()) as Record<string, unknown>;
		await response?.body?.cancel();
		await delay(20);
	}
}

describe('a process that serves a chat and its operator', () => {
	test('says that it is ready, that its chat is gone, and that it stops; the health check asks it', async (context) => {
		const { slack, folder, environment, url } = await openSlackBot(context);
		const before = await runConsole({ folder, args: ['health'], environment });
		assert.equal(before.code, 1);
		assert.match(
			before.errors,
			/^No answer from http:\/\/127\.0\.0\.1:\d+\/readyz: the bot does not run, or OPS_PORT is another one there\.\n$/,
		);

		const { child, ended, says } = startConsole({ folder, environment });
		await says('is in Slack');
		const ok = { ok: true, detail: 'ok' };
		assert.deepEqual(await until(`${url}/readyz`, 200), { ready: true, phase: 'serving', checks: { storage: ok, chats: ok, queue: ok } });
		assert.deepEqual(await runConsole({ folder, args: ['health'], environment }), { code: 0, output: '', errors: '' });
		assert.ok(samplesIn(await (await fetch(`${url}/metrics`)).text()).has('toolcoder_queue_runs{state="waiting"}'));

		await slack.close();
		const { checks } = await until(`${url}/readyz`, 503);
		assert.match(JSON.stringify(checks), /"storage":\{"ok":true,.*"chats":\{"ok":false,"detail":"Slack: /);
		const without = await runConsole({ folder, args: ['health'], environment });
		assert.equal(without.code, 1);
		assert.match(without.errors, /^chats: Slack: [^\n]+\n$/);
		assert.equal((await fetch(`${url}/livez`)).status, 200);

		child.kill('SIGTERM');
		assert.equal((await ended).code, 0);
	});

	test('ends with one line when another program has the port, which is no bot to the health check', async (context) => {
		const { folder, environment, url } = await openSlackBot(context);
		const other = createServer((_request, response) => response.writeHead(503).end('<html>busy</html>'));
		await new Promise<void>((resolve) => other.listen(Number(new URL(url).port), '127.0.0.1', resolve));
		context.after(() => other.close());
		const { code, errors } = await runConsole({ folder, environment });
		assert.equal(code, 1);
		assert.match(errors, /^Port \d+ cannot be listened on at 127\.0\.0\.1; another program may have it\. Set OPS_PORT\.\n$/);
		const health = await runConsole({ folder, args: ['health'], environment });
		assert.deepEqual(
			[health.code, health.errors],
			[1, 'Another program answers on the port that OPS_PORT names. Set another one for the bot.\n'],
		);
	});
});

describe('a process for the console alone', () => {
	test('opens no port, and sends its traces before it ends', async (context) => {
		const collector = await startCollector();
		context.after(() => collector.close());
		const other = createServer();
		await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
		context.after(() => other.close());
		const environment = {
			OPS_PORT: String((other.address() as AddressInfo).port),
			OPS_HOST: '127.0.0.1',
			OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
			OTEL_EXPORTER_OTLP_HEADERS: 'x-team=films%20and%20more',
			OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
		};
		const { code, output } = await runConsole({ folder: await consoleFolder(context), environment, input: `${QUESTION}\n` });
		assert.equal(code, 0);
		assert.match(output, /directed 8 movies/);
		const names = collector.spans.map(({ name }) => name);
		assert.ok(names.includes('invoke_agent ToolCoder Bot') && names.includes('execute_tool movies.searchPerson'), names.join());
		assert.equal(collector.headers[0]?.['x-team'], 'films and more');
		const resource = collector.spans[0]?.resource ?? {};
		assert.deepEqual([resource['service.name'], resource['deployment.environment.name']], ['toolcoder-bot', 'test']);
		assert.match(String(resource['service.version']), /^\d+\.\d+\.\d+/);
	});
});
