import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { conversationKey } from '../../../adapters/slack/place.ts';
import { createWorkingStatus } from '../../../adapters/slack/working-status.ts';
import { run as anyRun } from '../shared/run.ts';
import { createWorld, logger, THREAD } from './outbound/outbound-fixture.ts';

const run = { ...anyRun, conversation: conversationKey(THREAD) };

/** The status of a run as two processes on one storage show it: the one that has accepted the run, and the one that performs it. */
async function open(context: TestContext) {
	const world = await createWorld();
	context.after(() => world[Symbol.asyncDispose]());
	const { api, postings } = world;
	const until = async (condition: () => boolean) => {
		for (const late = AbortSignal.timeout(10_000); !condition(); await delay(10)) late.throwIfAborted();
	};
	const native = (method: string) => api.callsOf(method).map(({ args }) => args.status);
	return {
		...world,
		until,
		front: createWorkingStatus({ outbound: world.outbound, postings, logger }),
		worker: createWorkingStatus({ outbound: world.another(), postings, logger }),
		lines: () => native('assistant.threads.setStatus'),
		sessions: () => native('agents.sessions.setStatus'),
	};
}

async function waits({ front, until, texts }: Awaited<ReturnType<typeof open>>): Promise<void> {
	front.show(run, 'Waiting for its turn…');
	await until(() => texts().length === 1);
}

describe('a status that one process has begun', { concurrency: true }, () => {
	test('is gone on with by another, which takes it away', async (context) => {
		const opened = await open(context);
		const { api, front, worker, until, texts, sessions } = opened;
		api.answer('agents.sessions.setStatus', {});
		api.answer('assistant.threads.setStatus', {});
		await waits(opened);
		front.leave(run);
		worker.show(run, 'Planning…');
		await until(() => /Planning/.test(texts()[0] ?? ''));
		await worker.end(run);
		assert.deepEqual(texts(), []);
		assert.equal(api.callsOf('chat.postMessage').length, 1);
		await until(() => sessions().length === 3);
		assert.deepEqual(sessions(), ['processing', 'processing', 'active'], 'the first process takes nothing away');
		assert.deepEqual(opened.lines(), ['Waiting for its turn…', 'Planning…', '']);
	});

	test('is not posted any more once the run is in another', async (context) => {
		const { api, front, worker, until, texts } = await open(context);
		front.show(run, 'Waiting for its turn…');
		front.leave(run);
		worker.show(run, 'Planning…');
		await until(() => texts().length === 1);
		assert.match(texts()[0] ?? '', /Planning/);
		await worker.end(run);
		assert.deepEqual(texts(), []);
		assert.equal(api.callsOf('chat.postMessage').length, 1);
	});

	test('is taken away by one that has shown nothing itself', async (context) => {
		const opened = await open(context);
		const { api, front, worker, until, texts, sessions } = opened;
		api.answer('agents.sessions.setStatus', {});
		api.answer('assistant.threads.setStatus', {});
		await waits(opened);
		front.leave(run);
		await worker.end(run);
		assert.deepEqual(texts(), []);
		await until(() => sessions().at(-1) === 'active');
	});

	test('is taken away also when its first process does not know yet that it stands', async (context) => {
		const opened = await open(context);
		opened.api.fail('chat.postMessage', { cut: 'after' });
		await waits(opened);
		opened.front.leave(run);
		await opened.worker.end(run);
		assert.deepEqual(opened.texts(), []);
	});

	test('is taken away by one whose run ended before it had to show anything', async (context) => {
		const { front, worker, until, texts } = await open(context);
		front.show(run, 'Waiting for its turn…');
		await delay(1000);
		worker.show(run, 'Planning…');
		await until(() => texts().length === 1);
		front.leave(run);
		await worker.end(run);
		assert.deepEqual(texts(), []);
	});
});
