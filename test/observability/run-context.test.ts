import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Writable } from 'node:stream';
import { describe, type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { Logger } from 'pino';
import { createChannelQueues } from '../../adapters/shared/outbound/channel-queues.ts';
import { createLogger } from '../../src/log.ts';
import { currentRun, inRun, outsideRuns } from '../../src/observability/run-context.ts';
import { DEFAULT_LIMITS } from '../../src/sandbox/limits.ts';
import type { ProgramRun } from '../../src/sandbox/outcome.ts';
import { createSandbox } from '../../src/sandbox/pool.ts';
import { ask, completionBody, quickClient, sendJson, startServer } from '../model/model-server.ts';

const run = (id: string) => ({ id, workspaceId: `console:${id}` });

async function openLog(): Promise<{ readonly logger: Logger; readonly lines: () => readonly Readonly<Record<string, unknown>>[] }> {
	let written = '';
	const destination = new Writable({
		write(chunk, _encoding, done) {
			written += chunk;
			done();
		},
	});
	const logger = await createLogger({ level: 'trace', scrub: (value) => value, destination });
	return { logger, lines: () => written.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)])) };
}

describe('a line of the log', () => {
	test('names the run that it is written in, and none outside of runs', async () => {
		const { logger, lines } = await openLog();
		logger.info('before');
		await inRun(run('a'), async () => {
			logger.info('in it');
			await turn();
			logger.child({ part: 'b' }).info('later');
			outsideRuns(() => logger.info('of nobody'));
		});
		logger.info('after');
		assert.deepEqual(
			lines().map(({ msg, run: id, workspace }) => [msg, id, workspace]),
			[
				['before', undefined, undefined],
				['in it', 'a', 'console:a'],
				['later', 'a', 'console:a'],
				['of nobody', undefined, undefined],
				['after', undefined, undefined],
			],
		);
	});

	test('keeps what it says itself', async () => {
		const { logger, lines } = await openLog();
		inRun(run('a'), () => logger.info({ run: 'b', workspace: 'c' }, 'about another one'));
		assert.deepEqual([lines()[0]?.run, lines()[0]?.workspace], ['b', 'c']);
	});
});

describe('the run at work is known', () => {
	test('in an async generator that is consumed in it, whoever made it', async () => {
		const made = (async function* () {
			yield currentRun()?.run;
			await turn();
			yield currentRun()?.run;
		})();
		const seen = await inRun(run('a'), () => Array.fromAsync(made));
		assert.deepEqual(seen, ['a', 'a']);
	});

	test('to each task of a channel, where each begins when another run’s has ended', async () => {
		const { enqueue } = createChannelQueues(new AbortController().signal);
		const task = async () => {
			await turn();
			return currentRun()?.run;
		};
		const given = ['a', 'b', 'c'].map((id) => inRun(run(id), () => enqueue('channel', task, { priority: 'content' })));
		given.push(enqueue('channel', task, { priority: 'content' }));
		assert.deepEqual(await Promise.all(given), ['a', 'b', 'c', undefined]);
	});

	test('to each request of a model that has one place', async (context) => {
		const { logger, lines } = await openLog();
		const server = await startServer(context, (response) => sendJson(response, 200, completionBody('```ts\n1\n```')));
		const model = quickClient(server.baseUrl, { maxConcurrency: 1, logger });
		await Promise.all(['a', 'b', 'c'].map((id) => inRun(run(id), () => model.complete(ask()))));
		const answered = lines().filter(({ msg }) => msg === 'the model answered');
		assert.deepEqual(answered.map(({ run: id }) => id).sort(), ['a', 'b', 'c']);
	});

	test('to the calls and the end of each program, in a process that another run has started', async (context) => {
		const { logger, lines } = await openLog();
		const callers: unknown[] = [];
		const perform = openPrograms(context, logger, async () => {
			callers.push(currentRun()?.run);
			return { ok: true, value: null };
		});
		for (const id of ['a', 'b']) await inRun(run(id), () => perform('await api.call({}); await api.call({}); return 1;'));
		await perform('await api.call({}); return 1;');
		assert.deepEqual(callers, ['a', 'a', 'b', 'b', undefined]);
		await inRun(run('c'), () => perform('const all = []; for (;;) all.push({});'));
		assert.deepEqual(
			lines().map(({ msg, run: id }) => [msg, id]),
			[['sandbox child ended with its run', 'c']],
		);
	});

	test('to nobody when an idle process ends that a run has started', async (context) => {
		const { logger, lines } = await openLog();
		const perform = openPrograms(context, logger, async () => ({ ok: true, value: null }));
		let idle: ChildProcess | undefined;
		const started = (message: unknown) => {
			idle = (message as { readonly process: ChildProcess }).process;
		};
		subscribe('child_process', started);
		await inRun(run('a'), () => perform('return 1;'));
		unsubscribe('child_process', started);
		idle?.kill('SIGKILL');
		while (lines().length === 0) await turn();
		assert.deepEqual(
			lines().map(({ msg, run: id }) => [msg, id]),
			[['idle sandbox child ended', undefined]],
		);
	});
});

/** Programs one after the other, in one process. */
function openPrograms(context: TestContext, logger: Logger, callTool: ProgramRun['callTool']) {
	const sandbox = createSandbox({ size: 1, logger });
	context.after(() => sandbox.close());
	const given = { tools: { api: ['call'] }, seed: { now: 0, random: 0 }, limits: DEFAULT_LIMITS, callTool };
	return (code: string) => sandbox.run({ ...given, code, signal: AbortSignal.timeout(30_000) });
}
