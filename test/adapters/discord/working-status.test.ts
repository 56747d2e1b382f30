import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { createBoards } from '../../../adapters/discord/boards.ts';
import { createInteractionTokens } from '../../../adapters/discord/outbound/interaction-tokens.ts';
import { createWorkingStatus } from '../../../adapters/discord/working-status.ts';
import { createPostings } from '../../../src/runs/postings.ts';
import { createProcessIdentity } from '../../../src/runs/process-identity.ts';
import { createWorld, logger, POST } from './outbound/outbound-fixture.ts';
import { run as anyRun } from './render/run.ts';

/** The status of a run as two processes on one storage show it: the one that has accepted the run, and the one that performs it. */
async function open(context: TestContext) {
	const world = await createWorld();
	context.after(() => world[Symbol.asyncDispose]());
	const { api, discord, storage, outbound } = world;
	const postings = createPostings(storage, { owner: createProcessIdentity(), logger });
	const boards = createBoards({ api, applicationId: () => discord.applicationId, tokens: createInteractionTokens(storage), logger });
	const run = { ...anyRun, conversation: `discord:${await world.thread()}` };
	return {
		...world,
		run,
		front: createWorkingStatus({ outbound, boards, postings, logger }),
		worker: createWorkingStatus({ outbound: world.another(), boards, postings, logger }),
		texts: () => world.texts(run.conversation.slice('discord:'.length)),
	};
}

describe('a status that one process has begun', { concurrency: true }, () => {
	test('is gone on with by another, which takes it away', async (context) => {
		const { run, front, worker, discord, texts, called } = await open(context);
		front.show(run, 'Waiting for its turn…');
		await discord.until(() => /Waiting/.test(texts().at(-1) ?? ''));
		front.leave(run);
		worker.show(run, 'Planning…');
		await discord.until(() => /Planning/.test(texts().at(-1) ?? ''));
		await worker.end(run);
		assert.doesNotMatch(texts().join('\n'), /Waiting|Planning/);
		assert.equal(called(POST), 1);
	});

	test('is not posted any more once the run is in another', async (context) => {
		const { run, front, worker, discord, texts, called } = await open(context);
		front.show(run, 'Waiting for its turn…');
		front.leave(run);
		worker.show(run, 'Planning…');
		await discord.until(() => /Planning/.test(texts().at(-1) ?? ''));
		assert.equal(called(POST), 1);
		await worker.end(run);
		assert.doesNotMatch(texts().join('\n'), /Waiting|Planning/);
	});

	test('is taken away by one that has shown nothing itself', async (context) => {
		const { run, front, worker, discord, texts } = await open(context);
		front.show(run, 'Waiting for its turn…');
		await discord.until(() => /Waiting/.test(texts().at(-1) ?? ''));
		front.leave(run);
		await worker.end(run);
		assert.doesNotMatch(texts().join('\n'), /Waiting/);
	});
});
