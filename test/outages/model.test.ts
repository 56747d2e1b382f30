import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { describe, type TestContext, test } from 'node:test';
import { LLMock } from '@copilotkit/aimock';
import pino from 'pino';
import type { Failure, Result } from '../../src/pipeline/progress.ts';
import { completionBody, sendJson, startServer } from '../model/model-server.ts';
import { type Fixture, openFixture } from '../pipeline/fixture.ts';
import { GOOD, PLAN, QUESTION, SCAFFOLD } from '../pipeline/programs.ts';

const REPLIES: Readonly<Record<string, string>> = { 'You turn a question': SCAFFOLD, 'You plan how': PLAN, 'You implement a plan': GOOD };

type Chaos = Parameters<LLMock['setChaos']>[0];

/** The reply to a prompt, as a model gives it. */
function replyTo(prompt: string): string {
	const stage = Object.keys(REPLIES).find((beginning) => prompt.startsWith(beginning));
	assert.ok(stage, `no stage asks so: ${prompt.slice(0, 80)}`);
	return `\`\`\`ts\n${REPLIES[stage]}\n\`\`\``;
}

/** A model server that answers the question about the films, but for its faults. */
async function startModel(context: TestContext): Promise<LLMock> {
	const mock = await LLMock.create({ port: 0 });
	context.after(() => mock.stop());
	mock.on({}, ({ messages }) => ({ content: replyTo(String(messages[0]?.content)) }));
	return mock;
}

interface Bot extends Pick<Fixture, 'services'> {
	/** The ending, after which nothing more was shown. */
	ask(question?: string): Promise<Result | Failure>;
}

/** The whole bot on that server. `onTrouble` is called when a request is about to be tried again. */
async function openBot(
	context: TestContext,
	baseUrl: string,
	{ environment, onTrouble }: { environment?: Record<string, string>; onTrouble?: () => void } = {},
): Promise<Bot> {
	const write = (line: string) => {
		if (line.includes('trying again')) onTrouble?.();
	};
	const bot = await openFixture({
		logger: pino({ level: 'warn' }, { write }),
		environment: { OPENAI_API_KEY: 'sk-secret', OPENAI_BASE_URL: baseUrl, ...environment },
	});
	context.after(() => bot.close());
	return {
		services: bot.services,
		async ask(question = QUESTION) {
			const { end, events } = await bot.ask(question, {});
			const endings = events.filter(({ type }) => type === 'result' || type === 'failure');
			assert.deepEqual(endings, [end]);
			return end;
		},
	};
}

function messageIn(end: Result | Failure): string {
	assert.ok(end.type === 'failure', 'the question was answered');
	assert.equal(end.code, 'model-unavailable');
	assert.doesNotMatch(end.message, /sk-secret|haos|<<</);
	return end.message;
}

function answerIn(end: Result | Failure): unknown {
	assert.ok(end.type === 'result', end.type === 'failure' ? end.message : '');
	return end.value;
}

describe('a model server in trouble', { concurrency: true }, () => {
	const faults: [name: string, chaos: Chaos, message: RegExp, environment?: Record<string, string>][] = [
		['that fails', { dropRate: 1 }, /^The model server at http:\/\/127\.0\.0\.1:\d+ failed \(HTTP 500\)\. Try again in a minute\.$/],
		['that hangs up', { disconnectRate: 1 }, /failed or broke off\. Check the network, and try again in a minute\.$/],
		['that sends broken replies', { malformedRate: 1 }, /is broken: it is no whole JSON text\. Try again in a minute\.$/],
		['that takes no more', { rateLimitRate: 1 }, /takes no more requests at the moment \(HTTP 429\)\. Try again in 1 second\.$/],
		[
			'that is slow',
			{ latencyMs: 30_000 },
			/did not finish its reply within 1 seconds\. Try again, ask for something smaller, or raise MODEL_TIMEOUT_SECONDS\.$/,
			{ MODEL_TIMEOUT_SECONDS: '1' },
		],
	];
	for (const [name, chaos, message, environment] of faults) {
		test(`${name} is told once, in clear words`, async (context) => {
			const mock = await startModel(context);
			const bot = await openBot(context, `${mock.url}/v1`, { environment });
			mock.setChaos(chaos);
			assert.match(messageIn(await bot.ask()), message);
			mock.clearChaos();
			assert.equal(answerIn(await bot.ask()), 8);
		});
	}

	for (const [name, chaos] of faults.slice(0, 4)) {
		test(`${name} goes unnoticed when it is back in time`, async (context) => {
			const mock = await startModel(context);
			const bot = await openBot(context, `${mock.url}/v1`, { onTrouble: () => mock.clearChaos() });
			mock.setChaos(chaos);
			assert.equal(answerIn(await bot.ask()), 8);
			assert.equal(mock.getRequests().length, 4);
		});
	}

	test('that wants to be left alone for an hour is not waited for', async (context) => {
		const mock = await LLMock.create({ port: 0 });
		context.after(() => mock.stop());
		mock.on({}, { error: { message: 'chaos' }, status: 429, retryAfter: 3600 });
		const bot = await openBot(context, `${mock.url}/v1`);
		assert.match(messageIn(await bot.ask()), /takes no more requests at the moment \(HTTP 429\)\. Try again in 60 minutes\.$/);
		assert.equal(mock.getRequests().length, 1);
	});

	test('that failed for five questions is left alone, and the sixth is told so at once', async (context) => {
		const mock = await LLMock.create({ port: 0 });
		context.after(() => mock.stop());
		mock.on({}, { error: { message: 'chaos' }, status: 429, retryAfter: 3600 });
		const bot = await openBot(context, `${mock.url}/v1`);
		for (let asked = 0; asked < 5; asked += 1) await bot.ask();
		assert.equal(bot.services.modelCircuit.state, 'open');
		assert.match(
			messageIn(await bot.ask()),
			/^The model server at http:\/\/127\.0\.0\.1:\d+ has failed for the last \d+ seconds?: it takes no more requests \(HTTP 429\)\. The bot tries it again in \d+ seconds?; ask again then\.$/,
		);
		assert.equal(mock.getRequests().length, 5);
	});

	const cutOff = (response: ServerResponse) => {
		response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' }).write('{"choices":[{"message"');
		setImmediate(() => response.destroy());
	};
	test('that breaks off in the midst of a reply goes unnoticed when the next one is whole', async (context) => {
		const server = await startServer(context, (response, index, { body }) => {
			if (index === 1) return cutOff(response);
			const [first] = body.messages as { content: string }[];
			sendJson(response, 200, completionBody(replyTo(first?.content ?? '')));
		});
		const bot = await openBot(context, server.baseUrl);
		assert.equal(answerIn(await bot.ask()), 8);
		assert.equal(server.requests.length, 4);
	});

	test('in front of which something answers with web pages is told from one that is down', async (context) => {
		const page = '<!doctype html><title>chaos</title>';
		const server = await startServer(context, (response) => response.writeHead(200, { 'content-type': 'text/html' }).end(page));
		const end = await (await openBot(context, server.baseUrl)).ask();
		assert.ok(end.type === 'failure');
		assert.equal(end.code, 'configuration');
		assert.match(end.message, /answered with a web page instead of a model's reply: OPENAI_BASE_URL is probably wrong/);
		assert.equal(server.requests.length, 1);
	});
});
